package ical

import (
	"encoding/binary"
	"errors"
	"testing"
	"time"
)

// full is a series with everything in it.
func full() *series {
	s := &series{
		freq: 0x200B, pattern: 1, every: 2, weekdays: 2, endType: 0x2022, count: 9, start: date("2024-03-04"), until: date("2024-06-24"), at: 540, length: 60, firstDateTime: -1, writer: 0x3009,
		deleted: []time.Time{date("2024-03-18")},
	}
	for _, d := range []string{"2024-04-01", "2024-04-15"} {
		s.changed = append(s.changed, changed{original: wall(d + " 09:00"), start: wall(d + " 10:00"), end: wall(d + " 10:30"), flags: 0x3FF, subject: "S", location: "L"})
	}
	return s
}

// However early the blob ends, what was read before counts, and the end is said.
func TestBlobsThatEndEarly(t *testing.T) {
	s := full()
	b := s.blob()
	pattern := len(s.recurrencePattern())
	whole, err := s.read(t)
	if err != nil || len(whole.Exceptions) != 2 {
		t.Fatal(whole, err)
	}
	extensions, wide := pattern+18+2*(14+5+12+5+16), 0
	for n := range b {
		r, err := ParseRecurrence(b[:n], nil)
		// Exceptions need no extensions, and the last block is empty.
		if n != extensions && n < len(b)-4 && !errors.Is(err, ErrDamaged) {
			t.Errorf("%d of %d bytes: %v", n, len(b), err)
		}
		if (r != nil) != (n >= pattern) {
			t.Errorf("%d of %d bytes of the pattern: %v", n, pattern, r)
		}
		if r == nil {
			continue
		}
		if got, want := ruleLine(t, r, Frame{}), ruleLine(t, whole, Frame{}); got != want {
			t.Errorf("%d bytes: %s", n, got)
		}
		for _, x := range r.Exceptions {
			if x.Subject != "" {
				wide++
			}
		}
	}
	if wide == 0 {
		t.Error("no text was kept")
	}
}

// Values that cannot be meant have the nearest meaning, or none.
func TestValuesThatCannotBe(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*series)
		want   string // the rule; none if empty
	}{
		"no period":          {func(s *series) { s.every = 0; s.firstDateTime = 0 }, "FREQ=WEEKLY;BYDAY=MO;COUNT=9;WKST=SU"},
		"no weekday":         {func(s *series) { s.weekdays = 0 }, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=9;WKST=SU"},
		"no first weekday":   {func(s *series) { s.firstDOW = 9 }, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=9;WKST=SU"},
		"no count":           {func(s *series) { s.count = 0 }, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;UNTIL=20240624T090000;WKST=SU"},
		"no end at all":      {func(s *series) { s.count = 0; s.until = time.Time{} }, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU"},
		"an end before it":   {func(s *series) { s.endType = 0x2021; s.until = date("2023-01-01") }, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU"},
		"an end that is no":  {func(s *series) { s.endType = 77 }, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;UNTIL=20240624T090000;WKST=SU"},
		"a time after today": {func(s *series) { s.at = 1440 + 540 }, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=9;WKST=SU"},
		"another pattern":    {func(s *series) { s.pattern = 7 }, ""},
		"half a day":         {func(s *series) { s.pattern = 0; s.every = 1; s.freq = 0x200A; s.half = true }, ""},
		"day 0":              {func(s *series) { s.pattern = 2; s.day = 0 }, ""},
		"day 32":             {func(s *series) { s.pattern = 2; s.day = 32 }, ""},
		"the 6th Monday":     {func(s *series) { s.pattern = 3; s.nth = 6 }, ""},
		"no day of a month":  {func(s *series) { s.pattern = 3; s.nth = 1; s.weekdays = 0 }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := full()
			tc.change(s)
			r, err := ParseRecurrence(s.blob(), nil)
			if (r == nil) != (tc.want == "") || !errors.Is(err, ErrDamaged) {
				t.Fatalf("%+v, %v", r, err)
			}
			if r != nil && ruleLine(t, r, Frame{}) != "RRULE:"+tc.want {
				t.Errorf("%s, want %s", ruleLine(t, r, Frame{}), tc.want)
			}
		})
	}
}

// An extension for another instance is not believed.
func TestExtensionOfAnotherInstance(t *testing.T) {
	s := full()
	b := s.blob()
	original := binary.LittleEndian.AppendUint32(nil, uint32(minutes(s.changed[0].original)))
	last := -1
	for i := range len(b) - 4 {
		if string(b[i:i+4]) == string(original) {
			last = i
		}
	}
	b[last]++
	r, err := ParseRecurrence(b, func(b []byte) string { return string(b) })
	if !errors.Is(err, ErrDamaged) || r.Exceptions[0].Subject != "S" || r.Exceptions[0].Location != "L" {
		t.Errorf("%+v, %v", r, err)
	}
}

// Nothing that is read makes a panic, a long loop or more output than the input
// accounts for.
func FuzzRecurrence(f *testing.F) {
	for _, s := range []*series{full(), {freq: 0x200D, pattern: 3, every: 1, weekdays: 62, nth: 5, endType: 0x2023, start: date("2024-02-29"), firstDateTime: -1, writer: 0x3008}} {
		f.Add(s.blob(), false)
		f.Add([]byte(s.recurrencePattern()), true)
	}
	zone := must(ParseZoneDefinition(definition("Z", sydney...)))
	f.Fuzz(func(t *testing.T, b []byte, task bool) {
		var r *Recurrence
		var err error
		if task {
			r, err = ParseTaskRecurrence(b)
		} else {
			r, err = ParseRecurrence(b, func(b []byte) string { return string(b) })
		}
		if r == nil {
			if !errors.Is(err, ErrDamaged) {
				t.Fatal("nothing read, and no damage:", err)
			}
			return
		}
		if first := r.First(); first.Before(r.StartDate.Wall()) || first.Year() > 9999 {
			t.Fatalf("the first instance is at %s, the start at %s", first, r.StartDate.Wall())
		}
		if n := len(r.Deleted) + len(r.Modified) + len(r.Exceptions); n > len(b)/4 {
			t.Fatalf("%d dates and exceptions in %d bytes", n, len(b))
		}
		for _, frame := range []Frame{{}, {UTC: true}, {AllDay: true}, {Zone: zone}} {
			e := Event{Common: Common{UID: "u"}, Start: r.SeriesStart(frame), End: r.SeriesEnd(frame)}
			e.Recurrence, _ = r.Properties(frame)
			c := &Calendar{Events: []Event{e}}
			for i := range r.Exceptions {
				c.Events = append(c.Events, r.Override(e, &r.Exceptions[i]))
			}
			checkLines(t, c.Append(nil), 4096+60*len(b))
		}
	})
}

func FuzzZone(f *testing.F) {
	f.Add(definition("AUS Eastern Standard Time", sydney...), int64(1700000000))
	f.Add(definition("", europe(-60)), int64(-9000000000))
	f.Add(zoneStruct(europe(-60)), int64(0))
	f.Fuzz(func(t *testing.T, b []byte, at int64) {
		z, err := ParseZoneDefinition(b)
		if z == nil {
			if !errors.Is(err, ErrDamaged) {
				t.Fatal("nothing read, and no damage:", err)
			}
			if z, err = ParseZoneStruct(b, "Z"); err != nil {
				return
			}
		}
		if len(z.Rules) == 0 || len(z.Rules) > len(b)/zoneStructSize {
			t.Fatalf("%d rules in %d bytes", len(z.Rules), len(b))
		}
		instant := time.Unix(at%(200*365*86400), 0).UTC()
		if o := z.Offset(instant); o < -maxBias || o > maxBias {
			t.Fatalf("%d minutes from UTC", o)
		}
		// A wall clock that an instant has belongs to that or, the first time, an earlier one.
		w := z.Wall(instant)
		if back := z.Instant(w); back.After(instant) && z.Wall(back).Equal(w) {
			t.Fatalf("%s is %s, and that is %s", instant, w, back)
		}
		c := z.Component()
		if len(c.Components) == 0 {
			t.Fatal("no observance")
		}
		checkLines(t, c.Append(nil), 1024+20*len(b))
	})
}
