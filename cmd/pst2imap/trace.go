package main

import (
	"os"
	"path/filepath"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// traceName is the record of what was said on the connections.
const traceName = "imap.log"

// trace writes what is said to and by the server into the job folder.
func (t *run) trace() (done func(), err error) {
	dir, err := t.jobFolder()
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return nil, cannotWrite(err)
	}
	path := filepath.Join(dir, traceName)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, cannotWrite(err)
	}
	t.cfg.Trace = imapconn.NewTrace(f)
	t.ui.say("what is said to and by the server is written to %s", path)
	return func() { _ = f.Close() }, nil // a trace that is cut off is still one
}
