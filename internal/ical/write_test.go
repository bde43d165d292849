package ical

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// checkLines checks what holds for all output.
func checkLines(t *testing.T, out []byte, most int) {
	t.Helper()
	if len(out) > most {
		t.Fatalf("%d bytes, more than %d", len(out), most)
	}
	if !bytes.HasSuffix(out, []byte("\r\n")) {
		t.Fatal("the last line has no end")
	}
	for line := range bytes.SplitSeq(out, []byte("\r\n")) {
		if len(line) > 75 || !utf8.Valid(line) || bytes.ContainsAny(line, "\r\n\x00") {
			t.Fatalf("%q", line)
		}
	}
}

func TestFold(t *testing.T) {
	for _, n := range []int{1, 66, 67, 68, 140, 141, 142, 1000} {
		for _, text := range []string{strings.Repeat("x", n), strings.Repeat("ü", n), strings.Repeat("\U0001F4C5", n), "a" + strings.Repeat("語", n)} {
			c := Component{Name: "V", Properties: []Property{Text("SUMMARY", text)}}
			out := c.Append(nil)
			checkLines(t, out, 1<<20)
			if got := strings.ReplaceAll(string(out), "\r\n ", ""); got != "BEGIN:V\r\nSUMMARY:"+text+"\r\nEND:V\r\n" {
				t.Errorf("%q", got)
			}
		}
	}
}

func TestEscapes(t *testing.T) {
	for name, tc := range map[string]struct {
		p    Property
		want string
	}{
		"text":               {Text("X", "a;b,c\\d:e\"f\r\ng\rh\ni\tj\x00k\xff"), `X:a\;b\,c\\d:e"f\ng\nh\ni` + "\tjk\uFFFD"},
		"list":               {TextList("CATEGORIES", []string{"a,b", "c"}), `CATEGORIES:a\,b,c`},
		"parameters":         {Property{"X", []Param{{"CN", []string{`O"Neil`}}, {"A", []string{"b:c", "d"}}, {"B", []string{"e\r\nf"}}}, "v"}, `X;CN=O'Neil;A="b:c",d;B=e f:v`},
		"no line of its own": {Property{"X", nil, "a\r\nATTENDEE:b"}, `X:aATTENDEE:b`},
	} {
		if got := strings.TrimSuffix(string(tc.p.append(nil)), "\r\n"); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// sample has a value in every field.
func sample() *Calendar {
	f := frames()[0].frame
	created := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	person := &Person{Name: "Müller, Jörg", Email: "j@example.org", UserType: "INDIVIDUAL", Role: "CHAIR", Status: "ACCEPTED", RSVP: true, SentBy: "s@example.org"}
	common := Common{
		UID: "uid;1", Stamp: created, Created: created, Modified: created, Summary: "S, " + strings.Repeat("lang ", 30), Description: "1\r\n2", Comment: "c",
		Class: "PRIVATE", Status: "CONFIRMED", URL: "https://example.org/?a,b;c", Categories: []string{"Rot; hell", "B"}, Organizer: person,
		Attendees: []Person{{Name: "Nobody"}, {Email: "a@example.org"}}, Sequence: 2, Extra: []Property{Text("X-OWNER", "o")},
	}
	done, todo := common, common
	done.Status, todo.Status = "FINAL", "COMPLETED"
	return &Calendar{
		Method: "REQUEST",
		Events: []Event{{
			Common: common, Start: f.Local(created), End: f.Local(created.Add(time.Hour)), Location: "L; M", Transparency: "OPAQUE", Priority: 5,
			Alarms: []Alarm{{Minutes: -15}, {At: created, Description: "now"}},
		}},
		Todos:    []Todo{{Common: todo, Start: Time{Frame{AllDay: true}, created}, Due: Time{Frame{AllDay: true}, created.AddDate(0, 0, 1)}, Completed: created, Percent: 100, Priority: 1}},
		Journals: []Journal{{Common: done, Start: UTCTime(created)}},
	}
}

// python3-icalendar reads everything back, and finds nothing wrong. (It splits
// categories at commas in them, so that there is none.)
func TestIcalendarReadsAllFields(t *testing.T) {
	path := filepath.Join(t.TempDir(), "all.ics")
	out := sample().Append(nil)
	checkLines(t, out, 1<<20)
	if err := os.WriteFile(path, out, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := runPython(t, "icalendar", "testdata/fields.py", path); got != "3 components" {
		t.Error(got)
	}
}

func TestSameValuesSameBytes(t *testing.T) {
	first := sample().Append(nil)
	for range 20 {
		if !bytes.Equal(sample().Append(nil), first) {
			t.Fatal("they differ")
		}
	}
}

// An end that is none is left out, a stamp that is none is 1970.
func TestTimesThatAreNone(t *testing.T) {
	f := Frame{}
	at := wall("2024-03-01 12:00")
	for name, tc := range map[string]struct {
		start, end Time
		want       bool
	}{
		"later":        {Time{f, at}, Time{f, at.Add(time.Minute)}, true},
		"the same":     {Time{f, at}, Time{f, at}, false},
		"earlier":      {Time{f, at}, Time{f, at.Add(-time.Minute)}, false},
		"none":         {Time{f, at}, Time{}, false},
		"the same day": {Time{Frame{AllDay: true}, at}, Time{Frame{AllDay: true}, at.Add(time.Hour)}, false},
		"in UTC":       {Time{frames()[0].frame, at}, UTCTime(at.Add(-30 * time.Minute)), true},
	} {
		c := (&Event{Start: tc.start, End: tc.end}).Component()
		got := fmt.Sprint(c.Properties)
		if strings.Contains(got, "DTEND") != tc.want || !strings.Contains(got, "19700101T000000Z") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestZonesDiffer(t *testing.T) {
	at := wall("2024-03-01 12:00")
	event := func(r zoneRule) Event {
		return Event{Start: Time{Frame{Zone: must(ParseZoneStruct(zoneStruct(r), "Z"))}, at}}
	}
	for _, tc := range []struct {
		a, b zoneRule
		want bool
	}{{europe(-60), europe(-60), false}, {europe(-60), europe(-120), true}} {
		c := &Calendar{Events: []Event{event(tc.a), event(tc.b)}}
		if c.ZonesDiffer() != tc.want || bytes.Count(c.Append(nil), []byte("BEGIN:VTIMEZONE")) != 1 {
			t.Errorf("%v: %s", c.ZonesDiffer(), c.Append(nil))
		}
	}
}
