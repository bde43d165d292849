package line

import (
	"sync"
	"time"
)

// ahead is how much a sender can be ahead of the line: what the box at its near end holds.
const ahead = 20 * time.Millisecond

// slack is by how much the line may be late and still make it good: a busy machine does not wake anyone at the very moment.
// Only a sender that had more to send gets it, for an idle line saves nothing up.
const slack = time.Second

// Sizes of the pieces that data is passed on in: small against ahead, but not so small that they cost more than they carry.
const (
	minPiece = 1460
	maxPiece = 32 << 10
)

// way is one direction of a line, for all its connections.
type way struct {
	Way

	mu    sync.Mutex
	free  time.Time // when all that was accepted so far has gone onto the line
	count int64     // bytes that have arrived
	cuts  []armed
}

// armed is a cut and the count at which it happens.
type armed struct {
	Cut
	at int64
}

// piece is how many bytes to pass on at a time.
func (w *way) piece() int {
	if w.Rate == 0 {
		return maxPiece
	}
	return int(max(minPiece, min(maxPiece, w.Rate/200)))
}

// accept takes n bytes onto the line and returns when they arrive, and how long the sender of more has to wait. busy says
// that the bytes had to wait for the line.
func (w *way) accept(n int, now time.Time, busy bool) (due time.Time, wait time.Duration) {
	if w.Rate == 0 {
		return now.Add(w.Delay), 0
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	late := now.Sub(w.free)
	if late > slack || late > 0 && !busy {
		w.free = now // nothing was waiting for the line, or for too long to make it good
	}
	w.free = w.free.Add(time.Duration(int64(n) * int64(time.Second) / w.Rate))
	due = now
	if w.free.After(now) {
		due = w.free
	}
	return due.Add(w.Delay), w.free.Sub(now) - ahead
}

// arm adds a cut.
func (w *way) arm(c Cut) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cuts = append(w.cuts, armed{c, w.count + c.After})
}

// arrive counts n bytes that are about to arrive. When a cut comes before the last of them, it says after how many.
func (w *way) arrive(n int) (m int, cut *Cut) {
	w.mu.Lock()
	defer w.mu.Unlock()
	first := -1
	for i, a := range w.cuts {
		if a.at <= w.count+int64(n) && (first < 0 || a.at < w.cuts[first].at) {
			first = i
		}
	}
	if first >= 0 {
		a := w.cuts[first]
		w.cuts = append(w.cuts[:first:first], w.cuts[first+1:]...)
		n, cut = int(max(0, a.at-w.count)), &a.Cut
	}
	w.count += int64(n)
	return n, cut
}

func (w *way) carried() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.count
}
