package pim

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/ical"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/vcard"
	"github.com/pst2imap/pst2imap/pst"
)

// stored writes an item into a data file and reads it back, with what eml would
// find out about it.
func stored(t testing.TB, m *psttest.Message) (*Item, *[]string) {
	t.Helper()
	b, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{{Name: "x", Messages: []*psttest.Message{m}}}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := pst.New(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	inv, err := s.Inventory()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range inv.Folders {
		if len(f.Items) > 0 {
			m, err := s.Message(f.Items[0])
			if err != nil {
				t.Fatal(err)
			}
			return itemOf(t, m)
		}
	}
	t.Fatal("no item")
	return nil, nil
}

func itemOf(t testing.TB, m *pst.Message) (*Item, *[]string) {
	t.Helper()
	warnings := new([]string)
	class, _ := m.Text(mapi.MessageClass)
	keywords, _ := m.NamedID(mapi.NameKeywords)
	it := &Item{
		Properties: m, Class: class, Subject: m.Subject(), Categories: m.Texts(keywords),
		Body: func() string {
			s, _ := m.Text(mapi.Body)
			return strings.ReplaceAll(s, "\r\n", "\n")
		},
		Identity: func() string { return "1234" }, Decode8: func(b []byte) string { return string(b) },
		Warn: func(rule, format string, args ...any) {
			*warnings = append(*warnings, rule+": "+fmt.Sprintf(format, args...))
		},
	}
	list, err := m.Attachments()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		name, _ := a.Text(mapi.AttachLongFilename)
		it.Attachments = append(it.Attachments, Attachment{Properties: a, Name: name})
	}
	return it, warnings
}

// prop is a named property.
func prop(set mapi.GUID, lid uint32, v any) psttest.Prop {
	t := mapi.TypeString
	switch v.(type) {
	case time.Time:
		t = mapi.TypeTime
	case int:
		t = mapi.TypeInt32
	case bool:
		t = mapi.TypeBool
	case float64:
		t = mapi.TypeFloat64
	case []byte:
		t = mapi.TypeBinary
	}
	return psttest.Named(mapi.Name{Set: set, LID: lid}, t, v)
}

func task(lid uint32, v any) psttest.Prop   { return prop(mapi.PSetTask, lid, v) }
func common(lid uint32, v any) psttest.Prop { return prop(mapi.PSetCommon, lid, v) }
func entry(lid uint32, v any) psttest.Prop  { return prop(mapi.PSetLog, lid, v) }

func day(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

var written = time.Date(2024, 3, 5, 8, 9, 10, 0, time.UTC)

func newItem(class string, props ...psttest.Prop) *psttest.Message {
	return (&psttest.Message{Props: []psttest.Prop{
		psttest.Str(mapi.MessageClass, class), psttest.Str(mapi.Subject, "Plan, all"), psttest.Str(mapi.Body, "first\r\nsecond\r\n"),
		psttest.Time(mapi.CreationTime, written), psttest.Time(mapi.LastModificationTime, written),
	}}).With(props...)
}

// lines are those of the only component, unfolded, without what is the same for all.
func lines(t testing.TB, c *ical.Calendar) []string {
	t.Helper()
	all := strings.Split(strings.ReplaceAll(strings.TrimSuffix(string(c.Append(nil)), "\r\n"), "\r\n ", ""), "\r\n")
	return slices.DeleteFunc(all[4:len(all)-2], func(l string) bool {
		name, _, _ := strings.Cut(l, ":")
		return slices.Contains([]string{"UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SUMMARY", "DESCRIPTION"}, name)
	})
}

// weekly is a PidLidTaskRecurrence of every week on the days of the mask.
func weekly(mask, count int, start, end time.Time) []byte {
	le := binary.LittleEndian
	minutes := func(t time.Time) uint32 { return uint32((t.Unix() - day(1601, 1, 1).Unix()) / 60) }
	var b []byte
	for _, v := range []uint16{0x3004, 0x3004, 0x200B, 1, 0} {
		b = le.AppendUint16(b, v)
	}
	for _, v := range []uint32{0, 1, 0, uint32(mask), 0x2022, uint32(count), 0, 0, 0, minutes(start), minutes(end)} {
		b = le.AppendUint32(b, v)
	}
	return b
}

// M48: a task with its dates as they are on the calendar, its state and its rule.
func TestM48Tasks(t *testing.T) {
	monday, friday := day(2024, 3, 4), day(2024, 3, 8)
	for name, tc := range map[string]struct {
		props []psttest.Prop
		want  string
	}{
		"nothing":     {nil, ""},
		"not started": {[]psttest.Prop{task(0x8101, 0), task(0x8102, 0.0)}, "PERCENT-COMPLETE:0 STATUS:NEEDS-ACTION"},
		"half": {[]psttest.Prop{task(0x8101, 1), task(0x8102, 0.505), task(0x8104, monday), task(0x8105, friday)},
			"DTSTART;VALUE=DATE:20240304 DUE;VALUE=DATE:20240308 PERCENT-COMPLETE:51 STATUS:IN-PROCESS"},
		"done": {[]psttest.Prop{task(0x8101, 2), task(0x8102, 1.0), task(0x810F, written)},
			"COMPLETED:20240305T080910Z PERCENT-COMPLETE:100 STATUS:COMPLETED"},
		"waiting":                {[]psttest.Prop{task(0x8101, 3)}, "STATUS:NEEDS-ACTION X-MICROSOFT-TASK-STATUS:WAITING"},
		"deferred":               {[]psttest.Prop{task(0x8101, 4)}, "STATUS:NEEDS-ACTION X-MICROSOFT-TASK-STATUS:DEFERRED"},
		"unknown state":          {[]psttest.Prop{task(0x8101, 5)}, ""},
		"negative state":         {[]psttest.Prop{task(0x8101, -1)}, ""},
		"no such part":           {[]psttest.Prop{task(0x8102, 1.5)}, ""},
		"not a number":           {[]psttest.Prop{task(0x8102, math.NaN())}, ""},
		"a date that means none": {[]psttest.Prop{task(0x8105, day(4501, 1, 1))}, ""},
		"due before it starts":   {[]psttest.Prop{task(0x8104, friday), task(0x8105, monday)}, "DTSTART;VALUE=DATE:20240308"},
		"owner, private, important": {[]psttest.Prop{task(0x811F, "Ann; B"), common(0x8506, true), psttest.Int32(mapi.Importance, 2), psttest.Keywords("Red", "a,b")},
			`PRIORITY:1 CLASS:PRIVATE CATEGORIES:Red,a\,b X-OWNER:Ann\; B`},
		"reminder": {[]psttest.Prop{common(0x8502, written), common(0x8503, true)},
			`BEGIN:VALARM ACTION:DISPLAY TRIGGER;VALUE=DATE-TIME:20240305T080910Z END:VALARM`},
		"reminder that is off": {[]psttest.Prop{common(0x8502, written), common(0x8503, false)}, ""},
		"series": {[]psttest.Prop{task(0x8104, monday), task(0x8105, monday), task(0x8116, weekly(1<<1, 5, monday, day(2024, 4, 1)))},
			"DTSTART;VALUE=DATE:20240304 DUE;VALUE=DATE:20240304 RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=5;WKST=SU"},
		"series whose first times are done": {[]psttest.Prop{task(0x8105, day(2024, 3, 18)), task(0x8116, weekly(1<<1, 5, monday, day(2024, 4, 1)))},
			"DTSTART;VALUE=DATE:20240318 DUE;VALUE=DATE:20240318 RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20240401;WKST=SU"},
		"due on the day of the rule, begun before": {[]psttest.Prop{task(0x8104, monday), task(0x8105, friday), task(0x8116, weekly(1<<5, 5, friday, day(2024, 4, 5)))},
			"DTSTART;VALUE=DATE:20240308 DUE;VALUE=DATE:20240308 RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=5;WKST=SU X-PST2IMAP-DAYS-BEFORE-DUE:4"},
		"series without dates": {[]psttest.Prop{task(0x8116, weekly(1<<1, 5, monday, day(2024, 4, 1)))},
			"DTSTART;VALUE=DATE:20240304 RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=5;WKST=SU"},
	} {
		it, warnings := stored(t, newItem("IPM.Task", tc.props...))
		got := strings.Join(lines(t, &ical.Calendar{Todos: []ical.Todo{it.Task()}}), " ")
		got = strings.ReplaceAll(got, " DESCRIPTION:Plan\\, all", "")
		if got != tc.want || len(*warnings) > 0 {
			t.Errorf("%s:\n%q, want\n%q, %q", name, got, tc.want, *warnings)
		}
	}
	it, warnings := stored(t, newItem("IPM.Task", task(0x8116, []byte("\x04\x30\x04\x30\x0B\x20"))))
	if got := it.Task(); len(got.Recurrence) > 0 || len(*warnings) != 1 || !strings.HasPrefix((*warnings)[0], "M48: recurrence: damaged") {
		t.Errorf("a damaged rule: %v, %q", got, *warnings)
	}
}

// What is the same in all: identity, texts, dates.
func TestM48Common(t *testing.T) {
	const want = "DTSTAMP:20240305T080910Z CREATED:20240305T080910Z LAST-MODIFIED:20240305T080910Z SUMMARY:Plan\\, all DESCRIPTION:first\\nsecond"
	for name, tc := range map[string]struct {
		m    *psttest.Message
		make func(*Item) *ical.Calendar
		uid  string
	}{
		"task": {newItem("IPM.Task"), func(i *Item) *ical.Calendar { return &ical.Calendar{Todos: []ical.Todo{i.Task()}} }, "1234@pst2imap.invalid"},
		"task that was sent": {newItem("IPM.Task", common(0x8519, []byte{0xAB, 0xCD})),
			func(i *Item) *ical.Calendar { return &ical.Calendar{Todos: []ical.Todo{i.Task()}} }, "ABCD"},
		"journal": {newItem("IPM.Activity"), func(i *Item) *ical.Calendar { return &ical.Calendar{Journals: []ical.Journal{i.Journal()}} }, "1234@pst2imap.invalid"},
		"note":    {newItem("IPM.StickyNote"), func(i *Item) *ical.Calendar { return &ical.Calendar{Journals: []ical.Journal{i.Note()}} }, "1234@pst2imap.invalid"},
	} {
		it, _ := stored(t, tc.m)
		all := strings.Split(string(tc.make(it).Append(nil)), "\r\n")
		if got := strings.Join(all[4:len(all)-3], " "); got != "UID:"+tc.uid+" "+want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestM48JournalAndNotes(t *testing.T) {
	it, _ := stored(t, newItem("IPM.Activity", entry(0x8700, "Phone call"), entry(0x8706, written), entry(0x8707, 90), entry(0x8708, written.Add(90*time.Minute)),
		entry(0x8712, "Phone call"), psttest.Keywords("Red")))
	j := it.Journal()
	c := &ical.Calendar{Journals: []ical.Journal{j}}
	if got, want := strings.Join(lines(t, c), " "), "DTSTART:20240305T080910Z CATEGORIES:Red,Phone call X-MICROSOFT-LOG-END:20240305T093910Z"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if want := "first\nsecond\n\nDuration: 1h30m0s\nEnd: 2024-03-05 09:39 UTC"; j.Description != want {
		t.Errorf("%q, want %q", j.Description, want)
	}
	note := newItem("IPM.StickyNote", prop(mapi.PSetNote, 0x8B00, 3)).Attach(psttest.Attachment{
		Props: []psttest.Prop{psttest.Str(mapi.AttachLongFilename, "a.txt")}, Data: []byte("text")})
	it, warnings := stored(t, note)
	c = &ical.Calendar{Journals: []ical.Journal{it.Note()}}
	if got, want := strings.Join(lines(t, c), " "), "X-MS-NOTE-COLOR:yellow ATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=a.txt:dGV4dA=="; got != want || len(*warnings) > 0 {
		t.Errorf("%q, want %q, %q", got, want, *warnings)
	}
	for color, want := range map[int]string{0: "blue", 4: "white", 5: "", -1: ""} {
		it, _ := stored(t, newItem("IPM.StickyNote", prop(mapi.PSetNote, 0x8B00, color)))
		if got := it.NoteColor(); got != want {
			t.Errorf("colour %d is %q", color, got)
		}
	}
}

// A card has an identity even where the item has none.
func TestCardUID(t *testing.T) {
	for key, want := range map[string]string{"\xAB\x01": "AB01", "\x00\x00": "1234@pst2imap.invalid", "": "1234@pst2imap.invalid"} {
		it, _ := stored(t, newItem("IPM.Contact", psttest.Bin(mapi.SearchKey, []byte(key))))
		if got := it.CardUID(); got != want {
			t.Errorf("%q: %q", key, got)
		}
		if b := string(it.Card(vcard.V4, it.CardUID()+"-2", People{})); !strings.Contains(b, "\r\nUID;VALUE=text:"+want+"-2\r\n") || !strings.Contains(b, `NOTE:first\nsecond`) {
			t.Errorf("%q: %s", key, b)
		}
	}
}

// Whatever the properties hold, the entry can be written and read, and no value
// begins a line of its own.
func FuzzPersonal(f *testing.F) {
	f.Add("IPM.Task", "owner\nBEGIN:VEVENT", 0.5, int64(1), uint64(133541000000000000), weekly(2, 5, day(2024, 3, 4), day(2024, 4, 1)))
	f.Add("IPM.Activity", "type,\r\n x", math.Inf(1), int64(-1), uint64(0), []byte(nil))
	f.Fuzz(func(t *testing.T, class, text string, number float64, n int64, when uint64, blob []byte) {
		at, _ := mapi.FileTime(when)
		it := &Item{Properties: &anything{text: text, number: number, n: n, at: at, blob: blob}, Class: class, Subject: text, Categories: []string{text},
			Body: func() string { return text }, Identity: func() string { return "1" }, Decode8: func(b []byte) string { return string(b) },
			Warn: func(string, string, ...any) {}}
		c := &ical.Calendar{Todos: []ical.Todo{it.Task()}, Journals: []ical.Journal{it.Journal(), it.Note()}}
		out := string(c.Append(nil))
		if out != string(c.Append(nil)) {
			t.Error("not the same twice")
		}
		counts := map[string]int{}
		for line := range strings.SplitSeq(out, "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\n\r\x00") {
				t.Errorf("%q", line)
			}
			if name, ok := strings.CutPrefix(line, "BEGIN:"); ok {
				counts[name]++
			}
		}
		if counts["VTODO"] != 1 || counts["VJOURNAL"] != 2 || counts["VCALENDAR"] != 1 || counts["VEVENT"] != 0 {
			t.Errorf("%v", counts)
		}
		card := string(it.Card(vcard.V3, it.CardUID(), People{}))
		if strings.Count("\r\n"+card, "\r\nBEGIN:VCARD\r\n") != 1 || strings.Count(card, "\r\nEND:VCARD\r\n") != 1 || !strings.Contains(card, "\r\nUID:") {
			t.Errorf("%q", card)
		}
	})
}

// anything has every property, each with the same values.
type anything struct {
	mapi.Properties
	text   string
	number float64
	n      int64
	at     time.Time
	blob   []byte
}

func (a *anything) Has(mapi.PropID) bool                  { return true }
func (a *anything) NamedID(mapi.Name) (mapi.PropID, bool) { return 0x8000, true }
func (a *anything) Int(mapi.PropID) (int64, bool)         { return a.n, true }
func (a *anything) Bool(mapi.PropID) bool                 { return a.n&1 != 0 }
func (a *anything) Time(mapi.PropID) (time.Time, bool)    { return a.at, !a.at.IsZero() }
func (a *anything) Bytes(mapi.PropID) ([]byte, bool)      { return a.blob, true }
func (a *anything) Text(id mapi.PropID) (string, bool) {
	if id == mapi.MessageClass {
		return "IPM.Contact", true
	}
	return a.text, true
}
func (a *anything) Texts(mapi.PropID) []string { return []string{a.text, a.text} }
func (a *anything) Value(id mapi.PropID) (mapi.Value, error) {
	if id == 0x8000 {
		return mapi.Value{Type: mapi.TypeFloat64, Data: binary.LittleEndian.AppendUint64(nil, math.Float64bits(a.number))}, nil
	}
	return mapi.Value{Type: mapi.TypeBinary | mapi.MultiValue, Data: a.blob}, nil
}
