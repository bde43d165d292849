package pim

import (
	"strconv"
	"time"

	"github.com/pst2imap/pst2imap/internal/ical"
	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Numbers of named properties of events ([MS-OXOCAL] 2.2.1, 2.2.5).
const (
	lidSequence       = 0x8201
	lidBusyStatus     = 0x8205
	lidLocation       = 0x8208
	lidStart          = 0x820D
	lidEnd            = 0x820E
	lidAllDay         = 0x8215
	lidRecurrence     = 0x8216
	lidState          = 0x8217
	lidIntendedStatus = 0x8224
	lidReplaceTime    = 0x8228
	lidReminderDelta  = 0x8501
)

// Bits of PidLidAppointmentStateFlags ([MS-OXOCAL] 2.2.1.10).
const (
	stateMeeting  = 1
	stateCanceled = 4
)

// Events are what an appointment of a calendar is: one event, and of a series
// one more for each exception. There is at least one.
func Events(i *Item) []ical.Event {
	m := &eventMapper{Item: i}
	return m.all()
}

// When says in lines for people when and where an event is.
func When(i *Item) []string {
	e := Events(i)[0]
	var out []string
	for _, t := range []struct {
		name string
		ical.Time
	}{{"Start", e.Start}, {"End", e.End}} {
		if !t.IsZero() {
			out = append(out, t.name+": "+spoken(t.Time))
		}
	}
	if e.Location != "" {
		out = append(out, "Location: "+e.Location)
	}
	return out
}

// eventMapper maps one event.
type eventMapper struct {
	*Item
	mail  // what the item is mail about; the zero value for an event in a calendar
	frame ical.Frame
	// series is nil for an event that does not recur.
	series *ical.Recurrence
}

// all are the event and its exceptions.
func (m *eventMapper) all() []ical.Event {
	m.series = m.recurrence()
	m.frame = m.findFrame()
	e := m.event()
	switch {
	case m.response():
		return []ical.Event{e} // a second one would be a second answer
	case m.series == nil:
		return append([]ical.Event{e}, m.strayExceptions(&e)...)
	}
	m.recur(&e)
	return append([]ical.Event{e}, m.exceptions(e)...)
}

// event is the event without what makes a series of it.
func (m *eventMapper) event() ical.Event {
	e := ical.Event{Common: m.base(), Location: m.appointment().text(lidLocation), Priority: m.priority()}
	e.UID = m.uid()
	e.Stamp = m.eventStamp()
	if m.sent() { // when the mail was filed is not when the event was made
		e.Created, e.Modified = time.Time{}, time.Time{}
	}
	if m.response() {
		e.Comment, e.Description = e.Description, ""
	}
	e.Sequence, _ = m.appointment().number(lidSequence)
	if e.Sequence < 0 {
		e.Sequence = 0
	}
	m.setTimes(&e)
	m.setStatus(&e)
	m.setPeople(&e)
	e.Alarms = m.alarms()
	e.Extra = append(e.Extra, m.extra(&e)...)
	if !m.sent() {
		e.Extra = append(e.Extra, m.enclosed()...)
	}
	return e
}

// setStatus sets whether the event takes place and takes time.
func (m *eventMapper) setStatus(e *ical.Event) {
	busy, ok := m.appointment().number(lidBusyStatus)
	if m.method == "REQUEST" {
		if n, there := m.appointment().number(lidIntendedStatus); there {
			busy, ok = n, true
		}
	}
	if !ok || busy < 0 {
		busy = 2
	}
	var status string
	e.Transparency, status = ical.BusyStatus(uint32(busy))
	e.Extra = append(e.Extra, ical.Property{Name: "X-MICROSOFT-CDO-BUSYSTATUS", Value: status})
	state, _ := m.appointment().number(lidState)
	e.Status = eventStatus(m.method == "CANCEL" || state&stateCanceled != 0, busy)
}

// eventStatus is STATUS (M42).
func eventStatus(canceled bool, busy int) string {
	switch {
	case canceled:
		return "CANCELLED"
	case busy == 1:
		return "TENTATIVE"
	}
	return "CONFIRMED"
}

// extra is what only Outlook reads (M42).
func (m *eventMapper) extra(e *ical.Event) []ical.Property {
	instance, allDay := "0", "FALSE"
	switch {
	case m.series != nil:
		instance = "1"
	case !e.RecurrenceID.IsZero():
		instance = "3"
	}
	if m.frame.AllDay {
		allDay = "TRUE"
	}
	list := []ical.Property{
		{Name: "X-MICROSOFT-CDO-ALLDAYEVENT", Value: allDay},
		{Name: "X-MICROSOFT-CDO-INSTTYPE", Value: instance},
	}
	if n, ok := m.Int(mapi.OwnerAppointmentID); ok && n != 0 {
		list = append(list, ical.Property{Name: "X-MICROSOFT-CDO-OWNERAPPTID", Value: strconv.FormatInt(n, 10)})
	}
	return list
}

const (
	defaultReminder = 15              // minutes
	maxReminder     = 10 * 366 * 1440 // what is more is one of the values for "default"
)

// alarms are the reminder. In mail only a request has one (RFC 5546 3.2).
func (m *eventMapper) alarms() []ical.Alarm {
	if !m.common().flag(lidReminderSet) || m.sent() && m.method != "REQUEST" {
		return nil
	}
	n, ok := m.common().number(lidReminderDelta)
	if !ok || n < 0 || n > maxReminder {
		n = defaultReminder
	}
	return []ical.Alarm{{Minutes: -n}}
}
