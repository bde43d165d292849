package job

import (
	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/ical"
)

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

// KindName is what a person calls its kind.
func (it *Item) KindName() string { return KindName(it.kind) }

// Calendar is what the item is in a calendar, with what could not be carried over.
func (it *Item) Calendar() (*ical.Calendar, []eml.Warning) { return it.item.Calendar() }

// Card is what the item is in an address book, see [eml.Item.Card].
func (it *Item) Card(uid string) ([]byte, []eml.Warning) { return it.item.Card(uid) }

// CardUID is the identity of the card, as [Item.Card] takes it.
func (it *Item) CardUID() string { return it.item.CardUID() }
