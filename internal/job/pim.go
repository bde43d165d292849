package job

import (
	"context"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/ical"
	"github.com/pst2imap/pst2imap/internal/report"
)

// PIMFunc deals with items that are no mail (see [Refusal.PIM]), given in the order
// of [Job.Items], and tells what became of each. An error is one of the local disk or
// of ctx.
type PIMFunc func(ctx context.Context, refs []Ref, tell func(PIMOutcome)) error

// PIMOutcome is what became of an item that is no mail.
type PIMOutcome struct {
	Ref      Ref
	Item     *Item // nil if it cannot be read
	State    report.State
	Category string
	Reason   string // for people; of what is in a file, that file
	Warnings []eml.Warning
}

// Describe is the item for a report.
func (o PIMOutcome) Describe() report.Item {
	if o.Reason == "" {
		return report.Item{State: o.State}
	}
	return o.Item.Describe(o.State, o.Reason)
}

// Kind is what a person calls items of its kind, "other" if that is not known.
func (o PIMOutcome) Kind() string {
	if o.Item == nil {
		return "other"
	}
	return KindName(o.Item.kind)
}

// OpenPIM reads an item that belongs into a file for calendars or address books,
// of which [Job.Open] says so by Refusal.PIM. The error is a *Refusal.
func (j *Job) OpenPIM(r Ref) (*Item, error) {
	it := j.item(r)
	if err := it.Load(); err != nil {
		return nil, err
	}
	_, it.kind = eml.ClassOf(it.msg)
	return it, nil
}

// Kind is what the item is.
func (it *Item) Kind() eml.Kind { return it.kind }

// Calendar is what the item is in a calendar, with what could not be carried over.
func (it *Item) Calendar() (*ical.Calendar, []eml.Warning) { return it.item.Calendar() }

// Card is what the item is in an address book, see [eml.Item.Card].
func (it *Item) Card(uid string) ([]byte, []eml.Warning) { return it.item.Card(uid) }

// CardUID is the identity of the card, as [Item.Card] takes it.
func (it *Item) CardUID() string { return it.item.CardUID() }
