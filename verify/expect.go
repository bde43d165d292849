package verify

import (
	"context"
	"errors"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
)

// expected is what an item should be on the server.
type expected struct {
	refusal *job.Refusal // it has no place there
	claim   claim.Item   // its mailbox: see item
	sum     [32]byte     // of the exported bytes, see sums
	size    int64        // of the uploaded bytes
	flags   string       // sorted, lower case
	date    time.Time
}

// convertAll converts every item to nowhere, for its sum, but for those that the
// journal remembers where that is enough.
func (v *verifier) convertAll(ctx context.Context) error {
	v.items = make([]*expected, len(v.refs))
	rest := v.recallAll()
	v.steps(-1, len(v.items)-len(rest), 0)
	return v.convert(ctx, rest)
}

// recallAll takes from the journal what items should be that have not changed since,
// and gives the others.
func (v *verifier) recallAll() (rest []int) {
	v.journal = make([]*journal.Entry, len(v.refs))
	if v.opt.Level == Index && v.opt.Past != nil {
		if past := v.opt.Past(); past != nil {
			v.job.Remember(past)
			v.takeAppended()
		}
	}
	for n, e := range v.journal {
		if e == nil {
			rest = append(rest, n)
		}
	}
	return rest
}

// takeAppended takes over what the job remembers of the items, where that is enough.
func (v *verifier) takeAppended() {
	n, at := 0, 0
	all := v.job.Appended()
	for ref := range v.job.Items() {
		if at == len(all) || n == len(v.refs) {
			return
		}
		e := all[at]
		at++
		if v.refs[n] != ref {
			continue // not asked for
		}
		if e != nil && e.Size > 0 {
			v.journal[n] = e
		}
		n++
	}
}

// item is what an item should be, until the next one is asked for. It is for one
// goroutine.
func (v *verifier) item(n int) *expected {
	if e := v.items[n]; e != nil {
		e.claim.Mailbox = v.mailbox(n)
		return e
	}
	known := v.journal[n]
	v.last = expected{claim: v.remembered(n), size: known.Size, flags: v.flags.noted(known.Flags)}
	if known.Date != 0 {
		v.last.date = time.Unix(known.Date, 0).UTC()
	}
	return &v.last
}

// remembered is by what an item is recognized that the journal remembers.
func (v *verifier) remembered(n int) claim.Item {
	return claim.Item{ID: v.journal[n].Item, Mailbox: v.mailbox(n)}
}

// mailbox is where an item belongs.
func (v *verifier) mailbox(n int) string { return v.job.Targets[v.refs[n].Folder].Mailbox }

// convertMissed converts those items after all of which the server has no copy of ours:
// another program's may account for them.
func (v *verifier) convertMissed(ctx context.Context, matches []match) error {
	var missed []int
	for n := range v.refs {
		if v.items[n] == nil && matches[n].copy == nil && !v.job.Index.HasOursHere(v.remembered(n)) {
			missed = append(missed, n)
		}
	}
	return v.convert(ctx, missed)
}

// convert converts some of the items.
func (v *verifier) convert(ctx context.Context, which []int) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	refs := make([]job.Ref, len(which))
	for i, n := range which {
		refs[i] = v.refs[n]
	}
	expect := func(_ context.Context, c *job.Converted) { v.expect(which[c.N], c) }
	for c := range v.job.Ahead(ctx, refs, job.NewSlots(), job.Placed, expect) {
		_ = c.Spool.Close() // nothing is in it
		if c.Err != nil {
			return c.Err
		}
		v.step(c.Folder, 0)
	}
	return ctx.Err()
}

// expect converts one item. It is called on several cores at once.
func (v *verifier) expect(n int, c *job.Converted) {
	e := new(expected)
	v.items[n] = e
	it, err := v.job.OpenAnywhere(c.Ref)
	if err == nil {
		h := v.sums.summer()
		defer v.sums.done(h)
		c.Result, err = it.Write(h)
		e.sum = h.sum()
	}
	if errors.As(err, &e.refusal) {
		return
	}
	if c.Err = err; err != nil {
		return
	}
	r := c.Result
	e.claim, e.date = it.Claim(r), r.InternalDate
	e.size = r.Size + int64(len(it.IDLine(nil)))
	e.flags = flagText(r.Flags)
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
