package bench

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/pst2imap/pst2imap/internal/psttest"
)

// TestRead counts what was written, with one worker and with several.
func TestRead(t *testing.T) {
	data := bytes.Repeat([]byte("attachment "), 5000)
	inner := psttest.Mail("inner", "ann@example.org", "bob@example.org", "text")
	var all []*psttest.Message
	for range 3 * batch {
		all = append(all, psttest.Mail("outer", "ann@example.org", "bob@example.org", "text").
			Attach(psttest.Embed(inner), psttest.ByValue("a.bin", "application/octet-stream", data)))
	}
	file, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{{Name: "Inbox", Role: psttest.RoleInbox, Messages: all}}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.pst")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	one, err := Read(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	n := len(all)
	if one.Messages != 2*n || one.Recipients != 2*n || one.Attachments != 2*n || one.Hashed != int64(n*len(data)) || one.Errors != 0 {
		t.Errorf("%v, want %d messages with %d embedded in them", one, n, n)
	}
	if four, err := Read(path, 4); err != nil || four != one {
		t.Errorf("four workers: %v, %v; one has %v", four, err, one)
	}
	list, err := Folders(path)
	if err != nil || list.Folders != one.Folders {
		t.Errorf("%v, %v; want %d folders", list, err, one.Folders)
	}
	if inv, err := Inventory(path); err != nil || inv.Messages != n {
		t.Errorf("%v, %v; want %d messages", inv, err, n)
	}
}
