package backup

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"time"

	"github.com/pst2imap/pst2imap/internal/job"
)

// mkdirs makes a folder and those above it.
func mkdirs(root *os.Root, dir string) error {
	if dir == "." || dir == "" {
		return nil
	}
	return root.MkdirAll(dir, 0o700)
}

// writeWhole writes a file so that it is complete or not there: to a name
// beside it that no finished file has, then renamed. token tells writers of the
// same file apart, who write the same.
func writeWhole(root *os.Root, name, token string, when time.Time, write func(io.Writer) error) (err error) {
	part := path.Join(path.Dir(name), ".part-"+token+"-"+path.Base(name))
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

// tree makes folders once, for writers on several cores.
type tree struct {
	root *os.Root
	mu   sync.Mutex
	made map[string]bool
}

func newTree(root *os.Root) tree { return tree{root: root, made: map[string]bool{}} }

func (t *tree) mkdir(dir string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.made[dir] {
		return nil
	}
	t.made[dir] = true
	return mkdirs(t.root, dir)
}

// store writes a message to a file unless one of its size is there, which the
// name, made from the item's identity, proves to be the same.
func (t *tree) store(name string, c *job.Converted) (fresh bool, err error) {
	size, err := sizeOf(t.root, name)
	if err != nil || size == c.Spool.Size() {
		return false, err
	}
	return true, writeWhole(t.root, name, c.ID.String(), c.Result.InternalDate, func(w io.Writer) error {
		_, err := io.Copy(w, c.Spool.Reader())
		return err
	})
}
