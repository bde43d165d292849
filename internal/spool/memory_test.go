package spool_test

import (
	"bytes"
	"testing"
	"testing/iotest"

	"github.com/pst2imap/pst2imap/internal/spool"
)

// TestRoom has messages in memory while there is room, and gives it back.
func TestRoom(t *testing.T) {
	const own, piece = 1000, 16 << 10
	room := spool.NewRoom(3*piece + 1) // the last byte is too little for anybody
	var open []*spool.Spool
	var dirs []folder
	for _, tc := range []struct {
		size   int
		inFile bool
	}{
		{1, false},                // takes one piece
		{2*piece + own + 1, true}, // has two of three, and gives them back
		{2*piece + own, false},    // takes them
		{own, false},
		{own + 1, true},
	} {
		dir := folder(t.TempDir())
		s := &spool.Spool{Memory: own, Room: room, Place: dir}
		want := fill(t, s, tc.size)
		if err := iotest.TestReader(s.Reader(), want); err != nil {
			t.Errorf("%d bytes: %v", tc.size, err)
		}
		if got := dir.files(t) == 1; got != tc.inFile {
			t.Errorf("%d bytes: in a file %v, want %v", tc.size, got, tc.inFile)
		}
		open, dirs = append(open, s), append(dirs, dir)
	}
	for i, s := range open {
		if err := s.Close(); err != nil || dirs[i].files(t) != 0 {
			t.Errorf("%d files after it was closed, error %v", dirs[i].files(t), err)
		}
	}
	s := &spool.Spool{Memory: own, Room: room, Place: dirs[0]}
	if fill(t, s, own+3*piece); dirs[0].files(t) != 0 {
		t.Error("the room was not given back")
	}
	_ = s.Close()
}

// TestReaderInPieces reads sizes around those of the pieces that memory has.
func TestReaderInPieces(t *testing.T) {
	for _, size := range []int{0, 1, 16<<10 - 1, 16 << 10, 16<<10 + 1, 32 << 10, 300_000} {
		s := new(spool.Spool)
		want := fill(t, s, size)
		if err := iotest.TestReader(s.Reader(), want); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		var out bytes.Buffer
		if n, err := out.ReadFrom(s.Reader()); err != nil || n != int64(size) || !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%d bytes: got %d, %v", size, n, err)
		}
		_ = s.Close()
	}
}

// TestLines checks line ends while they are written; what was not checked as a whole is not said to be good.
func TestLines(t *testing.T) {
	lines := bytes.Repeat([]byte("0123456789\r\n"), 20_000)
	write := func(s *spool.Spool, all ...[]byte) *spool.Spool {
		for _, p := range all {
			if _, err := s.Write(p); err != nil {
				t.Fatal(err)
			}
		}
		return s
	}
	lf, cr, nul := []byte("a\nb\r\n"), []byte("a\r"), []byte("\x00")
	for name, tc := range map[string]struct {
		s    *spool.Spool
		good bool
	}{
		"good":          {write(&spool.Spool{CheckLines: true}, lines[:11], lines[11:]), true},
		"LF":            {write(&spool.Spool{CheckLines: true}, lines, lf, lines), false},
		"CR at the end": {write(&spool.Spool{CheckLines: true}, lines, cr), false},
		"NUL":           {write(&spool.Spool{CheckLines: true}, nul, lines), false},
		"not checked":   {write(new(spool.Spool), lines), false},
	} {
		n, err := tc.s.Reader().(*spool.Reader).Lines()
		if (err == nil) != tc.good || tc.good && n != tc.s.Size() {
			t.Errorf("%s: %d bytes, %v", name, n, err)
		}
		r := tc.s.Reader().(*spool.Reader)
		_ = tc.s.Close()
		if n, err := r.Lines(); err == nil && n > 0 {
			t.Errorf("%s: %d bytes are good after it was closed", name, n)
		}
	}
	s := write(new(spool.Spool), lf)
	s.CheckLines = true
	if n, err := write(s, lines).Reader().(*spool.Reader).Lines(); err == nil {
		t.Errorf("%d bytes are good of which some were not checked", n)
	}
	if err := s.Reset(); err != nil {
		t.Fatal(err)
	}
	if n, err := write(s, lines).Reader().(*spool.Reader).Lines(); err != nil || n != s.Size() {
		t.Errorf("used again: %d bytes, %v", n, err)
	}
	_ = s.Close()
	s = write(&spool.Spool{CheckLines: true, Memory: 1000, Place: folder(t.TempDir())}, lines[:12])
	r := s.Reader().(*spool.Reader)
	write(s, lines)
	if _, ok := s.Reader().(*spool.Reader); ok {
		t.Error("a file is said to be checked")
	}
	if n, err := r.Lines(); err == nil {
		t.Errorf("%d bytes of a file are good", n)
	}
	_ = s.Close()
}
