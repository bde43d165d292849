package upload

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A slow line is known as one however late its answers are read.
func TestRateOfLateAnswers(t *testing.T) {
	const rate = 800_000 // of the line, in bytes per second
	for seed := range uint64(500) {
		w, most := lateAnswers(rand.New(rand.NewPCG(seed, 1)), rate)
		if !w.slow() || most > 1.2*rate {
			t.Errorf("seed %d: a line of %d bytes per second seemed to have %.0f, and %.0f at last", seed, rate, most, w.rate)
		}
	}
}

// lateAnswers measures a line that is always busy, for ten seconds, on a machine
// that now and then has no time for up to two seconds. most is the highest rate
// that was ever thought to be.
func lateAnswers(random *rand.Rand, rate int64) (w window, most float64) {
	const size = 100_000
	w = newWindow(1)
	start := time.Unix(1_000_000_000, 0)
	each := time.Duration(size * int64(time.Second) / rate)
	read := start // when we have time to read
	for arrived := start.Add(each); arrived.Before(start.Add(10 * time.Second)); arrived = arrived.Add(each) {
		if arrived.After(read) {
			read = arrived
			if random.IntN(5) == 0 {
				read = read.Add(time.Duration(random.Int64N(int64(2 * time.Second))))
			}
		}
		w.answered(size, start, read, true)
		most = max(most, w.rate)
	}
	return w, most
}

// A line that becomes slow is compressed before long, one that becomes fast gets a
// larger window.
func TestRateOfAChangingLine(t *testing.T) {
	w := newWindow(1)
	now := time.Unix(1_000_000_000, 0)
	carry := func(rate float64, seconds int) {
		const size = 200_000
		for end := now.Add(time.Duration(seconds) * time.Second); now.Before(end); {
			sent := now
			now = now.Add(time.Duration(size / rate * float64(time.Second)))
			w.answered(size, sent, now, true)
		}
	}
	carry(10_000_000, 20)
	if got := w.size(); w.slow() || got < 4_500_000 || got > 5_500_000 {
		t.Errorf("at 10 MB/s: %d bytes under way, slow %v", got, w.slow())
	}
	carry(500_000, 5)
	if got := w.size(); !w.slow() || got > 350_000 {
		t.Errorf("at 500 kB/s: %d bytes under way, slow %v", got, w.slow())
	}
	carry(10_000_000, 5)
	if got := w.size(); w.slow() || got < 4_500_000 {
		t.Errorf("at 10 MB/s again: %d bytes under way, slow %v", got, w.slow())
	}
}
