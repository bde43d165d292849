package eml

import (
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

// Provider UIDs of address entry ids ([MS-OXCDATA] 2.2.5).
const (
	uidOneOff  = "\x81\x2B\x1F\xA4\xBE\xA3\x10\x19\x9D\x6E\x00\xDD\x01\x0F\x54\x02"
	uidContact = "\xFE\x42\xAA\x0A\x18\xC7\x1A\x10\xE8\x85\x0B\x65\x1C\x24\x00\x00"
)

func TestContactAddress(t *testing.T) {
	id := []byte("\x00\x00\x00\x00" + uidContact + "\x03\x00\x00\x00\x04\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00abc")
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
func FuzzFlatEntries(f *testing.F) {
	f.Add(flatList([]byte("abcde"), []byte("fg")))
	f.Add([]byte("\xff\xff\xff\xff\x00\x00\x00\x00\x01\x00\x00\x00a"))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, _ := flatEntries(b)
		if len(list) > len(b)/4 {
			t.Errorf("%d entries in %d bytes", len(list), len(b))
		}
		_ = votingOptions(b, latin)
	})
}
