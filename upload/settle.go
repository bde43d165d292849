package upload

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
)

// settle does what the outcome of a command asks for.
func (l *lane) settle(ctx context.Context, o landing) error {
	l.flights--
	l.flying -= o.bytes
	var refused *imapconn.AppendError
	switch {
	case o.Err == nil:
		return l.stored(o)
	case errors.Is(o.Err, imapconn.ErrUnknownOutcome):
		l.broken = o.Err
		l.lost = append(l.lost, o.flight)
		return nil
	case job.Lost(o.Err): // nothing of it was sent; the cause may be the refusal of another
		l.broken = o.Err
		if err := l.settled(o.flight); err != nil {
			return err
		}
		return l.afterLoss(o.parcels)
	case errors.As(o.Err, &refused):
		return l.refused(ctx, o.flight, refused)
	}
	return l.unsendable(o)
}

// stored counts what the server says it has stored.
func (l *lane) stored(o landing) error {
	if err := l.answered(o); err != nil {
		return err
	}
	l.patience.Success()
	l.broken = nil
	entries := make([]journal.Entry, len(o.parcels))
	for i, p := range o.parcels {
		var got imapconn.Appended
		if o.Appended != nil {
			got = o.Appended[i]
		}
		l.learn(p)
		entries[i] = l.arrived(p, got)
	}
	if err := l.write(entries); err != nil {
		return err
	}
	return l.settled(o.flight)
}

// answered measures the line. How slow it can be is written down, for a run that
// has to find out what became of the last messages of this one.
func (l *lane) answered(o landing) error {
	before := l.window.slowest
	l.window.answered(o.bytes, o.started, time.Now(), o.unasked)
	l.u.pace.note(l.window.slowest, l.window.longest)
	if now := l.window.slowest; l.u.opt.Journal != nil && (before == 0 || now < before*3/4) {
		return l.u.opt.Journal.Rate(now)
	}
	return nil
}

// learn remembers what the server has taken.
func (l *lane) learn(p *parcel) {
	l.proves(p)
	l.box.took(p.message.Flags)
	for old := l.u.proven.Load(); old < p.message.Size; old = l.u.proven.Load() {
		if l.u.proven.CompareAndSwap(old, p.message.Size) {
			return
		}
	}
}

// arrived counts one message as uploaded and makes its entry for the journal.
func (l *lane) arrived(p *parcel, got imapconn.Appended) journal.Entry {
	for range p.dropped {
		l.u.ledger.warn("F7")
	}
	l.u.stored.Add(1)
	l.u.bytes.Add(p.message.Size)
	it := p.c.Item
	l.box.sent[it.ItemID] = sentItem{p.n, got.UID}
	reason := ""
	if l.u.gone[it.ItemID] {
		reason = reasonGone
	}
	l.u.count(p.n, it, report.Uploaded, "", reason)
	node := l.u.job.Node(it.Ref)
	e := journal.Entry{
		Item: it.ItemID, Store: node.Store, Node: node.Node, Mailbox: l.box.name,
		UIDValidity: got.UIDValidity, UID: got.UID, Size: p.message.Size, SHA256: hex.EncodeToString(p.c.Result.SHA256[:]),
		Stamp: l.u.job.Stamp(it), Flags: journal.FlagText(p.c.Result.Flags),
	}
	if date := p.c.Result.InternalDate; !date.IsZero() {
		e.Date = date.Unix()
	}
	p.close()
	return e
}

// write puts messages that are stored into the journal.
func (l *lane) write(entries []journal.Entry) error {
	if l.u.opt.Journal == nil {
		return nil
	}
	return l.u.opt.Journal.Append(entries...)
}

// settled notes that what became of a command is known.
func (l *lane) settled(f *flight) error {
	if l.u.opt.Journal == nil {
		return nil
	}
	return l.u.opt.Journal.Settle(f.intent)
}

// unsendable is the end of messages that could not be sent at all: their bytes
// are not those of a message, or cannot be read any more.
func (l *lane) unsendable(o landing) error {
	if err := l.settled(o.flight); err != nil {
		return err
	}
	if len(o.parcels) > 1 {
		l.oneByOne(o.parcels)
		return nil
	}
	return l.fail(o.parcels[0], "not convertible", o.Err.Error())
}

// oneByOne sends the messages of a command again, each by itself.
func (l *lane) oneByOne(parcels []*parcel) {
	for _, p := range parcels {
		p.alone = true
	}
	l.ready = append(parcels, l.ready...)
}

// refused reacts to a refusal. The server stores all messages of a command or
// none, so a refused command is sent again one by one.
func (l *lane) refused(ctx context.Context, f *flight, e *imapconn.AppendError) error {
	if err := l.settled(f); err != nil {
		return err
	}
	p := f.parcels[0]
	p.large = l.u.refusesSize(p.message.Size)
	switch react := reactionTo(e, p.attempt); {
	case react == wait:
		return l.later(f, e)
	case len(f.parcels) > 1:
		for _, p := range f.parcels {
			p.ask = p.ask || e.Status == "BAD" // which of them it was, the server does not say
		}
		l.oneByOne(f.parcels)
		return nil
	default:
		return l.react(ctx, p, e, react)
	}
}

// later sends messages again after a pause of all connections.
func (l *lane) later(f *flight, e *imapconn.AppendError) error {
	d := pauseAfter(e, f.parcels[0].waits)
	for _, p := range f.parcels {
		p.waits++
	}
	l.u.pause(d, e.Text)
	l.ready = append(f.parcels, l.ready...)
	return nil
}

// react reacts to the refusal of one message.
func (l *lane) react(ctx context.Context, p *parcel, e *imapconn.AppendError, r reaction) error {
	again := func() error {
		l.ready = append([]*parcel{p}, l.ready...)
		return nil
	}
	switch r {
	case askNow:
		p.ask, p.bad = true, p.bad || !p.unasked
		return again()
	case bare:
		l.fewerKeywords(p, e)
		return again()
	case create:
		p.created = true
		l.makeWay()
		if err := l.u.remake(ctx, l.box.name); err != nil {
			return l.fail(p, "refused by the server", fmt.Sprintf("the server has no such folder any more: %v", err))
		}
		return again()
	case look:
		return l.look(ctx, p, e)
	case full:
		l.u.overQuota.Store(true)
		return l.overQuota(p, e)
	case tooBig:
		l.u.refuseSize(p.message.Size)
		return l.fail(p, "too large", fmt.Sprintf("the server does not take a message of %d bytes: %s", p.message.Size, e.Text))
	}
	return l.fail(p, "refused by the server", "the server refuses the message: "+e.Text)
}

// fewerKeywords takes keywords from a message over which the server has refused it.
func (l *lane) fewerKeywords(p *parcel, e *imapconn.AppendError) {
	refused := flagSet(p.message.Flags)
	l.box.full = l.box.full || e.Code == "LIMIT"
	for p.bare++; p.bare < noKeywords; p.bare++ {
		if flags, _ := l.box.flags(p.c.Result.Flags, p.bare); flagSet(flags) != refused {
			break
		}
	}
	p.message = imapconn.Message{}
}

// overQuota ends the upload of everything that is ready: to fill the account to
// the brim would keep new mail out.
func (l *lane) overQuota(p *parcel, e *imapconn.AppendError) error {
	if err := l.fail(p, "over quota", "the mailbox is full: "+e.Text); err != nil {
		return err
	}
	ready := l.ready
	l.ready = nil
	for _, p := range ready {
		l.done(p.c, report.Failed, "over quota", "not sent: the mailbox is full")
	}
	return l.u.checkFailures()
}

// mostRefusals is after how many refusals in a row, with no message taken, the
// server is believed to take none.
const mostRefusals = 200

// fail counts an item that the server will not take and keeps a copy.
func (l *lane) fail(p *parcel, category, reason string) error {
	if err := l.keep(p, category, reason); err != nil {
		return err
	}
	if n := l.u.refusals.Add(1); n >= mostRefusals && l.u.stored.Load() == 0 {
		return ErrRefused
	}
	return l.u.checkFailures()
}

// keep counts an item as failed and keeps a copy of the message.
func (l *lane) keep(p *parcel, category, reason string) error {
	reason, err := l.u.rescue(p.c, category, reason)
	if err != nil {
		return err
	}
	l.done(p.c, report.Failed, category, reason)
	return nil
}

// refuseSize remembers that the server does not take a message so large.
func (u *uploader) refuseSize(n int64) {
	for old := u.tooBig.Load(); old == 0 || n < old; old = u.tooBig.Load() {
		if u.tooBig.CompareAndSwap(old, n) {
			return
		}
	}
}

// refusesSize tells whether the server has refused a message of that size for
// its size.
func (u *uploader) refusesSize(n int64) bool {
	least := u.tooBig.Load()
	return least > 0 && n >= least
}
