package eml

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// A distribution list has the contacts of the data file with the names and addresses
// that they have now, and a list in it by its name.
func TestC73ListOfContacts(t *testing.T) {
	adr := func(lid uint32, typ mapi.PropType, v any) psttest.Prop {
		return psttest.Named(mapi.Name{Set: mapi.PSetAddress, LID: lid}, typ, v)
	}
	ann := note(class("IPM.Contact"), psttest.Str(mapi.DisplayName, "Ann"), adr(0x8083, mapi.TypeString, "one@x.org"), adr(0x8093, mapi.TypeString, "two@x.org"))
	team := note(class("IPM.DistList"), psttest.Str(mapi.DisplayName, "Team"))
	// The entry ids of items are known once they are written, and writing is the same
	// each time.
	list := func(members ...[]byte) *psttest.Message {
		return note(class("IPM.DistList"), psttest.Str(mapi.DisplayName, "Friends"), adr(0x8055, mapi.TypeBinary|mapi.MultiValue, members))
	}
	s, items := store(t, ann, team, list(nil, nil, nil))
	member := func(kind byte, n int) []byte {
		id := append([]byte("\x00\x00\x00\x00\xC0\x91\xAD\xD3\x51\x9D\xCF\x11\xA4\xA9\x00\xAA\x00\x47\xFA\xA4"), kind, 0, 0, 0, 0)
		return binary.LittleEndian.AppendUint32(append(id, s.RecordKey()...), uint32(items[n]))
	}
	s, again := store(t, ann, team, list(member(0xC3, 0), member(0xD3, 0), member(0xB4, 1)))
	if !slices.Equal(items, again) {
		t.Fatalf("the items moved from %v to %v", items, again)
	}
	var o Options
	BuildAddressMap(s, slices.Values(items)).Use(&o)
	m, err := s.Message(items[2])
	if err != nil {
		t.Fatal(err)
	}
	it := Load(m, &o)
	card, warnings := it.Card(it.CardUID())
	for _, want := range []string{"FN:Friends", "X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER;X-CN=Ann:mailto:one@x.org",
		"X-ADDRESSBOOKSERVER-MEMBER;X-CN=Ann:mailto:two@x.org", "X-PST2IMAP-MEMBER:Team"} {
		if !strings.Contains(string(card), "\r\n"+want+"\r\n") {
			t.Errorf("%q is not in %s", want, card)
		}
	}
	if len(warnings) != 1 || warnings[0].Rule != "M50" {
		t.Errorf("%v", warnings)
	}
}
