package eml

import (
	"bytes"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

func latin(b []byte) string {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return string(r)
}

func TestParseEntryID(t *testing.T) {
	oneOff8 := "\x00\x00\x00\x00" + string(uidOneOff) + "\x00\x00\x01\x00J\xfcrgen\x00SMTP\x00j@x.org\x00"
	ex := "\x00\x00\x00\x00" + string(uidEX) + "\x01\x00\x00\x00\x00\x00\x00\x00/o=A/cn=b\x00"
	contact := "\x00\x00\x00\x00" + string(uidContact) + "\x03\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00\x03\x00\x00\x00abc"
	wrapped := "\x00\x00\x00\x00" + string(uidWrapper) + "\xb0" + oneOff8
	for name, tc := range map[string]struct {
		in   string
		want entry
		ok   bool
	}{
		"8-bit one-off":   {oneOff8, entry{name: "Jürgen", addrType: "SMTP", email: "j@x.org"}, true},
		"unicode one-off": {string(oneOffUnicode("Ann", "SMTP", "ann@x.org")), entry{name: "Ann", addrType: "SMTP", email: "ann@x.org"}, true},
		"exchange":        {ex, entry{dn: "/o=A/cn=b"}, true},
		"wrapper":         {wrapped, entry{name: "Jürgen", addrType: "SMTP", email: "j@x.org"}, true},
		"not terminated":  {oneOff8[:len(oneOff8)-3], entry{name: "Jürgen", addrType: "SMTP", email: "j@x.o"}, true},
		"unknown":         {strings.Repeat("x", 40), entry{}, false},
		"empty":           {"", entry{}, false},
		"size too large":  {contact[:len(contact)-1], entry{}, false},
	} {
		got, ok := parseEntryID([]byte(tc.in), latin)
		if ok != tc.ok || got.name != tc.want.name || got.addrType != tc.want.addrType || got.email != tc.want.email || got.dn != tc.want.dn {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
	if e, ok := parseEntryID([]byte(contact), latin); !ok || string(e.contact) != "abc" || e.which != 1 {
		t.Errorf("contact: %+v, %v", e, ok)
	}
	loop := bytes.Repeat([]byte("\x00\x00\x00\x00"+string(uidWrapper)+"\x00"), 100)
	if e, ok := parseEntryID(loop, latin); ok {
		t.Errorf("endless wrappers: %+v", e)
	}
}

func TestContactAddress(t *testing.T) {
	id := []byte("\x00\x00\x00\x00" + string(uidContact) + "\x03\x00\x00\x00\x04\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00abc")
	m := withRows(note(), row(1, psttest.Str(mapi.DisplayName, "Ann"), psttest.Bin(mapi.EntryID, id)))
	o := &Options{Contact: func(entry []byte, which int) (string, bool) { return "c@x.org", string(entry) == "abc" && which == 2 }}
	s, _ := convert(t, m, o)
	wantField(t, s, "To", "Ann <c@x.org>")
}

func TestFlatEntries(t *testing.T) {
	list := flatList([]byte("abcde"), []byte("fg"))
	got, complete := flatEntries(list)
	if !complete || len(got) != 2 || string(got[0]) != "abcde" || string(got[1]) != "fg" {
		t.Errorf("%q, %v", got, complete)
	}
	for _, bad := range []string{"\xff", "\xff\xff\xff\xff\x00\x00\x00\x00\x01\x00\x00\x00a", string(list[:len(list)-3])} {
		if got, complete := flatEntries([]byte(bad)); complete {
			t.Errorf("%q: %q is said to be complete", bad, got)
		}
	}
}

// Any bytes give an answer.
func FuzzEntryID(f *testing.F) {
	f.Add(oneOffUnicode("Ann", "SMTP", "ann@x.org"))
	f.Add([]byte("\x00\x00\x00\x00" + string(uidContact) + "\x03\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, ok := parseEntryID(b, latin)
		if !ok && (e.name != "" || e.dn != "" || e.contact != nil) {
			t.Errorf("half an entry: %+v", e)
		}
		list, _ := flatEntries(b)
		if len(list) > len(b)/4 {
			t.Errorf("%d entries in %d bytes", len(list), len(b))
		}
		_ = votingOptions(b, latin)
	})
}
