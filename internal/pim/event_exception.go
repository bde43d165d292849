package pim

import (
	"slices"
	"time"

	"github.com/pst2imap/pst2imap/internal/ical"
	"github.com/pst2imap/pst2imap/internal/mapi"
)

// classException is the class of an exception that is attached to its series
// ([MS-OXOCAL] 2.2.10.1).
const classException = "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}"

// afException is the bit of PidTagAttachmentFlags that marks one
// ([MS-OXOCAL] 2.2.10.1.2).
const afException = 0x2

// isException tells whether the attachment is a changed instance of the series
// it is attached to, which is a part of that and no file (A19).
func (a *Attachment) isException() bool { return a.Item != nil && IsException(a, a.Item.Class) }

// IsException is the same for an attachment and the class of the item in it.
func IsException(attachment mapi.Properties, class string) bool {
	flags, _ := attachment.Int(mapi.AttachmentCalendarFlags)
	return flags&afException != 0 && mapi.HasClass(class, classException)
}

// exceptions are the instances of a series that were changed (M47).
func (m *eventMapper) exceptions(series ical.Event) []ical.Event {
	attached := m.attachedExceptions()
	var out []ical.Event
	for i := range m.series.Exceptions {
		x := &m.series.Exceptions[i]
		e := m.series.Override(series, x)
		e.Extra = slices.Clone(e.Extra) // the series has them too
		for n := range e.Extra {
			if e.Extra[n].Name == "X-MICROSOFT-CDO-INSTTYPE" {
				e.Extra[n].Value = "3"
			}
		}
		if x.Overrides(ical.OverridesBusyStatus) {
			e.Status = eventStatus(e.Status == "CANCELLED", int(x.BusyStatus))
		}
		day := e.RecurrenceID.Wall.Format(time.DateOnly)
		if a := attached[day]; a != nil {
			m.complete(&e, x, a)
		}
		delete(attached, day)
		out = append(out, e)
	}
	for range attached {
		m.Warn("A19", "an attached exception is none of the series and was left out")
	}
	return out
}

// attachedExceptions are the attached ones by the local day that they stand for,
// of which there can be only one.
func (m *eventMapper) attachedExceptions() map[string]*Item {
	out := map[string]*Item{}
	for _, a := range m.Attachments {
		if !a.isException() {
			continue
		}
		t := a.replaces()
		if t.IsZero() {
			m.Warn("A19", "an attached exception does not say what it replaces")
			continue
		}
		out[m.at(m.frame, t).Wall.Format(time.DateOnly)] = a.Item
	}
	return out
}

// replaces is when the instance would start that an exception stands for.
func (a *Attachment) replaces() time.Time {
	if t, ok := a.Time(mapi.ExceptionReplaceTime); ok {
		return t
	}
	return a.Item.appointment().instant(lidReplaceTime)
}

// complete takes from an attached exception what the series does not tell of it.
func (m *eventMapper) complete(e *ical.Event, x *ical.Exception, a *Item) {
	if x.Overrides(ical.OverridesBody) {
		e.Description = a.base().Description
	}
	if list := m.attendees(a.Recipients); len(list) > 0 {
		e.Attendees = list
	}
	if n, ok := a.appointment().number(lidSequence); ok && n > e.Sequence {
		e.Sequence = n
	}
}

// strayExceptions are those of a series whose pattern cannot be read: each says
// itself when it is.
func (m *eventMapper) strayExceptions(series *ical.Event) []ical.Event {
	var out []ical.Event
	for _, a := range m.Attachments {
		if !a.isException() {
			continue
		}
		inner := &eventMapper{Item: a.Item, mail: m.mail}
		inner.frame = inner.findFrame()
		e := inner.event()
		e.UID, e.Organizer = series.UID, series.Organizer
		if t := a.replaces(); !t.IsZero() {
			e.RecurrenceID = inner.at(inner.frame, t)
		}
		out = append(out, e)
	}
	return out
}
