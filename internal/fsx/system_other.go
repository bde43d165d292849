//go:build !linux && !darwin && !windows

package fsx

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// VolumeOf is not known here.
func VolumeOf(string) (Volume, error) { return Volume{}, ErrUnknown }

// Full tells whether an error says that there is no room left.
func Full(err error) bool { return errors.Is(err, syscall.ENOSPC) }

// passing tells whether an error may be gone in a moment.
func passing(error) bool { return false }

// InCloud is not known here.
func InCloud(fs.FileInfo) bool { return false }

// OpenUncached opens a file; going past the cache is not known here.
func OpenUncached(path string) (*os.File, error) { return os.Open(path) }

// DropCache is not known here.
func DropCache(*os.File) error { return nil }
