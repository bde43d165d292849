package ical

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

// runPython runs a helper and fails with what it prints, but for its last line.
func runPython(t *testing.T, module string, args ...string) (last string) {
	t.Helper()
	out, err := exec.Command(testneed.Python(t, module), args...).CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil {
		t.Fatalf("%v: %.3000s", err, out)
	}
	for _, line := range lines[:len(lines)-1] {
		t.Error(line)
	}
	return lines[len(lines)-1]
}

// expected are the instances of a series: wall clocks, by the wall clock at which
// the rule has them.
type expected struct {
	Calendar  string     `json:"calendar"`
	UID       string     `json:"uid"`
	IANA      string     `json:"iana"`
	AllDay    bool       `json:"allday"`
	Instances []instance `json:"instances"`
	Ends      bool       `json:"ends"`
}

type instance struct {
	Original string `json:"original"`
	Start    string `json:"start"`
	End      string `json:"end"`
	Summary  string `json:"summary"`
	Location string `json:"location"`
}

const stamp = "2006-01-02T15:04:05"

// expect counts what the series means. Of an endless one it is the beginning.
func (s *series) expect() (out []instance, ends bool) {
	const most = 21
	out = []instance{} // not null
	skip := map[time.Time]bool{}
	for _, d := range s.deleted {
		skip[d] = true
	}
	moved := map[time.Time]*changed{}
	for i := range s.changed {
		moved[s.changed[i].original] = &s.changed[i]
	}
	days := s.days(most)
	for _, d := range days {
		if skip[d] {
			continue
		}
		start := d.Add(time.Duration(s.at) * time.Minute)
		x := instance{start.Format(stamp), "", start.Add(time.Duration(s.length) * time.Minute).Format(stamp), "Series", "Here"}
		x.Start = x.Original
		if c := moved[start]; c != nil {
			x.Start, x.End = c.start.Format(stamp), c.end.Format(stamp)
			if c.flags&1 != 0 {
				x.Summary = c.subject + wide
			}
			if c.flags&0x10 != 0 {
				x.Location = c.location + wide
			}
		}
		out = append(out, x)
	}
	return out, s.endType == 0x2021 || s.endType == 0x2022
}

// frames are where the series of the test are, with the names of the same zones
// in the system's own data, for as long as the rules are those.
func frames() []struct {
	name, iana string
	frame      Frame
} {
	zone := func(name string, rules ...zoneRule) Frame {
		return Frame{Zone: must(ParseZoneDefinition(definition(name, rules...)))}
	}
	return []struct {
		name, iana string
		frame      Frame
	}{
		{"europe", "Europe/Berlin", zone("W. Europe Standard Time", europe(-60))},
		{"america", "America/New_York", zone("Eastern Standard Time", america...)},
		{"sydney", "", zone("AUS Eastern Standard Time", sydney...)},
		{"india", "Asia/Kolkata", zone("India Standard Time", india...)},
		{"utc", "UTC", Frame{UTC: true}},
		{"floating", "", Frame{}},
		{"dates", "", Frame{AllDay: true}},
	}
}

// The instances that python3-dateutil finds in what is made of a blob are those
// that the blob means, counted day by day.
func TestRecurrencesAsDateutilExpandsThem(t *testing.T) {
	t.Parallel()
	const perShape = 32 // times 9 shapes, times 7 frames
	g := &generator{rand.New(rand.NewPCG(1, 2))}
	dir := t.TempDir()
	var want []expected
	for _, f := range frames() {
		cal := &Calendar{}
		path := filepath.Join(dir, f.name+".ics")
		for i := range perShape * len(shapes) {
			s := g.series(i % len(shapes))
			if f.frame.AllDay {
				s.at, s.length = 0, 1440*(1+g.IntN(3))
				s.midnights()
			}
			uid := fmt.Sprintf("%s-%d", f.name, i)
			instances, ends := s.expect()
			want = append(want, expected{path, uid, f.iana, f.frame.AllDay, instances, ends})
			cal.Events = append(cal.Events, events(t, s, f.frame, uid)...)
		}
		if err := os.WriteFile(path, cal.Append(nil), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if len(want) < 2000 {
		t.Fatalf("only %d series", len(want))
	}
	list := filepath.Join(dir, "expected.json")
	if err := os.WriteFile(list, must(json.Marshal(want)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := runPython(t, "icalendar,dateutil", "testdata/expand.py", list); got != fmt.Sprintf("%d series", len(want)) {
		t.Errorf("%s, want %d", got, len(want))
	}
}

// midnights makes whole days of the changed instances.
func (s *series) midnights() {
	for i := range s.changed {
		c := &s.changed[i]
		c.original = c.original.Truncate(24 * time.Hour)
		c.start = c.original.AddDate(0, 0, i%3)
		c.end = c.start.AddDate(0, 0, 1+i%2)
		c.allDay = true
	}
}

// events are a series and its exceptions, read from the blob.
func events(t *testing.T, s *series, f Frame, uid string) []Event {
	t.Helper()
	r, err := ParseRecurrence(s.blob(), func(b []byte) string { return string(b) })
	if err != nil {
		t.Fatalf("%+v: %v", s, err)
	}
	e := Event{Common: Common{UID: uid, Summary: "Series"}, Location: "Here", Start: r.SeriesStart(f), End: r.SeriesEnd(f)}
	if e.Recurrence, err = r.Properties(f); err != nil {
		t.Fatalf("%+v: %v", s, err)
	}
	out := []Event{e}
	for i := range r.Exceptions {
		x := r.Override(e, &r.Exceptions[i])
		if !f.AllDay && r.Exceptions[i].AllDay {
			t.Fatalf("%+v is a whole day", r.Exceptions[i])
		}
		out = append(out, x)
	}
	return out
}
