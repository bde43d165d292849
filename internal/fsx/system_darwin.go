package fsx

import (
	"io/fs"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

func volume(st *unix.Statfs_t, at *unix.Stat_t) Volume {
	v := Volume{
		ID:     strconv.FormatInt(int64(at.Dev), 16),
		Free:   clip(st.Bavail * uint64(st.Bsize)),
		Format: unix.ByteSliceToString(st.Fstypename[:]),
	}
	v.limit(v.Format == "msdos")
	return v
}

// InCloud tells whether only the name of a file is here and its contents have to
// be fetched, as iCloud Drive and OneDrive leave files.
func InCloud(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && st.Flags&unix.SF_DATALESS != 0
}

// DropCache keeps what is read and written by way of f out of memory.
func DropCache(f *os.File) error {
	_, err := unix.FcntlInt(f.Fd(), unix.F_NOCACHE, 1)
	return err
}
