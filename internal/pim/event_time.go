package pim

import (
	"errors"
	"time"

	"github.com/pst2imap/pst2imap/internal/ical"
	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Numbers of named properties for the times of events ([MS-OXOCAL] 2.2.1.39 to
// 2.2.1.43, 2.2.6).
const (
	lidZoneStruct      = 0x8233
	lidZoneDescription = 0x8234
	lidProposedStart   = 0x8250
	lidProposedEnd     = 0x8251
	lidZoneStart       = 0x825E
	lidZoneEnd         = 0x825F
	lidZoneRecur       = 0x8260

	lidAttendeeChange = 0x0001
	lidIsRecurring    = 0x0005
	lidIsException    = 0x000A
	lidInstanceTime   = 0x000E
	lidOwnerChange    = 0x001A
)

// findFrame is how the times of the event are written (M43).
func (m *eventMapper) findFrame() ical.Frame {
	f := ical.Frame{AllDay: m.appointment().flag(lidAllDay), Zone: m.zone()}
	if f.Zone == nil && m.series != nil && !f.AllDay {
		f.Zone = m.seriesZone()
	}
	f.UTC = f.Zone == nil && m.series == nil
	return f
}

// zone is the time zone of the event, nil when none can be read (M43).
func (m *eventMapper) zone() *ical.Zone {
	lids := []uint32{lidZoneStart}
	if m.series != nil {
		lids = []uint32{lidZoneRecur, lidZoneStart}
	}
	for _, lid := range lids {
		if z := m.zoneDefinition(lid); z != nil {
			return z
		}
	}
	b := m.appointment().bytes(lidZoneStruct)
	if len(b) == 0 {
		return nil
	}
	z, err := ical.ParseZoneStruct(b, m.appointment().text(lidZoneDescription))
	if err != nil {
		m.Warn("M43", "time zone of the series: %v", err)
	}
	return z
}

// zoneDefinition is a zone in a property, nil when none can be read.
func (m *eventMapper) zoneDefinition(lid uint32) *ical.Zone {
	b := m.appointment().bytes(lid)
	if len(b) == 0 {
		return nil
	}
	z, err := ical.ParseZoneDefinition(b)
	if err != nil {
		m.Warn("M43", "time zone (0x%04X): %v", lid, err)
	}
	return z
}

// seriesZone is a zone for a series without one. Its pattern is in local time,
// its start is also stored as an instant: the difference is the offset of the
// zone at that time. Without that the series floats.
func (m *eventMapper) seriesZone() *ical.Zone {
	start := m.firstInstant(m.appointment().id(lidStart), mapi.StartDate)
	offset := int(m.series.First().Sub(start) / time.Minute)
	if offset < -14*60 || offset > 14*60 || offset%15 != 0 {
		m.Warn("M43", "the series has no time zone: its times are those of wherever it is read")
		return nil
	}
	m.Warn("M43", "the series has no time zone: its offset from UTC is taken to be %d minutes always", offset)
	sign, abs := '+', offset
	if offset < 0 {
		sign, abs = '-', -offset
	}
	name := "UTC" + string(sign) + time.Time{}.Add(time.Duration(abs)*time.Minute).Format("1504")
	return &ical.Zone{Name: name, Rules: []ical.ZoneRule{{Year: 1601, Standard: offset, Daylight: offset}}}
}

// firstInstant is the first of some times that is there.
func (m *eventMapper) firstInstant(ids ...mapi.PropID) time.Time {
	for _, id := range ids {
		if t, ok := m.Time(id); ok {
			return t.Truncate(time.Second)
		}
	}
	return time.Time{}
}

// setTimes sets start, end and the instance of a series that the event is.
func (m *eventMapper) setTimes(e *ical.Event) {
	a := m.appointment()
	start, end := m.firstInstant(a.id(lidStart), mapi.StartDate), m.firstInstant(a.id(lidEnd), mapi.EndDate)
	if m.method == "COUNTER" {
		start, end = a.instant(lidProposedStart), a.instant(lidProposedEnd)
	}
	if start.IsZero() && m.series == nil && m.method != "CANCEL" && m.method != "REPLY" {
		m.Warn("M42", "the event has no start")
	}
	endFrame := m.frame
	// Zones of one name are taken for one, or a calendar could not have both.
	if z := m.zoneDefinition(lidZoneEnd); z != nil && m.frame.Zone != nil && z.Name != m.frame.Zone.Name {
		endFrame.Zone = z
	}
	e.Start, e.End = m.at(m.frame, start), m.at(endFrame, end)
	e.RecurrenceID = m.recurrenceID()
}

// at is an instant as it is written. One of an event that takes whole days is
// midnight in the zone it was made in; where that is not known or not so, half a
// day later is on the right day nearly everywhere (M42).
func (m *eventMapper) at(f ical.Frame, t time.Time) ical.Time {
	if t.IsZero() {
		return ical.Time{}
	}
	local := f.Local(t)
	if f.AllDay && (f.Zone == nil || local.Wall != local.Wall.Truncate(24*time.Hour)) {
		local.Wall = t.Add(12 * time.Hour)
	}
	return local
}

// recurrenceID is when the instance of a series starts that the event replaces,
// by the pattern of the series; zero for other events.
func (m *eventMapper) recurrenceID() ical.Time {
	if t := m.appointment().instant(lidReplaceTime); !t.IsZero() {
		return m.at(m.frame, t)
	}
	day, ok := m.instanceDate()
	is := m.meeting().id(lidIsException)
	if !ok || m.Has(is) && !m.Bool(is) {
		return ical.Time{}
	}
	n, _ := m.meeting().number(lidInstanceTime) // hours, minutes and seconds in 6 bits each
	clock := time.Duration(n>>12&63)*time.Hour + time.Duration(n>>6&63)*time.Minute + time.Duration(n&63)*time.Second
	f := m.frame
	if f.UTC && !f.AllDay {
		m.Warn("M42", "the instance of the series is given in a time zone that is not known")
		f.UTC = false
	}
	return ical.Time{Frame: f, Wall: day.Add(clock)}
}

// eventStamp is DTSTAMP: when the organizer or attendee last changed something
// that others must know (M42).
func (m *eventMapper) eventStamp() time.Time {
	lid := uint32(lidOwnerChange)
	if m.response() {
		lid = lidAttendeeChange
	}
	if t := m.meeting().instant(lid); !t.IsZero() {
		return t
	}
	return m.stamp()
}

// recurrence is the series, nil without one (M45).
func (m *eventMapper) recurrence() *ical.Recurrence {
	if m.response() {
		return nil // it answers the whole series; what that is, the request said
	}
	b := m.appointment().bytes(lidRecurrence)
	if len(b) == 0 {
		if _, instance := m.instanceDate(); m.meeting().flag(lidIsRecurring) && !instance {
			m.Warn("M45", "the pattern of the series is missing")
		}
		return nil
	}
	r, err := ical.ParseRecurrence(b, m.Decode8)
	if err != nil {
		m.Warn("M45", "series: %v", err)
	}
	return r
}

// recur makes a series of an event (M46, M47).
func (m *eventMapper) recur(e *ical.Event) {
	e.Start, e.End = m.series.SeriesStart(m.frame), m.series.SeriesEnd(m.frame)
	var err error
	if e.Recurrence, err = m.series.Properties(m.frame); err != nil && !errors.Is(err, ical.ErrSliding) {
		m.Warn("M46", "%v", err)
	}
}

// spoken is a time for people.
func spoken(t ical.Time) string {
	switch {
	case t.AllDay:
		return t.Wall.Format(time.DateOnly)
	case t.UTC:
		return t.Wall.Format("2006-01-02 15:04 UTC")
	case t.Zone != nil:
		return t.Wall.Format("2006-01-02 15:04") + " (" + t.Zone.Name + ")"
	}
	return t.Wall.Format("2006-01-02 15:04")
}
