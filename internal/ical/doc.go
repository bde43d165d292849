// Package ical makes iCalendar (RFC 5545) of what Outlook stores of events,
// tasks and journal entries.
//
// [ParseRecurrence] and [ParseTaskRecurrence] read the blob of a series,
// [ParseZoneDefinition] and [ParseZoneStruct] those of a time zone. A [Calendar]
// of [Event], [Todo] and [Journal] values is what a mapping from properties
// fills; [Calendar.Append] writes it.
//
// It is a leaf: it knows blobs and values, not items. Readers return what could
// be read and an error that says what could not; nothing that they read decides
// how much is allocated or how long a loop runs beyond the size of the blob.
// Time zones are those of the blobs, never those of the machine, so that the
// same values give the same bytes everywhere.
//
// Times come in two kinds. An instant is a time.Time. A wall clock is what a
// clock in some zone shows, kept as a time.Time whose UTC fields are that date
// and time; names and comments say which one a value is.
//
// The writer is our own. github.com/emersion/go-ical was looked at for it: it
// does not fold lines at 75 octets, orders properties by name instead of by
// meaning, and refuses a calendar for what it finds missing in it, where one
// that can still be read is wanted here.
//
// Comments cite the rules of the conversion by number (M41 to M48, P4).
package ical
