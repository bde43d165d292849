package ical

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

// The years that are compared with the system's data.
const (
	firstYearCompared = 1990
	lastYearCompared  = 2030
)

// windowsZones are the names of time zones in Windows that python3-icalendar
// knows, with the zone of the system's data that each means.
func windowsZones(t *testing.T) map[string]string {
	t.Helper()
	out, err := exec.Command(testneed.Python(t, "icalendar"), "testdata/windowszones.py").Output()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		windows, iana, _ := bytes.Cut(s.Bytes(), []byte("\t"))
		names[string(windows)] = string(iana)
	}
	if len(names) < 100 {
		t.Fatalf("only %d names", len(names))
	}
	return names
}

// switched is a change of the offset in the system's data.
type switched struct {
	at       time.Time
	from, to int // minutes
}

// switches are those of a year, by the clock that is changed.
func switches(loc *time.Location, year int) (first int, out []switched) {
	offset := func(at time.Time) int {
		_, s := at.In(loc).Zone()
		return s / 60
	}
	lo := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	lo = lo.Add(-time.Duration(offset(lo)) * time.Minute)
	hi := time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)
	for at := lo.Add(-24 * time.Hour); at.Before(hi.Add(24 * time.Hour)); at = at.Add(24 * time.Hour) {
		next := at.Add(24 * time.Hour)
		if offset(at) == offset(next) {
			continue
		}
		a, b := at, next
		for b.Sub(a) > time.Minute {
			if mid := a.Add(b.Sub(a) / 2).Truncate(time.Minute); offset(mid) == offset(at) {
				a = mid
			} else {
				b = mid
			}
		}
		s := switched{b, offset(a), offset(b)}
		if s.wall().Year() == year {
			out = append(out, s)
		}
	}
	// What the clock shows on New Year's Day is from before a change then.
	first = offset(lo)
	if len(out) > 0 {
		first = out[0].from
	}
	return first, out
}

func (s *switched) wall() time.Time { return s.at.UTC().Add(time.Duration(s.from) * time.Minute) }

// clock is the change as the n-th weekday of its month, or the last where it is.
func (s *switched) clock() clock {
	w := s.wall()
	nth := (w.Day()-1)/7 + 1
	if w.AddDate(0, 0, 7).Month() != w.Month() {
		nth = 5
	}
	return clock{0, int(w.Month()), int(w.Weekday()), nth, w.Hour(), w.Minute()}
}

// newYearChange is how Windows writes that half of a year's two changes is not.
func newYearChange(year int) clock {
	d := newYear(year)
	return clock{0, 1, int(d.Weekday()), 1, 0, 0}
}

// ruleOf writes a year as Windows does; ok is false if it cannot.
func ruleOf(loc *time.Location, year int) (r zoneRule, ok bool) {
	first, list := switches(loc, year)
	r = zoneRule{year: year, bias: -first}
	switch {
	case len(list) > 0 && (list[0].to-first >= 12*60 || first-list[0].to >= 12*60):
		return r, false // a day left out at the date line is no summer time
	case len(list) == 0:
		return r, true
	case len(list) == 1 && list[0].wall().Equal(newYear(year)):
		r.bias = -list[0].to
		return r, true
	case len(list) == 1 && list[0].to > first:
		r.dlt, r.toDlt, r.toStd = -(list[0].to - first), list[0].clock(), newYearChange(year)
		return r, true
	case len(list) == 1:
		r.bias, r.dlt = -list[0].to, -(first - list[0].to)
		r.toStd, r.toDlt = list[0].clock(), newYearChange(year)
		return r, true
	case len(list) > 2 || list[1].to != first:
		return r, false
	case list[0].to > first:
		r.dlt, r.toDlt, r.toStd = -(list[0].to - first), list[0].clock(), list[1].clock()
	default:
		r.bias, r.dlt = -list[0].to, -(first - list[0].to)
		r.toStd, r.toDlt = list[0].clock(), list[1].clock()
	}
	return r, true
}

// zoneCase is a zone for the helper: where its VTIMEZONE is, and which years of it
// are as the system has them.
type zoneCase struct {
	File  string `json:"file"`
	Name  string `json:"name"`
	IANA  string `json:"iana"`
	Years []int  `json:"years"`
}

// What is made of a definition with a rule for each year is, as dateutil and
// icalendar read it, what the system's data say; and so does Offset.
func TestZonesAsTheSystemHasThem(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var cases []zoneCase
	skipped, multi := 0, 0
	for name, iana := range windowsZones(t) {
		loc, err := time.LoadLocation(iana)
		if err != nil {
			t.Fatal(err)
		}
		var rules []zoneRule
		c := zoneCase{File: filepath.Join(dir, fmt.Sprintf("%03d.ics", len(cases))), Name: name, IANA: iana}
		for year := firstYearCompared; year <= lastYearCompared; year++ {
			r, ok := ruleOf(loc, year)
			if ok {
				c.Years = append(c.Years, year)
			} else {
				skipped++
			}
			if n := len(rules); n > 0 {
				before := rules[n-1]
				if before.year = year; before == r {
					multi++
					continue
				}
			}
			rules = append(rules, r)
		}
		z, err := ParseZoneDefinition(definition(name, rules...))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		compareOffsets(t, z, loc, c.Years)
		cal := &Calendar{Events: []Event{{Common: Common{UID: "x"}, Start: Time{Frame{Zone: z}, wall("2020-01-01 12:00")}}}}
		if err := os.WriteFile(c.File, cal.Append(nil), 0o600); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	t.Logf("%d zones, %d years of them that the blob cannot say, %d that repeat the rule before", len(cases), skipped, multi)
	if all := len(cases) * (lastYearCompared - firstYearCompared + 1); skipped > all/50 || multi < all/2 {
		t.Errorf("%d of %d years left out, %d in rules for several", skipped, all, multi)
	}
	list := filepath.Join(dir, "zones.json")
	if err := os.WriteFile(list, must(json.Marshal(cases)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := runPython(t, "icalendar,dateutil,pytz", "testdata/zones.py", list); got != fmt.Sprintf("%d zones", len(cases)) {
		t.Errorf("%s, want %d", got, len(cases))
	}
}

// compareOffsets asks for the offset through all the years and around changes, and
// back.
func compareOffsets(t *testing.T, z *Zone, loc *time.Location, years []int) {
	t.Helper()
	for _, year := range years {
		// Two days into the year, to be out of the way of the next that is left out.
		first, last := time.Date(year, 1, 2, 0, 30, 0, 0, time.UTC), time.Date(year, 12, 30, 0, 0, 0, 0, time.UTC)
		at := []time.Time{}
		for x := first; x.Before(last); x = x.Add(245 * time.Hour) {
			at = append(at, x)
		}
		_, list := switches(loc, year)
		for _, s := range list {
			for _, d := range [...]time.Duration{-3 * time.Hour, -time.Minute, 0, time.Minute, 3 * time.Hour} {
				if x := s.at.Add(d); x.After(first) && x.Before(last) {
					at = append(at, x)
				}
			}
		}
		for _, at := range at {
			_, want := at.In(loc).Zone()
			if got := z.Offset(at); got != want/60 {
				t.Fatalf("%s: %s: %d minutes, want %d", z.Name, at, got, want/60)
			}
			if back := z.Wall(z.Instant(z.Wall(at))); !back.Equal(z.Wall(at)) {
				t.Fatalf("%s: %s comes back as %s", z.Name, z.Wall(at), back)
			}
		}
	}
}
