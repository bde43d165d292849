package eml

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/pst"
)

// changing is a file in which a byte changes.
type changing struct {
	file []byte
}

func (c *changing) ReadAt(p []byte, off int64) (int, error) {
	return bytes.NewReader(c.file).ReadAt(p, off)
}

// Data that is too large to be kept must be the same when it is read again: the
// identity is that of the first reading.
func TestChangeBetweenReadings(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcdef"), (maxSpool+1<<16)/16)
	mark := bytes.Repeat([]byte{0xF5}, 32)
	at := len(data) - 1000
	copy(data[at:], mark)
	m := note().Attach(psttest.ByValue("a.bin", "", data))
	file, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{{Name: "Inbox", Messages: []*psttest.Message{m}}}})
	if err != nil {
		t.Fatal(err)
	}
	c, where := &changing{file}, bytes.Index(file, mark)
	if where < 0 {
		t.Fatal("the data is not in the file")
	}
	s, err := pst.New(c, int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	it := Load(single(t, s), nil)
	if _, err := it.Convert(io.Discard); err != nil {
		t.Fatal(err)
	}
	c.file[where] ^= 1
	if _, err := it.Convert(io.Discard); !errors.Is(err, errChanged) {
		t.Errorf("%v", err)
	}
}
