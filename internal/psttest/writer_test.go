package psttest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

func newMemoryWriter(t *testing.T) (*Writer, *memory) {
	t.Helper()
	var m memory
	w, err := NewWriter(&m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return w, &m
}

// TestErrors has the ways to give what no file can hold.
func TestErrors(t *testing.T) {
	self := Mail("in itself", ann, bob, "")
	self.Attach(Embed(self))
	broken := errors.New("broken")
	var wide []Prop
	for i := range 300 {
		wide = append(wide, Int32(mapi.PropID(0x6000+i), i))
	}
	for _, c := range []struct {
		name string
		m    *Message
		want string
	}{
		{"twice", &Message{Props: []Prop{Str(0x37, "a"), Str(0x37, "b")}}, "property 0x0037 is given twice"},
		{"no value", &Message{Props: []Prop{{ID: 0x37}}}, "property 0x0037: value of Go type"},
		{"no name", &Message{Props: []Prop{{Value: 1}}}, "neither identifier nor name"},
		{"in itself", self, ErrDepth.Error()},
		{"source", &Message{Attachments: []Attachment{{Source: iotest.ErrReader(broken)}}}, "attachment 0: broken"},
		{"recipient", &Message{Recipients: [][]Prop{{{ID: 0x3001}}}}, "recipients: row 0: column 0x3001"},
		{"columns", &Message{Recipients: [][]Prop{wide}}, "columns are more than a table can have"},
	} {
		w, _ := newMemoryWriter(t)
		_, err := w.Add(IPMSubtree, c.m)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if again := w.Close(); !errors.Is(again, err) {
			t.Errorf("%s: close says %v after %v", c.name, again, err)
		}
	}
}

func TestFolderErrors(t *testing.T) {
	w, _ := newMemoryWriter(t)
	if _, err := w.Folder(0x4711, "lost", RoleNone); err == nil || !strings.Contains(err.Error(), "no parent folder 0x4711") {
		t.Errorf("unknown parent: %v", err)
	}
	w, _ = newMemoryWriter(t)
	if _, err := w.Folder(IPMSubtree, "one", RoleInbox); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Folder(IPMSubtree, "two", RoleInbox); err == nil || !strings.Contains(err.Error(), "role inbox is taken") {
		t.Errorf("two inboxes: %v", err)
	}
	w, _ = newMemoryWriter(t)
	if _, err := w.Add(0x4711, Mail("", "", "", "")); err == nil || !strings.Contains(err.Error(), "no folder 0x4711") {
		t.Errorf("unknown folder: %v", err)
	}
	w, _ = newMemoryWriter(t)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); !errors.Is(err, errClosed) {
		t.Errorf("second close: %v", err)
	}
	if _, err := NewWriter(new(memory), Options{Encryption: 9}); err == nil {
		t.Error("encryption method 9 was accepted")
	}
}

// failing is a file that takes no more than one write.
type failing struct{ writes int }

func (f *failing) WriteAt(p []byte, _ int64) (int, error) {
	f.writes++
	if f.writes > 1 {
		return 0, os.ErrClosed
	}
	return len(p), nil
}

func TestWriteError(t *testing.T) {
	w, err := NewWriter(new(failing), Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := Mail("big", ann, bob, "").Attach(ByValue("a", "", bytesOf(1<<20)))
	if _, err := w.Add(IPMSubtree, m); !errors.Is(err, os.ErrClosed) {
		t.Errorf("add: %v", err)
	}
	if err := w.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("close: %v", err)
	}
}

// TestDeep nests messages deeper than any real file.
func TestDeep(t *testing.T) {
	b, err := Bytes(&Tree{Folders: []Folder{{Name: "Inbox", Messages: []*Message{nested(300)}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := checkFile(b); err != nil {
		t.Error(err)
	}
}

// TestRoles has pffinfo name the special folders that the store refers to.
func TestRoles(t *testing.T) {
	pffinfo := testneed.Tool(t, "pffinfo")
	folders := []Folder{
		{Name: "Eingang", Role: RoleInbox}, {Name: "Ausgang", Role: RoleOutbox}, {Name: "Gesendet", Role: RoleSent},
		{Name: "Entwürfe", Role: RoleDrafts}, {Name: "Müll", Role: RoleTrash}, {Name: "Werbung", Role: RoleJunk},
	}
	for _, c := range []struct {
		none bool
		want string
	}{{false, "Subtree, Inbox, Outbox, Wastbox, Sentmail, Finder\n"}, {true, "Subtree, Finder\n"}} {
		b, err := Bytes(&Tree{Options: Options{NoRoles: c.none}, Folders: folders})
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(t.TempDir(), "roles.pst")
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if out := run(t, pffinfo, name); !strings.Contains(out, c.want) {
			t.Errorf("no roles %t: no %q in\n%s", c.none, c.want, out)
		}
	}
}

// FuzzMessage writes a message of any content: it is an error or a sound file.
func FuzzMessage(f *testing.F) {
	f.Add("subject", "name", []byte("body"), uint16(0x1000), uint16(0x1F), 3)
	f.Add("\x01\x05Re: x", "", []byte{0xFF}, uint16(0), uint16(0x1003), 5000)
	f.Add("", "", []byte{}, uint16(0x67F2), uint16(0x48), 9000)
	f.Fuzz(func(t *testing.T, subject, name string, data []byte, id, typ uint16, size int) {
		size &= 0xFFFF
		m := Mail(subject, name, name, string(data),
			Prop{ID: mapi.PropID(id), Name: mapi.Name{Set: mapi.PSetNote, Str: name, LID: uint32(size)}, Type: mapi.PropType(typ), Value: data})
		m.Attach(ByValue(name, subject, bytesOf(size)), Embed(Mail(name, name, "", subject)))
		m.WithRecipients([]Prop{{ID: mapi.PropID(id), Type: mapi.PropType(typ), Value: data}, Int32(mapi.RecipientType, 1)})
		b, err := Bytes(&Tree{Folders: []Folder{{Name: name, Messages: []*Message{m}}}})
		if err != nil {
			return
		}
		if _, err := checkFile(b); err != nil {
			t.Error(err)
		}
	})
}
