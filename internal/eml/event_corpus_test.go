package eml

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// eventStats are what the test has seen: items, those that libpff reads, the fields
// of those, and series.
type eventStats struct{ events, mail, rows, compared, fields, series int }

// M42 to M47: what libpff reads of every appointment and every mail about a meeting
// of the corpus is in its calendar, which another program reads without an error.
func TestEventsOfCorpus(t *testing.T) {
	python := testneed.Python(t, "icalendar,dateutil,pypff")
	files, err := filepath.Glob(filepath.Join(testneed.Corpus(t), "*.[po]st"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	var sum eventStats
	for _, path := range files {
		dir := t.TempDir()
		n, names := sum.file(t, path, dir)
		if n == 0 {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			out, err := exec.Command(python, "testdata/pypff_events.py", path, dir, names).CombinedOutput()
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			if err != nil {
				t.Fatalf("%v: %.2000s", err, out)
			}
			for _, line := range lines[:len(lines)-1] {
				t.Error(line)
			}
			for i, s := range strings.Fields(lines[len(lines)-1]) {
				n, _ := strconv.Atoi(s)
				*[]*int{&sum.compared, &sum.fields, &sum.series}[i] += n
			}
		})
	}
	t.Logf("%+v", sum)
	if sum.events != 193 || sum.mail != 12 || sum.compared != 205 || sum.fields < 3000 || sum.series < 17 || sum.rows < 20 {
		t.Error("that is not what the corpus has")
	}
}

// eventNames are the identifiers of named properties in a store, by their numbers;
// those of meetings have a number beyond all tags.
func eventNames(t *testing.T, s *pst.Store) string {
	t.Helper()
	ids := map[uint32]uint16{}
	for _, set := range []struct {
		set  mapi.GUID
		add  uint32
		lids []uint32
	}{
		{mapi.PSetAppointment, 0, []uint32{0x8201, 0x8205, 0x8208, 0x820D, 0x820E, 0x8215, 0x8216, 0x8217, 0x8224}},
		{mapi.PSetCommon, 0, []uint32{0x8501, 0x8503, 0x8506}},
		{mapi.PSetMeeting, 0x10000, []uint32{0x0003, 0x0023}},
	} {
		for _, lid := range set.lids {
			if id, ok := s.Named(mapi.Name{Set: set.set, LID: lid}); ok {
				ids[set.add+lid] = uint16(id)
			}
		}
	}
	b, err := json.Marshal(ids)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// file writes the calendars of the items of a data file.
func (sum *eventStats) file(t *testing.T, path, dir string) (n int, names string) {
	t.Helper()
	s, err := pst.Open(path)
	if err != nil {
		return 0, "" // others look into that
	}
	defer func() { _ = s.Close() }() // it was only read
	inv, err := s.Inventory()
	if err != nil {
		return 0, ""
	}
	for _, f := range inv.Folders {
		for _, id := range f.Items {
			m, err := s.Message(id)
			if err != nil {
				continue
			}
			data := sum.calendar(t, m)
			if data == nil {
				continue
			}
			n++
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.ics", uint32(id))), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return n, eventNames(t, s)
}

// calendar is the calendar of an event or of mail about one; nil for other items.
func (sum *eventStats) calendar(t *testing.T, m *pst.Message) []byte {
	t.Helper()
	switch _, kind := ClassOf(m); kind {
	case KindEvent:
		sum.events++
		c, warnings := Load(m, nil).Calendar()
		for _, w := range warnings {
			t.Errorf("%s: %v", m.ID, w)
		}
		rows, _ := m.Recipients()
		sum.rows += len(rows)
		if e := c.Events[0]; len(e.Attendees) > len(rows) || len(rows) > 0 && len(e.Attendees) == 0 && e.Organizer == nil {
			t.Errorf("%s: %d attendees of %d rows", m.ID, len(e.Attendees), len(rows))
		}
		return c.Append(nil)
	case KindMeeting:
		sum.mail++
		var b bytes.Buffer
		if _, err := Convert(&b, m, nil); err != nil {
			t.Errorf("%s: %v", m.ID, err)
		}
		_, leaves := parse(t, b.String())
		for _, l := range leaves {
			if strings.HasPrefix(l.header.Get("Content-Type"), "text/calendar") {
				return []byte(l.body)
			}
		}
		t.Errorf("%s: no calendar", m.ID)
	}
	return nil
}
