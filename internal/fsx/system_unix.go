//go:build linux || darwin

package fsx

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// VolumeOf tells what a folder's volume can take.
func VolumeOf(dir string) (Volume, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return Volume{}, &fs.PathError{Op: "statfs", Path: dir, Err: err}
	}
	var at unix.Stat_t
	if err := unix.Stat(dir, &at); err != nil {
		return Volume{}, &fs.PathError{Op: "stat", Path: dir, Err: err}
	}
	return volume(&st, &at), nil
}

// Full tells whether an error says that there is no room left.
func Full(err error) bool { return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) }

// passing tells whether an error may be gone in a moment.
func passing(error) bool { return false }

// OpenUncached opens a file so that what is read comes from the disk, as far as the
// system allows. Read it with a [Block]. What was written to it has to be
// synchronized before.
func OpenUncached(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := DropCache(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
