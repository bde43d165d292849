package vcard

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// place is where the text of a property is to be found in a card.
type place struct {
	id   mapi.PropID // or else
	lid  uint32      // a name in PSetAddress
	name string
	part int      // of a structured field
	kind []string // types that the field has
	uri  bool     // percent-encoded
}

// places are those of all text properties of the table. They repeat it on purpose.
var places = []place{
	{id: mapi.Surname, name: "N", part: 0}, {id: mapi.GivenName, name: "N", part: 1}, {id: mapi.MiddleName, name: "N", part: 2},
	{id: mapi.DisplayNamePrefix, name: "N", part: 3}, {id: mapi.Generation, name: "N", part: 4},
	{id: mapi.DisplayName, name: "FN"}, {id: mapi.Nickname, name: "NICKNAME"}, {id: mapi.JobTitle, name: "TITLE"}, {id: mapi.Profession, name: "ROLE"},
	{id: mapi.CompanyName, name: "ORG", part: 0}, {id: mapi.DepartmentName, name: "ORG", part: 1},
	{id: 0x3A08, name: "TEL", kind: []string{"WORK", "VOICE"}}, {id: 0x3A1B, name: "TEL", kind: []string{"WORK", "VOICE"}},
	{id: 0x3A09, name: "TEL", kind: []string{"HOME", "VOICE"}}, {id: 0x3A2F, name: "TEL", kind: []string{"HOME", "VOICE"}},
	{id: 0x3A1C, name: "TEL", kind: []string{"CELL"}}, {id: 0x3A21, name: "TEL", kind: []string{"PAGER"}}, {id: 0x3A1E, name: "TEL", kind: []string{"CAR"}},
	{id: 0x3A24, name: "TEL", kind: []string{"WORK", "FAX"}}, {id: 0x3A25, name: "TEL", kind: []string{"HOME", "FAX"}}, {id: 0x3A23, name: "TEL", kind: []string{"FAX"}},
	{id: 0x3A1A, name: "TEL", kind: []string{"PREF"}}, {id: 0x3A1F, name: "TEL", kind: []string{"VOICE"}}, {id: 0x3A2D, name: "TEL", kind: []string{"ISDN"}},
	{id: 0x3A1D, name: "TEL", kind: []string{"X-RADIO"}}, {id: 0x3A4B, name: "TEL", kind: []string{"X-TTY"}}, {id: 0x3A57, name: "TEL", kind: []string{"X-COMPANY"}},
	{id: 0x3A2E, name: "TEL", kind: []string{"X-ASSISTANT"}}, {id: 0x3A02, name: "TEL", kind: []string{"X-CALLBACK"}}, {id: 0x3A2C, name: "TEL", kind: []string{"X-TELEX"}},
	{lid: 0x804A, name: "ADR", part: 0, kind: []string{"WORK"}}, {lid: 0x8045, name: "ADR", part: 2, kind: []string{"WORK"}}, {lid: 0x8046, name: "ADR", part: 3, kind: []string{"WORK"}},
	{lid: 0x8047, name: "ADR", part: 4, kind: []string{"WORK"}}, {lid: 0x8048, name: "ADR", part: 5, kind: []string{"WORK"}}, {lid: 0x8049, name: "ADR", part: 6, kind: []string{"WORK"}},
	{id: 0x3A5E, name: "ADR", part: 0, kind: []string{"HOME"}}, {id: 0x3A5D, name: "ADR", part: 2, kind: []string{"HOME"}}, {id: 0x3A59, name: "ADR", part: 3, kind: []string{"HOME"}},
	{id: 0x3A5C, name: "ADR", part: 4, kind: []string{"HOME"}}, {id: 0x3A5B, name: "ADR", part: 5, kind: []string{"HOME"}}, {id: 0x3A5A, name: "ADR", part: 6, kind: []string{"HOME"}},
	{id: 0x3A64, name: "ADR", part: 0}, {id: 0x3A63, name: "ADR", part: 2}, {id: 0x3A5F, name: "ADR", part: 3}, {id: 0x3A62, name: "ADR", part: 4},
	{id: 0x3A61, name: "ADR", part: 5}, {id: 0x3A60, name: "ADR", part: 6},
	{lid: 0x801B, name: "LABEL", kind: []string{"WORK"}}, {lid: 0x801A, name: "LABEL", kind: []string{"HOME"}}, {lid: 0x801C, name: "LABEL"},
	{id: mapi.BusinessHomePage, name: "URL", uri: true}, {lid: 0x802B, name: "URL", uri: true}, {id: mapi.PersonalHomePage, name: "URL", kind: []string{"HOME"}, uri: true},
	{lid: 0x8062, name: "IMPP", uri: true}, {id: mapi.Body, name: "NOTE"},
	{id: mapi.SpouseName, name: "X-MS-SPOUSE"}, {id: mapi.ManagerName, name: "X-MS-MANAGER"}, {id: mapi.Assistant, name: "X-MS-ASSISTANT"},
	{lid: 0x802C, name: "X-PHONETIC-FIRST-NAME"}, {lid: 0x802D, name: "X-PHONETIC-LAST-NAME"}, {lid: 0x802E, name: "X-MS-ORG-YOMI"},
	{lid: 0x804F, name: "X-MS-TEXT"}, {lid: 0x8050, name: "X-MS-TEXT"}, {lid: 0x8051, name: "X-MS-TEXT"}, {lid: 0x8052, name: "X-MS-TEXT"},
	{id: mapi.Hobbies, name: "X-MS-INTERESTS"}, {id: mapi.GovernmentIDNumber, name: "X-MS-GOVERNMENT-ID"}, {id: mapi.Account, name: "X-MS-ACCOUNT"},
	{id: mapi.OfficeLocation, name: "X-MS-OFFICE"},
}

// find tells whether a card has the text where the place says.
func (p place) find(card []field, text string) bool {
	return slices.ContainsFunc(card, func(f field) bool {
		if f.name != p.name || p.part >= len(f.values) {
			return false
		}
		for _, k := range p.kind {
			if !slices.Contains(f.params["TYPE"], k) {
				return false
			}
		}
		got := f.values[p.part]
		if p.uri {
			if plain, err := url.PathUnescape(got); err != nil || plain != decodePercent(got) {
				return false // no address that others can read
			}
			return strings.TrimPrefix(decodePercent(got), "im:") == strings.TrimPrefix(decodePercent(oneLine(text)), "im:")
		}
		return got == text || p.name == "FN" && got == oneLine(text)
	})
}

// decodePercent undoes those escapes that are some.
func decodePercent(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if b, err := hex.DecodeString(s[i+1 : i+3]); err == nil {
				out.Write(b)
				i += 2
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

func oneLine(s string) string { return strings.NewReplacer("\n", " ", "\t", " ").Replace(s) }

// meant is what is left of a stored text: up to its first NUL, with one kind of
// line end and no other controls.
func meant(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n").Replace(s)
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7F {
			return ' '
		}
		return r
	}, s)
	return strings.Trim(s, "\n\t ")
}

// hostile are pieces that texts of the generated items are made of.
var hostile = []string{
	"\r\n", "\n", "\r", "\t", "\v", ",", ";", `\`, `\n`, `\,`, ":", `"`, "'", "^n", "=", "=\r\n", " ", "   ", "😀", "👩\u200d👩\u200d👧", "\u202eabc\u202c", "שלום", "مرحبا",
	"\x01", "\x1b", "\x7f", "\u0085", "\u2028", "\ufeff", "e\u0301", "漢字", "Größe", "BEGIN:VCARD", "END:VCARD", "\nEND:VCARD\n", "x", "word", "%2C", "%z", "http://", "@",
	strings.Repeat("long", 30), strings.Repeat("ü", 50), "a\x00b", "\uFFFD", "&amp;", "<b>",
}

func hostileText(rng *rand.Rand) string {
	var s strings.Builder
	for range 1 + rng.IntN(12) {
		s.WriteString(hostile[rng.IntN(len(hostile))])
	}
	return s.String()
}

// Whatever a property holds, an independent strict reader finds it again in its
// field, and nothing of it becomes a field of its own.
func TestHostileValuesComeBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const count = 200
	var items []*psttest.Message
	var texts [][]string
	for range count {
		m, list := item("IPM.Contact"), make([]string, len(places))
		for i, p := range places {
			if rng.IntN(2) == 0 {
				continue
			}
			list[i] = hostileText(rng)
			if p.lid != 0 {
				m.Props = append(m.Props, adr(p.lid, list[i]))
			} else {
				m.Props = append(m.Props, psttest.Str(p.id, list[i]))
			}
		}
		items, texts = append(items, m), append(texts, list)
	}
	var all strings.Builder
	for _, m := range open(t, items...) {
		s, _ := convert(t, m, nil)
		all.WriteString(s)
	}
	cards := fields(t, all.String())
	if len(cards) != count {
		t.Fatalf("%d cards, want %d", len(cards), count)
	}
	for n, card := range cards {
		used := 0
		for i, p := range places {
			text := meant(texts[n][i])
			if text == "" {
				continue
			}
			used++
			if !p.find(card, text) {
				t.Errorf("card %d: %s, part %d, has not %q", n, p.name, p.part, text)
			}
		}
		if len(card) > used+6 {
			t.Errorf("card %d: %d fields of %d properties", n, len(card), used)
		}
	}
}

// 8-bit texts are decoded with the page of the item.
func TestEightBit(t *testing.T) {
	want(t, item("IPM.Contact", psttest.Int32(mapi.MessageCodepage, 1251), psttest.Str8(mapi.DisplayName, "\xcf\xf0\xe8"),
		psttest.Str8(mapi.Surname, "\xcf,\xf0")), nil, "FN:При", `N:П\,р;;;;`)
}

// Everything in one card, and a distribution list, as vobject sees them.
func TestVobjectReadsTheTable(t *testing.T) {
	group := item("IPM.DistList", psttest.Str(mapi.DisplayName, "List"), adr(0x8055, [][]byte{oneOff("Zoé, \"Z\"", "SMTP", "z,1@example.org")}))
	var all strings.Builder
	for _, m := range open(t, everything(), group) {
		s, _ := convert(t, m, nil)
		all.WriteString(s)
	}
	cards := fields(t, all.String())
	if len(cards) != 2 {
		t.Fatalf("%d cards", len(cards))
	}
	for _, f := range []field{
		{name: "PHOTO", values: []string{fmt.Sprintf("%x", jpeg)}}, {name: "BDAY", values: []string{"1980-05-01"}},
		{name: "CATEGORIES", values: []string{"Friends", "a,b"}}, {name: "ORG", values: []string{"Lee; Sons, Ltd", `R\D`}},
		{name: "NOTE", values: []string{"one\ntwo\\; three"}}, {name: "ADR", values: []string{"PO 7", "", "1 Main St\nFloor 2", "Springfield", "IL", "62701", "USA"}},
		{name: "REV", values: []string{changed.Truncate(time.Second).Format(time.RFC3339)}},
	} {
		if !slices.ContainsFunc(cards[0], func(g field) bool { return g.name == f.name && slices.Equal(g.values, f.values) }) {
			t.Errorf("no %s with %q", f.name, f.values)
		}
	}
	if !slices.ContainsFunc(cards[1], func(g field) bool {
		return g.name == "X-ADDRESSBOOKSERVER-MEMBER" && g.values[0] == "mailto:z%2C1@example.org" && slices.Equal(g.params["X-CN"], []string{"Zoé, 'Z'"})
	}) {
		t.Errorf("the member is not in %v", cards[1])
	}
}
