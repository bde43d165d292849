package upload

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/spool"
)

// confirmer confirms mailboxes while others are still being filled.
type confirmer struct {
	boxes chan *box
	done  chan struct{}
	gone  int
	err   error
}

// confirmEarly starts one that takes so many mailboxes.
func (u *uploader) confirmEarly(ctx context.Context, boxes int) *confirmer {
	c := &confirmer{boxes: make(chan *box, boxes), done: make(chan struct{})}
	go func() {
		defer close(c.done)
		for b := range c.boxes {
			if c.err != nil {
				continue
			}
			var n int
			n, c.err = u.confirmBox(ctx, b)
			c.gone += n
			b.confirmed = true
		}
	}()
	return c
}

// end waits for the mailboxes so far.
func (c *confirmer) end() (gone int, err error) {
	close(c.boxes)
	<-c.done
	return c.gone, c.err
}

// complete has the mailbox confirmed unless more may come into it.
func (l *lane) complete() {
	u := l.u
	if l.box == nil || len(l.box.sent) == 0 || u.single.known() {
		return
	}
	u.claims.Lock()
	defer u.claims.Unlock()
	for n := range u.deferred {
		if u.mailboxOf(n) == l.work.mailbox {
			return
		}
	}
	u.early.boxes <- l.box // has room
}

// confirm reads what has come into the mailboxes that were appended to: what the
// server said it stored must be there, once. gone is how many are missing from
// those that are confirmed already.
func (u *uploader) confirm(ctx context.Context, gone int) error {
	for _, name := range slices.Sorted(maps.Keys(u.boxes)) {
		b := u.boxes[name]
		if len(b.sent) == 0 || b.confirmed {
			continue
		}
		n, err := u.confirmBox(ctx, b)
		if err != nil {
			return err
		}
		gone += n
	}
	if gone > 0 {
		u.job.Note(event.Warning, fmt.Sprintf("%d messages that the server accepted are not there", gone))
	}
	return nil
}

func (u *uploader) confirmBox(ctx context.Context, b *box) (gone int, err error) {
	if there, err := u.allThere(ctx, b); there || err != nil {
		return 0, err
	}
	copies, st, err := u.arrivals(ctx, b)
	if err != nil {
		return 0, err
	}
	times := map[string]int{}
	for _, c := range copies {
		if _, ours := b.sent[c.ID]; ours {
			times[c.ID]++
		}
	}
	found := oursIn(copies)
	var late []journal.Entry
	for _, id := range slices.Sorted(maps.Keys(b.sent)) {
		s := b.sent[id]
		uid, there := found[id]
		switch {
		case !there:
			gone++
			if err := u.vanished(s.n); err != nil {
				return gone, err
			}
		case s.uid == 0:
			late = append(late, journal.Entry{Item: id, Mailbox: b.name, UIDValidity: st.UIDValidity, UID: uid})
		}
		if n := times[id]; n > 1 {
			u.extra[b.name] += n - 1
		}
	}
	if n := u.extra[b.name]; n > 0 {
		u.job.Note(event.Warning, fmt.Sprintf("%d messages are twice in %q", n, b.name))
	}
	if u.opt.Journal == nil {
		return gone, nil
	}
	return gone, u.opt.Journal.Append(late...)
}

// allThere tells, without having the server open a message, whether all that was
// sent to a mailbox is there once: the server has told the UID of each, these are
// there, and no other was given out since. Where that does not hold it has to be
// looked at what the messages are.
func (u *uploader) allThere(ctx context.Context, b *box) (bool, error) {
	if b.next == 0 || b.validity == 0 || u.extra[b.name] > 0 {
		return false, nil
	}
	missing := make(map[uint32]bool, len(b.sent))
	for _, s := range b.sent {
		missing[s.uid] = true
	}
	if missing[0] || len(missing) < len(b.sent) {
		return false, nil
	}
	u.control.Lock()
	defer u.control.Unlock()
	st, err := u.job.Flags(ctx, b.name, b.next, func(uid uint32, flags []string) {
		if !job.Deleted(flags) {
			delete(missing, uid)
		}
	})
	if job.Refused(err) {
		return false, nil
	}
	given := int64(st.UIDNext) - int64(b.next)
	return len(missing) == 0 && st.UIDValidity == b.validity && given == int64(len(b.sent)), err
}

// vanished counts an item that the server said it had stored and does not have.
func (u *uploader) vanished(n int) error {
	const category, reason = "not there after the upload", "the server said it stored the message, but it is not there"
	out := report.Item{State: report.Failed, Reason: reason}
	c := &job.Converted{Ref: u.ledger.refs[n], Spool: new(spool.Spool)}
	defer c.Spool.Close() // a temporary file that was read
	var err error
	if c.Item, err = u.job.Open(c.Ref); err == nil {
		if c.Result, err = u.convert(c); err == nil {
			if out.Reason, err = u.rescue(c, category, reason); err != nil {
				return err
			}
		}
		out = c.Item.Describe(report.Failed, out.Reason)
	}
	u.ledger.set(n, report.Failed, category, out)
	return nil
}
