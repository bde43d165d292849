package safecopy

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/gofrs/flock"

	"github.com/pst2imap/pst2imap/internal/fsx"
)

// RefusedError says why nothing is written to a folder.
type RefusedError struct{ Dir, Why string }

// Error is one line.
func (e *RefusedError) Error() string { return e.Dir + ": " + e.Why }

// refuse says no to folders where a copy would be beside its file or be copied
// itself.
func refuse(dir string, files []string) error {
	target, err := os.Stat(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil // nothing is in it
	}
	if err != nil {
		return err
	}
	if !target.IsDir() {
		return &RefusedError{dir, "it is not a folder"}
	}
	for _, file := range files {
		for at, first := filepath.Dir(canonical(file)), true; ; first = false {
			if info, err := os.Stat(at); err == nil && os.SameFile(info, target) {
				if first {
					return &RefusedError{dir, "it is the folder of " + filepath.Base(file) + ": a backup needs one of its own"}
				}
				return &RefusedError{dir, filepath.Base(file) + " is in it: a backup cannot be part of itself"}
			}
			up := filepath.Dir(at)
			if up == at {
				break
			}
			at = up
		}
	}
	return nil
}

// ErrLocked says that another run writes to the folder.
var ErrLocked = errors.New("another backup is being written to this folder")

// lock keeps other runs out of the folder. Where the system has no locks, as on some
// network drives, there is nothing to hold.
func lock(dir string) (unlock func(), err error) {
	l := flock.New(filepath.Join(dir, lockName))
	ok, err := l.TryLock()
	if err == nil && !ok {
		return nil, fmt.Errorf("%s: %w", dir, ErrLocked)
	}
	if errors.Is(err, os.ErrPermission) {
		return nil, err
	}
	return func() { _ = l.Close() }, nil // it ends with the process at the latest
}

// freeName gives a copy a name that nothing in the folder has.
func (c *copier) freeName(base string) string {
	for n := 1; ; n++ {
		name := copyName(base, n)
		if !c.taken(name) {
			return name
		}
	}
}

func (c *copier) taken(name string) bool {
	for _, e := range c.manifest.Files {
		if folded(e.Name) == folded(name) {
			return true
		}
	}
	for _, j := range c.jobs {
		if folded(j.name) == folded(name) {
			return true
		}
	}
	_, err := os.Lstat(filepath.Join(c.Dir, name))
	return err == nil
}

// copyName is the n-th name for the copy of a file: the file's own as far as every
// system takes it, then with a number.
func copyName(base string, n int) string {
	ext := filepath.Ext(base)
	if len(ext) > maxExt || ext == base || fsx.SafeName("x"+ext, "") != "x"+ext {
		ext = ""
	}
	number := ""
	if n > 1 {
		number = fmt.Sprintf(" (%d)", n)
	}
	stem := fsx.SafeName(strings.TrimSuffix(base, ext), "data file")
	if own(stem + ext) {
		stem = "_" + stem
	}
	if strings.HasSuffix(folded(stem), partSuffix) {
		stem = strings.ReplaceAll(stem, ".", "_")
	}
	for len(stem)+len(number)+len(ext) > fsx.MaxName {
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = strings.TrimRight(stem[:len(stem)-size], ". ")
	}
	return stem + number + ext
}

// maxExt is how long an extension may be in bytes; a longer one is a part of the name.
const maxExt = 8
