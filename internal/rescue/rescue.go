// Package rescue keeps the messages that a server would not take: each as a file
// that any mail program opens, and an index that says where it belongs, so that
// they can be tried again without the data file.
//
// The folder lies on the person's disk and anybody may have written into it: what
// the index says is checked, and nothing outside of the folder is touched.
package rescue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// IndexName is the index in the folder: JSON, one [Entry] a line. Of several lines
// with the same store and node the last one counts.
const IndexName = "index.jsonl"

// Entry is one message.
type Entry struct {
	File      string    `json:"file"`            // name in the folder
	Item      string    `json:"item"`            // item id
	Store     string    `json:"store,omitempty"` // record key of the data file, hexadecimal
	Node      uint32    `json:"node"`            // in the data file
	Mailbox   string    `json:"mailbox"`         // where it belongs
	Flags     []string  `json:"flags,omitempty"` // system flags and keywords for APPEND
	Date      time.Time `json:"date,omitzero"`   // for APPEND
	Folder    []string  `json:"folder"`          // path in the data file
	Subject   string    `json:"subject,omitempty"`
	MessageID string    `json:"message_id,omitempty"`
	Size      int64     `json:"size"`                  // of the file, in bytes
	SHA256    string    `json:"sha256"`                // of the file, hexadecimal
	Body      string    `json:"body_sha256,omitempty"` // of what is behind its first line; that alone is checked then
	Category  string    `json:"category,omitempty"`
	Reason    string    `json:"reason"` // why it is here, in the words of the server where it said any
}

// Key names the item that an entry is of.
type Key struct {
	Store string
	Node  uint32
}

// Key is that of the entry.
func (e *Entry) Key() Key { return Key{e.Store, e.Node} }

// Folder is a rescue folder. It is safe for concurrent use.
type Folder struct {
	dir string

	mu      sync.Mutex
	root    *os.Root // nil while there is no folder
	entries []Entry
	at      map[Key]int // index into entries
	faults  []Fault
	foreign [][]byte // lines that could not be understood
}

// Open reads the index of the folder dir. Where there is none, the folder is empty
// and [Folder.Keep] makes it. The error is one of the disk.
func Open(dir string) (*Folder, error) {
	f := &Folder{dir: dir, at: map[Key]int{}}
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	f.root = root
	if err := f.readIndex(); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return f, nil
}

// Close lets go of the folder.
func (f *Folder) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.root == nil {
		return nil
	}
	return f.root.Close()
}

// Dir is the path of the folder.
func (f *Folder) Dir() string { return f.dir }

// HasIndex tells whether there is an index.
func (f *Folder) HasIndex() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.root == nil {
		return false
	}
	_, err := f.root.Lstat(IndexName)
	return err == nil
}

// Entries are those of the index, in its order.
func (f *Folder) Entries() []Entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.entries)
}

// Count is how many messages the index has, and their bytes.
func (f *Folder) Count() (messages int, bytes int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.entries {
		bytes += f.entries[i].Size
	}
	return len(f.entries), bytes
}

// Keep writes a message and its entry, whose File, Size and SHA256 it fills in. It
// gives the path of the file.
func (f *Folder) Keep(e Entry, message io.Reader) (path string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.make(); err != nil {
		return "", err
	}
	place := sha256.Sum256(fmt.Appendf(nil, "%s %d", e.Store, e.Node))
	e.File = fmt.Sprintf("%s-%x.eml", e.Item, place[:4])
	if i, there := f.at[e.Key()]; there {
		e.File = f.entries[i].File
	}
	sum := sha256.New()
	err = f.write(e.File, func(w io.Writer) error {
		e.Size, err = io.Copy(io.MultiWriter(w, sum), message)
		return err
	})
	if err != nil {
		return "", err
	}
	e.SHA256 = hex.EncodeToString(sum.Sum(nil))
	f.put(e)
	return filepath.Join(f.dir, e.File), f.append(e)
}

func (f *Folder) make() (err error) {
	if f.root != nil {
		return nil
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	f.root, err = os.OpenRoot(f.dir)
	return err
}

// put adds an entry, or takes it for an earlier one of the same item.
func (f *Folder) put(e Entry) {
	if i, there := f.at[e.Key()]; there {
		f.entries[i] = e
		return
	}
	f.at[e.Key()] = len(f.entries)
	f.entries = append(f.entries, e)
}

// append writes a line at the end of the index.
func (f *Folder) append(e Entry) error {
	line, err := json.Marshal(&e)
	if err != nil {
		return err
	}
	w, err := f.root.OpenFile(IndexName, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return errors.Join(err, w.Close())
}

// write makes a file under its name when it is whole.
func (f *Folder) write(name string, fill func(io.Writer) error) error {
	part := name + ".part"
	_ = f.root.Remove(part) // of a run that was killed, or somebody's link
	w, err := f.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(fill(w), w.Close())
	if err == nil {
		err = f.root.Rename(part, name)
	}
	if err != nil {
		_ = f.root.Remove(part) // the error that matters is the other one
	}
	return err
}

// Settle asks for each entry whether it is to stay; fn may change why it is here.
// The others are removed with their files. Lines of the index that could not be
// understood stay.
func (f *Folder) Settle(fn func(*Entry) (stays bool)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.root == nil || len(f.entries) == 0 {
		return nil
	}
	var stay []Entry
	var gone []string
	used := map[string]bool{}
	for _, e := range f.entries {
		if fn(&e) {
			stay = append(stay, e)
			used[e.File] = true
		} else {
			gone = append(gone, e.File)
		}
	}
	if err := f.write(IndexName, func(w io.Writer) error { return f.writeIndex(w, stay) }); err != nil {
		return err
	}
	f.entries, f.at = nil, map[Key]int{}
	for _, e := range stay {
		f.put(e)
	}
	var errs []error
	for _, name := range gone { // after the index: a file that is left over does no harm
		if used[name] {
			continue
		}
		if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
