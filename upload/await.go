package upload

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
)

// Await waits until the server has worked through what an earlier run had sent
// when it was killed or lost its line. It comes before the index is read: a
// message that appears after that would be sent again.
func Await(ctx context.Context, j *job.Job, past *journal.Past) error {
	unanswered := map[string]int64{}
	for _, in := range past.Open {
		if age := time.Since(in.At) - transfer(in.Bytes, past.Slowest); age < mostQuiet { // a clock that was turned back makes it young
			unanswered[in.Mailbox] += in.Bytes
		}
	}
	if len(unanswered) == 0 {
		return nil
	}
	bounds := map[string]time.Duration{}
	for name, bytes := range unanswered {
		bounds[name] = quiet(bytes, past.Slowest, 0)
	}
	longest := slices.Max(slices.Collect(maps.Values(bounds)))
	j.Note(event.Info, fmt.Sprintf("the run before this one was cut off; waiting %v until the server has worked through what it had sent", longest.Round(time.Second)))
	return newUploader(j, Options{}).settleDown(ctx, bounds)
}

// glance is how often a mailbox is looked at while it settles down.
const glance = 500 * time.Millisecond

// settleDown waits until nothing new has come into each mailbox for so long. New
// mail of others does not keep it waiting longer than a bound.
func (u *uploader) settleDown(ctx context.Context, bounds map[string]time.Duration) error {
	still := map[string]time.Duration{}
	last := map[string]imapconn.Status{}
	for total := time.Duration(0); len(bounds) > 0 && total < mostQuiet; total += glance {
		for _, name := range slices.Sorted(maps.Keys(bounds)) {
			st, there, err := u.status(ctx, name)
			if err != nil {
				return err
			}
			if !there { // gone, or busy: nothing comes into it
				st = last[name]
			}
			before, seen := last[name]
			if seen && st.UIDNext == before.UIDNext && st.Messages == before.Messages {
				still[name] += glance
			} else {
				still[name] = 0
			}
			last[name] = st
			if still[name] >= bounds[name] {
				delete(bounds, name)
			}
		}
		if len(bounds) == 0 {
			return nil
		}
		if err := u.job.Sleep(ctx, glance); err != nil {
			return err
		}
	}
	return nil
}

// status asks for a mailbox; there is false when the server does not have it.
func (u *uploader) status(ctx context.Context, name string) (st imapconn.Status, there bool, err error) {
	err = u.onControl(ctx, func(c *imapconn.Conn) (err error) {
		st, err = c.Status(ctx, name)
		return err
	})
	if job.Refused(err) {
		return st, false, nil
	}
	return st, err == nil, err
}
