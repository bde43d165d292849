package upload

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
)

// lane is one connection at work on one mailbox after the other.
type lane struct {
	u      *uploader
	decide func(*lane, *job.Converted) error
	window window

	conn     *imapconn.Appender // nil while there is none
	up       bool               // it is counted as a connection
	everUp   bool               // there was one
	patience *job.Patience
	broken   error // why the last connection broke, if nothing was stored since

	// Of the current mailbox.
	work     work
	box      *box
	ready    []*parcel       // to send, in order
	flights  int             // commands without an answer
	flying   int64           // their bytes
	lost     []*flight       // commands whose outcome is not known
	known    []journal.Known // to be written down
	outcomes chan landing
	paused   <-chan struct{} // closed when a pause is over
}

// parcel is an item on its way.
type parcel struct {
	n       int // in the ledger
	c       *job.Converted
	message imapconn.Message
	flagSet string // of message
	dropped int    // keywords that the mailbox does not take
	attempt
	ask   bool // wait for the server's consent
	alone bool // not in one command with others
}

// flight is a command on its way.
type flight struct {
	parcels []*parcel
	bytes   int64
	started time.Time
	unasked bool
	intent  int // in the journal
}

// landing is a flight with its outcome.
type landing struct {
	*flight
	imapconn.Outcome
}

func newLane(u *uploader, decide func(*lane, *job.Converted) error) *lane {
	return &lane{
		u: u, decide: decide, window: newWindow(u.opt.Connections),
		patience: u.job.Patience(), outcomes: make(chan landing, mostFlights+1),
	}
}

// run works until nothing is left.
func (l *lane) run(ctx context.Context) (err error) {
	defer func() {
		l.hangUp(err == nil || ctx.Err() != nil)
		l.u.single.leave(l)
	}()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		w, ok := l.u.queue.take()
		if !ok {
			return nil
		}
		if err := l.mailbox(ctx, w); err != nil {
			return err
		}
	}
}

// hangUp ends the connection.
func (l *lane) hangUp(politely bool) {
	if l.conn == nil {
		return
	}
	if politely {
		_ = l.conn.Close() // everything is answered
	} else {
		l.conn.Abandon()
	}
	l.conn = nil
	if l.up {
		l.up = false
		l.u.queue.count(-1)
	}
}

// mailbox brings the items of one mailbox there.
func (l *lane) mailbox(ctx context.Context, w work) (err error) {
	w.items = l.u.recall(w.items)
	l.work, l.box = w, nil
	feeding, stopFeed := context.WithCancel(ctx)
	defer stopFeed()
	refs := make([]job.Ref, len(w.items))
	for i, n := range w.items {
		refs[i] = l.u.ledger.refs[n]
	}
	in := l.u.job.Ahead(feeding, refs, l.u.slots, job.Spooled, l.u.prepare)
	err = l.loop(ctx, in)
	l.land()
	l.drop()
	err = cmp.Or(err, l.writeKnown())
	switch {
	case err == nil:
		l.complete()
	case errors.Is(err, errRetired):
		l.giveBack()
	}
	return err
}

// loop takes items in, sends them and hears what becomes of them.
func (l *lane) loop(ctx context.Context, in <-chan *job.Converted) error {
	for {
		if err := l.send(ctx, in == nil); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return l.finish(ctx)
		}
		if in == nil && len(l.ready) == 0 && l.flights == 0 && len(l.lost) == 0 {
			return nil
		}
		var more <-chan *job.Converted
		if l.hungry() {
			more = in
		}
		select {
		case c, ok := <-more:
			if !ok {
				in = nil
				continue
			}
			if err := l.decide(l, c); err != nil {
				return err
			}
		case o := <-l.outcomes:
			if err := l.settle(ctx, o); err != nil {
				return err
			}
		case <-l.paused:
			l.paused = nil
		case <-ctx.Done():
		}
	}
}

// finish hears what becomes of what is under way, although the run is to end.
func (l *lane) finish(ctx context.Context) error {
	after := context.WithoutCancel(ctx)
	for l.flights > 0 {
		if err := l.settle(after, <-l.outcomes); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// hungry tells whether more items should be taken in: until the next command is
// ready, for what is converted and not sent takes memory.
func (l *lane) hungry() bool {
	var bytes int64
	for _, p := range l.ready {
		bytes += p.c.Spool.Size()
	}
	return len(l.ready) < 2*mostBatch && bytes <= l.window.batch()
}

// land waits for the outcomes of what is under way after an error; nothing is
// done about them but to free what they hold.
func (l *lane) land() {
	if l.flights > 0 && l.conn != nil {
		l.hangUp(false)
	}
	for l.flights > 0 {
		o := <-l.outcomes
		l.flights--
		l.lost = append(l.lost, o.flight)
	}
	l.flying = 0
	for _, f := range l.lost {
		for _, p := range f.parcels {
			p.close()
		}
	}
	l.lost = nil
}

// drop frees what was not sent.
func (l *lane) drop() {
	for _, p := range l.ready {
		p.close()
	}
	l.ready = nil
}

// giveBack leaves what is not decided to the other connections.
func (l *lane) giveBack() {
	if left := l.u.ledger.undecided(l.work.items); len(left) > 0 {
		l.u.queue.giveBack(work{l.work.mailbox, left})
	}
}

func (p *parcel) close() {
	_ = p.c.Spool.Close() // a temporary file that is not needed any more
}

// n is the number of an item in the ledger.
func (l *lane) n(c *job.Converted) int { return l.work.items[c.N] }
