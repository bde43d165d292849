package pim

import (
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/ical"
	"github.com/pst2imap/pst2imap/internal/mapi"
)

// base is what events, tasks and journal entries have in common (M42), but for
// their UID.
func (i *Item) base() ical.Common {
	return ical.Common{
		Stamp:       i.stamp(),
		Created:     i.time(mapi.CreationTime),
		Modified:    i.time(mapi.LastModificationTime),
		Summary:     i.Subject,
		Description: strings.TrimRight(i.Body(), " \t\r\n"),
		Class:       i.class(),
		Categories:  i.Categories,
		Sequence:    -1,
	}
}

// time is a point in time, the zero time if there is none.
func (i *Item) time(id mapi.PropID) time.Time {
	t, _ := i.Time(id)
	return t
}

// stamp is when the item was written, zero when nothing tells.
func (i *Item) stamp() time.Time {
	for _, id := range []mapi.PropID{mapi.ClientSubmitTime, mapi.LastModificationTime, mapi.CreationTime} {
		if t := i.time(id); !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// lidPrivate is PidLidPrivate ([MS-OXCMSG] 2.2.1.15).
const lidPrivate = 0x8506

// class is CLASS, "" when the item does not say.
func (i *Item) class() string {
	n, ok := i.Int(mapi.Sensitivity)
	switch {
	case ok && n == 3:
		return "CONFIDENTIAL"
	case ok && (n == 1 || n == 2), i.common().flag(lidPrivate):
		return "PRIVATE"
	case ok && n == 0:
		return "PUBLIC"
	}
	return ""
}

// priority is PRIORITY, 0 when the item does not say.
func (i *Item) priority() int {
	n, ok := i.Int(mapi.Importance)
	switch {
	case ok && n == 2:
		return 1
	case ok && n == 1:
		return 5
	case ok && n == 0:
		return 9
	}
	return 0
}

// madeUID is a UID for an item that has none.
func (i *Item) madeUID() string { return i.Identity() + "@pst2imap.invalid" }
