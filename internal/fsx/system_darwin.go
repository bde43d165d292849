package fsx

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"syscall"

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
	v := Volume{
		ID:     strconv.FormatInt(int64(at.Dev), 16),
		Free:   clip(st.Bavail * uint64(st.Bsize)),
		Format: unix.ByteSliceToString(st.Fstypename[:]),
	}
	v.limit(v.Format == "msdos")
	return v, nil
}

// Full tells whether an error says that there is no room left.
func Full(err error) bool { return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) }

// passing tells whether an error may be gone in a moment.
func passing(error) bool { return false }

// InCloud tells whether only the name of a file is here and its contents have to
// be fetched, as iCloud Drive and OneDrive leave files.
func InCloud(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && st.Flags&unix.SF_DATALESS != 0
}

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

// DropCache keeps what is read and written by way of f out of memory.
func DropCache(f *os.File) error {
	_, err := unix.FcntlInt(f.Fd(), unix.F_NOCACHE, 1)
	return err
}
