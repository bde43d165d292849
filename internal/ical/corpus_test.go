package ical

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// Properties of events and tasks ([MS-OXPROPS] 2).
var (
	nameRecur     = mapi.Name{Set: mapi.PSetAppointment, LID: 0x8216}
	nameTaskRecur = mapi.Name{Set: mapi.PSetTask, LID: 0x8116}
	nameStart     = mapi.Name{Set: mapi.PSetAppointment, LID: 0x820D}
	nameEnd       = mapi.Name{Set: mapi.PSetAppointment, LID: 0x820E}
	nameStruct    = mapi.Name{Set: mapi.PSetAppointment, LID: 0x8233}
	zoneNames     = []mapi.Name{
		{Set: mapi.PSetAppointment, LID: 0x8260}, {Set: mapi.PSetAppointment, LID: 0x825E}, {Set: mapi.PSetAppointment, LID: 0x825F},
	}
)

// counts are what the corpus has.
type counts struct {
	series, tasks, exceptions, definitions, structs, placed int

	dir  string
	want []expected
}

// All series and time zones of real files are read without damage, and a series
// starts when its item says and has the instances that its blob means.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testneed.Corpus(t), "*.[po]st"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	c := counts{dir: t.TempDir()}
	for i, path := range files {
		s, err := pst.Open(path)
		if err != nil {
			continue // others look into that
		}
		if inv, err := s.Inventory(); err == nil {
			for _, f := range inv.Folders {
				for _, id := range f.Items {
					if m, err := s.Message(id); err == nil {
						c.item(t, m, i)
					}
				}
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d series with %d exceptions, %d placed in a zone; %d tasks; %d definitions, %d older zones", c.series, c.exceptions, c.placed, c.tasks, c.definitions, c.structs)
	if c.series < 17 || c.placed < 17 || c.definitions < 391 || c.structs < 17 {
		t.Errorf("too few: %d, %d, %d, %d", c.series, c.placed, c.definitions, c.structs)
	}
	list := filepath.Join(c.dir, "expected.json")
	if err := os.WriteFile(list, must(json.Marshal(c.want)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := runPython(t, "icalendar,dateutil", "testdata/expand.py", list); got != fmt.Sprintf("%d series", c.placed) {
		t.Error(got)
	}
}

func value(m *pst.Message, n mapi.Name) []byte {
	id, ok := m.NamedID(n)
	if !ok {
		return nil
	}
	v, err := m.Value(id)
	if err != nil || v.Type != mapi.TypeBinary {
		return nil
	}
	return v.Data
}

func when(m *pst.Message, n mapi.Name) (time.Time, bool) {
	id, ok := m.NamedID(n)
	if !ok {
		return time.Time{}, false
	}
	v, err := m.Value(id)
	if err != nil {
		return time.Time{}, false
	}
	return v.Time()
}

func (c *counts) item(t *testing.T, m *pst.Message, file int) {
	t.Helper()
	var zone *Zone
	if b := value(m, nameStruct); b != nil {
		c.structs++
		z, err := ParseZoneStruct(b, "Z")
		if err != nil {
			t.Errorf("file %d: %v", file, err)
		}
		zone = z
	}
	for _, n := range zoneNames {
		if b := value(m, n); b != nil {
			c.definitions++
			z, err := ParseZoneDefinition(b)
			if err != nil {
				t.Errorf("file %d: %v", file, err)
			} else if zone == nil {
				zone = z
			}
		}
	}
	if b := value(m, nameTaskRecur); b != nil {
		c.tasks++
		if _, err := ParseTaskRecurrence(b); err != nil {
			t.Errorf("file %d: %v", file, err)
		}
	}
	b := value(m, nameRecur)
	if b == nil {
		return
	}
	c.series++
	r, err := ParseRecurrence(b, func(b []byte) string { return string(b) })
	if err != nil {
		t.Errorf("file %d: %v", file, err)
	}
	if r == nil {
		return
	}
	c.exceptions += len(r.Exceptions)
	c.place(t, m, r, zone, file)
}

// place compares the first instance with the item's own times.
func (c *counts) place(t *testing.T, m *pst.Message, r *Recurrence, zone *Zone, file int) {
	t.Helper()
	start, ok := when(m, nameStart)
	if !ok || zone == nil {
		return
	}
	c.placed++
	if got := zone.Instant(r.First()); !got.Equal(start) {
		t.Errorf("file %d: the first instance is at %s, the item starts %s; %+v", file, got, start, r)
	}
	if end, ok := when(m, nameEnd); ok && r.Length() != end.Sub(start) {
		t.Errorf("file %d: an instance takes %s, the item %s", file, r.Length(), end.Sub(start))
	}
	c.expand(t, r, Frame{Zone: zone})
}

// expand has the instances of a series compared, without its texts.
func (c *counts) expand(t *testing.T, r *Recurrence, f Frame) {
	t.Helper()
	s := &series{
		freq: int(r.Frequency), pattern: int(r.Pattern), weekdays: int(r.Weekdays), day: r.Day, nth: r.Nth, start: r.StartDate.Wall(), endType: int(r.End), count: int(r.Count),
		until: r.EndDate.Wall(), firstDOW: r.FirstDOW, at: r.StartOffset, length: r.EndOffset - r.StartOffset, every: int(r.Period),
	}
	switch {
	case s.pattern == 0:
		s.every /= 1440
	case s.freq == 0x200D:
		s.every /= 12
	}
	gone := map[Minutes]bool{}
	for _, d := range r.Deleted {
		gone[d] = true
	}
	e := Event{Common: Common{UID: "u", Summary: "Series"}, Location: "Here", Start: r.SeriesStart(f), End: r.SeriesEnd(f)}
	e.Recurrence = must(r.Properties(f))
	cal := &Calendar{Events: []Event{e}}
	for i := range r.Exceptions {
		x := &r.Exceptions[i]
		x.Flags &^= OverridesSubject | OverridesLocation
		delete(gone, x.Original.date())
		s.changed = append(s.changed, changed{original: x.Original.Wall(), start: x.Start.Wall(), end: x.End.Wall()})
		cal.Events = append(cal.Events, r.Override(e, x))
	}
	for d := range gone {
		s.deleted = append(s.deleted, d.Wall())
	}
	w := expected{Calendar: filepath.Join(c.dir, fmt.Sprintf("%d.ics", len(c.want))), UID: "u"}
	w.Instances, w.Ends = s.expect()
	c.want = append(c.want, w)
	if err := os.WriteFile(w.Calendar, cal.Append(nil), 0o600); err != nil {
		t.Fatal(err)
	}
}
