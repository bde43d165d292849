package vcard

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/pst2imap/pst2imap/internal/codepage"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// item is an item of the given class. Its search key makes a known UID.
func item(class string, props ...psttest.Prop) *psttest.Message {
	return (&psttest.Message{Props: []psttest.Prop{
		psttest.Str(mapi.MessageClass, class),
		psttest.Bin(mapi.SearchKey, []byte{0xAB, 1}),
		psttest.Time(mapi.CreationTime, changed), psttest.Time(mapi.LastModificationTime, changed),
	}}).With(props...)
}

var changed = time.Date(2024, 3, 5, 8, 9, 10, 500e6, time.UTC)

// adr is a named property of contacts.
func adr(lid uint32, v any) psttest.Prop {
	p := psttest.Named(mapi.Name{Set: mapi.PSetAddress, LID: lid}, mapi.TypeString, v)
	switch v.(type) {
	case time.Time:
		p.Type = mapi.TypeTime
	case int:
		p.Type = mapi.TypeInt32
	case []byte:
		p.Type = mapi.TypeBinary
	case [][]byte:
		p.Type = mapi.TypeBinary | mapi.MultiValue
	}
	return p
}

// open writes a data file with the items and reads them back.
func open(t testing.TB, items ...*psttest.Message) []*pst.Message {
	t.Helper()
	b, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{{Name: "Contacts", Messages: items}}})
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
	var out []*pst.Message
	for _, f := range inv.Folders {
		for _, id := range f.Items {
			m, err := s.Message(id)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, m)
		}
	}
	if len(out) != len(items) {
		t.Fatalf("%d items, want %d", len(out), len(items))
	}
	return out
}

// source is an item of a data file.
func source(m *pst.Message) *Item {
	list, _ := m.Attachments()
	body := func() string {
		s, _ := m.Text(mapi.Body)
		return s
	}
	it := &Item{Properties: m, Subject: m.Subject(), Body: body, Decode8: func(b []byte) string {
		s, _ := codepage.Decode(codepage.Windows1252, b)
		return s
	}}
	for _, a := range list {
		it.Attachments = append(it.Attachments, a)
	}
	return it
}

// convert converts an item twice, with checks that hold for every card.
func convert(t testing.TB, m *pst.Message, o *Options) (string, []Warning) {
	t.Helper()
	var b, again bytes.Buffer
	warnings, err := Convert(&b, source(m), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Convert(&again, source(m), o); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Fatalf("the second conversion differs (%v)", err)
	}
	checkWire(t, b.String())
	return b.String(), warnings
}

// checkWire checks what every card must be: UTF-8 in folded lines.
func checkWire(t testing.TB, s string) {
	t.Helper()
	if !strings.HasPrefix(s, "BEGIN:VCARD\r\nVERSION:") || !strings.HasSuffix(s, "\r\nEND:VCARD\r\n") {
		t.Error("no card")
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(s, "\r\n"), "\r\n") {
		if len(line) > 75 || len(line) < 2 || !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }) {
			t.Errorf("a bad line: %q", line)
		}
	}
}

// unfold joins folded lines and drops what is the same in all cards.
func unfold(s string) []string {
	lines := strings.Split(strings.ReplaceAll(strings.TrimSuffix(s, "\r\n"), "\r\n ", ""), "\r\n")
	return lines[3 : len(lines)-1]
}

// field is a field as vobject reads it: a text is one value, other fields have
// several.
type field struct {
	name   string
	params map[string][]string
	values []string
}

// fields reads cards with vobject, strictly.
func fields(t testing.TB, cards string) [][]field {
	t.Helper()
	cmd := exec.Command(testneed.Python(t, "vobject"), "testdata/vobject_cards.py")
	cmd.Stdin = strings.NewReader(cards)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	b, err := cmd.Output()
	if err != nil {
		text := strings.TrimSpace(stderr.String())
		t.Fatalf("vobject: %v: %s", err, text[strings.LastIndexByte(text, '\n')+1:])
	}
	var raw [][][3]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		t.Fatal(err)
	}
	out := make([][]field, len(raw))
	for i, card := range raw {
		for _, r := range card {
			out[i] = append(out[i], readField(t, r))
		}
	}
	return out
}

func readField(t testing.TB, r [3]json.RawMessage) (f field) {
	t.Helper()
	if err := json.Unmarshal(r[0], &f.name); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(r[1], &f.params); err != nil {
		t.Fatal(err)
	}
	var one string
	if json.Unmarshal(r[2], &one) == nil {
		f.values = []string{one}
	} else if err := json.Unmarshal(r[2], &f.values); err != nil {
		t.Fatal(err)
	}
	return f
}
