package fsx

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// WriteFile writes a file whole or not at all: also after a power cut there is
// either what was there before or all of what write wrote.
func WriteFile(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".pst2imap-*.tmp")
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
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
