package eml

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// store is a data file with the given items, and their nodes.
func store(t testing.TB, messages ...*psttest.Message) (*pst.Store, []pst.NodeID) {
	t.Helper()
	b, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{{Name: "Inbox", Messages: messages}}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := pst.New(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return s, allItems(t, s)
}

func allItems(t testing.TB, s *pst.Store) []pst.NodeID {
	t.Helper()
	inv, err := s.Inventory()
	if err != nil {
		t.Fatal(err)
	}
	var items []pst.NodeID
	for _, f := range inv.Folders {
		items = append(items, f.Items...)
	}
	return items
}

// exchange is a sender with an internal address and, unless it is empty, an
// Internet address too.
func exchange(smtp string, extra ...psttest.Prop) *psttest.Message {
	m := drop(note(extra...), senderProps...)
	m.With(psttest.Str(mapi.SenderAddressType, "EX"), psttest.Str(mapi.SenderEmail, strings.ToLower(dn)))
	if smtp != "" {
		m.With(psttest.Str(mapi.SenderSMTP, smtp))
	}
	return m
}

func TestC16AddressMap(t *testing.T) {
	asked := withRows(note(), row(1, psttest.Str(mapi.AddressType, "EX"), psttest.Str(mapi.EmailAddress, dn)))
	oneOff := withRows(note(), row(1, psttest.Str(mapi.AddressType, "EX"), psttest.Str(mapi.EmailAddress, dn),
		psttest.Bin(mapi.EntryID, oneOffUnicode("John", "SMTP", "jd@acme.com"))))
	named := func(lid uint32, s string) psttest.Prop {
		return psttest.Named(mapi.Name{Set: mapi.PSetAddress, LID: lid}, mapi.TypeString, s)
	}
	contact := note(class("IPM.Contact"), named(0x8092, "EX"), named(0x8093, dn), named(0x8094, "jd@acme.com"))
	for name, others := range map[string][]*psttest.Message{
		"sender":        {exchange("jd@acme.com")},
		"one-off":       {oneOff},
		"contact":       {contact},
		"header":        {exchange("", headers("From: John <jd@acme.com>"))},
		"most frequent": {exchange("a@acme.com"), exchange("jd@acme.com"), exchange("JD@acme.com")},
		"smallest":      {exchange("z@acme.com"), exchange("jd@acme.com")},
	} {
		s, items := store(t, append(others, asked)...)
		var o Options
		m := BuildAddressMap(s, slices.Values(items))
		m.Use(&o)
		item, err := s.Message(items[len(items)-1])
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		res, err := Convert(&b, item, &o)
		if err != nil || !res.Mapped {
			t.Fatalf("%s: mapped %v, %v", name, res.Mapped, err)
		}
		if got, _ := field(t, b.String(), "To"); !strings.EqualFold(got, "jd@acme.com") {
			t.Errorf("%s: To: %s", name, got)
		}
		if o.IDLine("x") == IDLine("x") {
			t.Errorf("%s: the map does not change the line with the id", name)
		}
		slices.Reverse(items)
		if again := BuildAddressMap(s, slices.Values(items)); again.Hash() != m.Hash() {
			t.Errorf("%s: the order of the items changes the map", name)
		}
	}
	for name, other := range map[string]*psttest.Message{
		"no address":    exchange(""),
		"two senders":   exchange("", headers("From: a@x.org, b@x.org")),
		"no mailbox":    exchange("nonsense"),
		"other sender":  exchange("", headers("From: a@x.org")).With(psttest.Str(mapi.SentRepresentingEmail, "a@x.org")),
		"plain contact": note(class("IPM.Contact"), named(0x8082, "SMTP"), named(0x8083, "jd@acme.com")),
	} {
		s, items := store(t, other)
		if got, ok := BuildAddressMap(s, slices.Values(items)).Resolve(dn); ok {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestContactAddresses(t *testing.T) {
	named := func(lid uint32, s string) psttest.Prop {
		return psttest.Named(mapi.Name{Set: mapi.PSetAddress, LID: lid}, mapi.TypeString, s)
	}
	s, items := store(t, note(class("IPM.Contact.Mine"), named(0x8082, "SMTP"), named(0x8083, "one@x.org"), named(0x80A3, "three@x.org")))
	m := BuildAddressMap(s, slices.Values(append(items, 0x12345)))
	id := append(append([]byte{0, 0, 0, 0}, s.RecordKey()...), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(id[20:], uint32(items[0]))
	for which, want := range map[int]string{0: "one@x.org", 1: "", 2: "three@x.org", 3: "", -1: ""} {
		if got, ok := m.Contact(id, which); got != want || ok != (want != "") {
			t.Errorf("address %d is %q", which, got)
		}
	}
	other := slices.Clone(id)
	other[5] ^= 1
	for name, id := range map[string][]byte{"another store": other, "short": id[:23], "none": nil} {
		if got, ok := m.Contact(id, 0); ok {
			t.Errorf("%s: %q", name, got)
		}
	}
	wrapped := append([]byte{0, 0, 0, 0}, uidContact...)
	for _, n := range []uint32{3, 4, 2, uint32(len(id))} {
		wrapped = binary.LittleEndian.AppendUint32(wrapped, n)
	}
	var o Options
	m.Use(&o)
	out, _ := convert(t, withRows(note(), row(1, psttest.Str(mapi.DisplayName, "C"), psttest.Bin(mapi.EntryID, append(wrapped, id...)))), &o)
	wantField(t, out, "To", "C <three@x.org>")
}

// The map of a real file is the same each time, and names nobody twice.
func TestAddressMapOfCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testneed.Corpus(t), "*.[po]st"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	names := 0
	for _, path := range files {
		s, err := pst.Open(path)
		if err != nil {
			continue // TestCorpus looks into that
		}
		if _, err := s.Inventory(); err == nil {
			items := allItems(t, s)
			m := BuildAddressMap(s, slices.Values(items))
			slices.Reverse(items)
			if again := BuildAddressMap(s, slices.Values(items)); again.Hash() != m.Hash() {
				t.Errorf("%s: the order of the items changes the map", filepath.Base(path))
			}
			names += len(m.names) + len(m.contacts)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if names < 50 {
		t.Errorf("only %d names and contacts have addresses", names)
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ list, want, wrong string }{
		{"", "map[]", ""},
		{"\ufeff# people\n\n/o=A/cn=Joe=joe@example.org\r\n", "map[/o=a/cn=joe:joe@example.org]", ""},
		{"/o=A/cn=a=b \t <x@example.org>", "map[/o=a/cn=a=b:x@example.org]", ""},
		{"/o=A/cn=a\ta@example.org\n/O=a/CN=A\tb@example.org", "map[/o=a/cn=a:b@example.org]", ""},
		{"joe@example.org", "", "line 1: no name with an address"},
		{"\n/o=A/cn=joe\tjoe", "", `line 2: "joe" is no e-mail address`},
		{"/o=A/cn=j\xf6=joe@example.org", "", "line 1: this is no UTF-8"},
		{"/o=A\n" + strings.Repeat("x", 1<<17), "", "line 1: "},
		{"#\n" + strings.Repeat("x", 1<<17), "", "line 2: the line is too long"},
	} {
		names, err := ParseNames(strings.NewReader(c.list))
		if c.wrong == "" && (err != nil || fmt.Sprint(names) != c.want) {
			t.Errorf("%.40q: %v, %v; want %s", c.list, names, err, c.want)
		}
		if c.wrong != "" && (err == nil || !strings.HasPrefix(err.Error(), c.wrong)) {
			t.Errorf("%.40q: %v; want %s", c.list, err, c.wrong)
		}
	}
}

// What is named by hand goes before what the store says, and is in the hash.
func TestNamesGoFirst(t *testing.T) {
	s, items := store(t, exchange("jd@acme.com"))
	m := BuildAddressMap(s, slices.Values(items))
	before := m.Hash()
	m.Add(map[string]string{strings.ToUpper(dn): "joe@example.org"})
	if got, ok := m.Resolve(dn); !ok || got != "joe@example.org" || m.Hash() == before {
		t.Errorf("%s, %v, hash %s after %s", got, ok, m.Hash(), before)
	}
}
