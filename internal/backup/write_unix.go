//go:build unix

package backup

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// whole writes a file under the name part, gives it its time and then its name.
// It does what os.Root would, whose checks for each of the steps cost as much as
// the steps: a name without a separator cannot leave the open folder, and a link
// is not followed.
func (f *folder) whole(part, name string, r io.Reader, when time.Time) error {
	if strings.ContainsRune(part+name, os.PathSeparator) {
		return &fs.PathError{Op: "create", Path: name, Err: fs.ErrInvalid}
	}
	fd, err := retried(func() (int, error) {
		return unix.Openat(f.fd, part, unix.O_WRONLY|unix.O_CREAT|unix.O_TRUNC|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	})
	if err != nil {
		return &fs.PathError{Op: "create", Path: part, Err: err}
	}
	_, err = io.Copy(descriptor(fd), r)
	if err == nil && !when.IsZero() {
		ts := []unix.Timespec{unix.NsecToTimespec(when.UnixNano()), unix.NsecToTimespec(when.UnixNano())}
		err = unix.UtimesNanoAt(f.fd, part, ts, unix.AT_SYMLINK_NOFOLLOW)
	}
	if err = errors.Join(err, unix.Close(fd)); err == nil {
		err = unix.Renameat(f.fd, part, f.fd, name)
	}
	if err != nil {
		_ = unix.Unlinkat(f.fd, part, 0) // the error that matters is the other one
		return &fs.PathError{Op: "write", Path: name, Err: err}
	}
	return nil
}

// descriptor is an open file.
type descriptor int

// Write implements io.Writer.
func (d descriptor) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var k int
		k, err = retried(func() (int, error) { return unix.Write(int(d), p[n:]) })
		n += max(k, 0)
	}
	return n, err
}

// retried repeats a call that a signal has interrupted.
func retried(call func() (int, error)) (n int, err error) {
	for {
		if n, err = call(); !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}
