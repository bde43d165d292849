package backup

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"time"
)

// mkdirs makes a folder and those above it.
func mkdirs(root *os.Root, dir string) error {
	if dir == "." || dir == "" {
		return nil
	}
	return root.MkdirAll(dir, 0o700)
}

// writeWhole writes a file so that it is complete or not there: to a name
// beside it that no finished file has, then renamed.
func writeWhole(root *os.Root, name string, when time.Time, write func(io.Writer) error) (err error) {
	part := path.Join(path.Dir(name), ".part-"+path.Base(name))
	f, err := root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = write(f)
	err = errors.Join(err, f.Close())
	if err == nil && !when.IsZero() {
		err = root.Chtimes(part, when, when)
	}
	if err == nil {
		err = root.Rename(part, name)
	}
	if err != nil {
		_ = root.Remove(part) // the error that matters is the other one
	}
	return err
}

// sizeOf is the size of a file, -1 when it is not there.
func sizeOf(root *os.Root, name string) (int64, error) {
	st, err := root.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return -1, nil
	}
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}
