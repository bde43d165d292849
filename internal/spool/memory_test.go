package spool_test

import (
	"bytes"
	"testing"
	"testing/iotest"

	"github.com/pst2imap/pst2imap/internal/spool"
)

// TestRoom has larger messages in memory while there is room, and gives it back.
func TestRoom(t *testing.T) {
	const own, step = 1000, 256 << 10
	room := spool.NewRoom(2 * step)
	var open []*spool.Spool
	var dirs []folder
	for _, tc := range []struct {
		size   int
		inFile bool
	}{
		{own, false},           // takes nothing
		{own + 1, false},       // takes one step
		{own + step + 1, true}, // has one step of two, and gives it back
		{own + step, false},    // takes it
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
	if fill(t, s, own+2*step); dirs[0].files(t) != 0 {
		t.Error("the room was not given back")
	}
	_ = s.Close()
}

// TestReaderInPieces reads sizes around those of the pieces that memory has.
func TestReaderInPieces(t *testing.T) {
	for _, size := range []int{0, 1, 16<<10 - 1, 16 << 10, 16<<10 + 1, 100_000} {
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
