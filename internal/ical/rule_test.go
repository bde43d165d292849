package ical

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func date(s string) time.Time { return wall(s + " 00:00") }

// read is what is read of a series; err may be damage.
func (s *series) read(t *testing.T) (*Recurrence, error) {
	t.Helper()
	r, err := ParseRecurrence(s.blob(), func(b []byte) string { return string(b) })
	if r == nil {
		t.Fatal(err)
	}
	return r, err
}

// rule is the RRULE of a series in a frame.
func ruleLine(t *testing.T, r *Recurrence, f Frame) string {
	t.Helper()
	list, err := r.Properties(f)
	if err != nil {
		t.Fatal(err)
	}
	return list[0].Name + ":" + list[0].Value
}

func TestC67Rules(t *testing.T) {
	berlin := frames()[0].frame
	start := date("2024-01-31")
	for name, tc := range map[string]struct {
		s    series
		want string
	}{
		"each day":          {series{freq: 0x200A, pattern: 0, every: 1}, "FREQ=DAILY"},
		"each third day":    {series{freq: 0x200A, pattern: 0, every: 3}, "FREQ=DAILY;INTERVAL=3"},
		"each working day":  {series{freq: 0x200A, pattern: 1, every: 1, weekdays: 62}, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;WKST=SU"},
		"a week's start":    {series{freq: 0x200B, pattern: 1, every: 2, weekdays: 0x41, firstDOW: 1}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;WKST=MO"},
		"15th":              {series{freq: 0x200C, pattern: 2, every: 1, day: 15}, "FREQ=MONTHLY;BYMONTHDAY=15"},
		"29th":              {series{freq: 0x200C, pattern: 2, every: 1, day: 29}, "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1"},
		"30th":              {series{freq: 0x200C, pattern: 2, every: 1, day: 30}, "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"},
		"31st":              {series{freq: 0x200C, pattern: 2, every: 1, day: 31}, "FREQ=MONTHLY;BYMONTHDAY=-1"},
		"month's end":       {series{freq: 0x200C, pattern: 4, every: 2, day: 31}, "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1"},
		"last working day":  {series{freq: 0x200C, pattern: 3, every: 1, weekdays: 62, nth: 5}, "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"},
		"second Tuesday":    {series{freq: 0x200C, pattern: 3, every: 1, weekdays: 4, nth: 2}, "FREQ=MONTHLY;BYDAY=2TU"},
		"last Sunday":       {series{freq: 0x200C, pattern: 3, every: 1, weekdays: 1, nth: 5}, "FREQ=MONTHLY;BYDAY=-1SU"},
		"each year":         {series{freq: 0x200D, pattern: 2, every: 1, day: 31}, "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=-1"},
		"each second year":  {series{freq: 0x200D, pattern: 3, every: 2, weekdays: 8, nth: 5}, "FREQ=YEARLY;INTERVAL=2;BYMONTH=1;BYDAY=-1WE"},
		"ten times":         {series{freq: 0x200A, pattern: 0, every: 1, endType: 0x2022, count: 10}, "FREQ=DAILY;COUNT=10"},
		"until, in UTC":     {series{freq: 0x200A, pattern: 0, every: 1, endType: 0x2021, until: date("2024-07-01"), at: 540}, "FREQ=DAILY;UNTIL=20240701T070000Z"},
		"until, in winter":  {series{freq: 0x200A, pattern: 0, every: 1, endType: 0x2021, until: date("2024-12-01"), at: 30}, "FREQ=DAILY;UNTIL=20241130T233000Z"},
		"Hebrew, but weeks": {series{freq: 0x200B, pattern: 1, every: 1, weekdays: 8, calendar: 8}, "FREQ=WEEKLY;BYDAY=WE;WKST=SU"},
	} {
		t.Run(name, func(t *testing.T) {
			tc.s.start, tc.s.firstDateTime, tc.s.writer = start, -1, 0x3009
			if tc.s.endType == 0 {
				tc.s.endType = 0x2023
			}
			r, err := tc.s.read(t)
			if got := ruleLine(t, r, berlin); got != "RRULE:"+tc.want || err != nil {
				t.Errorf("%s, %v, want %s", got, err, tc.want)
			}
		})
	}
}

func TestUntilIsInTheFormOfTheStart(t *testing.T) {
	s := series{freq: 0x200A, every: 1, endType: 0x2021, start: date("2024-01-01"), until: date("2024-07-01"), at: 540, firstDateTime: -1, writer: 0x3009}
	r, _ := s.read(t)
	for want, f := range map[string]Frame{
		"20240701T090000":  {},
		"20240701T090000Z": {UTC: true},
		"20240701":         {AllDay: true},
	} {
		if got := ruleLine(t, r, f); got != "RRULE:FREQ=DAILY;UNTIL="+want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// What counts months of another calendar is kept, but is no rule.
func TestHijriIsRefused(t *testing.T) {
	for _, s := range []series{
		{freq: 0x200C, pattern: 10, every: 1, day: 1},
		{freq: 0x200D, pattern: 11, every: 1, weekdays: 2, nth: 1},
		{freq: 0x200C, pattern: 12, every: 1, day: 30, calendar: 6},
		{freq: 0x200C, pattern: 2, every: 1, day: 1, calendar: 6},
		{freq: 0x200D, pattern: 3, every: 1, weekdays: 2, nth: 1, calendar: 8},
	} {
		s.start, s.endType, s.firstDateTime, s.writer = date("2024-01-30"), 0x2023, -1, 0x3009
		s.deleted = []time.Time{date("2024-02-28")}
		r, err := s.read(t)
		if err != nil {
			t.Errorf("%+v: %v", s, err)
		}
		list, err := r.Properties(Frame{})
		if !errors.Is(err, ErrForeignCalendar) || len(list) != 1 || list[0].Name != "X-MICROSOFT-RRULE" {
			t.Errorf("%+v: %v, %v", s, list, err)
		}
		if r.First() != date("2024-01-30") {
			t.Errorf("it starts at %s", r.First())
		}
	}
}

func TestC68Exceptions(t *testing.T) {
	s := series{
		freq: 0x200B, pattern: 1, every: 1, weekdays: 2, endType: 0x2023, start: date("2024-03-04"), at: 540, length: 60, firstDateTime: -1, writer: 0x3009,
		deleted: []time.Time{date("2024-03-11")},
		changed: []changed{{original: wall("2024-03-18 09:00"), start: wall("2024-03-19 10:00"), end: wall("2024-03-19 10:30"), flags: 0x3FF, subject: "S", location: "L", busy: 0, allDay: false}},
	}
	r, err := s.read(t)
	if err != nil {
		t.Fatal(err)
	}
	f := frames()[0].frame
	e := Event{
		Common: Common{UID: "u", Summary: "Series", Description: "text", Sequence: 3, Extra: []Property{{Name: busyProperty, Value: "BUSY"}}},
		Start:  r.SeriesStart(f), End: r.SeriesEnd(f), Transparency: "OPAQUE",
	}
	if e.Recurrence, err = r.Properties(f); err != nil {
		t.Fatal(err)
	}
	moved := r.Override(e, &r.Exceptions[0])
	got := string((&Calendar{Events: []Event{e, moved}}).Append(nil))
	got = got[strings.Index(got, "BEGIN:VEVENT"):]
	want := strings.ReplaceAll(`BEGIN:VEVENT
UID:u
DTSTAMP:19700101T000000Z
SEQUENCE:3
DTSTART;TZID=W. Europe Standard Time:20240304T090000
DTEND;TZID=W. Europe Standard Time:20240304T100000
SUMMARY:Series
DESCRIPTION:text
TRANSP:OPAQUE
RRULE:FREQ=WEEKLY;BYDAY=MO;WKST=SU
EXDATE;TZID=W. Europe Standard Time:20240311T090000
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
END:VEVENT
BEGIN:VEVENT
UID:u
DTSTAMP:19700101T000000Z
SEQUENCE:3
RECURRENCE-ID;TZID=W. Europe Standard Time:20240318T090000
DTSTART;TZID=W. Europe Standard Time:20240319T100000
DTEND;TZID=W. Europe Standard Time:20240319T103000
SUMMARY:S `+"\u0159\U0001F4C5"+`
DESCRIPTION:text
LOCATION:L `+"\u0159\U0001F4C5"+`
TRANSP:TRANSPARENT
X-MICROSOFT-CDO-ALLDAYEVENT:FALSE
X-MICROSOFT-CDO-BUSYSTATUS:FREE
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:S `+"\u0159\U0001F4C5"+`
TRIGGER:-PT30M
END:VALARM
END:VEVENT
END:VCALENDAR
`, "\n", "\r\n")
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if x := r.Exceptions[0]; x.MeetingType != 1 || !x.Attachment || x.Color != 1 || x.ChangeHighlight != 0x1234 || !x.Overrides(OverridesBody) {
		t.Errorf("%+v", x)
	}
}

// A day of an all-day series that became an hour, and the reverse.
func TestExceptionOfAnotherKind(t *testing.T) {
	s := series{
		freq: 0x200A, every: 1, endType: 0x2023, start: date("2024-03-04"), length: 1440, firstDateTime: -1, writer: 0x3008,
		changed: []changed{{original: date("2024-03-18"), start: wall("2024-03-18 10:00"), end: wall("2024-03-18 11:00"), flags: 0x80}},
	}
	r, _ := s.read(t)
	f := frames()[0].frame
	f.AllDay = true
	x := r.Override(Event{Start: r.SeriesStart(f), End: r.SeriesEnd(f)}, &r.Exceptions[0])
	c := x.Component()
	for name, want := range map[string]string{"RECURRENCE-ID": "20240318", "DTSTART": "20240318T100000", "DTEND": "20240318T110000"} {
		for _, p := range c.Properties {
			if p.Name == name && p.Value != want {
				t.Errorf("%s is %s, want %s", name, p.Value, want)
			}
		}
	}
	if zones, _ := (&Calendar{Events: []Event{x}}).zones(); len(zones) != 1 {
		t.Errorf("%d zones", len(zones))
	}
}

func TestAlarmsOfExceptions(t *testing.T) {
	ten := []Alarm{{Minutes: -10}}
	for name, tc := range map[string]struct {
		e      Exception
		series []Alarm
		want   []Alarm
	}{
		"as the series":   {Exception{}, ten, ten},
		"none":            {Exception{}, nil, nil},
		"taken off":       {Exception{Flags: OverridesReminder}, ten, nil},
		"put on":          {Exception{Flags: OverridesReminder, Reminder: true}, nil, []Alarm{{Minutes: -15}}},
		"other minutes":   {Exception{Flags: OverridesReminderDelta, ReminderDelta: 0}, ten, []Alarm{{}}},
		"minutes but off": {Exception{Flags: OverridesReminderDelta, ReminderDelta: 5}, nil, nil},
		"default":         {Exception{Flags: OverridesReminderDelta, ReminderDelta: 0x5AE980E1}, ten, ten},
	} {
		got := tc.e.alarms(tc.series)
		if len(got) != len(tc.want) || len(got) > 0 && got[0] != tc.want[0] {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Where counting begins: FirstDateTime if StartDate is no day of the pattern, else
// that, whatever FirstDateTime says.
func TestFirstInstance(t *testing.T) {
	for name, tc := range map[string]struct {
		s    series
		want string
	}{
		"start is one":            {series{freq: 0x200B, pattern: 1, every: 2, weekdays: 2, firstDateTime: -1}, "2024-03-04"},
		"start is one after all":  {series{freq: 0x200B, pattern: 1, every: 2, weekdays: 2, firstDateTime: 7 * 1440}, "2024-03-04"},
		"later that week":         {series{freq: 0x200B, pattern: 1, every: 2, weekdays: 0x20, firstDateTime: -1}, "2024-03-08"},
		"earlier that week":       {series{freq: 0x200B, pattern: 1, every: 3, weekdays: 1, firstDOW: 0, firstDateTime: -1}, "2024-03-24"},
		"a week that starts then": {series{freq: 0x200B, pattern: 1, every: 3, weekdays: 1, firstDOW: 1, firstDateTime: -1}, "2024-03-10"},
		"later that month":        {series{freq: 0x200C, pattern: 2, every: 2, day: 31, firstDateTime: -1}, "2024-03-31"},
		"earlier that month":      {series{freq: 0x200C, pattern: 2, every: 2, day: 1, firstDateTime: -1}, "2024-05-01"},
		"another month":           {series{freq: 0x200D, pattern: 2, every: 1, day: 5, firstDateTime: minutes(date("1601-05-01"))}, "2024-05-05"},
		"a month gone by":         {series{freq: 0x200D, pattern: 2, every: 1, day: 5, firstDateTime: minutes(date("1601-02-01"))}, "2025-02-05"},
	} {
		tc.s.start, tc.s.endType, tc.s.writer, tc.s.at = date("2024-03-04"), 0x2023, 0x3009, 90
		r, err := tc.s.read(t)
		if got := r.First().Format("2006-01-02 15:04"); got != tc.want+" 01:30" || err != nil {
			t.Errorf("%s: %s, %v, want %s", name, got, err, tc.want)
		}
	}
}

func TestTaskRecurrence(t *testing.T) {
	s := series{freq: 0x200B, pattern: 1, every: 1, weekdays: 2, endType: 0x2022, count: 3, start: date("2024-03-04"), firstDateTime: -1, sliding: 1, until: date("2024-03-18")}
	r, err := ParseTaskRecurrence(s.recurrencePattern())
	if err != nil {
		t.Fatal(err)
	}
	list, err := r.Properties(Frame{AllDay: true})
	if !errors.Is(err, ErrSliding) || len(list) != 1 || list[0].Value != "FREQ=WEEKLY;BYDAY=MO;COUNT=3;WKST=SU" {
		t.Errorf("%v, %v", list, err)
	}
}
