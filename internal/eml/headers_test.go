package eml

import (
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
	if a.MessageID != b.MessageID || a.MessageID == c.MessageID || bracketed(a.MessageID) != a.MessageID {
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
