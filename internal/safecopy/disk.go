package safecopy

import (
	"io"
	"io/fs"
	"os"

	"github.com/pst2imap/pst2imap/internal/fsx"
)

// disk is how contents are read and written; tests put faults between.
type disk interface {
	source(path string) (source, error)
	part(path string) (part, error)     // made when it is not there
	readBack(path string) (back, error) // past the cache, see [fsx.ReadBlock]
}

// source is an open data file.
type source interface {
	io.ReaderAt
	io.Closer
}

// part is a copy that is being written.
type part interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Size() (int64, error)
	Truncate(size int64) error
	Sync() error
}

// back is a copy that is read back.
type back interface {
	io.Reader
	io.Closer
	Size() (int64, error)
}

type realDisk struct{}

func (realDisk) source(path string) (source, error) { return os.Open(path) }

func (realDisk) readBack(path string) (back, error) {
	f, err := fsx.OpenUncached(path)
	if err != nil {
		return nil, err
	}
	return sizedFile{f}, nil
}

func (realDisk) part(path string) (part, error) {
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "write", Path: path, Err: fs.ErrInvalid}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	_ = fsx.DropCache(f) // where it matters it helps, where it fails reading back is as good as the system lets it be
	return sizedFile{f}, nil
}

type sizedFile struct{ *os.File }

// Size is the size that the file has now.
func (f sizedFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
