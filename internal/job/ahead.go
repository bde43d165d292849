package job

import (
	"context"
	"runtime"
	"sync"

	"github.com/pst2imap/pst2imap/internal/spool"
)

// Slots bound how many items are converted at the same time, by all that share
// them.
type Slots chan struct{}

// NewSlots has one for each core.
func NewSlots() Slots { return make(Slots, runtime.GOMAXPROCS(0)) }

// aheadMemory is how many bytes of an item are kept in memory. Many wait for
// their turn at the same time, those of every connection and in what is under
// way; nine in ten have less.
const aheadMemory = 256 << 10

// Ahead works on the given items ahead of whoever takes them: work is called for
// each on one of the slots, and the items come out in their order. Their spools
// belong to the taker, who either takes all of them or ends ctx; then what was
// not taken is cleaned up.
func (j *Job) Ahead(ctx context.Context, refs []Ref, slots Slots, work func(context.Context, *Converted)) <-chan *Converted {
	turn := make(chan *Converted, ahead*cap(slots))
	out := make(chan *Converted)
	var busy sync.WaitGroup
	go func() {
		defer close(turn)
		for i, ref := range refs {
			c := &Converted{Ref: ref, N: i, Spool: &spool.Spool{Memory: aheadMemory}, done: make(chan struct{})}
			if !inTurn(ctx, c, turn, slots, struct{}{}) {
				return
			}
			busy.Go(func() {
				defer func() { <-slots }()
				defer close(c.done)
				work(ctx, c)
			})
		}
	}()
	go hand(ctx, turn, out)
	return out
}

// hand gives out what is done in its turn.
func hand(ctx context.Context, turn <-chan *Converted, out chan<- *Converted) {
	defer close(out)
	for c := range turn {
		<-c.done
		if ctx.Err() == nil {
			select {
			case out <- c:
				continue
			case <-ctx.Done():
			}
		}
		_ = c.Spool.Close() // a temporary file that nobody reads
	}
}
