package vcard

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

func wide(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s + "\x00")) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// oneOff is a one-off entry id ([MS-OXCDATA] 2.2.5.1).
func oneOff(name, kind, email string) []byte {
	b := []byte("\x00\x00\x00\x00\x81\x2B\x1F\xA4\xBE\xA3\x10\x19\x9D\x6E\x00\xDD\x01\x0F\x54\x02\x00\x00\x01\x80")
	return append(append(append(b, wide(name)...), wide(kind)...), wide(email)...)
}

// exEntry is an entry id of the global address list ([MS-OXCDATA] 2.2.5.2).
func exEntry(dn string) []byte {
	return []byte("\x00\x00\x00\x00\xDC\xA7\x40\xC8\xC0\x42\x10\x1A\xB4\xB9\x08\x00\x2B\x2F\xE1\x82\x01\x00\x00\x00\x00\x00\x00\x00" + dn + "\x00")
}

// wrap wraps an entry id for a list ([MS-OXOCNTC] 2.2.2.2.4.1.1).
func wrap(kind byte, id []byte) []byte {
	return append([]byte("\x00\x00\x00\x00\xC0\x91\xAD\xD3\x51\x9D\xCF\x11\xA4\xA9\x00\xAA\x00\x47\xFA\xA4"+string([]byte{kind})), id...)
}

// stored is the entry id of an item of the store ([MS-PST] 2.4.3.2).
func stored(n byte) []byte { return append([]byte("\x00\x00\x00\x000123456789abcdef"), n, 0, 32, 0) }

// listStream is PidLidDistributionListStream; each member is an entry id and a
// one-off entry id.
func listStream(members ...[2][]byte) []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(le.AppendUint32(le.AppendUint32([]byte{1, 0, 0, 0}, 160000), 0), uint32(len(members)))
	b = append(b, make([]byte, 12)...)
	for _, m := range members {
		for _, part := range m {
			b = append(le.AppendUint32(b, uint32(len(part))), part...)
		}
		b = le.AppendUint32(b, 0)
	}
	return append(b, make([]byte, 8)...)
}

// people answers for the contacts of the store.
func people(id []byte, which int) (name, smtp string, ok bool) {
	switch {
	case len(id) != 24:
		return "", "", false
	case id[20] == 1:
		return "Carl", fmt.Sprintf("carl%d@example.org", which), true
	case id[20] == 2:
		return "Team", "", true
	}
	return "", "", false
}

// All members, whatever kind of entry id they have.
func TestC73Group(t *testing.T) {
	o := &Options{Resolver: resolver, Contact: people}
	m := item("IPM.DistList", psttest.Str(mapi.DisplayName, "My list"), adr(0x8053, "other"), psttest.Str(mapi.Body, "about"),
		adr(0x8055, [][]byte{oneOff("Ann; \"A\"", "SMTP", "ann@example.org"), wrap(0xC3, stored(1)), wrap(0xD3, stored(1)), wrap(0xB5, exEntry("/o=ACME/cn=ann")),
			wrap(0xB4, stored(2)), wrap(0xC3, stored(3)), wrap(0xB5, exEntry("/o=ACME/cn=who")), wrap(0xC0, oneOff("Dan", "SMTP", "dan@example.org"))}),
		adr(0x8054, [][]byte{oneOff("x", "SMTP", "x@example.org"), oneOff("Carl old", "SMTP", "old@example.org"), {}, oneOff("Ann in EX", "EX", "/o=ACME/cn=ann"),
			{}, oneOff("Gone", "SMTP", "gone@example.org"), oneOff("Who", "EX", "/o=ACME/cn=who")}))
	w := want(t, m, o, "FN:My list", "N:My list;;;;", "X-ADDRESSBOOKSERVER-KIND:group",
		`X-ADDRESSBOOKSERVER-MEMBER;X-CN="Ann; 'A'":mailto:ann@example.org`,
		"X-ADDRESSBOOKSERVER-MEMBER;X-CN=Carl:mailto:carl0@example.org", "X-ADDRESSBOOKSERVER-MEMBER;X-CN=Carl:mailto:carl1@example.org",
		`X-ADDRESSBOOKSERVER-MEMBER;X-CN="Ann in EX":mailto:ann.ex@example.org`, "X-PST2IMAP-MEMBER:Team",
		"X-ADDRESSBOOKSERVER-MEMBER;X-CN=Gone:mailto:gone@example.org", "X-PST2IMAP-MEMBER:Who </o=ACME/cn=who>",
		"X-ADDRESSBOOKSERVER-MEMBER;X-CN=Dan:mailto:dan@example.org", "NOTE:about", "UID:AB01")
	if len(w) != 2 {
		t.Errorf("warnings %v", w)
	}
	o.Version = V4
	want(t, m, o, "FN:My list", "!N:", "KIND:group", `MEMBER;X-CN="Ann; ^'A^'":mailto:ann@example.org`, "MEMBER;X-CN=Dan:mailto:dan@example.org")
}

func TestGroupStream(t *testing.T) {
	few := adr(0x8055, [][]byte{oneOff("Old", "SMTP", "old@example.org")})
	two := listStream([2][]byte{oneOff("A", "SMTP", "a@x.org")}, [2][]byte{wrap(0xC3, stored(9)), oneOff("B", "SMTP", "b@x.org")})
	lines := []string{"FN:L", "X-ADDRESSBOOKSERVER-MEMBER;X-CN=A:mailto:a@x.org", "X-ADDRESSBOOKSERVER-MEMBER;X-CN=B:mailto:b@x.org", "!X-ADDRESSBOOKSERVER-MEMBER;X-CN=Old"}
	if w := want(t, item("IPM.DistList", adr(0x8053, "L"), few, adr(0x8064, two)), nil, lines...); len(w) != 0 {
		t.Errorf("warnings %v", w)
	}
	cut := two[:len(two)-40]
	if w := want(t, item("IPM.DistList", few, adr(0x8064, cut)), nil, "X-ADDRESSBOOKSERVER-MEMBER;X-CN=A:mailto:a@x.org"); len(w) != 1 {
		t.Errorf("warnings %v", w)
	}
	if w := want(t, item("IPM.DistList", few, adr(0x8064, []byte("no stream"))), nil, "X-ADDRESSBOOKSERVER-MEMBER;X-CN=Old:mailto:old@example.org"); len(w) != 1 {
		t.Errorf("warnings %v", w)
	}
	want(t, item("IPM.DistList"), nil, "FN:(unnamed)", "X-ADDRESSBOOKSERVER-KIND:group", "!X-ADDRESSBOOKSERVER-MEMBER")
}

// A list of many members is not cut, and none of its lines is too long.
func TestLargeGroup(t *testing.T) {
	var members [][2][]byte
	for i := range 2000 {
		members = append(members, [2][]byte{oneOff(fmt.Sprintf("Person %d with a rather long name, so that lines are folded", i), "SMTP", fmt.Sprintf("p%d@example.org", i))})
	}
	s, _ := convert(t, open(t, item("IPM.DistList", adr(0x8064, listStream(members...))))[0], nil)
	if n := strings.Count(s, "X-ADDRESSBOOKSERVER-MEMBER"); n != 2000 {
		t.Errorf("%d members", n)
	}
}
