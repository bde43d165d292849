package spool_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/pst2imap/pst2imap/internal/spool"
)

// folder is a place for one file.
type folder string

func (f folder) name() string { return filepath.Join(string(f), "message") }
func (f folder) Create() (*os.File, error) {
	return os.OpenFile(f.name(), os.O_RDWR|os.O_CREATE, 0o600)
}
func (f folder) Remove() error { return os.Remove(f.name()) }

func (f folder) files(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir(string(f))
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// fill writes size bytes in pieces and gives them back.
func fill(t *testing.T, s *spool.Spool, size int) []byte {
	t.Helper()
	all := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
	for rest := all; len(rest) > 0; {
		n := min(len(rest), 33)
		if _, err := s.Write(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	return all
}

func TestSpool(t *testing.T) {
	for _, size := range []int{0, 1, 99, 100, 101, 5000} {
		dir := folder(t.TempDir())
		s := &spool.Spool{Memory: 100, Place: dir}
		want := fill(t, s, size)
		for range 2 {
			got, err := io.ReadAll(s.Reader())
			if err != nil || !bytes.Equal(got, want) || s.Size() != int64(size) {
				t.Fatalf("size %d: got %d bytes, Size %d, error %v", size, len(got), s.Size(), err)
			}
		}
		if inFile := size > 100; inFile != (dir.files(t) == 1) {
			t.Errorf("size %d: %d files", size, dir.files(t))
		}
		if err := s.Reset(); err != nil || s.Size() != 0 {
			t.Errorf("reset: size %d, error %v", s.Size(), err)
		}
		if dir.files(t) != 0 {
			t.Errorf("size %d: %d files left", size, dir.files(t))
		}
		if got, err := io.ReadAll(s.Reader()); err != nil || len(got) != 0 {
			t.Errorf("size %d: %d bytes after a reset, error %v", size, len(got), err)
		}
	}
}

// TestReplace changes the first bytes, wherever they are.
func TestReplace(t *testing.T) {
	for _, size := range []int{10, 100, 101, 40_000} {
		for _, memory := range []int{100, 1 << 20} {
			dir := folder(t.TempDir())
			s := &spool.Spool{Memory: memory, Place: dir}
			want := fill(t, s, size)
			p := bytes.Repeat([]byte("x"), min(size, 20_000)) // more than a piece
			if err := s.Replace(p); err != nil {
				t.Fatal(err)
			}
			copy(want, p)
			if _, err := s.Write([]byte("more")); err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(s.Reader()); err != nil || !bytes.Equal(got, append(want, "more"...)) || s.Size() != int64(size)+4 {
				t.Errorf("size %d, memory %d: %d bytes, %v", size, memory, len(got), err)
			}
			if err := s.Replace(make([]byte, size+5)); err == nil {
				t.Errorf("size %d, memory %d: more was replaced than is there", size, memory)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestTemporary checks that a spool without a place cleans up what it used.
func TestTemporary(t *testing.T) {
	dir := folder(t.TempDir())
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, string(dir))
	}
	s := &spool.Spool{Memory: 100}
	for range 2 {
		want := fill(t, s, 1000)
		if got, err := io.ReadAll(s.Reader()); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes, error %v", len(got), err)
		}
		if runtime.GOOS != "windows" && dir.files(t) != 0 { // a process that is killed leaves nothing behind
			t.Errorf("%d files have a name", dir.files(t))
		}
		if err := s.Reset(); err != nil || dir.files(t) != 0 {
			t.Errorf("%d files after a reset, error %v", dir.files(t), err)
		}
	}
}

func TestHandOver(t *testing.T) {
	for _, size := range []int{100, 101} {
		dir := folder(t.TempDir())
		s := &spool.Spool{Memory: 100, Place: dir}
		want := fill(t, s, size)
		ok, err := s.HandOver()
		if inFile := size > 100; err != nil || ok != inFile {
			t.Fatalf("size %d: %v, %v", size, ok, err)
		}
		if err := s.Close(); err != nil || s.Size() != int64(size) {
			t.Errorf("size %d: %v, size %d when closed", size, err, s.Size())
		}
		if got, _ := os.ReadFile(dir.name()); ok && !bytes.Equal(got, want) {
			t.Errorf("%d bytes were handed over, want %d", len(got), len(want))
		}
	}
}

// TestBuffersAreNotShared writes to spools in turns while others are closed.
func TestBuffersAreNotShared(t *testing.T) {
	var open []*spool.Spool
	for i := range 20 {
		s := new(spool.Spool)
		if _, err := s.Write([]byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
		open = append(open, s)
		if i%3 == 2 {
			_ = open[0].Close()
			open = open[1:]
		}
	}
	for i, s := range open {
		if got, _ := io.ReadAll(s.Reader()); len(got) != 1 || got[0] != byte(20-len(open)+i) {
			t.Errorf("spool %d holds %v", i, got)
		}
	}
}
