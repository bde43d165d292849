package rescue

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
)

// ErrMissing says that the file of an entry is not there.
var ErrMissing = errors.New("the file is not there any more")

// ErrChanged says that the file of an entry is not the one that was written.
var ErrChanged = errors.New("the file was changed since it was kept")

// Read opens the file of an entry. Its end is an error that satisfies
// errors.Is(err, ErrChanged) where the bytes are not those that were written; so is
// that of Read where that can be seen at once. A file that is gone is ErrMissing.
// The first line, which names the item, is for the caller to check.
func (f *Folder) Read(e *Entry) (*Message, error) {
	r, err := f.regular(e.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, err
	}
	st, err := r.Stat()
	if err == nil && st.Size() != e.Size {
		err = fmt.Errorf("%w: it has %d bytes instead of %d", ErrChanged, st.Size(), e.Size)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	m := &Message{file: r, left: e.Size, want: e.SHA256, sum: sha256.New()}
	if e.Body != "" {
		m.want, m.first = e.Body, true
	}
	m.ofBody = m.first
	return m, nil
}

// regular opens a file for reading. A link, a pipe or a device is none of ours, and
// to open it could wait for ever.
func (f *Folder) regular(name string) (*os.File, error) {
	if f.root == nil {
		return nil, fs.ErrNotExist
	}
	st, err := f.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: it is no file but %v", ErrChanged, st.Mode().Type())
	}
	return f.root.Open(name)
}

// Message is a file whose bytes are hashed while they are read.
type Message struct {
	file   *os.File // not embedded: io.Copy would read around the hash
	left   int64
	want   string
	sum    hash.Hash
	ofBody bool // the first line does not count
	first  bool // and is being read
}

// Read implements io.Reader. It gives no more bytes than the entry says, however
// the file grows.
func (c *Message) Read(p []byte) (int, error) {
	if c.left == 0 {
		if hex.EncodeToString(c.sum.Sum(nil)) != c.want {
			return 0, ErrChanged
		}
		return 0, io.EOF
	}
	n, err := c.file.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	c.hash(p[:n])
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: it ends too early", ErrChanged)
	}
	return n, err
}

func (c *Message) hash(p []byte) {
	if c.first {
		n := bytes.IndexByte(p, '\n')
		if n < 0 {
			return
		}
		c.first, p = false, p[n+1:]
	}
	_, _ = c.sum.Write(p) // a hash does not fail
}

// SumsBody tells whether what is checked is the hash of what is behind the first line,
// and not that of the whole file.
func (c *Message) SumsBody() bool { return c.ofBody }

// Sum is the hash of what was read, see [Message.SumsBody].
func (c *Message) Sum() (sum [sha256.Size]byte) {
	c.sum.Sum(sum[:0])
	return sum
}

// Close implements io.Closer.
func (c *Message) Close() error { return c.file.Close() }
