// Package verify proves that the items of a data file are on the server: it
// reads every message back and compares it with a fresh conversion.
//
// It needs no record of the upload. Each item ends in one outcome: match,
// rewritten (same content, other bytes), moved, state changed (flags),
// different or missing.
package verify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/report"
)

// Options of a run.
type Options struct {
	// Only are the items to check, after an upload. nil checks all that convert
	// and counts every item in the report.
	Only map[job.Ref]bool
}

// Run verifies the items of j, whose plan and index must be there and whose
// index must not have been used for claims. An error is one of the connection
// or of ctx.
func Run(ctx context.Context, j *job.Job, o Options, rec *report.Recorder) error {
	rec.Report().Verify = &report.Verify{Level: "full"}
	v := &verifier{job: j, opt: o, rec: rec, seen: map[string]bool{}, want: map[string][]expected{}}
	for ref := range j.Items() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := v.expect(ref); err != nil {
			return err
		}
	}
	v.claimElsewhere()
	if err := v.readBack(ctx); err != nil {
		return err
	}
	v.others()
	return nil
}

type verifier struct {
	job      *job.Job
	opt      Options
	rec      *report.Recorder
	seen     map[string]bool
	deferred []expected
	want     map[string][]expected // by mailbox where it is
	total    int
	done     int
	bytes    int64
}

// expected is what an item should be on the server.
type expected struct {
	ref   job.Ref
	claim claim.Item
	sum   [32]byte // SHA-256 of the exported bytes
	size  int64
	flags []string
	date  time.Time // zero when not compared
	uid   uint32
	how   claim.How
}

// expect converts one item and finds its copy.
func (v *verifier) expect(ref job.Ref) error {
	if v.opt.Only != nil && !v.opt.Only[ref] {
		return nil
	}
	it, err := v.job.Open(ref)
	if err != nil {
		return v.refuse(ref, it, err)
	}
	key := it.Mailbox + "\x00" + it.ItemID
	if v.seen[key] {
		v.count(ref, it.Describe(report.Skipped, "the same message is in this folder twice"), report.ReasonDuplicate)
		return nil
	}
	res, err := it.Convert(io.Discard)
	if err != nil {
		return v.refuse(ref, it, err)
	}
	v.seen[key] = true
	e := expected{ref: ref, claim: it.Claim(res), sum: res.SHA256, size: res.Size, flags: res.Flags, date: res.InternalDate}
	v.total++
	if c, how := v.job.Index.Here(e.claim); c != nil {
		v.found(e, c, how)
	} else {
		v.deferred = append(v.deferred, e)
	}
	return nil
}

func (v *verifier) found(e expected, c *claim.Copy, how claim.How) {
	e.uid, e.how = c.UID, how
	v.want[c.Mailbox] = append(v.want[c.Mailbox], e)
}

// refuse counts what is not on the server because it cannot be converted.
func (v *verifier) refuse(ref job.Ref, it *job.Item, err error) error {
	var r *job.Refusal
	if !errors.As(err, &r) {
		return err
	}
	v.count(ref, it.Describe(r.State, r.Detail), r.Category)
	return nil
}

// count counts an item that is not compared; after an upload it is counted already.
func (v *verifier) count(ref job.Ref, it report.Item, category string) {
	if v.opt.Only == nil {
		v.rec.Item(ref.Folder, it, category)
	}
}

// claimElsewhere finds copies in other mailboxes for what is not where it belongs.
func (v *verifier) claimElsewhere() {
	for _, e := range v.deferred {
		if c, how := v.job.Index.Elsewhere(e.claim); c != nil {
			v.found(e, c, how)
		} else {
			v.outcome(e, report.Missing, fmt.Sprintf("no message on the server accounts for it (looked for in %q and elsewhere)", e.claim.Mailbox))
		}
	}
}

// outcome counts one compared item.
func (v *verifier) outcome(e expected, s report.State, reason string) {
	v.rec.Report().Verify.Add(s)
	v.done++
	v.job.Tell(event.Progress{
		Stage: event.StageVerify, Folder: v.job.PathOf(e.ref.Folder),
		Done: v.done, Total: v.total, Bytes: v.bytes,
	})
	out := report.Item{State: s}
	if reason != "" {
		// Opening it again costs less than keeping every subject in memory.
		it, _ := v.job.Open(e.ref)
		out = it.Describe(s, reason)
	}
	switch {
	case v.opt.Only == nil:
		v.rec.Item(e.ref.Folder, out, string(s))
	case reason != "":
		v.rec.Note(e.ref.Folder, out)
	}
}

// readBack fetches every copy, mailbox by mailbox.
func (v *verifier) readBack(ctx context.Context) error {
	var names []string
	for name := range v.want {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := v.mailbox(ctx, name, v.want[name]); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) mailbox(ctx context.Context, name string, list []expected) error {
	if _, err := v.job.Conn.Examine(ctx, name); err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b expected) int { return cmp.Compare(a.uid, b.uid) })
	uids := make([]uint32, len(list))
	open := make(map[uint32]expected, len(list))
	for i, e := range list {
		uids[i], open[e.uid] = e.uid, e
	}
	err := v.job.Conn.Fetch(ctx, uids, func(f imapconn.Fetched) error {
		e, ok := open[f.UID]
		if !ok {
			return nil
		}
		delete(open, f.UID)
		v.bytes += f.Size
		state, reason, err := v.compare(e, f)
		if err == nil {
			v.outcome(e, state, reason)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, e := range list {
		if _, left := open[e.uid]; left {
			v.outcome(e, report.Missing, fmt.Sprintf("the message was in %q and is gone", name))
		}
	}
	return nil
}

// others counts what is in the mailboxes besides.
func (v *verifier) others() {
	ours := map[string]bool{}
	touched := map[string]bool{}
	for _, c := range v.job.Index.Copies() {
		if c.Claimed() {
			ours[c.Mailbox+"\x00"+c.ID] = c.ID != ""
			touched[c.Mailbox] = true
		}
	}
	r := v.rec.Report().Verify
	for _, c := range v.job.Index.Copies() {
		switch {
		case c.Claimed() || !touched[c.Mailbox]:
		case c.ID != "" && ours[c.Mailbox+"\x00"+c.ID]:
			r.Duplicate++
		default:
			r.Extra++
		}
	}
}

// convertAgain is a fresh conversion for a closer look.
func (v *verifier) convertAgain(e expected, w io.Writer) (*eml.Result, error) {
	it, err := v.job.Open(e.ref)
	if err != nil {
		return nil, err
	}
	return it.Convert(w)
}
