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

// mostOpen is how many folders stay open, unless more cores than that are
// writing: messages are converted far ahead of their turn, and each may be of
// another folder, while a process may have few files open (256 on macOS).
const mostOpen = 16

// tree writes a file for each message, for writers on several cores. Folders
// that are being written to stay open, so that the system need not go the whole
// way to each file.
type tree struct {
	root    *os.Root
	mu      sync.Mutex
	folders map[string]*folder // those that were not left yet, open or not
	open    int                // how many are open
	uses    uint64             // how often one was used
}

// folder is a folder that messages are written to.
type folder struct {
	root *os.Root // nil while it is not open
	dir  *os.File // the same
	fd   int      // of dir
	used bool     // it had files before the first message, maybe of an earlier run

	writers int    // how many are using it now
	last    uint64 // when it was used
}

func newTree(root *os.Root) tree { return tree{root: root, folders: map[string]*folder{}} }

// at makes and opens a folder, unless it is open. It stays open until done is
// called with it.
func (t *tree) at(dir string) (*folder, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.folders[dir]
	if f == nil || f.root == nil {
		if err := t.makeRoom(); err != nil {
			return nil, err
		}
		opened, err := t.openFolder(dir)
		if err != nil {
			return nil, err
		}
		if f != nil {
			opened.used = f.used // its files are ours
		}
		f = opened
		t.folders[dir] = f
		t.open++
	}
	t.uses++
	f.last = t.uses
	f.writers++
	return f, nil
}

// done says that the caller of at does not use the folder any more.
func (t *tree) done(f *folder) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f.writers--
}

// makeRoom closes folders that nobody writes to, the one not used for longest
// first, until another may be opened.
func (t *tree) makeRoom() error {
	for t.open >= mostOpen {
		var oldest *folder
		for _, f := range t.folders {
			if f.root != nil && f.writers == 0 && (oldest == nil || f.last < oldest.last) {
				oldest = f
			}
		}
		if oldest == nil {
			return nil
		}
		if err := t.shut(oldest); err != nil {
			return err
		}
	}
	return nil
}

// shut closes a folder, if it is open.
func (t *tree) shut(f *folder) error {
	if f.root == nil {
		return nil
	}
	err := errors.Join(f.dir.Close(), f.root.Close())
	f.root, f.dir = nil, nil
	t.open--
	return err
}

func (t *tree) openFolder(dir string) (*folder, error) {
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
	return &folder{root: root, dir: d, fd: int(d.Fd()), used: used}, nil
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

// leave closes a folder to which nothing more is written.
func (t *tree) leave(dir string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.folders[dir]
	if f == nil {
		return nil
	}
	delete(t.folders, dir)
	return t.shut(f)
}

// close closes all folders.
func (t *tree) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var errs []error
	for _, f := range t.folders {
		errs = append(errs, t.shut(f))
	}
	clear(t.folders)
	return errors.Join(errs...)
}

// store writes a message to a file unless one of its size is there, which the
// name, made from the item's identity, proves to be the same.
func (t *tree) store(dir, name string, c *job.Converted) (fresh bool, err error) {
	f, err := t.at(dir)
	if err != nil {
		return false, err
	}
	defer t.done(f)
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
	defer p.tree.done(f)
	return f.root.OpenFile(p.name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
}

// Remove removes it when it is not wanted.
func (p *part) Remove() error { return remove(p.tree.root, path.Join(p.dir, p.name)) }
