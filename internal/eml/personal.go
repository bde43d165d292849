package eml

import (
	"github.com/pst2imap/pst2imap/internal/ical"
)

// Calendar is an event, task, journal entry or note as a calendar of its own,
// without a method, and what could not be carried over. It is for those items
// whose kind says [Kind.IsPIM] and not [Kind.IsCard].
func (i *Item) Calendar() (*ical.Calendar, []Warning) {
	c := i.it.calendar(i.it.pim())
	return c, i.it.warnings()
}

// Card is a contact or distribution list as a vCard with the given identity, and
// what could not be carried over.
func (i *Item) Card(uid string) ([]byte, []Warning) {
	b := i.it.pim().Card(i.it.run.o.CardVersion, uid, i.it.people())
	return b, i.it.warnings()
}

// CardUID is the identity of a contact or distribution list.
func (i *Item) CardUID() string { return i.it.pim().CardUID() }
