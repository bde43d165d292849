package ical

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// atNoon is an event at noon in a time zone called Z.
func atNoon(uid string, r zoneRule) *Calendar {
	z := must(ParseZoneStruct(zoneStruct(r), "Z"))
	start := Time{Frame{Zone: z}, wall("2024-03-01 12:00")}
	return &Calendar{Events: []Event{{
		Common: Common{UID: uid, Sequence: -1, Recurrence: []Property{start.Property("EXDATE")}}, Start: start,
	}}}
}

// A file has every item, each with the time zone that it had, and no two that a
// reader takes for the same.
func TestMerge(t *testing.T) {
	var m Merger
	var body []byte
	for i, tc := range []struct {
		uid, wantUID string
		rule         zoneRule
		zone         string
	}{
		{"a", "a", europe(-60), "Z"},
		{"b", "b", europe(-60), "Z"},
		{"c", "c", europe(-120), `Z (2)`},
		{"d", "d", europe(-60), "Z"},
		{"e", "e", europe(-120), `Z (2)`},
		{"a", "a-2", europe(-60), "Z"},
		{"a", "a-3", europe(-180), `Z (3)`},
		{"a-2", "a-2-2", europe(-60), "Z"},
	} {
		c := atNoon(tc.uid, tc.rule)
		part, renamed := m.Add(nil, c)
		body = append(body, part...)
		for _, want := range []string{"\r\nUID:" + tc.wantUID + "\r\n", "\r\nDTSTART;TZID=" + tc.zone + ":2024", "\r\nEXDATE;TZID=" + tc.zone + ":2024"} {
			if !strings.Contains(string(part), want) {
				t.Errorf("item %d: %q is not in %s", i, want, part)
			}
		}
		if renamed != (tc.uid != tc.wantUID) {
			t.Errorf("item %d: renamed %v", i, renamed)
		}
		if z := c.Events[0].Start.Zone.Name; z != "Z" || c.Events[0].UID != tc.uid {
			t.Errorf("item %d was changed: %q", i, z)
		}
	}
	whole := append(append(m.Begin("a, b"), body...), m.End()...)
	checkLines(t, whole, 1<<20)
	for want, n := range map[string]int{"\r\nTZID:Z\r\n": 1, "\r\nTZID:Z (2)\r\n": 1, "\r\nTZID:Z (3)\r\n": 1, "BEGIN:VTIMEZONE": 3, "BEGIN:VEVENT": 8, "\r\nX-WR-CALNAME:a\\, b\r\n": 1} {
		if got := bytes.Count(whole, []byte(want)); got != n {
			t.Errorf("%d times %q, want %d", got, want, n)
		}
	}
}

// An exception that came by itself, and the series that it belongs to, are not the
// same although they have one UID.
func TestMergeKeepsInstances(t *testing.T) {
	var m Merger
	series, one := atNoon("a", europe(-60)), atNoon("a", europe(-60))
	one.Events[0].RecurrenceID = one.Events[0].Start
	for i, c := range []*Calendar{series, one} {
		if part, renamed := m.Add(nil, c); renamed {
			t.Errorf("%d: %s", i, part)
		}
	}
	if part, renamed := m.Add(nil, one); !renamed || !strings.Contains(string(part), "UID:a-2") {
		t.Errorf("the same again: %s", part)
	}
}

// Whatever is merged, every component is there and has an identity of its own.
func FuzzMerge(f *testing.F) {
	f.Add("a", "b", int8(1), int8(2), uint8(3))
	f.Add("a", "a-2", int8(1), int8(1), uint8(9))
	f.Fuzz(func(t *testing.T, a, b string, biasA, biasB int8, order uint8) {
		var m Merger
		seen := map[string]bool{}
		for i := range 8 {
			uid, bias := a, biasA
			if order>>i&1 != 0 {
				uid, bias = b, biasB
			}
			part, _ := m.Add(nil, atNoon(uid, europe(int(bias)*15)))
			checkLines(t, part, 1<<20)
			_, rest, ok := strings.Cut(strings.ReplaceAll(string(part), "\r\n ", ""), "\r\nUID:")
			got, _, _ := strings.Cut(rest, "\r\n")
			if !ok || seen[got] {
				t.Errorf("%q twice", got)
			}
			seen[got] = true
		}
		if n := bytes.Count(m.Begin(fmt.Sprint(a)), []byte("BEGIN:VTIMEZONE")); n < 1 || n > 2 {
			t.Errorf("%d time zones", n)
		}
	})
}
