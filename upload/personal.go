package upload

import (
	"context"
	"maps"
	"slices"

	"github.com/pst2imap/pst2imap/internal/job"
)

// setAside leaves an item that is no mail for the end of the run.
func (u *uploader) setAside(n int) {
	u.claims.Lock()
	defer u.claims.Unlock()
	u.aside[n] = true
}

// personal deals with the items that are no mail, in the order of the data files.
func (u *uploader) personal(ctx context.Context) error {
	if len(u.aside) == 0 {
		return nil
	}
	numbers := slices.Sorted(maps.Keys(u.aside))
	refs := make([]job.Ref, len(numbers))
	at := make(map[job.Ref]int, len(numbers))
	for i, n := range numbers {
		refs[i] = u.ledger.refs[n]
		at[refs[i]] = n
	}
	err := u.opt.PIM(ctx, refs, func(o job.PIMOutcome) {
		for _, w := range o.Warnings {
			u.ledger.warn(w.Rule)
		}
		done := u.ledger.set(at[o.Ref], o.State, o.Category, o.Describe())
		u.tell(o.Ref.Folder, done, "")
	})
	if err != nil {
		return err
	}
	return u.checkFailures()
}
