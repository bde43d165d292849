package fsx

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

// What cannot be written leaves what was there.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	for _, text := range []string{"one", "two"} {
		err := WriteFile(path, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
		if b, _ := os.ReadFile(path); err != nil || string(b) != text {
			t.Errorf("%q, %v", b, err)
		}
	}
	broken := errors.New("broken")
	err := WriteFile(path, func(w io.Writer) error { _, _ = io.WriteString(w, "thr"); return broken })
	if b, _ := os.ReadFile(path); !errors.Is(err, broken) || string(b) != "two" {
		t.Errorf("%q, %v", b, err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
}

func TestVolume(t *testing.T) {
	small := testneed.SmallDisk(t, 1<<20)
	v, err := VolumeOf(small)
	if err != nil || v.Free <= 0 || v.Free > 1<<20 || v.MaxFile != math.MaxInt64 {
		t.Errorf("%+v, %v", v, err)
	}
	if err := os.Mkdir(filepath.Join(small, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	below, err := VolumeOf(filepath.Join(small, "x"))
	if err != nil || below.ID != v.ID {
		t.Errorf("a folder below: %+v, %v", below, err)
	}
	if other, err := VolumeOf(t.TempDir()); err != nil || other.ID == v.ID {
		t.Errorf("another disk: %+v, %v", other, err)
	}
	if _, err := VolumeOf(filepath.Join(small, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	err = os.WriteFile(filepath.Join(small, "large"), make([]byte, 2<<20), 0o600)
	if !Full(err) || Full(syscall.EIO) {
		t.Errorf("a full disk: %v", err)
	}
}

// A FAT drive takes no larger files than its fields have bits for.
func TestLimit(t *testing.T) {
	var v Volume
	v.limit(true)
	if v.MaxFile != 1<<32-1 {
		t.Errorf("%d bytes", v.MaxFile)
	}
	if clip(math.MaxUint64) != math.MaxInt64 || clip(7) != 7 {
		t.Error("sizes are not clipped")
	}
}
