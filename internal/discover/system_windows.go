package discover

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

func systemRegistry() Registry { return userRegistry{} }

// finalPath asks the system what a path leads to, through symbolic links,
// junctions and mapped drives.
func finalPath(path string) (string, error) {
	name, err := windows.UTF16PtrFromString(extended(path))
	if err != nil {
		return "", err
	}
	const share = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
	h, err := windows.CreateFile(name, 0, share, nil, windows.OPEN_EXISTING, windows.FILE_FLAG_BACKUP_SEMANTICS, 0)
	if err != nil {
		return "", err
	}
	defer func() { _ = windows.CloseHandle(h) }() // nothing was written
	buf := make([]uint16, windows.MAX_LONG_PATH)
	n, err := windows.GetFinalPathNameByHandle(h, &buf[0], uint32(len(buf)), 0)
	if err != nil {
		return "", err
	}
	return windows.UTF16ToString(buf[:min(int(n), len(buf))]), nil
}

// extended is a path for system calls that allow more than 260 characters only
// with a prefix, as package os does it.
func extended(path string) string {
	const longest = 248 // of a folder without it
	switch {
	case len(path) < longest || len(path) > 3 && path[:4] == `\\?\`:
		return path
	case len(path) > 1 && path[:2] == `\\`:
		return `\\?\UNC` + path[1:]
	}
	return `\\?\` + path
}

// inUse tries whether the file can be read, and whether it can be read while
// nobody may write to it. The first attempt allows everything to others, so that
// an Outlook that starts at this very moment is not refused; the second is only
// made when nobody has the file locked, and lasts as long as the call.
func inUse(path string) InUse {
	const all = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
	for _, share := range []uint32{all, windows.FILE_SHARE_READ} {
		switch err := tryRead(path, share); {
		case errors.Is(err, windows.ERROR_SHARING_VIOLATION), errors.Is(err, windows.ERROR_LOCK_VIOLATION):
			return InUseYes
		case err != nil:
			return InUseUnknown
		}
	}
	return InUseNo
}

func tryRead(path string, share uint32) error {
	name, err := windows.UTF16PtrFromString(extended(path))
	if err != nil {
		return err
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ, share, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(h), path)
	defer f.Close()
	var b [1]byte
	if _, err := f.Read(b[:]); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// usualPlaces are the folders in which Outlook makes data files, and those in
// which people keep copies. Documents may have been moved, by its owner or by
// OneDrive; what is left in its old place counts too. Names of folders in the
// system's language do not matter, because all that is below is searched.
func usualPlaces(from Registry) []place {
	var list []place
	add := func(path string, depth int) {
		if path != "" {
			list = append(list, place{path: path, depth: depth, usual: true})
		}
	}
	for _, id := range []*windows.KNOWNFOLDERID{windows.FOLDERID_LocalAppData, windows.FOLDERID_RoamingAppData} {
		if dir, err := windows.KnownFolderPath(id, windows.KF_FLAG_DONT_VERIFY); err == nil {
			add(filepath.Join(dir, "Microsoft", "Outlook"), 2)
		}
	}
	for _, dir := range configuredPlaces(from) {
		add(dir, 2)
	}
	for _, id := range []*windows.KNOWNFOLDERID{windows.FOLDERID_Documents, windows.FOLDERID_Desktop, windows.FOLDERID_Downloads} {
		if dir, err := windows.KnownFolderPath(id, windows.KF_FLAG_DONT_VERIFY); err == nil {
			add(dir, usualDepth)
		}
	}
	if home, err := os.UserHomeDir(); err == nil {
		add(home, 0)
		add(filepath.Join(home, "Documents"), usualDepth)
	}
	for _, name := range []string{"OneDrive", "OneDriveCommercial", "OneDriveConsumer"} {
		add(os.Getenv(name), usualDepth)
	}
	return list
}
