//go:build !unix

package backup

import (
	"errors"
	"io"
	"os"
	"time"
)

// whole writes a file under the name part, gives it its time and then its name.
func (f *folder) whole(part, name string, r io.Reader, when time.Time) error {
	file, err := f.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, r)
	err = errors.Join(err, file.Close())
	if err == nil {
		err = f.finish(part, name, when)
	}
	if err != nil {
		_ = remove(f.root, part) // the error that matters is the other one
	}
	return err
}
