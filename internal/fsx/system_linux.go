package fsx

import (
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

func volume(st *unix.Statfs_t, at *unix.Stat_t) Volume {
	v := Volume{ID: strconv.FormatUint(at.Dev, 16), Free: clip(st.Bavail * uint64(st.Frsize))}
	v.limit(st.Type == unix.MSDOS_SUPER_MAGIC)
	return v
}

// InCloud tells whether only the name of a file is here and its contents have to
// be fetched; no such files are known on Linux.
func InCloud(fs.FileInfo) bool { return false }

// DropCache lets the system forget what memory holds of a file.
func DropCache(f *os.File) error {
	return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
}
