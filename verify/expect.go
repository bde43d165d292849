package verify

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/report"
)

// expected is what an item should be on the server.
type expected struct {
	refusal *job.Refusal // it has no place there
	claim   claim.Item
	sum     [32]byte // SHA-256 of the exported bytes
	size    int64    // of the uploaded bytes
	flags   string   // sorted, lower case
	date    time.Time
}

// convertAll converts every item to nowhere, for its hash.
func (v *verifier) convertAll(ctx context.Context) error {
	v.items = make([]expected, len(v.refs))
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for c := range v.job.Ahead(ctx, v.refs, job.NewSlots(), v.expect) {
		_ = c.Spool.Close() // nothing is in it
		if c.Err != nil {
			return c.Err
		}
		v.step(c.Folder, 0)
	}
	return ctx.Err()
}

// expect converts one item. It is called on several cores at once.
func (v *verifier) expect(_ context.Context, c *job.Converted) {
	e := &v.items[c.N]
	it, err := v.job.Open(c.Ref)
	if err == nil {
		c.Result, err = it.Convert(io.Discard)
	}
	if errors.As(err, &e.refusal) {
		return
	}
	if c.Err = err; err != nil {
		return
	}
	r := c.Result
	e.claim, e.sum, e.date = it.Claim(r), r.SHA256, r.InternalDate
	e.size = r.Size + int64(len(it.IDLine()))
	e.flags = strings.Join(normalFlags(r.Flags), " ")
}

// sampled tells whether an item is one of those that are read whole.
func (v *verifier) sampled(id string) bool {
	switch v.opt.Level {
	case Full:
		return true
	case Sample:
		return chance(id, v.opt.Seed) < v.opt.Share
	}
	return false
}

// twice is the reason of exact duplicates.
const twice = "the same message is in this folder twice"

// count counts an item that is not compared; after an upload it is counted already.
func (v *verifier) count(n int, s report.State, category, reason string) {
	if v.opt.Only != nil {
		return
	}
	v.rec.Item(v.refs[n].Folder, v.describe(n, s, reason), category)
}

// describe is an item for the report. Opening it again costs less than keeping
// every subject in memory.
func (v *verifier) describe(n int, s report.State, reason string) report.Item {
	if reason == "" {
		return report.Item{State: s}
	}
	return v.job.Describe(v.refs[n], s, reason)
}
