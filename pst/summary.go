package pst

import (
	"context"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst/internal/ltp"
	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// Summary is what the folders' tables say of their items.
type Summary struct {
	Folders int // without the root and search folders
	Items   int // that are not associated, as the folders list them
	// First and Last are the times of the oldest and the newest item in the
	// folders for mail: when it was delivered, or else sent. They are zero when no
	// item has one.
	First, Last time.Time
	// IMAP tells that a folder is the cache of one on an IMAP server.
	IMAP bool
}

// Summarize reads the folders' tables and no item, so that it takes a fraction of
// the time of [Store.Inventory] with each item opened. What cannot be read is
// damage. When ctx ends, what is known by then is returned with its error.
func (s *Store) Summarize(ctx context.Context) (Summary, error) {
	var sum Summary
	if err := ctx.Err(); err != nil {
		return sum, err
	}
	folders := s.Folders()
	sum.Folders = len(folders)
	for _, f := range folders {
		sum.IMAP = sum.IMAP || mapi.HasClass(f.Class, "IPF.Imap")
	}
	for _, f := range folders {
		if err := sum.folder(ctx, s, f); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// folder adds what is in a folder. The error is that of ctx.
func (sum *Summary) folder(ctx context.Context, s *Store, f *Folder) error {
	t, err := s.nodeTable(f.ID.WithType(ndb.TypeContentsTable))
	if err != nil {
		s.file.Log.AddLoss(err)
		return nil
	}
	var rows []ltp.Row
	for row, err := range t.Rows() {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			s.file.Log.AddLoss(err)
		case row.ID.Type() == ndb.TypeMessage:
			sum.Items++
			rows = append(rows, row)
		}
	}
	if !f.HoldsMail() {
		return nil // appointments and birthdays are not when something arrived
	}
	ltp.InPlace(rows)
	for _, row := range rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		p, err := t.Row(row)
		if err != nil {
			s.file.Log.AddLoss(err)
			continue
		}
		sum.seen(s.properties(p, row.ID, nil))
	}
	return nil
}

// seen takes the time of an item.
func (sum *Summary) seen(p *Properties) {
	when, ok := p.Time(mapi.MessageDeliveryTime)
	if !ok {
		when, ok = p.Time(mapi.ClientSubmitTime)
	}
	if !ok {
		return
	}
	if sum.First.IsZero() || when.Before(sum.First) {
		sum.First = when
	}
	if when.After(sum.Last) {
		sum.Last = when
	}
}
