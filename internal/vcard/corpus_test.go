package vcard

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// theirs are stored properties as libpff reads them, by identifier and type.
type theirs map[string]string

// text is a string, and whether libpff has it in a form that it cannot mistake.
func (p theirs) text(id mapi.PropID) (string, bool) {
	raw, ok := p[fmt.Sprintf("%04x/001f", uint16(id))]
	if !ok {
		return "", false
	}
	b, err := hex.DecodeString(raw)
	return mapi.WholeUTF16(b), err == nil
}

// stats are what the test has seen.
type stats struct{ contacts, groups, texts, byPypff, other, members, warnings int }

// Every text of every contact and list of the corpus is in its card, by what
// another program reads of the file, and so are addresses, dates, pictures,
// categories and members. Nothing of the contents is printed.
func TestCorpus(t *testing.T) {
	dir := testneed.Corpus(t)
	files, err := filepath.Glob(filepath.Join(dir, "*.[po]st"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	var sum stats
	for _, path := range files {
		s, err := pst.Open(path)
		if err != nil {
			continue // the tests of the reader look into that
		}
		sum.file(t, path, s)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%+v", sum)
	if sum.contacts != 112 || sum.groups != 3 || sum.members != 7 || sum.texts < 670 || sum.byPypff < 600 || sum.other < 75 {
		t.Error("that is not what the corpus has")
	}
}

func (sum *stats) file(t *testing.T, path string, s *pst.Store) {
	inv, err := s.Inventory()
	if err != nil {
		return
	}
	var list []*pst.Message
	var all bytes.Buffer
	o := &Options{Contact: storeContact(s)}
	for _, f := range inv.Folders {
		for _, id := range f.Items {
			m, err := s.Message(id)
			if err != nil {
				continue
			}
			if class, _ := m.Text(mapi.MessageClass); !Converts(class) {
				continue
			}
			card, warnings := convert(t, m, o)
			sum.warnings += len(warnings)
			all.WriteString(card)
			list = append(list, m)
		}
	}
	if len(list) == 0 {
		return
	}
	t.Run(filepath.Base(path), func(t *testing.T) {
		others := pypffItems(t, path)
		cards := fields(t, all.String())
		if len(cards) != len(list) {
			t.Fatalf("%d cards of %d items", len(cards), len(list))
		}
		for i, m := range list {
			sum.item(t, m, cards[i], others[fmt.Sprint(uint32(m.ID))])
		}
	})
}

// pypffItems are the contacts and lists that libpff reads.
func pypffItems(t *testing.T, path string) map[string]theirs {
	t.Helper()
	b, err := exec.Command(testneed.Python(t, "pypff"), "testdata/pypff_contacts.py", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]theirs{}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// storeContact answers for the contacts of a store, like the address map.
func storeContact(s *pst.Store) func(id []byte, which int) (name, smtp string, ok bool) {
	return func(id []byte, which int) (string, string, bool) {
		if len(id) < 24 || which > 2 {
			return "", "", false
		}
		nid := uint32(id[20]) | uint32(id[21])<<8 | uint32(id[22])<<16 | uint32(id[23])<<24
		m, err := s.Message(pst.NodeID(nid))
		if err != nil {
			return "", "", false
		}
		name, _ := m.Text(mapi.DisplayName)
		addr, _ := m.NamedID(mapi.ContactAddresses[which].Address)
		smtp, _ := m.Text(addr)
		return name, smtp, true
	}
}

// item checks one card.
func (sum *stats) item(t *testing.T, m *pst.Message, card []field, other theirs) {
	class, _ := m.Text(mapi.MessageClass)
	if isGroup(class) {
		sum.groups++
		sum.group(t, m, card)
	} else {
		sum.contacts++
		sum.texts += sum.places(t, m, card, other)
		sum.emails(t, m, card)
		sum.rest(t, m, card)
	}
	if key, ok := m.Bytes(mapi.SearchKey); ok && !hasValue(card, "UID", strings.ToUpper(hex.EncodeToString(key))) {
		t.Errorf("%s: no UID", m.ID)
	}
	if at, ok := m.Time(mapi.LastModificationTime); ok && !hasValue(card, "REV", at.Truncate(time.Second).Format(time.RFC3339)) {
		t.Errorf("%s: no REV", m.ID)
	}
}

func hasValue(card []field, name, value string) bool {
	return slices.ContainsFunc(card, func(f field) bool { return f.name == name && slices.Contains(f.values, value) })
}

// places looks for all texts of the table.
func (sum *stats) places(t *testing.T, m *pst.Message, card []field, other theirs) (n int) {
	for _, p := range places {
		id := p.id
		if p.lid != 0 {
			id, _ = m.NamedID(mapi.Name{Set: mapi.PSetAddress, LID: p.lid})
		}
		ours, _ := m.Text(id)
		text, ok := other.text(id)
		if ok {
			sum.byPypff++
			if meant(text) != meant(ours) {
				t.Errorf("%s: pypff reads another %v", m.ID, id)
			}
		} else {
			text = ours
		}
		if text = meant(text); text == "" {
			continue
		}
		n++
		if !p.find(card, text) {
			t.Errorf("%s: property %v (name %04X) is not in %s", m.ID, p.id, p.lid, p.name)
		}
	}
	return n
}

// emails looks for the Internet addresses.
func (sum *stats) emails(t *testing.T, m *pst.Message, card []field) {
	for i, names := range mapi.ContactAddresses {
		id, _ := m.NamedID(names.Address)
		kind, _ := m.NamedID(names.Type)
		addr, _ := m.Text(id)
		k, _ := m.Text(kind)
		if addr = oneLine(meant(addr)); addr == "" {
			continue
		}
		sum.other++
		name := "EMAIL"
		if !strings.Contains(addr, "@") || cmp.Or(k, "SMTP") != "SMTP" {
			name = "X-PST2IMAP-EMAIL"
		}
		if !slices.ContainsFunc(card, func(f field) bool { return f.name == name && strings.EqualFold(f.values[0], addr) }) {
			t.Errorf("%s: address %d of type %q is not in %s", m.ID, i+1, k, name)
		}
	}
}

// rest looks for dates, categories, children and the picture.
func (sum *stats) rest(t *testing.T, m *pst.Message, card []field) {
	check := func(ok bool, what string) {
		sum.other++
		if !ok {
			t.Errorf("%s: %s is not in the card", m.ID, what)
		}
	}
	local, _ := m.NamedID(mapi.Name{Set: mapi.PSetAddress, LID: 0x80DE})
	if at, ok := m.Time(local); ok {
		check(hasValue(card, "BDAY", at.Format(time.DateOnly)), "the birthday as stored")
	} else if at, ok := m.Time(mapi.Birthday); ok {
		check(hasValue(card, "BDAY", at.Add(12*time.Hour).Format(time.DateOnly)), "the birthday")
	}
	if at, ok := m.Time(mapi.WeddingAnniversary); ok {
		check(hasValue(card, "X-ANNIVERSARY", at.Add(12*time.Hour).Format(time.DateOnly)), "the anniversary")
	}
	keywords, _ := m.NamedID(mapi.NameKeywords)
	for _, s := range m.Texts(keywords) {
		check(hasValue(card, "CATEGORIES", meant(s)), "a category")
	}
	for _, s := range m.Texts(mapi.ChildrensNames) {
		check(hasValue(card, "X-MS-CHILD", meant(s)), "a child")
	}
	atts, _ := m.Attachments()
	for _, a := range atts {
		if a.Bool(mapi.AttachmentContactPhoto) {
			data, _ := a.Bytes(mapi.AttachData)
			check(hasValue(card, "PHOTO", hex.EncodeToString(data)), "the picture")
		}
	}
}

// group counts the members of a list.
func (sum *stats) group(t *testing.T, m *pst.Message, card []field) {
	id, _ := m.NamedID(mapi.Name{Set: mapi.PSetAddress, LID: lidListMembers})
	v, err := m.Value(id)
	stored, errElements := v.Elements()
	n := 0
	for _, f := range card {
		if f.name == "X-ADDRESSBOOKSERVER-MEMBER" || f.name == "X-PST2IMAP-MEMBER" {
			n++
		}
	}
	if err != nil || errElements != nil || n != len(stored) {
		t.Errorf("%s: %d members, %d are stored (%v, %v)", m.ID, n, len(stored), err, errElements)
	}
	sum.members += n
	id, _ = m.NamedID(mapi.Name{Set: mapi.PSetAddress, LID: lidListOneOffs})
	v, _ = m.Value(id)
	noted, _ := v.Elements()
	for i, e := range noted {
		parts := strings.Split(mapi.WholeUTF16(e.Data[min(24, len(e.Data)):]), "\x00") // name, type, address
		if len(parts) < 3 || !hasValue(card, "X-ADDRESSBOOKSERVER-MEMBER", "mailto:"+parts[2]) {
			t.Errorf("%s: the address of member %d is not in the card", m.ID, i+1)
		}
	}
	name, _ := m.Text(mapi.DisplayName)
	if name = oneLine(meant(name)); name != "" && !hasValue(card, "FN", name) {
		t.Errorf("%s: another name", m.ID)
	}
}
