package safecopy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pst2imap/pst2imap/internal/fsx"
)

// State is what tells one version of a file from the next without reading it.
type State struct {
	Path     string // absolute, links resolved
	Size     int64  // bytes
	Modified time.Time
}

// Same tells whether nothing shows that the file has changed since.
func (s State) Same(t State) bool {
	return s.Path == t.Path && s.Size == t.Size && s.Modified.Equal(t.Modified)
}

// StateOf is the state that a file has now. The error is a *SourceError; it wraps
// [ErrNotFile] or [ErrInCloud] for what cannot be copied.
func StateOf(path string) (State, error) {
	return stateOf(path, path)
}

// stateOf is the state of the file path as it is found under another name, that of
// a shadow copy.
func stateOf(path, found string) (State, error) {
	info, err := os.Stat(found)
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = ErrNotFile
	case fsx.InCloud(info):
		err = ErrInCloud
	}
	if err != nil {
		return State{}, &SourceError{Path: path, Offset: -1, Err: bare(err)}
	}
	return State{Path: canonical(path), Size: info.Size(), Modified: info.ModTime().UTC()}, nil
}

// canonical is the same path for the same file.
func canonical(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path
}

// What is wrong with a file that is to be copied.
var (
	ErrNotFile = errors.New("it is no file but a folder or something else")
	ErrInCloud = errors.New("its contents are in the cloud and not on this computer")
	ErrChanged = errors.New("it changed while it was copied")
)

// SourceError says why a file could not be read.
type SourceError struct {
	Path   string
	Offset int64 // byte at which reading failed, negative when it is not about one
	Err    error
}

// Error is one line.
func (e *SourceError) Error() string {
	if e.Offset >= 0 {
		return fmt.Sprintf("%s: at byte %d: %v", e.Path, e.Offset, e.Err)
	}
	return fmt.Sprintf("%s: %v", e.Path, e.Err)
}

// Unwrap gives the cause.
func (e *SourceError) Unwrap() error { return e.Err }

// bare is what the system said, without a path that is named already.
func bare(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
