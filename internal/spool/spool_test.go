package spool_test

import (
	"bytes"
	"io"
	"os"
	"runtime"
	"testing"

	"github.com/pst2imap/pst2imap/internal/spool"
)

func TestSpool(t *testing.T) {
	for _, size := range []int{0, 1, 99, 100, 101, 5000} {
		s := &spool.Spool{Memory: 100, Dir: t.TempDir()}
		want := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
		for rest := want; len(rest) > 0; {
			n := min(len(rest), 33)
			if _, err := s.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		for range 2 {
			got, err := io.ReadAll(s.Reader())
			if err != nil || !bytes.Equal(got, want) || s.Size() != int64(size) {
				t.Fatalf("size %d: got %d bytes, Size %d, error %v", size, len(got), s.Size(), err)
			}
		}
		if runtime.GOOS != "windows" { // a process that is killed leaves nothing behind
			if files, _ := os.ReadDir(s.Dir); len(files) != 0 {
				t.Errorf("size %d: %d temporary files have a name", size, len(files))
			}
		}
		if err := s.Reset(); err != nil || s.Size() != 0 {
			t.Errorf("reset: size %d, error %v", s.Size(), err)
		}
		if files, _ := os.ReadDir(s.Dir); len(files) != 0 {
			t.Errorf("size %d: %d temporary files left", size, len(files))
		}
	}
}
