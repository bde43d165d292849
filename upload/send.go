package upload

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
)

// queue puts an item among those to send.
func (l *lane) queue(c *job.Converted) error {
	if len(l.u.job.Unreadable()) > 0 && l.u.before[placeOf(l.work.mailbox, c.Item.ItemID)] {
		l.done(c, report.Failed, "not decided", "an earlier run uploaded the message; it may be in a folder on the server that cannot be read now")
		return l.u.checkFailures()
	}
	if l.u.opt.KeepDeleted && l.u.gone[c.Item.ItemID] {
		l.done(c, report.Skipped, "deleted on server", reasonGone)
		return nil
	}
	for _, w := range c.Result.Warnings {
		l.u.ledger.warn(w.Rule)
	}
	if l.u.opt.Dry {
		l.done(c, report.Uploaded, "", "")
		return nil
	}
	if l.u.overQuota.Load() {
		l.done(c, report.Failed, "over quota", "not sent: the mailbox is full")
		return l.u.checkFailures()
	}
	l.ready = append(l.ready, &parcel{n: l.n(c), c: c})
	return nil
}

// send sends as much of what is ready as the window allows. last tells that
// nothing more will become ready.
func (l *lane) send(ctx context.Context, last bool) error {
	for ctx.Err() == nil {
		if err := l.upright(ctx); err != nil || len(l.ready) == 0 || len(l.lost) > 0 || l.conn == nil {
			return err
		}
		if !l.conn.Alive() && l.flights > 0 {
			return nil // first what becomes of those
		}
		if reason := l.unfit(l.ready[0]); reason != "" {
			p := l.ready[0]
			l.ready = l.ready[1:]
			if err := l.fail(p, "too large", reason); err != nil {
				return err
			}
			continue
		}
		if l.pausing(ctx) {
			return nil
		}
		if l.window.slow() && l.conn.CanCompress() {
			if l.flights > 0 {
				return nil // until all is answered
			}
			_ = l.conn.Compress() // where that loses the connection there is a new one
			continue
		}
		batch, wait := l.next(last)
		if wait {
			return nil
		}
		if err := l.dispatch(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// upright sees to it that there is a mailbox and a connection when something is
// to be sent, and that nothing is sent while the outcome of anything is unknown.
func (l *lane) upright(ctx context.Context) error {
	if l.conn != nil && !l.conn.Alive() && l.flights == 0 {
		l.hangUp(false)
	}
	if len(l.lost) > 0 && l.flights == 0 {
		if err := l.resolve(ctx); err != nil {
			return err
		}
	}
	if len(l.ready) == 0 || l.flights > 0 {
		return nil
	}
	if l.box == nil {
		if err := l.openBox(ctx); err != nil {
			return err
		}
	}
	if l.conn == nil && len(l.ready) > 0 {
		return l.connect(ctx)
	}
	return nil
}

// openBox looks at the mailbox. Where the server refuses it, that is the failure
// of each of its items.
func (l *lane) openBox(ctx context.Context) error {
	if why, is := l.u.job.Unreadable()[l.work.mailbox]; is {
		return l.failAll("the folder on the server cannot be read, so that nobody knows what is in it: " + why)
	}
	l.makeWay()
	b, err := l.u.box(ctx, l.work.mailbox)
	var refused *imapconn.CommandError
	if errors.As(err, &refused) {
		return l.failAll(fmt.Sprintf("the server refuses the folder: %s", refused.Text))
	}
	l.box = b
	return err
}

// failAll gives up everything that is ready.
func (l *lane) failAll(reason string) error {
	ready := l.ready
	l.ready = nil
	for _, p := range ready {
		if err := l.keep(p, "refused by the server", reason); err != nil {
			return err
		}
	}
	return l.u.checkFailures()
}

// connect signs in. A connection beside others may be one too many for the
// server; it is given up then. The only one is insisted on.
func (l *lane) connect(ctx context.Context) error {
	if l.broken != nil { // a server that takes nothing is not asked without a pause
		if err := l.patience.Wait(ctx, l.broken); err != nil {
			return err
		}
	}
	if l.u.first.Lock(); l.u.queue.count(0) == 0 {
		defer l.u.first.Unlock() // the others wait until it is clear that there can be one
	} else {
		l.u.first.Unlock()
	}
	if !l.u.single.admits(l) {
		return errRetired
	}
	err := l.dial(ctx)
	if signInRefused(err) && l.u.queue.count(0) == 0 && !l.u.single.known() {
		err = l.dialAlone(ctx)
	}
	if err == nil {
		return nil
	}
	if !l.everUp && l.u.queue.count(0) > 0 {
		l.u.job.Note(event.Info, fmt.Sprintf("going on with %d connections: %v", l.u.queue.count(0), err))
		return errRetired
	}
	if err := l.patience.Wait(ctx, err); err != nil {
		return err
	}
	return l.patience.Insist(ctx, func() error { return l.dial(ctx) })
}

// pausing tells whether the server has asked for a pause that is not over.
func (l *lane) pausing(ctx context.Context) bool {
	until := l.u.pauseUntil.Load()
	left := time.Until(time.Unix(0, until))
	if left <= 0 {
		return false
	}
	l.u.tell(l.u.ledger.refs[l.ready[0].n].Folder, l.u.ledger.count(), "the server asks for a pause")
	if l.paused == nil {
		over := make(chan struct{})
		l.paused = over
		go func() {
			defer close(over)
			if l.u.job.Sleep(ctx, job.Jitter(left)) == nil { // whoever waits looks at ctx itself
				l.u.pauseUntil.CompareAndSwap(until, 0)
			}
		}()
	}
	return true
}

// next chooses what goes into the next command. wait says that it must not be
// sent yet.
func (l *lane) next(last bool) (batch []*parcel, wait bool) {
	first := l.ready[0]
	l.address(first)
	room := l.window.size() - l.flying
	if l.flights > 0 && (room < first.message.Size || l.flights >= mostFlights) {
		return nil, true
	}
	batch = []*parcel{first}
	if first.ask || first.alone || !l.conn.Multi() {
		l.ready = l.ready[1:]
		return batch, false
	}
	size, most := first.message.Size, min(l.window.batch(), max(room, first.message.Size))
	whole := false // nothing more fits
	for _, p := range l.ready[1:] {
		if l.address(p); p.alone || l.asksAfter(first, p) || l.unfit(p) != "" || len(batch) == mostBatch || size+p.message.Size > most {
			whole = true
			break
		}
		batch, size = append(batch, p), size+p.message.Size
	}
	if !whole && !last && size < most {
		return nil, true // each command costs the server a transaction: let it fill
	}
	l.ready = l.ready[len(batch):]
	return batch, false
}

// unfit says why a message need not be sent: it is larger than the server takes.
func (l *lane) unfit(p *parcel) string {
	n := p.c.Spool.Size()
	if limit, ok := l.conn.AppendLimit(); ok && n > limit {
		return fmt.Sprintf("the message has %d bytes, the server takes no more than %d", n, limit)
	}
	if l.u.refusesSize(n) {
		return fmt.Sprintf("the message has %d bytes, and the server did not take one of %d", n, l.u.tooBig.Load())
	}
	return ""
}

// address fills in what the parcel's message needs.
func (l *lane) address(p *parcel) {
	if p.message.Body != nil {
		return
	}
	r := p.c.Result
	flags, dropped := l.box.flags(r.Flags, p.bare)
	p.dropped = dropped
	p.keywords = slices.ContainsFunc(flags, isKeyword)
	p.flagSet = flagSet(flags)
	p.message = imapconn.Message{Flags: flags, Date: r.InternalDate, Size: p.c.Spool.Size(), Body: p.c.Spool.Reader()}
}

// Messages of more than careful bytes are sent only with the server's consent
// until the server has taken one as large: some end the connection over a
// message that is larger than they take.
const careful = 1 << 20

// usual tells whether a date is one that every server takes. Cyrus answers BAD
// to one before 1970.
func usual(date time.Time) bool {
	return date.IsZero() || date.Year() >= 1970 && date.Year() < 2038
}

// asks tells whether a message has to wait for the server's consent.
func (l *lane) asks(p *parcel) bool {
	return len(l.box.proven) == 0 || !l.takes(p) || l.asksAnyway(p)
}

// asksAfter is asks for a message in one command with another, whose flags the
// server takes by then, and the mailbox.
func (l *lane) asksAfter(first, p *parcel) bool {
	return p.flagSet != first.flagSet && !l.takes(p) || l.asksAnyway(p)
}

// takes tells whether the server is known to take a message's flags: keywords in
// this mailbox, and others in any, for all that differs with those is whether it
// stores them.
func (l *lane) takes(p *parcel) bool {
	if p.keywords {
		return l.box.proven[p.flagSet]
	}
	_, known := l.u.taken.Load(p.flagSet)
	return known
}

// proves notes that the server takes a message's flags, and the mailbox.
func (l *lane) proves(p *parcel) {
	l.box.proven[p.flagSet] = true
	if !p.keywords {
		l.u.taken.Store(p.flagSet, true)
	}
}

// asksAnyway is asks where the server is known to take the flags.
func (l *lane) asksAnyway(p *parcel) bool {
	n := p.message.Size
	if p.ask || l.conn.Asks(n) || !usual(p.message.Date) {
		return true
	}
	if limit, ok := l.conn.AppendLimit(); ok {
		return n > limit-limit/16
	}
	return n > max(careful, l.u.proven.Load())
}

// dispatch sends a command.
func (l *lane) dispatch(ctx context.Context, batch []*parcel) error {
	f := &flight{parcels: batch, started: time.Now()}
	b := &imapconn.Batch{Mailbox: l.box.name, Ask: l.asks(batch[0])}
	in := journal.Intent{Mailbox: l.box.name, UIDValidity: l.box.validity, UIDNext: l.box.next, At: f.started.UTC().Truncate(time.Second)}
	for _, p := range batch {
		if err := l.conn.Pace(ctx); err != nil {
			l.ready = append(batch, l.ready...)
			return err
		}
		p.unasked = !b.Ask
		b.Messages = append(b.Messages, p.message)
		in.Items = append(in.Items, p.c.Item.ItemID)
		f.bytes += p.message.Size
	}
	in.Bytes, f.unasked = f.bytes, !b.Ask
	if l.u.opt.Journal != nil {
		var err error
		if f.intent, err = l.u.opt.Journal.Intend(in); err != nil {
			l.ready = append(batch, l.ready...)
			return err
		}
	}
	l.flights++
	l.flying += f.bytes
	err := l.conn.Send(b, func(o imapconn.Outcome) { l.outcomes <- landing{f, o} })
	if err == nil {
		if b.Consented { // as good a proof as the answer, a round trip earlier
			l.proves(batch[0])
		}
		return nil
	}
	return l.settle(ctx, landing{f, imapconn.Outcome{Err: err}})
}
