package ical

import "slices"

// BusyStatus is what PidLidBusyStatus says ([MS-OXOCAL] 2.2.1.2) as TRANSP and as
// the status that Outlook reads back (M42).
func BusyStatus(v uint32) (transparency, status string) {
	switch v {
	case 0:
		return "TRANSPARENT", "FREE"
	case 1:
		return "OPAQUE", "TENTATIVE"
	case 3:
		return "OPAQUE", "OOF"
	case 4:
		return "TRANSPARENT", "WORKINGELSEWHERE"
	}
	return "OPAQUE", "BUSY"
}

// busyProperty is the name of the status of [BusyStatus].
const busyProperty = "X-MICROSOFT-CDO-BUSYSTATUS"

// allDayProperty says again what VALUE=DATE does, for Outlook.
const allDayProperty = "X-MICROSOFT-CDO-ALLDAYEVENT"

// defaultReminder is the reminder of an exception that says no minutes (M42).
const defaultReminder = 15

// Override is the instance that an exception makes of an event of the series
// (M47): what the exception does not say is as in the series. RECURRENCE-ID is the
// regular start of the instance on Original's day, in the series' own frame: one
// that no instance has would add the exception instead of replacing anything.
func (r *Recurrence) Override(series Event, e *Exception) Event {
	out := series
	out.Recurrence = nil
	out.Extra, out.Attendees = slices.Clip(out.Extra), slices.Clip(out.Attendees) // appending must not reach the series
	frame := series.Start.Frame
	out.RecurrenceID = r.instance(frame, e.Original)
	if e.Overrides(OverridesSubType) {
		frame.AllDay = e.AllDay
		out.Extra = replaced(out.Extra, allDayProperty, map[bool]string{true: "TRUE", false: "FALSE"}[e.AllDay])
	}
	out.Start, out.End = Time{frame, e.Start.Wall()}, Time{frame, e.End.Wall()}
	if e.Overrides(OverridesSubject) {
		out.Summary = e.Subject
	}
	if e.Overrides(OverridesLocation) {
		out.Location = e.Location
	}
	if e.Overrides(OverridesBusyStatus) {
		var status string
		out.Transparency, status = BusyStatus(e.BusyStatus)
		out.Extra = replaced(out.Extra, busyProperty, status)
	}
	if e.Overrides(OverridesMeetingType) && e.MeetingType&4 != 0 { // asfCanceled ([MS-OXOCAL] 2.2.1.10)
		out.Status = "CANCELLED"
	}
	out.Alarms = e.alarms(series.Alarms)
	return out
}

// alarms are those of the series but for what the exception says.
func (e *Exception) alarms(series []Alarm) []Alarm {
	before := -defaultReminder
	switch {
	case e.Overrides(OverridesReminder) && !e.Reminder:
		return nil
	case !e.Overrides(OverridesReminder) && len(series) == 0:
		return nil
	case len(series) > 0 && series[0].At.IsZero():
		before = series[0].Minutes
	}
	if e.Overrides(OverridesReminderDelta) && e.ReminderDelta <= maxReminder {
		before = -int(e.ReminderDelta)
	}
	return []Alarm{{Minutes: before}}
}

// maxReminder is ten years in minutes; PidLidReminderDelta has a value for
// "default" that is larger ([MS-OXORMDR] 2.2.1.3).
const maxReminder = 10 * 366 * 24 * 60

// replaced is a copy of list with one property of a name that it had.
func replaced(list []Property, name, value string) []Property {
	out := make([]Property, 0, len(list)+1)
	for _, p := range list {
		if p.Name != name {
			out = append(out, p)
		}
	}
	return append(out, Property{Name: name, Value: value})
}

// SeriesStart is when the first instance starts, deleted or not: the DTSTART that
// the rule needs.
func (r *Recurrence) SeriesStart(f Frame) Time { return Time{f, r.First()} }

// SeriesEnd is the end of the first instance.
func (r *Recurrence) SeriesEnd(f Frame) Time { return Time{f, r.First().Add(r.Length())} }
