package imapconn

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

const (
	pings        = 5
	sampleBytes  = 48 << 10 // of one message: stays below maxResponse
	sampleTotal  = 2 << 20
	sampleTime   = time.Second
	sampleEnough = 64 << 10 // less tells the round trip and not the rate
)

// roundTrips measures how long the server takes for nothing, shortest first.
func (s *signIn) roundTrips() ([]time.Duration, error) {
	var out []time.Duration
	for range pings {
		start := time.Now()
		if _, err := s.command("NOOP"); err != nil {
			return nil, err
		}
		out = append(out, time.Since(start))
	}
	slices.Sort(out)
	return out, nil
}

// download measures the rate in bytes per second at which mail of the inbox comes
// in, 0 when there is too little of it to tell. Nothing is marked as read: the
// mailbox is opened for reading only.
func (s *signIn) download(roundTrip time.Duration) (float64, error) {
	var last int64
	_, err := s.query("EXAMINE INBOX", func(r response) {
		if string(r.rest) == "EXISTS" {
			last, _ = strconv.ParseInt(r.kind, 10, 32) // 0 if it is no number
		}
	})
	if err != nil {
		return 0, err
	}
	before, start := s.wire.received.Load(), time.Now()
	asked := time.Duration(0)
	got := int64(0)
	for n := int64(1); last > 0 && got < sampleTotal && time.Since(start) < sampleTime; n *= 2 {
		first := max(1, last-n+1)
		if _, err := s.command(fmt.Sprintf("FETCH %d:%d (BODY.PEEK[]<0.%d>)", first, last, sampleBytes)); err != nil {
			return 0, err
		}
		asked++
		last, got = first-1, s.wire.received.Load()-before
	}
	busy := time.Since(start) - asked*roundTrip
	if got < sampleEnough || busy <= 0 {
		return 0, nil
	}
	return float64(got) / busy.Seconds(), nil
}
