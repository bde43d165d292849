package ltp

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// mailbox is a file with one folder of so many messages, and the folder's
// contents table.
func mailbox(tb testing.TB, messages int) (f *ndb.File, message, table *Node) {
	tb.Helper()
	var all []*psttest.Message
	for i := range messages {
		all = append(all, psttest.Mail(fmt.Sprint("subject ", i), "ann@example.org", "bob@example.org", "text"))
	}
	b, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{{Name: "Inbox", Messages: all}}})
	if err != nil {
		tb.Fatal(err)
	}
	if f, err = ndb.Open(bytes.NewReader(b), int64(len(b))); err != nil {
		tb.Fatal(err)
	}
	for n, err := range f.Nodes() {
		if err != nil {
			tb.Fatal(err)
		}
		if n.NID.Type() != ndb.TypeMessage {
			continue
		}
		if message, err = OpenNode(f, n.NID); err != nil {
			tb.Fatal(err)
		}
		if table, err = OpenNode(f, n.Parent.WithType(ndb.TypeContentsTable)); err != nil {
			tb.Fatal(err)
		}
		return f, message, table
	}
	tb.Fatal("no message")
	return nil, nil, nil
}

func BenchmarkOpenPC(b *testing.B) {
	_, n, _ := mailbox(b, 1)
	b.ReportAllocs()
	for b.Loop() {
		p, err := OpenPC(n)
		if err != nil || len(p.List()) == 0 {
			b.Fatal(err)
		}
	}
}

// BenchmarkRowIndex lists the rows without their cells; an operation is a row.
func BenchmarkRowIndex(b *testing.B) {
	const rows = 5000
	_, _, n := mailbox(b, rows)
	b.ReportAllocs()
	for done := 0; b.Loop(); done++ {
		if done%rows > 0 {
			continue
		}
		t, err := OpenTable(n)
		if err != nil {
			b.Fatal(err)
		}
		seen := 0
		for _, err := range t.Rows() {
			if err != nil {
				b.Fatal(err)
			}
			seen++
		}
		if seen != rows {
			b.Fatalf("%d rows", seen)
		}
	}
}

func BenchmarkRow(b *testing.B) {
	_, _, n := mailbox(b, 2000)
	t, err := OpenTable(n)
	if err != nil {
		b.Fatal(err)
	}
	var rows []Row
	for r, err := range t.Rows() {
		if err != nil {
			b.Fatal(err)
		}
		rows = append(rows, r)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p, err := t.Row(rows[i%len(rows)])
		if err != nil || len(p.List()) == 0 {
			b.Fatal(err)
		}
	}
}
