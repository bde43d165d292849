package eml

import (
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

func itemID(t *testing.T, m *psttest.Message) string {
	t.Helper()
	id, err := ItemID(open(t, m))
	if err != nil || !isID([]byte(id)) {
		t.Fatalf("id %q, %v", id, err)
	}
	return id
}

func TestItemIDStays(t *testing.T) {
	full := func(extra ...psttest.Prop) *psttest.Message {
		return note(extra...).Attach(psttest.ByValue("a.txt", "", []byte("x")), psttest.Embed(note()))
	}
	want := itemID(t, full())
	for name, m := range map[string]*psttest.Message{
		"unread":      full(psttest.Int32(mapi.MessageFlags, 0)),
		"flagged":     full(psttest.Int32(mapi.FlagStatus, 2)),
		"answered":    full(psttest.Int32(mapi.LastVerbExecuted, 102), psttest.Int32(mapi.IconIndex, 0x105)),
		"categories":  full(psttest.Keywords("Red")),
		"delivery":    full(psttest.Time(mapi.MessageDeliveryTime, sent)),
		"key":         full(psttest.Bin(mapi.SearchKey, []byte(strings.Repeat("z", 16)))),
		"8-bit":       full(psttest.Str8(mapi.Subject, "Hello"), psttest.Str8(mapi.Body, "Hi Bob\r\n")),
		"other names": full(psttest.Named(mapi.Name{Set: mapi.PSetCommon, LID: 0x8999}, mapi.TypeInt32, 1)),
	} {
		if got := itemID(t, m); got != want {
			t.Errorf("%s: the id changed", name)
		}
	}
	_, res := convert(t, full(), nil)
	if res.ID != want {
		t.Errorf("Convert says %s, ItemID %s", res.ID, want)
	}
}

func TestItemIDTellsApart(t *testing.T) {
	seen := map[string]string{}
	for name, m := range map[string]*psttest.Message{
		"plain":       note(),
		"subject":     note(psttest.Str(mapi.Subject, "Other")),
		"body":        note(psttest.Str(mapi.Body, "Other")),
		"class":       note(psttest.Str(mapi.MessageClass, "IPM.Contact")),
		"recipient":   note().WithRecipients(psttest.Cc("C", "c@x.org")),
		"headers":     note(headers("From: ann@example.org")),
		"attachment":  note().Attach(psttest.ByValue("a.txt", "", []byte("x"))),
		"data":        note().Attach(psttest.ByValue("a.txt", "", []byte("y"))),
		"name":        note().Attach(psttest.ByValue("b.txt", "", []byte("x"))),
		"embedded":    note().Attach(psttest.Embed(note())),
		"other inner": note().Attach(psttest.Embed(note(psttest.Str(mapi.Body, "Other")))),
	} {
		id := itemID(t, m)
		if other, dup := seen[id]; dup {
			t.Errorf("%s and %s have the same id", name, other)
		}
		seen[id] = name
	}
}

// People of one name, and events of one subject, differ in nothing that mail has.
func TestItemIDOfWhatIsNoMail(t *testing.T) {
	adr := func(lid uint32, v any) psttest.Prop {
		return psttest.Named(mapi.Name{Set: mapi.PSetAddress, LID: lid}, mapi.TypeString, v)
	}
	at := func(when time.Time) psttest.Prop {
		return psttest.Named(mapi.Name{Set: mapi.PSetAppointment, LID: 0x820D}, mapi.TypeTime, when)
	}
	contact := func(props ...psttest.Prop) *psttest.Message {
		return note(class("IPM.Contact")).With(props...)
	}
	event := func(props ...psttest.Prop) *psttest.Message {
		return note(class("IPM.Appointment")).With(props...)
	}
	seen := map[string]string{}
	for name, m := range map[string]*psttest.Message{
		"contact": contact(), "phone": contact(psttest.Str(mapi.HomePhone, "1")), "other phone": contact(psttest.Str(mapi.HomePhone, "2")),
		"the same number of another kind": contact(psttest.Str(mapi.MobilePhone, "2")), "address": contact(adr(0x8083, "a@x.org")),
		"other address": contact(adr(0x8083, "b@x.org")), "event": event(), "time": event(at(sent)), "other time": event(at(sent.Add(time.Hour))),
	} {
		id := itemID(t, m)
		if other, dup := seen[id]; dup {
			t.Errorf("%s and %s have the same id", name, other)
		}
		seen[id] = name
	}
	want := itemID(t, contact(psttest.Str(mapi.HomePhone, "1"), adr(0x8083, "a@x.org")))
	for name, m := range map[string]*psttest.Message{
		"8-bit":      contact(psttest.Str8(mapi.HomePhone, "1"), adr(0x8083, "a@x.org")),
		"order":      contact(adr(0x8083, "a@x.org"), psttest.Str(mapi.HomePhone, "1")),
		"categories": contact(psttest.Str(mapi.HomePhone, "1"), adr(0x8083, "a@x.org"), psttest.Keywords("Red")),
		"key":        contact(psttest.Str(mapi.HomePhone, "1"), adr(0x8083, "a@x.org"), psttest.Bin(mapi.SearchKey, []byte(strings.Repeat("z", 16)))),
	} {
		if itemID(t, m) != want {
			t.Errorf("%s: the id changed", name)
		}
	}
}

func TestUploadedItemKeepsItsID(t *testing.T) {
	const id = "1-0123456789abcdef0123456789abcdef"
	m := note(headers("Received: from a by b", strings.TrimSpace(IDLine(id)), "From: ann@example.org"))
	if got := itemID(t, m); got != id {
		t.Errorf("id %s, want %s", got, id)
	}
	s, _ := convert(t, m, nil)
	wantField(t, s, IDField, "-")
	foreign := note(headers("Received: from a by b", IDField+": 2-0123456789abcdef0123456789abcdef", "From: ann@example.org"))
	without := note(headers("Received: from a by b", "From: ann@example.org"))
	if a, b := itemID(t, foreign), itemID(t, without); a != b {
		t.Errorf("an id of another version counts: %s, %s", a, b)
	}
}

func TestIDLine(t *testing.T) {
	const id = "1-0123456789abcdef0123456789abcdef"
	line := IDLine(id)
	if !strings.HasPrefix(line, "X-Pst2imap-Id: "+id+"; c=4-") || !strings.HasSuffix(line, "\r\n") || len(line) > 80 {
		t.Errorf("line %q", line)
	}
	for _, o := range []Options{{AttachDates: true}, {KeepRTF: true}, {MakePlain: true}, {KeepTNEF: true}} {
		if o.IDLine(id) == line {
			t.Errorf("options that change bytes do not change the line: %+v", o)
		}
	}
	if same := (&Options{MaxDepth: 20, IMCEADomain: "imcea.invalid"}).IDLine(id); same != line {
		t.Error("defaults that are spelled out change the line")
	}
	_, value, _ := strings.Cut(line, ":")
	for in, want := range map[string]bool{value: true, id: true, " " + id + " ;c=9-x": true, "2" + id[1:]: false, "": false,
		id + "0": false, strings.ToUpper(id) + "X": false} {
		if got, ok := ParseIDLine([]byte(in)); ok != want || ok && string(got) != id {
			t.Errorf("ParseIDLine(%q) = %q, %v", in, got, ok)
		}
	}
}
