package report

import "time"

// Sample says how far a stage was at some moment of the run.
type Sample struct {
	At    float64 `json:"at"` // seconds since the start of the run
	Stage string  `json:"stage"`
	Items int     `json:"items"` // of the stage; other units in some stages, see event.Stage
	Bytes int64   `json:"bytes"` // of the stage
}

// Bounds of a timeline: a run of days takes as much room as one of minutes.
const (
	maxSamples    = 240
	firstInterval = 100 * time.Millisecond
)

// Timeline keeps some moments of a run. The zero value is ready. It knows no
// clock: the caller says when.
type Timeline struct {
	samples []Sample
	times   []time.Duration // parallel to samples
	every   time.Duration
	last    *moment // not kept so far
}

type moment struct {
	at time.Duration
	s  Sample
}

// Add tells that a stage was so far at a time since the start of the run. The
// first and the last moment of each stage are kept, and some between them.
func (t *Timeline) Add(at time.Duration, stage string, items int, bytes int64) {
	if t.every == 0 {
		t.every = firstInterval
	}
	s := Sample{At: seconds(at), Stage: stage, Items: items, Bytes: bytes}
	n := len(t.samples)
	if n == 0 || t.samples[n-1].Stage != stage {
		t.flush()
		t.keep(at, s)
		return
	}
	if at-t.times[n-1] < t.every {
		t.last = &moment{at, s}
		return
	}
	t.last = nil
	t.keep(at, s)
	if len(t.samples) > maxSamples {
		t.thin()
	}
}

func (t *Timeline) keep(at time.Duration, s Sample) {
	t.samples, t.times = append(t.samples, s), append(t.times, at)
}

// flush keeps the last moment of a stage that ended.
func (t *Timeline) flush() {
	if t.last != nil {
		t.keep(t.last.at, t.last.s)
		t.last = nil
	}
}

// thin leaves out every second moment that does not begin or end a stage.
func (t *Timeline) thin() {
	t.every *= 2
	samples, times := t.samples, t.times
	t.samples, t.times = nil, nil
	for i, s := range samples {
		edge := i == 0 || i == len(samples)-1 || samples[i-1].Stage != s.Stage || samples[i+1].Stage != s.Stage
		if edge || i%2 == 0 {
			t.keep(times[i], s)
		}
	}
}

// Samples are the moments in their order.
func (t *Timeline) Samples() []Sample {
	t.flush()
	return t.samples
}

func seconds(d time.Duration) float64 { return float64(d.Milliseconds()) / 1000 }
