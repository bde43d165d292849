package ical

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// vtimezone is a zone as lines without line ends.
func vtimezone(z *Zone) string {
	c := z.Component()
	return strings.ReplaceAll(string(c.Append(nil)), "\r\n", "\n")
}

func TestC65Zone(t *testing.T) {
	const want = `BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
`
	z, err := ParseZoneDefinition(definition("W. Europe Standard Time", europe(-60)))
	if got := vtimezone(z); got != want || err != nil {
		t.Errorf("%v\n%s", err, got)
	}
	// The older blob has one rule, and its name apart.
	z, err = ParseZoneStruct(zoneStruct(europe(-60)), "W. Europe Standard Time")
	if got := vtimezone(z); got != want || err != nil {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestZoneWithoutChanges(t *testing.T) {
	z := must(ParseZoneStruct(zoneStruct(india[0]), "(GMT+05:30) Chennai, \"Kolkata\""))
	want := "BEGIN:VTIMEZONE\nTZID:(GMT+05:30) Chennai\\, 'Kolkata'\nBEGIN:STANDARD\nDTSTART:19700101T000000\n" +
		"TZOFFSETFROM:+0530\nTZOFFSETTO:+0530\nEND:STANDARD\nEND:VTIMEZONE\n"
	if got := vtimezone(z); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// A rule that stands for all but two years, and a zone that stopped changing.
func TestRulesBoundEachOther(t *testing.T) {
	z := must(ParseZoneDefinition(definition("Moscow",
		zoneRule{year: 1601, bias: -180, dlt: -60, toStd: clock{month: 10, nth: 5, hour: 3}, toDlt: clock{month: 3, nth: 5, hour: 2}},
		// In 2011 the clock was put on and not back: the other change is on New Year's Day.
		zoneRule{year: 2011, bias: -180, dlt: -60, toStd: clock{month: 1, weekday: 6, nth: 1}, toDlt: clock{month: 3, nth: 5, hour: 2}},
		zoneRule{year: 2012, bias: -240},
		zoneRule{year: 2014, bias: -180, dlt: -60, toStd: clock{month: 10, nth: 5, hour: 2}, toDlt: clock{month: 1, weekday: 3, nth: 1}},
		zoneRule{year: 2015, bias: -180},
	)))
	for at, want := range map[string]int{
		"2010-12-31 22:00": 180, "2011-01-01 12:00": 180, "2011-03-26 22:59": 180, "2011-03-26 23:00": 240, "2011-12-31 21:30": 240,
		"2012-07-01 00:00": 240, "2014-01-01 00:00": 240, "2014-10-25 21:59": 240, "2014-10-25 22:00": 180, "2020-07-01 00:00": 180,
		"1990-07-01 00:00": 240, "1990-01-01 00:00": 180,
	} {
		if got := z.Offset(wall(at)); got != want {
			t.Errorf("%s: %d minutes, want %d", at, got, want)
		}
	}
	got := vtimezone(z)
	for _, part := range []string{
		"DTSTART:19700329T020000\nTZOFFSETFROM:+0300\nTZOFFSETTO:+0400\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=41\n",
		"DTSTART:20110327T020000\nTZOFFSETFROM:+0300\nTZOFFSETTO:+0400\nEND:DAYLIGHT\n",
		"DTSTART:20141026T020000\nTZOFFSETFROM:+0400\nTZOFFSETTO:+0300\nEND:STANDARD\n",
	} {
		if !strings.Contains(got, part) {
			t.Errorf("no\n%s\nin\n%s", part, got)
		}
	}
	if n := strings.Count(got, "BEGIN:"); n != 5 {
		t.Errorf("%d components:\n%s", n, got)
	}
}

// A change of standard time that comes with a rule and not by one.
func TestRuleWithAnotherOffset(t *testing.T) {
	z := must(ParseZoneDefinition(definition("Z", zoneRule{year: 1601, bias: 240}, zoneRule{year: 2008, bias: 270})))
	if !strings.Contains(vtimezone(z), "DTSTART:20080101T000000\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0430\nEND:STANDARD") {
		t.Error(vtimezone(z))
	}
	if z.Offset(wall("2008-01-01 03:59")) != -240 || z.Offset(wall("2008-01-01 04:00")) != -270 {
		t.Error("it does not change at midnight of the old time")
	}
}

func TestRuleForOneYear(t *testing.T) {
	z := must(ParseZoneStruct(zoneStruct(zoneRule{
		bias: 0, dlt: -60, toDlt: clock{2020, 3, 0, 29, 1, 0}, toStd: clock{2020, 10, 0, 25, 2, 0},
	}), "Z"))
	if got := vtimezone(z); strings.Contains(got, "RRULE") || !strings.Contains(got, "DTSTART:20200329T010000") || !strings.Contains(got, "DTSTART:19700101T000000") {
		t.Error(got)
	}
	for at, want := range map[string]int{"2019-07-01 00:00": 0, "2020-07-01 00:00": 60, "2020-12-01 00:00": 0, "2021-07-01 00:00": 0} {
		if got := z.Offset(wall(at)); got != want {
			t.Errorf("%s: %d minutes, want %d", at, got, want)
		}
	}
}

// A wall clock that is left out counts by the old offset, one that comes twice is
// the first (RFC 5545 3.3.5).
func TestWallClocksAroundChanges(t *testing.T) {
	berlin := frames()[0].frame.Zone
	for w, want := range map[string]string{
		"2024-03-31 01:59": "2024-03-31 00:59", "2024-03-31 02:00": "2024-03-31 01:00", "2024-03-31 02:30": "2024-03-31 01:30",
		"2024-03-31 03:00": "2024-03-31 01:00", "2024-10-27 02:00": "2024-10-27 00:00", "2024-10-27 02:59": "2024-10-27 00:59",
		"2024-10-27 03:00": "2024-10-27 02:00", "2024-01-01 00:00": "2023-12-31 23:00", "2023-12-31 23:59": "2023-12-31 22:59",
	} {
		if got := berlin.Instant(wall(w)).Format("2006-01-02 15:04"); got != want {
			t.Errorf("%s is %s, want %s", w, got, want)
		}
	}
}

// C69: the date of an all-day event is that in its zone.
func TestC69DateInItsZone(t *testing.T) {
	f := Frame{AllDay: true, Zone: must(ParseZoneStruct(zoneStruct(zoneRule{bias: -120}), "Z"))}
	p := f.Local(time.Date(2024, 5, 1, 22, 0, 0, 0, time.UTC)).Property("DTSTART")
	if p.Value != "20240502" || len(p.Params) != 1 || p.Params[0].Values[0] != "DATE" {
		t.Errorf("%+v", p)
	}
}

func TestDamagedZones(t *testing.T) {
	whole := definition("Eastern Standard Time", america...)
	if z, err := ParseZoneDefinition(whole[:len(whole)-1]); z == nil || len(z.Rules) != 1 || !errors.Is(err, ErrDamaged) {
		t.Errorf("cut in the second rule: %v, %v", z, err)
	}
	bad := america[1]
	bad.toDlt.month = 13
	if z, err := ParseZoneDefinition(definition("Z", america[0], bad)); z == nil || len(z.Rules) != 1 || !errors.Is(err, ErrDamaged) {
		t.Errorf("month 13: %v, %v", z, err)
	}
	if z, err := ParseZoneDefinition(definition("Z", america[1], america[0], america[1])); z == nil || len(z.Rules) != 2 || z.Rules[0].Year != 1987 || !errors.Is(err, ErrDamaged) {
		t.Errorf("twice, and not in order: %v, %v", z, err)
	}
	far := zoneRule{year: 1601, bias: 1440}
	for name, b := range map[string][]byte{
		"nothing": nil, "another version": append([]byte{1}, whole[1:]...), "no rules": definition("Z"),
		"a header that lies": append([]byte{2, 1, 0xFF, 0xFF}, whole[4:]...), "only far away": definition("Z", far),
	} {
		if z, err := ParseZoneDefinition(b); z != nil || !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v, %v", name, z, err)
		}
	}
	if z, err := ParseZoneStruct(zoneStruct(far), "Z"); z != nil || !errors.Is(err, ErrDamaged) {
		t.Errorf("%v, %v", z, err)
	}
	if z, err := ParseZoneStruct(zoneStruct(europe(0))[:47], "Z"); z != nil || !errors.Is(err, ErrDamaged) {
		t.Errorf("%v, %v", z, err)
	}
}
