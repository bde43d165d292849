package verify

import (
	"context"
	"fmt"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/report"
)

// match is the message that accounts for an item.
type match struct {
	sought bool // false for an item that has no place on the server, and for an exact duplicate of another
	copy   *claim.Copy
	how    claim.How
}

// judge lets every item claim its message and gives it its outcome, in the order
// of the data files.
func (v *verifier) judge(ctx context.Context) error {
	matches := v.claimRemembered()
	if err := v.convertMissed(ctx, matches); err != nil {
		return err
	}
	v.claimRest(matches)
	if err := v.fetchRest(ctx, matches); err != nil {
		return err
	}
	if err := v.lookClosely(ctx, matches); err != nil {
		return err
	}
	sampled := 0
	var pim []job.Ref
	for n := range v.items {
		e, m := v.item(n), &matches[n]
		switch {
		case e.refusal != nil && e.refusal.PIM && v.opt.PIM != nil:
			pim = append(pim, v.refs[n])
			continue
		case e.refusal != nil:
			v.count(n, e.refusal.State, e.refusal.Category, e.refusal.Detail)
			continue
		case !m.sought:
			v.count(n, report.Skipped, report.ReasonDuplicate, twice)
			continue
		case m.copy == nil:
			v.missing(n, fmt.Sprintf("no message on the server accounts for it (looked for in %q and elsewhere)", e.claim.Mailbox))
			continue
		}
		g, there := v.have(m.copy)
		if !there {
			v.missing(n, fmt.Sprintf("the message was in %q and is gone", m.copy.Mailbox))
			continue
		}
		if g.whole {
			sampled++
		}
		state, reason := v.compare(n, m, &g)
		v.outcome(n, state, reason)
	}
	v.confidence(sampled)
	return v.personal(ctx, pim)
}

// personal counts the items that are no mail.
func (v *verifier) personal(ctx context.Context, refs []job.Ref) error {
	if len(refs) == 0 {
		return nil
	}
	return v.opt.PIM(ctx, refs, func(o job.PIMOutcome) {
		v.rec.Item(o.Ref.Folder, o.Describe(), o.Category)
	})
}

// claimRemembered gives those items their message that the journal remembers and that
// are where it says.
func (v *verifier) claimRemembered() []match {
	matches := make([]match, len(v.items))
	for n, e := range v.journal {
		if e == nil || v.items[n] != nil {
			continue
		}
		if c := v.job.Index.OursAt(v.remembered(n), e.UID); c != nil {
			matches[n] = match{true, c, claim.Same}
		}
	}
	return matches
}

// claimRest gives the other items theirs.
func (v *verifier) claimRest(matches []match) {
	type place struct{ mailbox, id string }
	seen := map[place]bool{}
	var rest []int
	for n := range matches {
		if matches[n].copy != nil {
			continue
		}
		e := v.item(n)
		key := place{e.claim.Mailbox, e.claim.ID}
		if e.refusal != nil || seen[key] || v.job.Index.Taken(e.claim) {
			continue
		}
		seen[key] = true
		c, how := v.job.Index.Here(e.claim)
		if matches[n] = (match{true, c, how}); c == nil {
			rest = append(rest, n)
		}
	}
	for _, n := range rest {
		c, how := v.job.Index.Elsewhere(v.item(n).claim)
		matches[n] = match{true, c, how}
	}
}

// fetchRest reads the messages that nobody expected to be needed: those of other
// programs, and ours in other mailboxes.
func (v *verifier) fetchRest(ctx context.Context, matches []match) error {
	var list []*claim.Copy
	for _, m := range matches {
		if m.copy != nil && v.got[m.copy] == nil && !v.enough(m.copy) {
			list = append(list, m.copy)
		}
	}
	v.all += len(list)
	return v.fetchAll(ctx, list)
}

func (v *verifier) missing(n int, reason string) {
	v.result.Missing = append(v.result.Missing, v.refs[n])
	v.outcome(n, report.Missing, reason)
}

// outcome counts one compared item.
func (v *verifier) outcome(n int, s report.State, reason string) {
	v.rec.Report().Verify.Add(s)
	switch {
	case v.opt.Only == nil:
		v.rec.Item(v.refs[n].Folder, v.describe(n, s, reason), string(s))
	case reason != "":
		v.rec.Note(v.refs[n].Folder, v.describe(n, s, reason))
	}
}
