package upload

import (
	"context"
	"fmt"
	"slices"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/report"
)

// confirm reads the index of the mailboxes that were appended to: what the
// server said it stored must be there, once.
func (u *uploader) confirm(ctx context.Context) error {
	if len(u.appended) == 0 {
		return nil
	}
	touched := map[string]bool{}
	for _, a := range u.appended {
		touched[a.mailbox] = true
	}
	var names []string
	for name := range touched {
		names = append(names, name)
	}
	slices.Sort(names)
	x, err := u.job.IndexOf(ctx, names)
	if err != nil {
		return err
	}
	gone := 0
	for _, a := range u.appended {
		if x.OursHere(claim.Item{ID: a.id, Mailbox: a.mailbox}) == nil {
			gone++
			delete(u.result.OnServer, a.ref)
			u.rec.Lost(a.ref.Folder, report.Item{State: report.Failed, Reason: "the server said it stored the message, but it is not there"}, "not there after the upload")
		}
	}
	if gone > 0 {
		u.job.Listener.Note(event.Note{Level: event.Warning, Text: fmt.Sprintf("%d messages that the server accepted are not there", gone)})
	}
	return nil
}
