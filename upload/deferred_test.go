package upload

import (
	"io"
	"slices"
	"testing"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/spool"
)

// The same mail is in two folders, and on the server in one of them, so that the item of
// the other is put off. When its connection is given up, the item is decided about again:
// it is sent then, and not once more at the end.
func TestPutOffAndDecidedAgain(t *testing.T) {
	t.Parallel()
	mail := func() *psttest.Message { return psttest.Mail("a", "a@example.org", "b@example.org", "text") }
	path := jobtest.File(t, psttest.Folder{Name: "New", Messages: []*psttest.Message{mail()}}, psttest.Folder{Name: "Old", Messages: []*psttest.Message{mail()}})
	j := jobtest.Open(t, imaptest.Memory(t), path)
	u := newUploader(j, Options{})
	l := newLane(u, (*lane).decideHere)
	l.work = work{mailbox: "New", items: []int{0}}
	convert := func() *job.Converted {
		c := &job.Converted{Ref: u.ledger.refs[0], Spool: new(spool.Spool)}
		u.prepare(t.Context(), c)
		if c.Err != nil || c.Item.Mailbox != "New" {
			t.Fatalf("%+v, %v", c.Item, c.Err)
		}
		return c
	}
	first := convert()
	id := first.Item.ItemID
	j.Index.Add(claim.Copy{Mailbox: "Old", UID: 1, ID: id})
	if err := l.decideHere(first); err != nil || len(l.ready) != 0 || len(u.deferred) != 1 {
		t.Fatalf("%d are to be sent, %d put off, %v", len(l.ready), len(u.deferred), err)
	}
	if j.Index.OursHere(claim.Item{ID: id, Mailbox: "Old"}) == nil { // as the other folder's item does
		t.Fatal("nothing to claim")
	}
	if err := l.decideHere(convert()); err != nil || len(l.ready) != 1 {
		t.Fatalf("%d are to be sent, %v", len(l.ready), err)
	}
	left, err := u.decideElsewhere()
	if err != nil || slices.Contains(left, 0) {
		t.Errorf("%v is to be sent once more, %v", left, err)
	}
	if b, err := io.ReadAll(l.ready[0].c.Spool.Reader()); err != nil || len(b) == 0 {
		t.Errorf("%q, %v", b, err)
	}
	l.drop()
}
