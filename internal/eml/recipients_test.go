package eml

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// row is a recipient with the given properties only.
func row(kind int, props ...psttest.Prop) []psttest.Prop {
	return append([]psttest.Prop{psttest.Int32(mapi.RecipientType, kind)}, props...)
}

func withRows(m *psttest.Message, rows ...[]psttest.Prop) *psttest.Message {
	m.Recipients = rows
	return m
}

const dn = "/O=ACME/CN=RECIPIENTS/CN=J.DOE"

func TestRecipients(t *testing.T) {
	name, typ := func(s string) psttest.Prop { return psttest.Str(mapi.DisplayName, s) },
		func(s string) psttest.Prop { return psttest.Str(mapi.AddressType, s) }
	email := func(s string) psttest.Prop { return psttest.Str(mapi.EmailAddress, s) }
	smtp := func(s string) psttest.Prop { return psttest.Str(mapi.SmtpAddress, s) }
	for _, tc := range []struct {
		test string
		row  []psttest.Prop
		to   string
	}{
		{"C13", row(1, name("Doe, John"), typ("SMTP"), email("j@x.org")), `"Doe, John" <j@x.org>`},
		{"C14", row(1, name("John"), typ("EX"), email(dn), smtp("j@x.org")), "John <j@x.org>"},
		{"C15", row(1, typ("EX"), email(dn)), "<IMCEAEX-_O=ACME_CN=RECIPIENTS_CN=J+2EDOE@imcea.invalid>"},
		{"C15 with a name", row(1, name("John"), typ("EX"), email(dn)),
			"John <IMCEAEX-_O=ACME_CN=RECIPIENTS_CN=J+2EDOE@imcea.invalid>"},
		{"C17", row(1, psttest.Bin(mapi.EntryID, oneOffUnicode("Ann", "SMTP", "ann@x.org"))), "Ann <ann@x.org>"},
		{"C18", row(1, name("Jean Dupont")), "Jean Dupont:;"},
		{"C24", row(-0x7FFFFFFF, name("Bob"), typ("SMTP"), email("b@x.org")), "Bob <b@x.org>"},
		{"name equals address", row(1, name("'J@x.org'"), typ("SMTP"), email("j@x.org")), "j@x.org"},
		{"address without type", row(1, email("j@x.org")), "j@x.org"},
		{"search key", row(1, name("J"), psttest.Bin(mapi.SearchKey, []byte("SMTP:J@X.ORG\x00"))), "J <j@x.org>"},
		{"name is an address", row(1, name("'j@x.org'")), "j@x.org"},
		{"not an address", row(1, name("J"), typ("SMTP"), email("nonsense")), `"J <nonsense>":;`},
		{"international domain", row(1, typ("SMTP"), email("j@bücher.example")), "j@xn--bcher-kva.example"},
		{"quoted local part", row(1, typ("SMTP"), email("a b@x.org")), `"a b"@x.org`},
		{"empty local part", row(1, name("J"), typ("SMTP"), email("\"\"@x.org")), `"J <\"\"@x.org>":;`},
	} {
		s, _ := convert(t, withRows(note(), tc.row), nil)
		got, _ := field(t, s, "To")
		if got = strings.TrimSpace(got); got != tc.to && got != strings.Trim(tc.to, "<>") {
			t.Errorf("%s: To: %q, want %q", tc.test, got, tc.to)
		}
		if strings.Contains(s, "/O=ACME") {
			t.Errorf("%s: the distinguished name is in the output", tc.test)
		}
	}
}

func TestC16LikeWithinOneItem(t *testing.T) {
	m := withRows(note(), row(1, psttest.Str(mapi.AddressType, "EX"), psttest.Str(mapi.EmailAddress, dn)))
	m.With(psttest.Str(mapi.SenderAddressType, "EX"), psttest.Str(mapi.SenderEmail, strings.ToLower(dn)),
		psttest.Str(mapi.SenderSMTP, "jd@acme.com"))
	s, _ := convert(t, m, nil)
	wantField(t, s, "To", "jd@acme.com")
	resolver := &Options{Resolver: func(got string) (string, bool) { return "map@acme.com", got == dn }}
	s, _ = convert(t, withRows(note(), row(1, psttest.Str(mapi.AddressType, "EX"), psttest.Str(mapi.EmailAddress, dn))), resolver)
	wantField(t, s, "To", "map@acme.com")
}

func TestC19DisplayNames(t *testing.T) {
	s, _ := convert(t, withRows(note(psttest.Str(mapi.DisplayTo, "Ann; bob@x.org"))), nil)
	wantField(t, s, "To", "Ann:;, bob@x.org")
}

func TestC20Draft(t *testing.T) {
	s, res := convert(t, withRows(note(psttest.Int32(mapi.MessageFlags, mapi.FlagUnsent))), nil)
	for _, name := range []string{"To", "Cc", "Bcc"} {
		wantField(t, s, name, "-")
	}
	if strings.Join(res.Flags, " ") != `\Draft` {
		t.Errorf("flags %v", res.Flags)
	}
}

func TestC21Senders(t *testing.T) {
	m := note(psttest.Str(mapi.SenderName, "A"), psttest.Str(mapi.SenderSMTP, "a@x.org"),
		psttest.Str(mapi.SentRepresentingName, "B"), psttest.Str(mapi.SentRepresentingSMTP, "b@x.org"))
	s, _ := convert(t, m, nil)
	wantField(t, s, "From", "B <b@x.org>")
	wantField(t, s, "Sender", "A <a@x.org>")
	s, _ = convert(t, note(psttest.Str(mapi.SenderSMTP, "ANN@example.org")), nil)
	wantField(t, s, "Sender", "-")
	s, _ = convert(t, drop(note(), senderProps...), nil)
	wantField(t, s, "From", `"(unknown sender)" <unknown@sender.invalid>`)
	draft := drop(note(psttest.Int32(mapi.MessageFlags, mapi.FlagUnsent)), senderProps...)
	s, _ = convert(t, draft, nil)
	wantField(t, s, "From", "-")
	s, _ = convert(t, draft, &Options{DefaultFrom: "me@x.org"})
	wantField(t, s, "From", "me@x.org")
}

var senderProps = []mapi.PropID{mapi.SenderName, mapi.SenderAddressType, mapi.SenderEmail, mapi.SenderSMTP,
	mapi.SentRepresentingName, mapi.SentRepresentingAddressType, mapi.SentRepresentingEmail, mapi.SentRepresentingSMTP}

// oneOffUnicode is a one-off entry id ([MS-OXCDATA] 2.2.5.1).
func oneOffUnicode(name, typ, addr string) []byte {
	b := append([]byte("\x00\x00\x00\x00"), uidOneOff...)
	b = append(b, 0, 0, 1, 0x80)
	for _, s := range []string{name, typ, addr} {
		for _, r := range s {
			b = binary.LittleEndian.AppendUint16(b, uint16(r))
		}
		b = append(b, 0, 0)
	}
	return b
}

// flatList is a FlatEntryList.
func flatList(ids ...[]byte) []byte {
	var list []byte
	for _, id := range ids {
		list = binary.LittleEndian.AppendUint32(list, uint32(len(id)))
		list = append(list, id...)
		for len(list)%4 != 0 {
			list = append(list, 0)
		}
	}
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(ids)))
	return append(binary.LittleEndian.AppendUint32(b, uint32(len(list))), list...)
}

func TestC22ReplyTo(t *testing.T) {
	list := flatList(oneOffUnicode("A", "SMTP", "a@x.org"), oneOffUnicode("Bo", "SMTP", "bo@x.org"))
	s, _ := convert(t, note(psttest.Bin(mapi.ReplyRecipientEntries, list)), nil)
	wantField(t, s, "Reply-To", "A <a@x.org>, Bo <bo@x.org>")
	s, _ = convert(t, note(psttest.Bin(mapi.ReplyRecipientEntries, flatList(oneOffUnicode("", "SMTP", "ANN@example.org")))), nil)
	wantField(t, s, "Reply-To", "-")
	_, res := convert(t, note(psttest.Bin(mapi.ReplyRecipientEntries, list[:len(list)-9])), nil)
	wantRule(t, res, "H17", 1)
}

func TestC23Bcc(t *testing.T) {
	m := note().WithRecipients(psttest.Bcc("Eve", "eve@x.org"))
	s, _ := convert(t, m, nil)
	wantField(t, s, "Bcc", "Eve <eve@x.org>")
	s, _ = convert(t, m.With(headers("From: ann@example.org", "To: joeeve@x.org")), nil)
	wantField(t, s, "Bcc", "Eve <eve@x.org>")
	s, _ = convert(t, m.With(headers("From: ann@example.org", "To: bob@example.org", "Cc: <EVE@x.org>")), nil)
	wantField(t, s, "Bcc", "-")
}

func TestManyRecipientsFold(t *testing.T) {
	m := withRows(note())
	for range 60 {
		m.Recipients = append(m.Recipients, psttest.To("Somebody, Else", "somebody@example.org"))
	}
	for i := range 60 {
		m.Recipients = append(m.Recipients, psttest.To("Jürgen Großmann", string(rune('a'+i%26))+"@example.org"))
	}
	s, _ := convert(t, m, nil)
	if n := len(addresses(t, s, "To")); n != 1+26 { // exact duplicates collapse
		t.Errorf("%d addresses", n)
	}
	header, _ := split(t, s)
	for line := range strings.SplitSeq(header, "\r\n") {
		if len(line) > 78 {
			t.Errorf("long line %q", line)
		}
	}
}
