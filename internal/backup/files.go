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

// tree writes a file for each message, for writers on several cores. Folders
// that are being written to stay open, so that the system need not go the whole
// way to each file.
type tree struct {
	root *os.Root
	mu   sync.Mutex
	open map[string]*folder
}

// folder is an open folder.
type folder struct {
	root *os.Root
	dir  *os.File // the same
	fd   int      // of dir
	used bool     // it had files when it was opened, maybe of an earlier run
}

func (f *folder) close() error { return errors.Join(f.dir.Close(), f.root.Close()) }

func newTree(root *os.Root) tree { return tree{root: root, open: map[string]*folder{}} }

// at makes and opens a folder, unless it is open.
func (t *tree) at(dir string) (*folder, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f := t.open[dir]; f != nil {
		return f, nil
	}
	if err := mkdirs(t.root, dir); err != nil {
		return nil, err
	}
	root, err := t.root.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	d, err := root.Open(".")
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	used, err := hasFiles(d)
	if err != nil {
		return nil, errors.Join(err, d.Close(), root.Close())
	}
	f := &folder{root, d, int(d.Fd()), used}
	t.open[dir] = f
	return f, nil
}

// hasFiles tells whether there is anything but folders.
func hasFiles(d *os.File) (bool, error) {
	for {
		list, err := d.ReadDir(256)
		for _, e := range list {
			if !e.IsDir() {
				return true, nil
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return false, nil
		case err != nil:
			return false, err
		}
	}
}

// leave closes a folder, if it is open.
func (t *tree) leave(dir string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.open[dir]
	if f == nil {
		return nil
	}
	delete(t.open, dir)
	return f.close()
}

// close closes all folders.
func (t *tree) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var errs []error
	for _, f := range t.open {
		errs = append(errs, f.close())
	}
	clear(t.open)
	return errors.Join(errs...)
}

// store writes a message to a file unless one of its size is there, which the
// name, made from the item's identity, proves to be the same.
func (t *tree) store(dir, name string, c *job.Converted) (fresh bool, err error) {
	f, err := t.at(dir)
	if err != nil {
		return false, err
	}
	if f.used {
		size, err := sizeOf(f.root, name)
		if err != nil || size == c.Spool.Size() {
			return false, err
		}
	}
	return true, f.put(name, c)
}

// put writes a file so that it is complete or not there: under a name that no
// finished file has, then renamed.
func (f *folder) put(name string, c *job.Converted) error {
	part := partName(c)
	there, err := c.Spool.HandOver() // a large one was written there from the start
	switch {
	case err != nil:
	case there:
		err = f.finish(part, name, c.Result.InternalDate)
	default:
		return f.whole(part, name, c.Spool.Reader(), c.Result.InternalDate)
	}
	if err != nil {
		_ = remove(f.root, part) // the error that matters is the other one
	}
	return err
}

// finish gives a file its time and its name.
func (f *folder) finish(part, name string, when time.Time) error {
	if !when.IsZero() {
		if err := f.root.Chtimes(part, when, when); err != nil {
			return err
		}
	}
	return f.root.Rename(part, name)
}

// partName is the name of an item's file while it is not complete. The node
// tells writers of the same message apart, the identity those of another file.
func partName(c *job.Converted) string {
	return ".part-" + c.ID.String() + "-" + shortID(c.Item.ItemID) + ".eml"
}

// shortID is the end of an item id, enough to tell items of a folder apart.
func shortID(id string) string { return id[len(id)-12:] }

// begin lets a large message be written where it belongs from the start.
func (t *tree) begin(dir string, c *job.Converted) {
	c.Spool.Memory = memory
	c.Spool.Place = &part{t, dir, partName(c)}
}

// memory is the size in bytes up to which a message is written at once.
const memory = 256 << 10

// part is the place of an item's file while it is not complete.
type part struct {
	tree      *tree
	dir, name string
}

// Create makes the file in the folder of the finished one.
func (p *part) Create() (*os.File, error) {
	f, err := p.tree.at(p.dir)
	if err != nil {
		return nil, err
	}
	return f.root.OpenFile(p.name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
}

// Remove removes it when it is not wanted.
func (p *part) Remove() error { return remove(p.tree.root, path.Join(p.dir, p.name)) }
