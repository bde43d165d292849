package upload

import (
	"context"
	"maps"
	"slices"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
)

// RemoveExtra removes second copies of messages. Each pair is of two messages with
// the same identity and equal bytes in the same mailbox, which the caller has made
// sure of; one of them goes as far as the journal shows that it can only come from
// this job: the connection was lost, or the run killed, while that item was under
// way to there, and the copy came after that run began. A copy that a person made
// stays. It tells how many were removed.
func RemoveExtra(ctx context.Context, j *job.Job, past *journal.Past, twins [][2]*claim.Copy) (int, error) {
	by := map[string][][2]*claim.Copy{}
	for _, t := range twins {
		by[t[0].Mailbox] = append(by[t[0].Mailbox], t)
	}
	removed := 0
	for _, name := range slices.Sorted(maps.Keys(by)) {
		err := j.Do(ctx, func(conn *imapconn.Conn) error {
			st, err := conn.Select(ctx, name)
			if err != nil {
				return err
			}
			var uids []uint32
			for _, t := range by[name] {
				if c := extra(past, st.UIDValidity, t); c != nil {
					uids = append(uids, c.UID)
				}
			}
			if len(uids) == 0 {
				return nil
			}
			if err := conn.Remove(ctx, uids); err != nil {
				return err
			}
			removed += len(uids)
			return nil
		})
		if err != nil && !job.Refused(err) {
			return removed, err
		}
	}
	return removed, nil
}

// extra chooses the copy that goes: not the one that the journal says was
// appended, and only one whose append the server never answered; nil for none.
func extra(past *journal.Past, validity uint32, twins [2]*claim.Copy) *claim.Copy {
	c := twins[1]
	if appended(past, validity, c) {
		c = twins[0]
	}
	if appended(past, validity, c) {
		return nil
	}
	for _, in := range slices.Concat(past.Lost, past.Open) {
		if in.Mailbox == c.Mailbox && in.UIDValidity == validity && c.UID >= in.UIDNext && slices.Contains(in.Items, c.ID) {
			return c
		}
	}
	return nil
}

// appended tells whether the journal knows the copy.
func appended(past *journal.Past, validity uint32, c *claim.Copy) bool {
	return slices.ContainsFunc(past.Entries, func(e journal.Entry) bool {
		return e.Mailbox == c.Mailbox && e.UIDValidity == validity && e.UID == c.UID
	})
}
