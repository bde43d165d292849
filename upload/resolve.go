package upload

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
)

// resolve finds out what became of commands whose answer never came: it waits
// until the mailbox does not change any more, then looks. What is not there is
// sent again.
func (l *lane) resolve(ctx context.Context) error {
	n, bytes := 0, int64(0)
	for _, f := range l.lost {
		n += len(f.parcels)
		bytes += f.bytes
	}
	l.u.job.Note(event.Info, fmt.Sprintf("the connection was lost; looking for %d messages that were under way to %q", n, l.box.name))
	err := l.u.settleDown(ctx, map[string]time.Duration{l.box.name: l.quiet(bytes)})
	if err != nil {
		return err
	}
	found, err := l.u.lookFor(ctx, l.box)
	if err != nil {
		return err
	}
	lost := l.lost
	l.lost = nil
	var missing []*parcel
	for _, f := range lost {
		var entries []journal.Entry
		for _, p := range f.parcels {
			if uid, ok := found[p.c.Item.ItemID]; ok {
				entries = append(entries, l.arrived(p, imapconn.Appended{UIDValidity: l.box.validity, UID: uid}))
			} else {
				missing = append(missing, p)
			}
		}
		if err := l.write(entries); err != nil {
			return err
		}
		if err := l.settledByLooking(f); err != nil {
			return err
		}
	}
	return l.afterLoss(missing)
}

// settledByLooking notes that what became of a command was found out, and may
// still turn out to be otherwise.
func (l *lane) settledByLooking(f *flight) error {
	if l.u.opt.Journal == nil {
		return nil
	}
	return l.u.opt.Journal.SettleLost(f.intent)
}

// quiet is how long the mailbox must not change, from the answers on this
// connection; where it had none, from those on others, or in earlier runs.
func (l *lane) quiet(unanswered int64) time.Duration {
	slowest, longest := l.window.slowest, l.window.longest
	if slowest == 0 {
		slowest, longest = l.u.pace.get()
	}
	if slowest == 0 {
		slowest = l.u.opt.Past.Slowest
	}
	return quiet(unanswered, slowest, longest)
}

// afterLoss sends messages again over which a connection broke.
func (l *lane) afterLoss(missing []*parcel) error {
	var again []*parcel
	for _, p := range missing {
		p.ask = p.ask || p.losses > 0 // once may be chance; twice may be the message
		p.losses++
		if p.losses > mostLosses && l.u.stored.Load() > 0 {
			if err := l.fail(p, "refused by the server", "the connection breaks whenever this message is sent"); err != nil {
				return err
			}
			continue
		}
		again = append(again, p)
	}
	l.ready = append(again, l.ready...)
	return nil
}

// mostLosses is how often the connection may break over one message while
// others get through.
const mostLosses = 8

// lookFor reads the messages that have come into a mailbox since this run began
// to append to it: the UIDs of ours by item id.
func (u *uploader) lookFor(ctx context.Context, b *box) (map[string]uint32, error) {
	copies, _, err := u.arrivals(ctx, b)
	return oursIn(copies), err
}

// arrivals reads the messages that have come into a mailbox since this run began
// to append to it. A mailbox that is gone has none.
func (u *uploader) arrivals(ctx context.Context, b *box) ([]claim.Copy, imapconn.Status, error) {
	u.control.Lock()
	defer u.control.Unlock()
	copies, st, err := u.job.Copies(ctx, b.name, b.next)
	if err == nil && st.UIDValidity != b.validity {
		// The mailbox has been numbered anew: all of it is new.
		u.job.Note(event.Warning, fmt.Sprintf("the server has numbered the messages in %q anew", b.name))
		b.validity, b.next = st.UIDValidity, 1
		copies, st, err = u.job.Copies(ctx, b.name, 1)
	}
	if errors.Is(err, job.ErrNoMailbox) {
		u.job.Note(event.Warning, fmt.Sprintf("the folder %q is gone from the server", b.name))
		return nil, st, nil
	}
	return copies, st, err
}

func oursIn(copies []claim.Copy) map[string]uint32 {
	found := map[string]uint32{}
	for _, c := range copies {
		if c.ID != "" {
			found[c.ID] = c.UID
		}
	}
	return found
}

// look asks whether the server has a message that it says it has.
func (l *lane) look(ctx context.Context, p *parcel, e *imapconn.AppendError) error {
	l.makeWay()
	copies, _, err := l.u.copies(ctx, l.box.name)
	if err != nil && !errors.Is(err, job.ErrNoMailbox) {
		return err
	}
	if _, ok := oursIn(copies)[p.c.Item.ItemID]; ok {
		l.done(p.c, report.Present, "", "")
		return nil
	}
	return l.fail(p, "refused by the server", "the server says that it has the message, but it is not in the folder: "+e.Text)
}

// copies reads a whole mailbox.
func (u *uploader) copies(ctx context.Context, name string) ([]claim.Copy, imapconn.Status, error) {
	u.control.Lock()
	defer u.control.Unlock()
	return u.job.Copies(ctx, name, 1)
}

// remake makes a mailbox that has gone.
func (u *uploader) remake(ctx context.Context, name string) error {
	u.control.Lock()
	defer u.control.Unlock()
	if err := u.job.MakeMailbox(ctx, name); err != nil {
		return err
	}
	b := u.boxes[name]
	return u.job.Do(ctx, func(c *imapconn.Conn) error {
		st, err := c.Select(ctx, name)
		b.validity, b.next, b.permanent = st.UIDValidity, 1, st.PermanentFlags
		b.proven, b.keywords, b.full = map[string]bool{}, nil, false // it is another mailbox
		return err
	})
}
