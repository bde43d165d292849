//go:build !windows

package spool

import (
	"errors"
	"os"
)

// openTemporary makes a file that has no name any more: the system frees it when it
// is closed, however the process ends.
func openTemporary(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "pst2imap-*.eml")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
