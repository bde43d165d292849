package upload

import (
	"math"
	"sync"
	"time"
)

// Bounds of what may be under way on one connection. What is under way when the
// line breaks has to be looked for, and is kept until it is answered for.
const (
	firstWindow = 1 << 20
	leastWindow = 256 << 10
	mostWindows = 24 << 20 // of all connections: it is in memory, twice with what waits behind it and is freed

	// windowTime is how much of the line's work is kept under way: well above the
	// round trip of any line, well below what a person would wait for.
	windowTime = 500 * time.Millisecond

	// rateTime is how far back the rate looks.
	rateTime = time.Second

	mostFlights = 16  // commands
	mostBatch   = 100 // messages in one command
	batchShare  = 2   // commands that fill a window: each costs the server a transaction
)

// window decides how many bytes may be under way, from how fast the server
// answers for them.
type window struct {
	most    int64         // bytes that may be under way
	rate    float64       // bytes per second, lately; 0 before the first answer
	bytes   float64       // that the rate is of: what is older counts less
	busy    float64       // seconds that those took
	slowest float64       // of all answers
	longest time.Duration // from sending to answer
	last    time.Time     // of the last answer
	steady  int64         // bytes of all answers that tell the rate
}

// newWindow is that of one of so many connections.
func newWindow(connections int) window {
	return window{most: max(mostWindows/int64(connections), 2*firstWindow)}
}

// answered takes note that a command of n bytes, sent at started, is answered.
// One that had to wait for the server's consent says only how fast the line is at
// least.
func (w *window) answered(n int64, started, now time.Time, unasked bool) {
	w.longest = max(w.longest, now.Sub(started))
	from := started
	if w.last.After(from) {
		from = w.last // the line was busy with the one before until then
	}
	w.last = now
	took := max(now.Sub(from), time.Millisecond).Seconds()
	r := float64(n) / took
	if w.slowest == 0 || r < w.slowest {
		w.slowest = r
	}
	switch {
	case unasked:
		w.steady += n
		w.measured(float64(n), took)
	case r > max(w.rate, firstWindow/windowTime.Seconds()):
		w.bytes, w.busy, w.rate = float64(n), took, r
	}
}

// measured adds to what the rate is of. What is older counts less by the time
// that has passed, not by the number of answers: those that a busy machine reads
// late come one upon the other, and say only together how fast the line is.
func (w *window) measured(n, took float64) {
	older := math.Exp(-took / rateTime.Seconds())
	w.bytes = w.bytes*older + n
	w.busy = w.busy*older + took
	w.rate = w.bytes / w.busy
}

// size is how many bytes may be under way.
func (w *window) size() int64 {
	if w.rate == 0 {
		return firstWindow
	}
	return int64(min(max(w.rate*windowTime.Seconds(), leastWindow), float64(w.most)))
}

// batch is how many bytes go into one command.
func (w *window) batch() int64 { return w.size() / batchShare }

// A connection slower than compressBelow, in bytes per second, is worth
// compressing: a server takes compressed mail at tens of megabytes a second. So
// many bytes prove it.
const (
	compressBelow = 1 << 20
	compressProof = 256 << 10
)

// slow tells whether the line is so slow that compression makes it faster.
func (w *window) slow() bool { return w.steady >= compressProof && w.rate < compressBelow }

// Bounds of waiting for a server that goes on working through what it received
// before the line broke.
const (
	leastQuiet   = 2 * time.Second
	mostQuiet    = 2 * time.Minute
	unknownQuiet = 30 * time.Second // how fast the line is, nobody knows
)

// quiet is how long a mailbox must not change until what was under way, so many
// bytes, has arrived or never will. slowest is 0 while it is not known.
func quiet(unanswered int64, slowest float64, longest time.Duration) time.Duration {
	if slowest == 0 {
		return unknownQuiet
	}
	return min(max(leastQuiet, 2*longest, transfer(unanswered, slowest)), mostQuiet)
}

// slowestLine is the rate of a line that nothing is known of, in bytes per second.
const slowestLine = 16 << 10

// transfer is how long so many bytes take.
func transfer(bytes int64, slowest float64) time.Duration {
	if slowest == 0 {
		slowest = slowestLine
	}
	return time.Duration(float64(bytes) / slowest * float64(time.Second))
}

// worst is what is known of the answers on all connections.
type worst struct {
	mu      sync.Mutex
	slowest float64       // bytes per second; 0 before the first answer
	longest time.Duration // from sending to answer
}

func (w *worst) note(slowest float64, longest time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.slowest == 0 || slowest < w.slowest {
		w.slowest = slowest
	}
	w.longest = max(w.longest, longest)
}

func (w *worst) get() (slowest float64, longest time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.slowest, w.longest
}
