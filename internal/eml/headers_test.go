package eml

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

func TestC1OriginalHeaderIsKept(t *testing.T) {
	kept := strings.Join([]string{
		"Received: from a.example.org by b.example.org; Tue, 5 Mar 2024 09:09:11 +0100",
		"Received: from c.example.org\r\n\tby a.example.org with ESMTP; Tue, 5 Mar 2024 09:09:10 +0100",
		"DKIM-Signature: v=1; a=rsa-sha256; d=example.org;\r\n  bh=abc=; b=def=",
		"From:  Ann <ann@example.org>",
		"To: Bob <bob@example.org>,\r\n Carl <carl@example.org>",
		"Date: Tue, 5 Mar 2024 09:09:10 +0100",
		"Message-Id: <1@example.org>",
		"Subject: Hello",
		"X-Foo:bar",
	}, "\r\n") + "\r\n"
	s, res := convert(t, note(headers(kept+"Content-Type: text/html; charset=x", "MIME-Version: 1.0")), nil)
	header, _ := split(t, s)
	want := kept + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: 7bit\r\n"
	if header != want {
		t.Errorf("header\n%s\nwant\n%s", header, want)
	}
	if res.MessageID != "<1@example.org>" || !res.Date.Equal(time.Date(2024, 3, 5, 8, 9, 10, 0, time.UTC)) ||
		res.From != "Ann <ann@example.org>" || len(res.Warnings) != 0 {
		t.Errorf("result %+v", res)
	}
}

func TestC2Banner(t *testing.T) {
	s, _ := convert(t, note(headers("Microsoft Mail Internet Headers Version 2.0", "X-First: 1", "From: ann@example.org")), nil)
	if !strings.HasPrefix(s, "X-First: 1\r\n") {
		t.Errorf("got %.80q", s)
	}
}

func TestC3NestedPartsAreCut(t *testing.T) {
	s, _ := convert(t, note(headers("From: ann@example.org", "", "------=_NextPart_000", "Content-Type: text/html")), nil)
	if strings.Contains(s, "NextPart") || strings.Contains(s, "text/html") {
		t.Errorf("got %q", s)
	}
}

func TestC4BodyInPlaceOfHeader(t *testing.T) {
	s, res := convert(t, note(headers("<html><body>Date follows", "no header at all")), nil)
	wantField(t, s, "From", "Ann <ann@example.org>")
	wantRule(t, res, "H2", 1)
	if len(res.Warnings) != 1 || strings.Contains(s, "html") {
		t.Errorf("warnings %v in %q", res.Warnings, s)
	}
}

func TestC5MissingFieldsAreAdded(t *testing.T) {
	s, res := convert(t, note(headers("From: ann@example.org", "To: bob@example.org", "Subject: Hello")), nil)
	wantField(t, s, "Date", "Tue, 05 Mar 2024 08:09:10 +0000")
	wantField(t, s, "Message-ID", "<8328ee67d8afa3dbab0c69f45ad07d83@pst2imap.invalid>")
	if res.MessageID != "<8328ee67d8afa3dbab0c69f45ad07d83@pst2imap.invalid>" {
		t.Errorf("result has %s", res.MessageID)
	}
}

func TestC6Mojibake(t *testing.T) {
	s, _ := convert(t, note(headers("From: JÃ¼rgen <j@x.org>", "To: bob@example.org")), nil)
	if a := addresses(t, s, "From"); len(a) != 1 || a[0].Name != "Jürgen" || a[0].Address != "j@x.org" {
		t.Errorf("From is %v", a)
	}
}

func TestC7EditedSubject(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("subject ", 38))[:300]
	s, _ := convert(t, note(headers("Subject: "+long), psttest.Str(mapi.Subject, long[:255])), nil)
	wantField(t, s, "X-Outlook-Subject", "-")
	wantField(t, s, "Subject", long)
	s, _ = convert(t, note(headers("Subject: Hello"), psttest.Str(mapi.Subject, "Edited")), nil)
	wantField(t, s, "X-Outlook-Subject", "Edited")
	wantField(t, s, "Subject", "Hello")
}

func TestC8BrokenFold(t *testing.T) {
	s, _ := convert(t, note(headers("Received: from a.example.org", "by b.example.org; Tue, 5 Mar 2024 09:09:11 +0100")), nil)
	if !strings.HasPrefix(s, "Received: from a.example.org\r\n by b.example.org; Tue") {
		t.Errorf("got %.120q", s)
	}
}

func TestC9UnsentIgnoresHeaders(t *testing.T) {
	s, _ := convert(t, note(headers("From: other@example.org", "X-Old: 1"), psttest.Int32(mapi.MessageFlags, 8)), nil)
	wantField(t, s, "X-Old", "-")
	wantField(t, s, "From", "Ann <ann@example.org>")
}

func TestC10C11SubjectPrefix(t *testing.T) {
	for in, want := range map[string]string{
		"\x01\x05RE: Hello": "RE: Hello", "\x01\x01Hi": "Hi", "Plain": "Plain", "\x01": "", "\x01\x01": "", "": "",
	} {
		s, res := convert(t, note(psttest.Str(mapi.Subject, in)), nil)
		wantField(t, s, "Subject", want)
		if res.Subject != want {
			t.Errorf("result has %q, want %q", res.Subject, want)
		}
	}
	m := drop(note(psttest.Str(mapi.SubjectPrefix, "RE: "), psttest.Str(mapi.NormalizedSubject, "Hello")), mapi.Subject)
	s, _ := convert(t, m, nil)
	wantField(t, s, "Subject", "RE: Hello")
}

func TestC12SubjectEncoding(t *testing.T) {
	s, _ := convert(t, note(psttest.Str(mapi.Subject, "Größe & Preis")), nil)
	wantField(t, s, "Subject", "=?UTF-8?B?R3LDtsOfZQ==?= & Preis")
}

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

func TestC25Importance(t *testing.T) {
	s, _ := convert(t, note(psttest.Int32(mapi.Importance, 2), psttest.Int32(mapi.Priority, 1), psttest.Int32(mapi.Sensitivity, 2)), nil)
	wantField(t, s, "Importance", "high")
	wantField(t, s, "X-Priority", "1")
	wantField(t, s, "Priority", "urgent")
	wantField(t, s, "Sensitivity", "Private")
	s, _ = convert(t, note(psttest.Int32(mapi.Importance, 1), psttest.Int32(mapi.Priority, 0), psttest.Int32(mapi.Sensitivity, 0)), nil)
	for _, name := range []string{"Importance", "X-Priority", "Priority", "Sensitivity"} {
		wantField(t, s, name, "-")
	}
	s, _ = convert(t, note(headers("From: ann@example.org", "X-Priority: 3"), psttest.Int32(mapi.Importance, 0)), nil)
	wantField(t, s, "X-Priority", "3")
	wantField(t, s, "Importance", "low")
}

func TestC26Ids(t *testing.T) {
	index := []byte("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F\x10\x11\x12\x13\x14\x15\x16")
	s, _ := convert(t, note(psttest.Str(mapi.InternetMessageID, "abc@x"), psttest.Bin(mapi.ConversationIndex, index),
		psttest.Str(mapi.InReplyToID, "<p@x>"), psttest.Str(mapi.InternetReferences, "<a@x><b@x>")), nil)
	wantField(t, s, "Message-ID", "<abc@x>")
	wantField(t, s, "Thread-Index", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFg==")
	wantField(t, s, "In-Reply-To", "<p@x>")
	wantField(t, s, "References", "<a@x> <b@x>")
	for _, bad := range []string{"", "two words", "<>", "<a@x>b", "ü@x"} {
		_, res := convert(t, note(psttest.Str(mapi.InternetMessageID, bad)), nil)
		if res.MessageID != "<8328ee67d8afa3dbab0c69f45ad07d83@pst2imap.invalid>" {
			t.Errorf("%q gives %s", bad, res.MessageID)
		}
	}
}

func TestSyntheticIDWithoutSearchKey(t *testing.T) {
	_, a := convert(t, drop(note(), mapi.SearchKey), nil)
	_, b := convert(t, drop(note(psttest.Int32(mapi.MessageFlags, 0)), mapi.SearchKey), nil)
	_, c := convert(t, drop(note(psttest.Str(mapi.Body, "Other")), mapi.SearchKey), nil)
	if a.MessageID != b.MessageID || a.MessageID == c.MessageID || !idSyntax.MatchString(a.MessageID) {
		t.Errorf("ids %s, read %s, other body %s", a.MessageID, b.MessageID, c.MessageID)
	}
}

func TestC27Keywords(t *testing.T) {
	s, res := convert(t, note(psttest.Keywords("Red Category", "Prüfung", "a, b")), nil)
	v, _ := field(t, s, "Keywords")
	if got := decodeWords(v); got != `Red Category, Prüfung, "a, b"` {
		t.Errorf("Keywords: %q", got)
	}
	if got := strings.Join(res.Flags, " "); got != `\Seen Red_Category Pr_fung_ffdca2 a__b` {
		t.Errorf("flags %q", got)
	}
}

func TestC28QuotedName(t *testing.T) {
	for _, name := range []string{`"O'Neil" "X"`, `back\slash`, `a "b" c`, "x =?UTF-8?Q?y?=", "two  blanks", "Müller,  Jörg"} {
		s, _ := convert(t, note(psttest.Str(mapi.SentRepresentingName, name)), nil)
		if a := addresses(t, s, "From"); len(a) != 1 || a[0].Name != name {
			t.Errorf("%q became %v", name, a)
		}
	}
}

func TestC29NamedHeader(t *testing.T) {
	hdr := func(name, value string) psttest.Prop {
		return psttest.Named(mapi.Name{Set: mapi.PSInternetHeaders, Str: name}, mapi.TypeString, value)
	}
	s, _ := convert(t, note(hdr("x-mailer", "Foo 1"), hdr("X-oRiGiN", "y"), hdr("content-type", "text/evil"), hdr("subject", "no"), hdr("bad name", "z")), nil)
	wantField(t, s, "X-Mailer", "Foo 1")
	if strings.Count(strings.ToLower(s), "x-mailer:") != 1 || strings.Contains(s, "evil") || strings.Contains(s, "bad name") {
		t.Errorf("got %q", s)
	}
	if !strings.Contains(s, "X-oRiGiN: y\r\n") {
		t.Errorf("a name in mixed case is changed in %q", s)
	}
	wantField(t, s, "Subject", "Hello")
}

func TestOtherFields(t *testing.T) {
	s, res := convert(t, note(
		psttest.Bool(mapi.ReadReceiptRequested, true), psttest.Bool(mapi.OriginatorDeliveryReport, true),
		psttest.Int32(mapi.AutoResponseSuppress, 0x21), psttest.Bool(mapi.AutoForwarded, true),
		psttest.Time(mapi.ExpiryTime, sent), psttest.Time(mapi.ReplyTime, sent),
		psttest.Named(mapi.NameFlagRequest, mapi.TypeString, "Follow up"),
		psttest.Str(mapi.ListHelp, "<mailto:help@x.org>"), psttest.Str(mapi.OriginalMessageID, "bounce@x.org"),
		psttest.Str(mapi.ConversationTopic, "Hello"),
		psttest.Named(mapi.NameVerbResponse, mapi.TypeString, "Yes")), nil)
	for name, want := range map[string]string{
		"Disposition-Notification-To": "Ann <ann@example.org>", "Return-Receipt-To": "Ann <ann@example.org>",
		"X-Auto-Response-Suppress": "DR, AutoReply", "X-MS-Exchange-Organization-AutoForwarded": "true",
		"Expiry-Date": "Tue, 05 Mar 2024 08:09:10 +0000", "Reply-By": "Tue, 05 Mar 2024 08:09:10 +0000",
		"X-Message-Flag": "Follow up", "List-Help": "<mailto:help@x.org>", "Return-Path": "<bounce@x.org>",
		"Thread-Topic": "Hello", "X-MAPI-Voting-Response": "Yes", "X-MAPI-Message-Class": "-",
	} {
		wantField(t, s, name, want)
	}
	if strings.Join(res.Flags, " ") != `\Seen $MDNSent` {
		t.Errorf("flags %v", res.Flags)
	}
}

func TestNoDate(t *testing.T) {
	m := drop(note(psttest.Prop{ID: mapi.CreationTime, Type: mapi.TypeTime, Value: uint64(0)},
		psttest.Prop{ID: mapi.LastModificationTime, Type: mapi.TypeTime, Value: uint64(0x0CB34557A3DD4000)}), mapi.ClientSubmitTime)
	s, res := convert(t, m, nil)
	wantField(t, s, "Date", "Thu, 01 Jan 1970 00:00:00 +0000")
	wantRule(t, res, "H6", 1)
	if !res.InternalDate.IsZero() {
		t.Errorf("internal date %v", res.InternalDate)
	}
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
