package job

import (
	"context"
	"runtime"

	"github.com/pst2imap/pst2imap/internal/spool"
)

// Slots bound how many items are converted at the same time, by all that share
// them, and the memory for those that are.
type Slots struct {
	free chan struct{}
	room *spool.Room
}

// NewSlots has one more than there are cores: one of them always has its item
// taken from it while the cores go on with the others.
func NewSlots() *Slots {
	return &Slots{make(chan struct{}, runtime.GOMAXPROCS(0)+1), spool.NewRoom(aheadRoom)}
}

// aheadRoom is how many bytes items have in memory, all together.
const aheadRoom = 32 << 20

// aheadMemory is how many bytes of an item are in memory where there is no more room.
// Many wait for their turn at the same time, those of every connection and in what is
// under way; nine in ten have less. What needs more goes to a file.
const aheadMemory = 256 << 10

// Ahead works on the given items ahead of whoever takes them: work is called for
// each on one of the slots, and the items come out in their order. So many may
// wait for their turn for each slot. Their spools belong to the taker, who either
// takes all of them or ends ctx; then what was not taken is cleaned up.
func (j *Job) Ahead(ctx context.Context, refs []Ref, slots *Slots, waiting Waiting, work func(context.Context, *Converted)) <-chan *Converted {
	turn := make(chan *Converted, int(waiting)*cap(slots.free))
	todo := make(chan *Converted)
	out := make(chan *Converted)
	for range cap(slots.free) { // goroutines that stay, because a conversion needs a large stack
		go slots.work(ctx, todo, work)
	}
	go func() {
		defer close(turn)
		defer close(todo)
		for i, ref := range refs {
			c := &Converted{Ref: ref, N: i, Spool: &spool.Spool{Memory: aheadMemory, Room: slots.room}, done: make(chan struct{})}
			if !inTurn(ctx, c, turn, todo) {
				return
			}
		}
	}()
	go hand(ctx, turn, out)
	return out
}

// work works on items, each when a slot is free.
func (s *Slots) work(ctx context.Context, todo <-chan *Converted, work func(context.Context, *Converted)) {
	for c := range todo {
		select {
		case s.free <- struct{}{}:
			work(ctx, c)
			<-s.free
		case <-ctx.Done():
			c.Err = ctx.Err()
		}
		close(c.done)
	}
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
