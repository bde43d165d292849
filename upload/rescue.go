package upload

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/pst2imap/pst2imap/internal/job"
)

// rescue keeps a message that the server does not take.
func rescue(dir string, c *job.Converted) (path string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path = filepath.Join(dir, c.Item.ItemID+".eml")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, c.Spool.Reader())
	return path, errors.Join(err, f.Close())
}
