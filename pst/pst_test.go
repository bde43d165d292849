package pst_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/pst"
)

func store(t testing.TB, tree *psttest.Tree) *pst.Store {
	t.Helper()
	b, err := psttest.Bytes(tree)
	if err != nil {
		t.Fatal(err)
	}
	s, err := pst.New(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func inventory(t testing.TB, s *pst.Store) *pst.Inventory {
	t.Helper()
	inv, err := s.Inventory()
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

// only opens the one message of a tree with one folder and one message.
func only(t testing.TB, o psttest.Options, m *psttest.Message) *pst.Message {
	t.Helper()
	s := store(t, &psttest.Tree{Options: o, Folders: []psttest.Folder{{Name: "Inbox", Messages: []*psttest.Message{m}}}})
	var items []pst.NodeID
	for _, f := range inventory(t, s).Folders {
		items = append(items, f.Items...)
	}
	if len(items) != 1 {
		t.Fatalf("%d messages found", len(items))
	}
	got, err := s.Message(items[0])
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// variants are the formats and encodings of files.
var variants = []psttest.Options{
	{}, {Encryption: psttest.EncryptPermute}, {Encryption: psttest.EncryptCyclic},
	{Format: psttest.FormatANSI}, {Format: psttest.FormatANSI, Encryption: psttest.EncryptPermute}, {Format: psttest.FormatANSI, Encryption: psttest.EncryptCyclic},
	{Format: psttest.FormatWide, Client: "SO"},
}

func TestFolders(t *testing.T) {
	for _, o := range variants {
		japanese := "受信"
		if o.Format == psttest.FormatANSI {
			japanese = "??" // its code page is 1252
		}
		mail := func(s string) *psttest.Message { return psttest.Mail(s, "a@example.org", "b@example.org", s) }
		hidden := mail("settings")
		hidden.Associated = true
		s := store(t, &psttest.Tree{Options: o, Folders: []psttest.Folder{
			{Name: "Posteingang", Role: psttest.RoleInbox, Messages: []*psttest.Message{mail("1"), mail("2"), hidden}},
			{Name: "Entwürfe", Role: psttest.RoleDrafts},
			{Name: "Junk", Role: psttest.RoleJunk, Messages: []*psttest.Message{mail("3")}},
			{Name: japanese, Role: psttest.RoleSent, Folders: []psttest.Folder{{Name: "a/b", Messages: []*psttest.Message{mail("4")}}}},
			{Name: "Müll", Role: psttest.RoleTrash},
			{Name: "Ausgang", Role: psttest.RoleOutbox},
		}})
		inv := inventory(t, s)
		var got []string
		for _, f := range inv.Folders {
			if f.Depth > 0 {
				got = append(got, fmt.Sprintf("%q %s %d %d", f.Path, f.Role, len(f.Items), f.Associated))
			}
		}
		want := []string{
			`["Posteingang"] inbox 2 1`, `["Entwürfe"] drafts 0 0`, `["Junk"] junk 1 0`, `["` + japanese + `"] sent 0 0`,
			`["` + japanese + `" "a/b"]  1 0`, `["Müll"] trash 0 0`, `["Ausgang"] outbox 0 0`,
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%+v: %s", o, d)
		}
		if inv.Messages != 4 || inv.Associated != 1 || inv.Recovered != 0 || len(s.Damage()) != 0 {
			t.Errorf("%+v: %d messages, %d associated, %d recovered, damage %v", o, inv.Messages, inv.Associated, inv.Recovered, s.Damage())
		}
	}
}

func TestProperties(t *testing.T) {
	big := strings.Repeat("Grüße aus Übersee ", 60_000) // a data tree of two levels
	when := time.Date(2024, 3, 5, 8, 9, 10, 700, time.UTC).Truncate(100)
	keywords := mapi.Name{Set: mapi.PSPublicStrings, Str: "Keywords"}
	number := mapi.Name{Set: mapi.PSetCommon, LID: 0x8530}
	m := only(t, psttest.Options{}, psttest.Mail("Größe", "a@example.org", "b@example.org", big,
		psttest.Time(mapi.ClientSubmitTime, when),
		psttest.Int32(mapi.Importance, -7),
		psttest.Bool(mapi.AutoForwarded, true),
		psttest.Bin(mapi.ConversationIndex, []byte{1, 2, 3}),
		psttest.Prop{ID: 0x6001, Type: mapi.TypeInt64, Value: int64(-1) << 40},
		psttest.Prop{ID: 0x6002, Type: mapi.TypeTime, Value: uint64(0x0CB34557A3DD4000)},
		psttest.Int32(mapi.MessageCodepage, 1252),
		psttest.Str8(0x6003, "Pr\xfcfung\x00rest"),
		psttest.Prop{ID: 0x6004, Value: []int{1, 2, 3}, Type: mapi.TypeInt32 | mapi.MultiValue},
		psttest.Keywords("Red Category", "Prüfung"),
		psttest.Named(number, mapi.TypeString, "flag"),
	))
	text := func(id mapi.PropID) string { s, _ := m.Text(id); return s }
	if text(mapi.Subject) != "Größe" || text(mapi.Body) != big || text(0x6003) != "Prüfung" {
		t.Errorf("texts: %q, %d bytes, %q", text(mapi.Subject), len(text(mapi.Body)), text(0x6003))
	}
	if got, ok := m.Time(mapi.ClientSubmitTime); !ok || !got.Equal(when) {
		t.Errorf("time %v", got)
	}
	if _, ok := m.Time(0x6002); ok {
		t.Error("4501-01-01 is no date")
	}
	if n, ok := m.Int(mapi.Importance); !ok || n != -7 {
		t.Errorf("int %d", n)
	}
	if n, _ := m.Int(0x6001); n != -1<<40 {
		t.Errorf("int64 %d", n)
	}
	if !m.Bool(mapi.AutoForwarded) || m.Bool(mapi.ReadReceiptRequested) {
		t.Error("bool")
	}
	if b, _ := m.Bytes(mapi.ConversationIndex); !bytes.Equal(b, []byte{1, 2, 3}) {
		t.Errorf("bytes %x", b)
	}
	if v, err := m.Value(0x6004); err != nil || len(v.Data) != 12 {
		t.Errorf("multi-value: %v, %v", v, err)
	}
	id, ok := m.NamedID(keywords)
	if d := cmp.Diff([]string{"Red Category", "Prüfung"}, m.Texts(id)); !ok || d != "" {
		t.Error(d)
	}
	if id, ok := m.NamedID(number); !ok || text(id) != "flag" {
		t.Errorf("named property %v: %q", id, text(id))
	}
	if name, ok := m.NameOf(id); !ok || name != keywords {
		t.Errorf("name of %v: %v", id, name)
	}
	if _, err := m.Value(0x7777); !errors.Is(err, pst.ErrNoProperty) {
		t.Errorf("absent property: %v", err)
	}
	if len(m.Faults()) != 0 {
		t.Errorf("faults: %v", m.Faults())
	}
}

func TestAttachments(t *testing.T) {
	for _, o := range variants {
		t.Run(fmt.Sprint(o.Format, o.Encryption), func(t *testing.T) { testAttachments(t, o) })
	}
}

func testAttachments(t *testing.T, o psttest.Options) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 600_000) // an XXBLOCK
	inner := psttest.Mail("innermost", "c@example.org", "d@example.org", "deep").Attach(psttest.ByValue("x.bin", "", []byte("x")))
	m := only(t, o, psttest.Mail("outer", "a@example.org", "b@example.org", "text").
		WithRecipients(psttest.Cc("Cé", "c@example.org"), psttest.Bcc("", "d@example.org")).
		Attach(psttest.ByValue("Übersicht.pdf", "application/pdf", data), psttest.ByValue("empty", "", []byte{}),
			psttest.Embed(psttest.Mail("middle", "b@example.org", "c@example.org", "m").Attach(psttest.Embed(inner)))))
	rows, err := m.Recipients()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d recipients, %v", len(rows), err)
	}
	if name, _ := rows[1].Text(mapi.DisplayName); name != "Cé" {
		t.Errorf("recipient %q", name)
	}
	list, err := m.Attachments()
	if err != nil || len(list) != 3 {
		t.Fatalf("%d attachments, %v", len(list), err)
	}
	r, size, err := list[0].Open(mapi.AttachData)
	if err != nil || size != int64(len(data)) {
		t.Fatalf("size %d, %v", size, err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes differ, %v", len(got), err)
	}
	if b, ok := list[1].Bytes(mapi.AttachData); !ok || len(b) != 0 {
		t.Errorf("empty attachment: %d bytes, %v", len(b), ok)
	}
	sub := m
	for _, want := range []string{"middle", "innermost"} {
		all, err := sub.Attachments()
		if err != nil {
			t.Fatal(err)
		}
		if sub, err = all[len(all)-1].Message(); err != nil {
			t.Fatal(err)
		}
		if got, _ := sub.Text(mapi.Subject); got != want {
			t.Errorf("embedded message %q, want %q", got, want)
		}
	}
	if _, err := list[0].Message(); err == nil {
		t.Error("a file is no message")
	}
}

func TestManyItems(t *testing.T) {
	var list []*psttest.Message
	for i := range 12_000 {
		list = append(list, psttest.Mail(fmt.Sprint(i), "a@example.org", "", "x"))
	}
	s := store(t, &psttest.Tree{Folders: []psttest.Folder{{Name: "big", Messages: list}}})
	inv := inventory(t, s)
	if inv.Messages != 12_000 || inv.Recovered != 0 || len(s.Damage()) != 0 {
		t.Errorf("%d messages, %d recovered, damage %v", inv.Messages, inv.Recovered, s.Damage())
	}
	seen := map[string]bool{}
	for _, f := range inv.Folders {
		for _, id := range f.Items {
			m, err := s.Message(id)
			if err != nil {
				t.Fatal(err)
			}
			subject, _ := m.Text(mapi.Subject)
			seen[subject] = true
		}
	}
	if len(seen) != 12_000 {
		t.Errorf("%d different subjects", len(seen))
	}
}
