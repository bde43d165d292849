package job

import (
	"context"
	"iter"
	"runtime"
	"sync"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/spool"
)

// Converted is an item that was converted ahead of its turn.
type Converted struct {
	Ref
	N      int // which of the items it is
	Item   *Item
	Result *eml.Result
	Spool  *spool.Spool // the message, without its X-Pst2imap-Id line
	Err    error        // a *Refusal, or an error of the local disk
	Name   string       // for the caller: a name that after gave the message

	done chan struct{}
}

// Waiting is how many items are converted before their turn, for each worker.
type Waiting int

const (
	// Spooled is for messages that wait in spools: so many that a large one does not make
	// the others wait, so few that memory stays bounded by as many spools.
	Spooled Waiting = 4
	// Placed is for messages that have a place by then, or need none: what waits is
	// small, and all cores have work while one of them writes a large message.
	Placed Waiting = 64
)

// Stream converts all items on all cores and yields them in the order of the
// file. The spool of an item is gone when the next one is asked for. after, which
// may be nil, is called with each converted item on the core that converted it,
// in no order; its error becomes that of the item.
func (j *Job) Stream(ctx context.Context, after func(*Converted) error) iter.Seq[*Converted] {
	return j.StreamInto(ctx, nil, after)
}

// StreamInto is Stream with a say in where the message goes: place, which may be
// nil, is called before an item is converted, when its identity is known, on
// the core that will convert it, and may set up its spool. Many items may wait
// for their turn, so after should close the spools that nobody will read.
func (j *Job) StreamInto(ctx context.Context, place func(*Converted), after func(*Converted) error) iter.Seq[*Converted] {
	return func(yield func(*Converted) bool) {
		ctx, stop := context.WithCancel(ctx)
		workers := runtime.GOMAXPROCS(0)
		waiting := Spooled
		if place != nil {
			waiting = Placed
		}
		turn := make(chan *Converted, int(waiting)*workers)
		work := make(chan *Converted, workers) // so that a worker need not wait for feed
		var all sync.WaitGroup
		all.Go(func() { j.feed(ctx, turn, work) })
		for range workers {
			all.Go(func() {
				for c := range work {
					j.convert(ctx, c, place, after)
				}
			})
		}
		defer all.Wait()
		defer func() {
			stop()
			for c := range turn {
				<-c.done
				_ = c.Spool.Close() // a temporary file that nobody reads
			}
		}()
		for c := range turn {
			<-c.done
			more := yield(c)
			_ = c.Spool.Close() // a temporary file that was read
			if !more {
				return
			}
		}
	}
}

// feed hands out the items, each to a worker and to its turn.
func (j *Job) feed(ctx context.Context, turn, work chan<- *Converted) {
	defer close(turn)
	defer close(work)
	for ref := range j.Items() {
		c := &Converted{Ref: ref, Spool: new(spool.Spool), done: make(chan struct{})}
		if !inTurn(ctx, c, turn, work) {
			return
		}
	}
}

// inTurn gives an item its turn and then waits until somebody works on it. It tells
// whether that came before the end of ctx; an item that has its turn and will not be
// worked on is done, with an error.
func inTurn(ctx context.Context, c *Converted, turn, work chan<- *Converted) bool {
	select {
	case <-ctx.Done():
		return false
	case turn <- c:
	}
	select {
	case <-ctx.Done():
		c.Err = ctx.Err()
		close(c.done)
		return false
	case work <- c:
		return true
	}
}

func (j *Job) convert(ctx context.Context, c *Converted, place func(*Converted), after func(*Converted) error) {
	defer close(c.done)
	if c.Err = ctx.Err(); c.Err != nil {
		return
	}
	if c.Item, c.Err = j.Open(c.Ref); c.Err == nil {
		if place != nil {
			place(c)
		}
		c.Result, c.Err = c.Item.Convert(c.Spool)
	}
	if c.Err == nil && after != nil {
		c.Err = after(c)
	}
}
