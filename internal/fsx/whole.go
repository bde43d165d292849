package fsx

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// TempSuffix is what [WriteFile] adds to the name of a file that is not complete.
const TempSuffix = ".tmp"

// WriteFile writes a file whole or not at all: also after a power cut there is
// either what was there before or all of what write wrote. A file is written by one
// process at a time.
func WriteFile(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path+TempSuffix, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Sync(), f.Close())
	if err == nil {
		err = Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the error that matters is the other one
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// SyncDir waits until the names in a folder are on the disk.
func SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // NTFS keeps a journal of names, and no folder can be flushed
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	// Some network drives cannot: then the names are as safe as they get there.
	_ = d.Sync()
	return d.Close()
}
