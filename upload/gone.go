package upload

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/journal"
)

// GoneError says that much of what earlier runs appended to a mailbox is not on
// the server any more. A person deletes some; a POP program that is still
// switched on fetches and removes all of them. Nothing was changed on the server.
type GoneError struct {
	Mailbox  string
	Gone, Of int // messages
}

// Error is one line.
func (e *GoneError) Error() string {
	return fmt.Sprintf("%d of %d messages that were uploaded to %q before are gone from the server", e.Gone, e.Of, e.Mailbox)
}

// Messages of a mailbox may be gone without a question: fewGone of them, or one
// in goneShare.
const (
	fewGone   = 3
	goneShare = 10
)

// findGone finds what earlier runs have appended and the server does not have
// any more, in whatever mailbox. Items that are not in the data files any more
// do not matter.
func (u *uploader) findGone() error {
	if len(u.job.Unreadable()) == 0 && !slices.ContainsFunc(u.opt.Past.Entries, u.isGone) {
		return nil // as it should be
	}
	listed := make(map[journal.Node]bool, len(u.ledger.refs))
	for _, r := range u.ledger.refs {
		listed[u.job.Node(r)] = true
	}
	boxes := map[string]*GoneError{}
	for _, e := range u.opt.Past.Entries {
		key := placeOf(e.Mailbox, e.Item)
		if u.before[key] || !listed[journal.Node{Store: e.Store, Node: e.Node}] {
			continue
		}
		u.before[key] = true
		b := boxes[e.Mailbox]
		if b == nil {
			b = &GoneError{Mailbox: e.Mailbox}
			boxes[e.Mailbox] = b
		}
		b.Of++
		if !u.job.Index.Has(e.Item) {
			b.Gone++
			u.gone[e.Item] = true
		}
	}
	return u.judge(boxes)
}

// isGone tells whether nothing that was appended for an item is on the server.
func (u *uploader) isGone(e journal.Entry) bool {
	x := u.job.Index
	return !x.HasAt(e.Item, e.Mailbox, e.UID) && !x.Has(e.Item)
}

// judge decides whether to go on.
func (u *uploader) judge(boxes map[string]*GoneError) error {
	total := 0
	var worst *GoneError
	for _, b := range boxes {
		total += b.Gone
		if b.Gone > fewGone && b.Gone*goneShare > b.Of && (worst == nil || worse(b, worst) < 0) {
			worst = b
		}
	}
	switch {
	case total == 0, len(u.job.Unreadable()) > 0: // they may be there
		return nil
	case u.opt.KeepDeleted:
		u.job.Note(event.Info, fmt.Sprintf("%d messages that were uploaded before are gone from the server and stay so", total))
	case worst != nil && !u.opt.Refill:
		return worst
	default:
		u.job.Note(event.Warning, fmt.Sprintf("%d messages that were uploaded before are gone from the server; they are uploaded again", total))
	}
	return nil
}

func worse(a, b *GoneError) int {
	return cmp.Or(cmp.Compare(b.Gone, a.Gone), cmp.Compare(a.Mailbox, b.Mailbox))
}

// placeOf names an item in a mailbox.
func placeOf(mailbox, item string) string { return mailbox + "\x00" + item }

// reasonGone is what the report says of an item that is gone.
const reasonGone = "an earlier run had uploaded the message, and it was gone from the server"
