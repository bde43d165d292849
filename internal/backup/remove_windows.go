package backup

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// remove removes a file that the export has made.
//
// QUIRK(file servers): os.Root removes by a call that Windows knows since 2016
// and some servers of network drives, like Wine, do not; the older one needs the
// whole path.
func remove(root *os.Root, name string) error {
	err := root.Remove(name)
	if errors.Is(err, windows.ERROR_INVALID_FUNCTION) {
		return os.Remove(filepath.Join(root.Name(), filepath.FromSlash(name)))
	}
	return err
}
