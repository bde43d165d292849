package spool

import (
	"crypto/rand"
	"os"
	"path/filepath"
)

// fileFlagDeleteOnClose is FILE_FLAG_DELETE_ON_CLOSE of CreateFile.
const fileFlagDeleteOnClose = 0x04000000

// openTemporary makes a file that the system removes when it is closed, however the
// process ends.
func openTemporary(dir string) (*os.File, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	path := filepath.Join(dir, "pst2imap-"+rand.Text()+".eml")
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|fileFlagDeleteOnClose, 0o600)
}
