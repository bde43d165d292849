package pim

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/pst2imap/pst2imap/internal/ical"
	"github.com/pst2imap/pst2imap/internal/mapi"
)

// fake are properties in memory. What the mapping of events does not use it has not.
type fake struct {
	mapi.Properties
	values map[mapi.PropID]mapi.Value
	names  map[mapi.Name]mapi.PropID
}

func newFake() *fake {
	return &fake{values: map[mapi.PropID]mapi.Value{}, names: map[mapi.Name]mapi.PropID{}}
}

func (f *fake) put(id mapi.PropID, t mapi.PropType, data []byte) {
	f.values[id] = mapi.Value{Type: t, Data: data}
}

// name adds a named property, unless it has no bytes.
func (f *fake) name(set mapi.GUID, lid uint32, t mapi.PropType, data []byte) {
	if len(data) > 0 {
		id := mapi.FirstNamed + mapi.PropID(len(f.names))
		f.names[mapi.Name{Set: set, LID: lid}] = id
		f.put(id, t, data)
	}
}

func (f *fake) NamedID(n mapi.Name) (mapi.PropID, bool) { id, ok := f.names[n]; return id, ok }
func (f *fake) Has(id mapi.PropID) bool                 { _, ok := f.values[id]; return ok }
func (f *fake) Int(id mapi.PropID) (int64, bool)        { return f.values[id].Int() }
func (f *fake) Time(id mapi.PropID) (time.Time, bool)   { return f.values[id].Time() }
func (f *fake) Bool(id mapi.PropID) bool                { n, _ := f.Int(id); return n != 0 }

func (f *fake) Bytes(id mapi.PropID) ([]byte, bool) {
	v, ok := f.values[id]
	return v.Data, ok && v.Type == mapi.TypeBinary
}

func (f *fake) Text(id mapi.PropID) (string, bool) {
	v, ok := f.values[id]
	return strings.ToValidUTF8(string(v.Data), "?"), ok && v.Type == mapi.TypeString
}

func (f *fake) Open(id mapi.PropID) (io.Reader, int64, error) {
	v, ok := f.values[id]
	if !ok {
		return nil, 0, mapi.ErrNoProperty
	}
	return bytes.NewReader(v.Data), int64(len(v.Data)), nil
}

func u32(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
func u64(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }

// fuzzClasses are of events and of all mail about them.
var fuzzClasses = []string{"IPM.Appointment", "IPM.Schedule.Meeting.Request", "IPM.Schedule.Meeting.Canceled", "IPM.Schedule.Meeting.Resp.Pos",
	"IPM.Schedule.Meeting.Resp.Tent", "IPM.Schedule.Meeting.Notification.Forward"}

// fuzzEvent is an event with everything that can be said of it.
type fuzzEvent struct {
	class                            uint8
	start, end, replace              uint64
	zone, zoneStruct, series, object []byte
	bits                             uint32 // what is a number or a boolean
	text                             string
}

// item is the event as it would be read. An exception of it is attached when bit 31
// is set.
func (e fuzzEvent) item() *Item {
	f := newFake()
	apt, met, com := mapi.PSetAppointment, mapi.PSetMeeting, mapi.PSetCommon
	f.name(apt, lidStart, mapi.TypeTime, u64(e.start))
	f.name(apt, lidEnd, mapi.TypeTime, u64(e.end))
	f.name(apt, lidProposedStart, mapi.TypeTime, u64(e.start+e.end))
	f.name(apt, lidReplaceTime, mapi.TypeTime, u64(e.replace))
	f.name(apt, lidZoneStart, mapi.TypeBinary, e.zone)
	f.name(apt, lidZoneStruct, mapi.TypeBinary, e.zoneStruct)
	f.name(apt, lidZoneDescription, mapi.TypeString, []byte(e.text))
	f.name(apt, lidRecurrence, mapi.TypeBinary, e.series)
	f.name(met, lidGlobalObjectID, mapi.TypeBinary, e.object)
	f.name(apt, lidLocation, mapi.TypeString, []byte(e.text))
	f.name(apt, lidBusyStatus, mapi.TypeInt32, u32(e.bits&7))
	f.name(apt, lidState, mapi.TypeInt32, u32(e.bits>>3&7))
	f.name(apt, lidSequence, mapi.TypeInt32, u32(e.bits))
	f.name(apt, lidAllDay, mapi.TypeBool, []byte{byte(e.bits >> 6 & 1)})
	f.name(apt, lidCounterProposal, mapi.TypeBool, []byte{byte(e.bits >> 7 & 1)})
	f.name(com, lidReminderSet, mapi.TypeBool, []byte{byte(e.bits >> 8 & 1)})
	f.name(com, lidReminderDelta, mapi.TypeInt32, u32(e.bits))
	f.name(met, lidIsException, mapi.TypeBool, []byte{byte(e.bits >> 9 & 1)})
	f.name(met, lidInstanceTime, mapi.TypeInt32, u32(e.bits))
	f.put(mapi.Sensitivity, mapi.TypeInt32, u32(e.bits>>10&3))
	text := strings.ToValidUTF8(e.text, "?")
	who := Person{Name: text, Address: "a@example.org"}
	i := &Item{
		Properties: f, Class: fuzzClasses[int(e.class)%len(fuzzClasses)], Subject: text, Categories: []string{text}, From: who,
		Body: func() string { return text }, Identity: func() string { return "1" }, Decode8: func(b []byte) string { return string(b) },
		Warn:       func(string, string, ...any) {},
		Recipients: []Recipient{{Person: who, Type: 1, Row: f}, {Person: Person{Name: text}, Type: int(e.bits >> 12 & 3)}},
	}
	if e.bits>>31 != 0 {
		inner := e
		inner.bits &= 1<<31 - 1
		props := newFake()
		props.put(mapi.AttachmentCalendarFlags, mapi.TypeInt32, u32(afException))
		props.put(mapi.ExceptionReplaceTime, mapi.TypeTime, u64(e.replace))
		a := Attachment{Properties: props, Item: inner.item()}
		a.Item.Class = classException
		i.Attachments = []Attachment{a}
	}
	return i
}

// calendar is what becomes of the event; nil when that is nothing.
func (e fuzzEvent) calendar() []byte {
	i := e.item()
	if int(e.class)%len(fuzzClasses) == 0 {
		return (&ical.Calendar{Events: Events(i)}).Append(nil)
	}
	if c := Meeting(i); c != nil {
		return c.Data
	}
	return nil
}

// Blobs of a time zone in both forms, of a weekly series with a deleted and a moved
// instance, and of a GlobalObjectId of an instance.
const (
	zoneHex = "020134000200170057002e0020004500750072006f007000650020005300740061006e006400610072006400200054006900" +
		"6d006500010002013e00020041060000000000000000000000000000c4ffffff00000000c4ffffff00000a00000005000300" +
		"00000000000000000300000005000200000000000000"
	structHex = "c4ffffff00000000c4ffffff000000000a00000005000300000000000000000000000300000005000200000000000000"
	seriesHex = "043004300b200100000000000000010000000000000004000000222000000a00000001000000020000000045440d606c440d" +
		"010000000072440da01d440d0080450d0630000009300000580200009402000001004875440d8475440db86e440d01020600" +
		"05004d6f766564000000000400000000000000000000004875440d8475440db86e440d05004d006f00760065006400000000" +
		"0000000000"
	objectHex = "040000008200e00074c5b7101a82e00807e80313010203040506070800000000000000000400000061626364"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// M41 to M47: whatever is stored, what is written is a calendar that others can
// read.
func FuzzEvent(f *testing.F) {
	start := mapi.ToFileTime(time.Date(2024, 3, 5, 9, 0, 0, 0, time.UTC))
	const hour, week = 36e9, 7 * 24 * 36e9
	zone, series, object := unhex(f, zoneHex), unhex(f, seriesHex), unhex(f, objectHex)
	for class := range uint8(len(fuzzClasses)) {
		f.Add(class, start, start+hour, uint64(0), zone, []byte{}, series, object, uint32(0x102), "Größe; a,b")
		f.Add(class, start, start+hour, start+2*week, []byte{}, unhex(f, structHex), series, []byte{}, uint32(1<<31|1<<6), "x")
		f.Add(class, start, start, start, []byte{}, []byte{}, []byte{}, object, uint32(1<<31|1<<7|3), strings.Repeat("ü", 100))
	}
	f.Fuzz(func(t *testing.T, class uint8, start, end, replace uint64, zone, zoneStruct, series, object []byte, bits uint32, text string) {
		e := fuzzEvent{class, start, end, replace, zone, zoneStruct, series, object, bits, text}
		got := e.calendar()
		if !bytes.Equal(got, e.calendar()) {
			t.Fatal("not deterministic")
		}
		if most := 1<<16 + (100+20*len(text))*(10+len(zone)+len(zoneStruct)+len(series)+len(object)); len(got) > most {
			t.Fatalf("%d bytes, at most %d", len(got), most)
		}
		if got != nil {
			checkCalendar(t, string(got))
		}
	})
}

// line is one of a calendar.
type line struct{ name, params, value string }

// parseLine cuts a line at the colon that is not in quotes.
func parseLine(s string) line {
	quoted := false
	at := strings.IndexFunc(s, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ':' && !quoted
	})
	if at < 0 {
		return line{}
	}
	name, params, _ := strings.Cut(s[:at], ";")
	return line{name, params, s[at+1:]}
}

// checkCalendar checks what RFC 5545 and 5546 ask of every calendar.
func checkCalendar(t *testing.T, s string) {
	t.Helper()
	for l := range strings.SplitSeq(strings.TrimSuffix(s, "\r\n"), "\r\n") {
		if len(l) > 75 || !utf8.ValidString(l) || strings.ContainsFunc(l, func(r rune) bool { return r < ' ' && r != '\t' }) {
			t.Fatalf("line %q", l)
		}
	}
	zones := map[string]bool{}
	var open []string
	var events [][]line
	method := ""
	for text := range strings.SplitSeq(strings.TrimSuffix(strings.ReplaceAll(s, "\r\n ", ""), "\r\n"), "\r\n") {
		l := parseLine(text)
		switch {
		case l.name == "BEGIN":
			if open = append(open, l.value); l.value == "VEVENT" {
				events = append(events, nil)
			}
		case l.name == "END":
			if len(open) == 0 || open[len(open)-1] != l.value {
				t.Fatalf("%v ends with %s", open, l.value)
			}
			open = open[:len(open)-1]
		case len(open) == 0 || l.name == "":
			t.Fatalf("line %q in %v", text, open)
		case l.name == "METHOD" && len(open) == 1:
			method = l.value
		case l.name == "TZID":
			zones[l.value] = true
		case open[len(open)-1] == "VEVENT":
			events[len(events)-1] = append(events[len(events)-1], l)
		}
	}
	if len(open) > 0 || len(events) == 0 {
		t.Fatalf("%v is open, %d events", open, len(events))
	}
	for i := range events {
		checkEvent(t, events, i, method)
	}
	checkZones(t, slices.Concat(events...), zones)
}

// only is the line of a name, which must not be there twice.
func only(t *testing.T, event []line, name string) line {
	t.Helper()
	var out line
	for _, l := range event {
		if l.name == name && out.name != "" {
			t.Fatalf("%s is there twice", name)
		}
		if l.name == name {
			out = l
		}
	}
	return out
}

// checkEvent checks one of the events, of which the first may be a series.
func checkEvent(t *testing.T, events [][]line, i int, method string) {
	t.Helper()
	e, main := events[i], events[0]
	start, end, recurrence := only(t, e, "DTSTART"), only(t, e, "DTEND"), only(t, e, "RECURRENCE-ID")
	uid := only(t, e, "UID").value
	switch {
	case uid == "" || uid != only(t, main, "UID").value || only(t, e, "DTSTAMP").value == "":
		t.Fatalf("identity of %v", e)
	case end.value != "" && start.params == end.params && end.value <= start.value:
		t.Fatalf("%v is not after %v", end, start)
	case i > 0 && only(t, main, "RRULE").value != "" && (recurrence.params != only(t, main, "DTSTART").params || only(t, e, "RRULE").value != ""):
		t.Fatalf("%v of a series that starts at %v", recurrence, only(t, main, "DTSTART"))
	case method == "REPLY" && (len(events) > 1 || only(t, e, "ATTENDEE").value == ""):
		t.Fatalf("a reply of %v", e)
	}
}

// checkZones checks that there is a VTIMEZONE for every TZID.
func checkZones(t *testing.T, lines []line, zones map[string]bool) {
	t.Helper()
	escape := strings.NewReplacer(`\`, `\\`, ",", `\,`, ";", `\;`)
	for _, l := range lines {
		if id, ok := strings.CutPrefix(l.params, "TZID="); ok && !zones[escape.Replace(strings.Trim(id, `"`))] {
			t.Fatalf("no zone %q among %v", id, zones)
		}
	}
}
