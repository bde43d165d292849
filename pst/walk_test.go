package pst_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/pst"
)

// messages walks a file that must be sound.
func messages(t *testing.T, s *pst.Store) []pst.NodeID {
	t.Helper()
	var out []pst.NodeID
	for id, err := range s.Messages() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, id)
	}
	return out
}

// TestMessages holds the walk against the inventory, which asks the folders too.
func TestMessages(t *testing.T) {
	hidden := psttest.Mail("hidden", "ann@example.org", "", "")
	hidden.Associated = true
	var many []*psttest.Message
	for range 100 { // more than a page of the node B-tree has
		many = append(many, psttest.Mail("one of many", "ann@example.org", "bob@example.org", "text"))
	}
	file, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{
		{Name: "Inbox", Role: psttest.RoleInbox, Messages: append(many, hidden)},
		{Name: "Other", Messages: []*psttest.Message{psttest.Mail("last", "ann@example.org", "", "")}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := pst.New(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	got := messages(t, s)
	if len(got) != 101 || !slices.IsSorted(got) {
		t.Errorf("%d messages, sorted %v; want 101 in order", len(got), slices.IsSorted(got))
	}
	inv, err := s.Inventory()
	if err != nil {
		t.Fatal(err)
	}
	var listed []pst.NodeID
	for _, f := range inv.Folders {
		listed = append(listed, f.Items...)
	}
	slices.Sort(listed)
	if !slices.Equal(got, listed) {
		t.Errorf("the walk gives %v, the inventory %v", got, listed)
	}
	for id := range s.Messages() {
		if id != got[0] {
			t.Errorf("a second walk starts with %v, want %v", id, got[0])
		}
		break // must be allowed at any time
	}
}

// TestMessagesOfDamagedTree cuts a file so that the tree cannot be read.
func TestMessagesOfDamagedTree(t *testing.T) {
	file, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{{Name: "Inbox"}}})
	if err != nil {
		t.Fatal(err)
	}
	file = file[:0x4400]
	s, err := pst.New(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	errs := 0
	for _, err := range s.Messages() {
		if err == nil {
			t.Error("a message from a tree that is not there")
		}
		errs++
	}
	lost := slices.ContainsFunc(s.Damage(), func(d pst.Damage) bool { return d.Lost })
	if errs != 1 || !lost {
		t.Errorf("%d errors, loss reported: %v; want 1 and true", errs, lost)
	}
}
