package fsx

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/windows"
)

// VolumeOf tells what a folder's volume can take.
func VolumeOf(dir string) (Volume, error) {
	fail := func(op string, err error) (Volume, error) {
		return Volume{}, &fs.PathError{Op: op, Path: dir, Err: err}
	}
	root, err := mountPoint(dir)
	if err != nil {
		return fail("GetVolumePathName", err)
	}
	at, err := windows.UTF16PtrFromString(root)
	if err != nil {
		return fail("GetVolumePathName", err)
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(at, &free, nil, nil); err != nil {
		return fail("GetDiskFreeSpaceEx", err)
	}
	v := Volume{ID: strings.ToLower(root), Free: clip(free)}
	var name [windows.MAX_PATH + 1]uint16
	if err := windows.GetVolumeInformation(at, nil, 0, nil, nil, nil, &name[0], uint32(len(name))); err == nil {
		v.Format = windows.UTF16ToString(name[:])
	}
	v.limit(strings.HasPrefix(v.Format, "FAT"))
	return v, nil
}

// mountPoint is where the volume of a path begins: a letter, or a folder that a
// volume is mounted at.
func mountPoint(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	p, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return "", err
	}
	buf := make([]uint16, len(path)+windows.MAX_PATH)
	if err := windows.GetVolumePathName(p, &buf[0], uint32(len(buf))); err != nil {
		return "", err
	}
	return windows.UTF16ToString(buf), nil
}

// Full tells whether an error says that there is no room left.
func Full(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

// passing tells whether an error may be gone in a moment.
func passing(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
}

// InCloud tells whether only the name of a file is here and its contents have to
// be fetched, as OneDrive leaves files that are "online only".
func InCloud(info fs.FileInfo) bool {
	data, ok := info.Sys().(*syscall.Win32FileAttributeData)
	return ok && data.FileAttributes&(windows.FILE_ATTRIBUTE_OFFLINE|
		windows.FILE_ATTRIBUTE_RECALL_ON_OPEN|windows.FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS) != 0
}

// OpenUncached opens a file so that what is read comes from the disk, as far as the
// system allows. Read it with a [Block]. What was written to it has to be
// synchronized before.
func OpenUncached(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|windows.O_FILE_FLAG_NO_BUFFERING, 0)
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return f, err
	}
	return os.Open(path) // some network drives know nothing of it
}

// DropCache does nothing: without a cache is a way of opening a file here.
func DropCache(*os.File) error { return nil }
