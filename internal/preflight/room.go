package preflight

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/report"
)

// room compares what will be sent with what the server has room for. Where the
// sizes that the file tells are not exact enough everything is converted.
func (r *Result) room(ctx context.Context, j *job.Job) error {
	for _, q := range r.Server.Quota {
		free := max(q.Limit-q.Usage, 0)
		switch {
		case q.Resource == "MESSAGE" && int64(r.Source.Items) > free:
			r.stands(exitOverQuota, noRoom, "the mailbox takes %d more messages, and the data file has %d", free, r.Source.Items)
		case q.Resource == "STORAGE":
			if r.Source.BytesMin < r.Source.BytesMax && free < r.Source.BytesMax {
				if err := r.measure(ctx, j); err != nil {
					return err
				}
			}
			if free < r.Source.BytesMax {
				r.stands(exitOverQuota, noRoom, "the mailbox has room for %s, and %s are to be sent", report.ByteSize(free), r.Source.amount())
			}
		}
	}
	return nil
}

const noRoom = "make room on the server or ask the provider for more; what is there already needs none"

// amount says in words how much is sent.
func (s *Source) amount() string {
	if s.BytesMin == s.BytesMax {
		return report.ByteSize(s.BytesMax)
	}
	return report.ByteSize(s.BytesMin) + " to " + report.ByteSize(s.BytesMax)
}

// measure converts everything to know what it has.
func (r *Result) measure(ctx context.Context, j *job.Job) error {
	var sum int64
	done := 0
	for ref := range j.Items() {
		if err := ctx.Err(); err != nil {
			return err
		}
		j.Tell(event.Progress{Stage: event.StageConvert, Done: done, Total: j.Messages()})
		done++
		n, err := messageSize(j, ref)
		var refused *job.Refusal
		if err != nil && !errors.As(err, &refused) {
			return err
		}
		sum += n
	}
	r.Source.BytesMin, r.Source.BytesMax = sum, sum
	return nil
}

// messageSize is what an item has when it is sent, 0 with the reason when it is not.
func messageSize(j *job.Job, ref job.Ref) (int64, error) {
	it, err := j.Open(ref)
	if err != nil {
		return 0, err
	}
	res, err := it.Write(io.Discard)
	if err != nil {
		return 0, err
	}
	return res.Size + int64(len(it.IDLine(res))), nil
}

// Estimate is how long an upload may take. Nothing is sent to find out, so the
// range is wide.
type Estimate struct {
	SecondsMin float64 `json:"seconds_min"`
	SecondsMax float64 `json:"seconds_max"`
	Measured   bool    `json:"measured"` // the line's rate was measured, by reading; else assumed
}

// Rates in bytes per second that lines are taken to have when nothing could be
// read, and how much slower than reading sending may be: many lines send at a
// tenth of the rate at which they receive.
const (
	fastLine  = 100e6 / 8
	slowLine  = 1e6 / 8
	asymmetry = 10
)

// Round trips that a message costs: with many in flight, and one after the other
// when the server has to be asked before each.
const (
	tripsMin = 1.0 / 16
	tripsMax = 2.0
)

func (r *Result) estimate(f *imapconn.Facts) *Estimate {
	trip := f.RoundTrips[len(f.RoundTrips)/2].Seconds()
	e := &Estimate{Measured: f.Download > 0}
	fast, slow := fastLine, slowLine
	if e.Measured {
		fast, slow = f.Download, f.Download/asymmetry
	}
	n := float64(r.Source.Items)
	e.SecondsMin = round(float64(r.Source.BytesMin)/fast + n*trip*tripsMin)
	e.SecondsMax = round(float64(r.Source.BytesMax)/slow + n*trip*tripsMax)
	return e
}

func round(seconds float64) float64 { return math.Ceil(seconds*10) / 10 }

// String is the range in words.
func (e *Estimate) String() string {
	low, high := duration(e.SecondsMin), duration(e.SecondsMax)
	if low == high {
		return low
	}
	return low + " to " + high
}

// duration is a time for people, not more exact than it can be.
func duration(seconds float64) string {
	switch d := time.Duration(seconds * float64(time.Second)); {
	case d <= time.Minute:
		return "a minute"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", int(math.Ceil(d.Minutes())))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", int(math.Ceil(d.Hours())))
	default:
		return fmt.Sprintf("%d days", int(math.Ceil(d.Hours()/24)))
	}
}
