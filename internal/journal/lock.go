package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// LockedError says that another run holds the lock.
type LockedError struct {
	Path   string
	Holder string // process id and start time of the other run, when it tells
}

// Error is one line.
func (e *LockedError) Error() string {
	if e.Holder == "" {
		return "another run is working on this account"
	}
	return "another run is working on this account: " + e.Holder
}

// Lock is held by one process at a time and ends with it.
type Lock struct {
	f    *flock.Flock
	path string
}

// Acquire takes the lock of an account, so that two runs never upload into it
// at the same time. account is any string that names it; dir is where the
// locks of this user are and is made when it is not there. The error is a
// *LockedError when another run has the lock.
func Acquire(dir, account string) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(account))
	path := filepath.Join(dir, hex.EncodeToString(sum[:8])+".lock")
	l := flock.New(path)
	ok, err := l.TryLock()
	if err != nil {
		return nil, err
	}
	if !ok {
		holder, _ := os.ReadFile(path + ".holder") // only a help for the person
		return nil, &LockedError{Path: path, Holder: string(holder)}
	}
	text := fmt.Sprintf("process %d, since %s", os.Getpid(), time.Now().Format("2006-01-02 15:04:05"))
	if err := os.WriteFile(path+".holder", []byte(text), 0o600); err != nil {
		return nil, errors.Join(err, l.Unlock())
	}
	return &Lock{l, path}, nil
}

// Job is the job folder of the last run on the account that has told it, ""
// where none has. The next run may have another, and what that one had under way
// when it was killed stands in its journal.
func (l *Lock) Job() string {
	dir, _ := os.ReadFile(l.path + ".job") // without it nothing is known
	return string(dir)
}

// SetJob tells the job folder, which is an absolute path.
func (l *Lock) SetJob(dir string) error { return os.WriteFile(l.path+".job", []byte(dir), 0o600) }

// Release ends the lock.
func (l *Lock) Release() error { return l.f.Unlock() }
