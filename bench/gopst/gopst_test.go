package gopst

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	charsets "github.com/emersion/go-message/charset"
	gopst "github.com/mooijtech/go-pst/v6/pkg"
	"golang.org/x/text/encoding"

	"github.com/pst2imap/pst2imap/bench"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// TestMain is the reader when it is given what to do and a file.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.NArg() != 2 {
		os.Exit(m.Run())
	}
	c, err := read(flag.Arg(1), flag.Arg(0) == "read")
	if err != nil {
		fmt.Fprintln(os.Stderr, "gopst:", err)
		os.Exit(1)
	}
	fmt.Println(c)
}

// read opens a file, lists its folders and, if asked to, reads the items.
func read(path string, items bool) (bench.Counts, error) {
	gopst.ExtendCharsets(func(name string, enc encoding.Encoding) { charsets.RegisterEncoding(name, enc) })
	f, err := os.Open(path)
	if err != nil {
		return bench.Counts{}, err
	}
	defer f.Close()
	file, err := gopst.New(f)
	if err != nil {
		return bench.Counts{}, err
	}
	defer file.Cleanup()
	var w walk
	err = file.WalkFolders(func(folder *gopst.Folder) error {
		w.Folders++
		if items {
			return w.folder(folder)
		}
		return nil
	})
	return w.Counts, err
}

type walk struct{ bench.Counts }

func (w *walk) folder(f *gopst.Folder) error {
	it, err := f.GetMessageIterator()
	if errors.Is(err, gopst.ErrMessagesNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for it.Next() {
		w.message(it.Value())
	}
	if it.Err() != nil {
		w.Errors++
	}
	return nil
}

// message reads what reading a message has not: go-pst has already decoded its
// strings, numbers and times, not its binary values.
func (w *walk) message(m *gopst.Message) {
	w.Messages++
	w.properties(m.PropertyContext, m.LocalDescriptors)
	if _, err := m.PropertyContext.GetPropertyByID(rtfBody); err == nil {
		text, err := m.GetBodyRTF()
		if err != nil {
			w.Errors++
		}
		w.Bytes += int64(len(text))
	}
	it, err := m.GetAttachmentIterator()
	if err != nil { // go-pst says so of a message without attachments too
		return
	}
	for it.Next() {
		w.attachment(it.Value())
	}
	if it.Err() != nil {
		w.Errors++
	}
}

func (w *walk) attachment(a *gopst.Attachment) {
	w.Attachments++
	w.properties(a.PropertyContext, a.LocalDescriptors)
	h := sha256.New()
	n, err := a.WriteTo(h)
	if err != nil {
		w.Errors++
	}
	h.Sum(nil)
	w.Hashed += n
}

const (
	typeBinary = 0x0102
	rtfBody    = 0x1009
	attachData = 0x3701
)

func (w *walk) properties(p *gopst.PropertyContext, local []gopst.LocalDescriptor) {
	for _, prop := range p.Properties {
		w.Properties++
		if prop.Type != typeBinary || prop.ID == rtfBody || prop.ID == attachData {
			continue
		}
		r, err := p.GetPropertyReader(prop.ID, local)
		if errors.Is(err, gopst.ErrPropertyNoData) {
			continue
		}
		if err != nil {
			w.Errors++
			continue
		}
		value := make([]byte, r.Size())
		if _, err := r.ReadAt(value, 0); err != nil {
			w.Errors++
		}
		w.Bytes += int64(len(value))
	}
}

// TestSameWork holds the two readers against each other: a comparison of their
// speed means nothing if one of them reads less than it says.
func TestSameWork(t *testing.T) {
	data := bytes.Repeat([]byte("attachment "), 3000)
	m := psttest.Mail("subject", "ann@example.org", "bob@example.org", "text").
		Attach(psttest.ByValue("a.bin", "application/octet-stream", data))
	file, err := psttest.Bytes(&psttest.Tree{
		Options: psttest.Options{Encryption: psttest.EncryptPermute},
		Folders: []psttest.Folder{{Name: "Inbox", Role: psttest.RoleInbox, Messages: []*psttest.Message{m, m}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "small.pst")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	theirs, err := read(path, true)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := bench.Read(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	if ours.Messages != 2 || ours.Hashed != int64(2*len(data)) || ours.Errors != 0 {
		t.Errorf("we read %v", ours)
	}
	if theirs.Messages != ours.Messages || theirs.Attachments != ours.Attachments || theirs.Hashed != ours.Hashed || theirs.Errors != 0 {
		t.Errorf("go-pst reads %v, we read %v", theirs, ours)
	}
	if theirs.Properties > ours.Properties {
		t.Errorf("go-pst reads %d properties, we read %d", theirs.Properties, ours.Properties)
	}
}
