package upload

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
)

// prepare opens an item and converts it, unless a message of ours in the right
// mailbox accounts for it already. It is called on several cores at once, so it
// claims nothing.
func (u *uploader) prepare(ctx context.Context, c *job.Converted) {
	if c.Err = ctx.Err(); c.Err != nil {
		return
	}
	defer func() { c.Item.Release() }() // where it was not converted
	if c.Item, c.Err = u.job.Identify(c.Ref); c.Err != nil || u.hasOurs(c.Item) {
		return
	}
	c.Result, c.Err = u.convert(c)
}

func (u *uploader) hasOurs(it *job.Item) bool {
	u.claims.Lock()
	defer u.claims.Unlock()
	return u.job.Index.HasOursHere(it.Claim(nil))
}

// convert fills the spool with the bytes to upload.
func (u *uploader) convert(c *job.Converted) (*eml.Result, error) {
	if err := c.Item.Load(); err != nil {
		return nil, err
	}
	c.Spool.CheckLines = true
	if _, err := c.Spool.Write([]byte(c.Item.IDLine(nil))); err != nil {
		return nil, err
	}
	res, err := c.Item.Convert(c.Spool)
	if err == nil && res.Mapped {
		err = c.Spool.Replace([]byte(c.Item.IDLine(res)))
	}
	return res, err
}

// recall counts the items whose identity an earlier run has found out and whose
// message is where it belongs: most of them, when a run is repeated. They need
// not be read. It gives the others.
func (u *uploader) recall(items []int) (rest []int) {
	if !u.job.Recalls() {
		return items
	}
	items = u.recallAppended(items)
	for _, n := range items {
		if it := u.job.Recall(u.ledger.refs[n]); it != nil && u.claimsOwn(n, it) {
			u.count(n, it, report.Present, "", "")
		} else {
			rest = append(rest, n)
		}
	}
	return rest
}

// recallAppended is recall for those items that are where the journal says, by their
// UID alone.
func (u *uploader) recallAppended(items []int) (rest []int) {
	var present []int
	u.claims.Lock()
	for _, n := range items {
		e := u.appended[n]
		if e != nil && u.job.Index.OursAt(claim.Item{ID: e.Item, Mailbox: u.mailboxOf(n)}, e.UID) != nil {
			present = append(present, n)
		} else {
			rest = append(rest, n)
		}
	}
	u.claims.Unlock()
	if len(present) > 0 {
		done := u.ledger.present(present)
		u.tell(u.ledger.refs[present[0]].Folder, done, "")
	}
	return rest
}

// claimsOwn claims our message in the right mailbox for an item that is no exact
// duplicate of an earlier one.
func (u *uploader) claimsOwn(n int, it *job.Item) bool {
	u.claims.Lock()
	defer u.claims.Unlock()
	key := place{u.mailboxOf(n), it.ItemID}
	if first, there := u.seen[key]; there && first != n || u.isTaken(it) || u.job.Index.OursHere(it.Claim(nil)) == nil {
		return false
	}
	u.seen[key] = n
	return true
}

// decideHere counts an item or puts it among those to send. Items of one mailbox
// come in their order.
func (l *lane) decideHere(c *job.Converted) error {
	u, it := l.u, c.Item
	if c.Err != nil {
		return l.refuse(c)
	}
	if u.isDuplicate(l.n(c), it) {
		l.done(c, report.Skipped, report.ReasonDuplicate, "the same message is in this folder twice")
		return nil
	}
	u.claims.Lock()
	found, _ := u.job.Index.Here(it.Claim(c.Result))
	elsewhere := found == nil && u.job.Index.MayBeElsewhere(it.Claim(c.Result))
	if elsewhere {
		u.deferred[l.n(c)] = it.Claim(c.Result)
	} else {
		delete(u.deferred, l.n(c)) // a connection that was given up may have put it off, and nobody sends it twice
	}
	u.claims.Unlock()
	switch {
	case found != nil:
		l.done(c, report.Present, "", "")
		return l.know(it)
	case elsewhere:
		_ = c.Spool.Close() // it is converted again if it has to be
	default:
		return l.queue(c)
	}
	return nil
}

// decideElsewhere decides about the items that had been put off until every item
// had its chance to claim what lies where it belongs, in the order of the data
// files: which of two look-alikes gets a copy must not depend on the speed of the
// line. It gives those that are to be sent.
func (u *uploader) decideElsewhere() (left []int, err error) {
	for _, n := range slices.Sorted(maps.Keys(u.deferred)) {
		found, how := u.job.Index.Elsewhere(u.deferred[n])
		if found == nil {
			left = append(left, n)
			continue
		}
		it, err := u.job.Identify(u.ledger.refs[n])
		if err != nil { // it could be read before
			left = append(left, n)
			continue
		}
		u.count(n, it, report.Present, "", whereabouts(how, found.Mailbox, it.Mailbox))
		if err := u.know(it); err != nil {
			return nil, err
		}
	}
	return left, nil
}

// sendOn sends an item that nothing on the server accounts for.
func (l *lane) sendOn(c *job.Converted) error {
	if c.Err != nil {
		return l.refuse(c)
	}
	return l.queue(c)
}

func whereabouts(how claim.How, is, belongs string) string {
	if how == claim.InInbox {
		return fmt.Sprintf("the message is in INBOX, not in %q", belongs)
	}
	return fmt.Sprintf("the message is in %q, not in %q: it was moved there", is, belongs)
}

// isDuplicate tells whether an earlier item of the same mailbox has the same
// identity.
func (u *uploader) isDuplicate(n int, it *job.Item) bool {
	u.claims.Lock()
	defer u.claims.Unlock()
	key := place{u.mailboxOf(n), it.ItemID}
	first, known := u.seen[key]
	if !known {
		if u.isTaken(it) {
			return true
		}
		u.seen[key] = n
	}
	return known && first != n
}

// isTaken tells whether one of the items that were found by their UIDs has the same
// identity and mailbox. claims is held.
func (u *uploader) isTaken(it *job.Item) bool {
	return u.appended != nil && u.job.Index.Taken(it.Claim(nil))
}

// knownAtOnce is how many identities are written down together. Those that a
// crash loses are computed again.
const knownAtOnce = 256

// unwritten is what the next run may know of an item; ok is false when there is
// nothing new to write down.
func (u *uploader) unwritten(it *job.Item) (k journal.Known, ok bool) {
	if u.opt.Journal == nil || u.opt.Dry {
		return k, false
	}
	return u.job.Known(it)
}

// know writes the identity of an item down for the next run.
func (u *uploader) know(it *job.Item) error {
	if k, ok := u.unwritten(it); ok {
		return u.opt.Journal.Know(k)
	}
	return nil
}

// know is the same for many items of a mailbox.
func (l *lane) know(it *job.Item) error {
	if k, ok := l.u.unwritten(it); ok {
		l.known = append(l.known, k)
	}
	if len(l.known) < knownAtOnce {
		return nil
	}
	return l.writeKnown()
}

func (l *lane) writeKnown() error {
	if len(l.known) == 0 {
		return nil
	}
	known := l.known
	l.known = nil
	return l.u.opt.Journal.Know(known...)
}

// refuse counts an item that is not converted; other errors end the run.
func (l *lane) refuse(c *job.Converted) error {
	var r *job.Refusal
	if !errors.As(c.Err, &r) {
		_ = c.Spool.Close() // a temporary file that nobody reads
		return c.Err
	}
	if r.PIM && l.u.opt.PIM != nil {
		l.u.setAside(l.n(c))
		_ = c.Spool.Close() // nothing is in it
		return nil
	}
	l.done(c, r.State, r.Category, r.Detail)
	if r.State == report.Failed {
		return l.u.checkFailures()
	}
	return nil
}

// done counts an item that is not sent.
func (l *lane) done(c *job.Converted, s report.State, category, reason string) {
	l.u.count(l.n(c), c.Item, s, category, reason)
	_ = c.Spool.Close() // a temporary file that nobody reads
}

// checkFailures ends the run when more items have failed than the person wants.
func (u *uploader) checkFailures() error {
	if most := u.opt.ErrorsMax; most > 0 && u.ledger.failures() > most {
		return ErrTooManyFailures
	}
	return nil
}
