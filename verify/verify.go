// Package verify proves that the items of data files are on the server: it reads
// every message back and compares it with a fresh conversion.
//
// It needs no record of the upload. Each item ends in one outcome: match,
// rewritten (same content, other bytes), moved, state changed (flags),
// different or missing.
//
// The data files are converted and the server is read at the same time, each in
// its own order; only sums, flags and dates are kept. Then every item claims
// its message (package claim), and what does not agree is looked at closely.
package verify

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
)

// Level says how much of each message is read back.
type Level string

// Levels.
const (
	Index  Level = "index"  // identity, size, flags and date
	Sample Level = "sample" // that, and every byte of a random share
	Full   Level = "full"   // every byte
)

// Options of a run.
type Options struct {
	// Only are the items to check, after an upload. nil checks all that convert
	// and counts every item in the report.
	Only map[job.Ref]bool
	// Level is how much is read back; "" is Full.
	Level Level
	// Share is which part of the messages Sample reads whole, above 0 and up to 1.
	Share float64
	// Memory lets the run go on where one before it was cut off, and the next one where
	// this one is; nil for none.
	Memory *Memory
	// Past gives what the journal of the upload says; nil for nothing. Index takes from it,
	// instead of converting, what items should be that have not changed since. It is
	// called beside the reading of the server.
	Past func() *journal.Past
	// Seed chooses them: the same seed chooses the same messages.
	Seed uint64
	// PIM looks for items that are no mail; nil: they are skipped.
	PIM job.PIMFunc
	// Early has begun with the conversion of all items; nil: nobody has.
	Early *Early
}

// Result is what a run found beyond the report.
type Result struct {
	Missing    []job.Ref     // items that are not on the server
	Duplicates []*claim.Copy // second copies of messages of ours in one mailbox

	got map[*claim.Copy]*fetched
	all []*claim.Copy
}

// Twins are those second copies whose bytes are those of the copy that accounts
// for the item, each behind that one.
func (r *Result) Twins() [][2]*claim.Copy {
	first := map[string]*claim.Copy{}
	for _, c := range r.all {
		if c.Claimed() && c.ID != "" {
			first[c.Mailbox+"\x00"+c.ID] = c
		}
	}
	var out [][2]*claim.Copy
	for _, c := range r.Duplicates {
		f := first[c.Mailbox+"\x00"+c.ID]
		a, b := r.got[f], r.got[c]
		if a != nil && b != nil && a.whole && b.whole && a.sum == b.sum {
			out = append(out, [2]*claim.Copy{f, c})
		}
	}
	return out
}

// Run verifies the items of j, whose plan must be there. An index must not have been
// used for claims; where there is none, it is read while the items are converted. An
// error is one of the connection, of the local disk or of ctx, or a
// *NumberedAnewError.
func Run(ctx context.Context, j *job.Job, o Options, rec *report.Recorder) (*Result, error) {
	var v *verifier
	if o.Early != nil {
		v = o.Early.verifier(o, rec)
	} else {
		v = newVerifier(j, o)
		v.rec = rec
	}
	rec.Report().Verify = &report.Verify{Level: string(v.opt.Level)}
	if err := v.collect(ctx); err != nil {
		return v.result, err
	}
	if err := v.judge(ctx); err != nil {
		return v.result, err
	}
	v.others()
	v.result.got, v.result.all = v.got, j.Index.Copies()
	return v.result, nil
}

// newVerifier is one without a report.
func newVerifier(j *job.Job, o Options) *verifier {
	if o.Level == "" {
		o.Level = Full
	}
	v := &verifier{job: j, opt: o, got: map[*claim.Copy]*fetched{}, result: &Result{}}
	v.sums = sumsOf(j)
	if o.Only == nil {
		v.refs = make([]job.Ref, 0, j.Messages())
	}
	for ref := range j.Items() {
		if o.Only == nil || o.Only[ref] {
			v.refs = append(v.refs, ref)
		}
	}
	return v
}

type verifier struct {
	job    *job.Job
	opt    Options
	rec    *report.Recorder
	early  *Early // nil: the conversion begins with the reading of the server
	result *Result

	refs    []job.Ref
	journal []*journal.Entry // parallel to refs: what the journal says where that is enough, nil for the others
	items   []*expected      // parallel to refs: of those that were converted; nil for the others
	last    expected         // see item

	mu     sync.Mutex
	got    map[*claim.Copy]*fetched
	closer map[int]*closer // by item: those that were looked at closely

	flags flagTexts
	sums  *sums

	done int // items converted and messages fetched
	all  int // of both
	read int64
}

// collect converts the items and reads the server, both at once.
func (v *verifier) collect(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var both sync.WaitGroup
	both.Go(func() {
		convert := v.convertAll
		if v.early != nil {
			convert = v.early.wait
		}
		if err := convert(ctx); err != nil {
			stop(err)
		}
	})
	both.Go(func() {
		if err := v.readServer(ctx); err != nil {
			stop(err)
		}
	})
	both.Wait()
	return context.Cause(ctx)
}

// readServer reads what items are likely to claim.
func (v *verifier) readServer(ctx context.Context) error {
	if v.job.Index == nil {
		v.job.IndexMeta = v.opt.Level != Full
		if err := v.job.ReadIndex(ctx); err != nil {
			return err
		}
	}
	ours := v.likely()
	v.mu.Lock()
	v.all = len(v.refs) + len(ours)
	v.mu.Unlock()
	return v.fetchAll(ctx, ours)
}

// likely are the messages of ours in the mailboxes where items belong: they are
// read before it is known which item claims which.
func (v *verifier) likely() []*claim.Copy {
	wanted := map[string]bool{}
	folder := -1
	for _, ref := range v.refs {
		if ref.Folder != folder {
			folder = ref.Folder
			wanted[v.job.Targets[folder].Mailbox] = true
		}
	}
	all := v.job.Index.Copies()
	list := make([]*claim.Copy, 0, len(all))
	name, want := "", wanted[""]
	for _, c := range all {
		if c.Mailbox != name { // they come mailbox by mailbox
			name, want = c.Mailbox, wanted[c.Mailbox]
		}
		if want && c.ID != "" {
			list = append(list, c)
		}
	}
	return list
}

// step tells how far the run is.
func (v *verifier) step(folder int, bytes int64) { v.steps(folder, 1, bytes) }

func (v *verifier) steps(folder, n int, bytes int64) {
	v.mu.Lock()
	v.done += n
	v.read += bytes
	p := event.Progress{Stage: event.StageVerify, Done: v.done, Total: v.all, Bytes: v.read}
	v.mu.Unlock()
	if p.Total == 0 {
		return // the index is being read, and says so
	}
	if folder >= 0 {
		p.Folder = v.job.PathOf(folder)
	}
	v.job.Tell(p)
}

// others counts what is in the mailboxes besides.
func (v *verifier) others() {
	touched := map[string]bool{}
	for c := range v.claimed(true) {
		touched[c.Mailbox] = true
	}
	r := v.rec.Report().Verify
	extra := map[string]int{}
	for c := range v.claimed(false) {
		switch {
		case !touched[c.Mailbox]:
		case c.ID != "" && v.job.Index.Twin(c):
			r.Duplicate++
			v.result.Duplicates = append(v.result.Duplicates, c)
		default:
			r.Extra++
			extra[c.Mailbox]++
		}
	}
	v.notePlaces(extra)
}

// claimed yields the messages that account for an item, or those that do not.
func (v *verifier) claimed(yes bool) iter.Seq[*claim.Copy] {
	return func(yield func(*claim.Copy) bool) {
		for _, c := range v.job.Index.Copies() {
			if c.Claimed() == yes && !yield(c) {
				return
			}
		}
	}
}

// notePlaces says per mailbox what is there besides the items.
func (v *verifier) notePlaces(extra map[string]int) {
	twice := map[string]int{}
	for _, c := range v.result.Duplicates {
		twice[c.Mailbox]++
	}
	r := v.rec.Report().Verify
	for _, name := range v.mailboxes() {
		if extra[name]+twice[name] > 0 {
			r.Mailboxes = append(r.Mailboxes, report.Besides{Mailbox: name, Duplicate: twice[name], Extra: extra[name]})
		}
	}
}

// mailboxes are all that were indexed, sorted.
func (v *verifier) mailboxes() []string {
	var names []string
	for _, c := range v.job.Index.Copies() {
		if len(names) == 0 || names[len(names)-1] != c.Mailbox {
			names = append(names, c.Mailbox)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// confidence says what a sample proves.
func (v *verifier) confidence(sampled int) {
	r := v.rec.Report().Verify
	if v.opt.Level != Sample || sampled == 0 {
		return
	}
	r.Sampled = sampled
	if r.Different == 0 {
		// The rule of three: no fault in n means less than 3/n with 95 %.
		r.Confidence = fmt.Sprintf("%d of %d messages were read whole and none differs: with 95 %% confidence less than %.2g %% differ",
			sampled, r.Checked, min(100, 300/float64(sampled)))
	}
}
