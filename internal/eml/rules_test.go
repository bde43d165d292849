package eml

import (
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// P1, P2, P3: which code page an 8-bit string has, and what is no text at all.
func TestStringsOfItems(t *testing.T) {
	page := func(n int) psttest.Prop { return psttest.Int32(mapi.MessageCodepage, n) }
	internet := func(n int) psttest.Prop { return psttest.Int32(mapi.InternetCodepage, n) }
	s8 := func(s string) psttest.Prop { return psttest.Str8(mapi.Subject, s) }
	for _, tc := range []struct {
		name, want string
		props      []psttest.Prop
	}{
		{"P1 the item's page", "Привет", []psttest.Prop{s8("\xcf\xf0\xe8\xe2\xe5\xf2"), page(1251), internet(932)}},
		{"P1 that of the Internet", "日本", []psttest.Prop{s8("\x93\xfa\x96\x7b"), internet(932)}},
		{"P1 UTF-16 is none", "日本", []psttest.Prop{s8("\x93\xfa\x96\x7b"), page(1200), internet(932)}},
		{"P1 ASCII is Western", "it’s", []psttest.Prop{s8("it\x92s"), page(20127)}},
		{"P1 none", "Größe", []psttest.Prop{s8("Gr\xf6\xdfe")}},
		{"P1 UTF-8 that is named", "Größe", []psttest.Prop{s8("Gr\xc3\xb6\xc3\x9fe"), page(65001)}},
		{"P1 UTF-8 that is not", "GrÃ¶ÃŸe", []psttest.Prop{s8("Gr\xc3\xb6\xc3\x9fe"), page(1252)}},
		{"P2 UTF-8 where the page has holes", "Спасибо", []psttest.Prop{
			s8("\xd0\xa1\xd0\xbf\xd0\xb0\xd1\x81\xd0\xb8\xd0\xb1\xd0\xbe"), page(1252)}},
		{"P3 up to a NUL", "Hello", []psttest.Prop{psttest.Str(mapi.Subject, "Hello\x00rest")}},
		{"P3 half a pair", "a\uFFFDb", []psttest.Prop{{ID: mapi.Subject, Type: mapi.TypeString, Value: []byte("a\x00\x00\xd8b\x00")}}},
		{"P3 controls", "a b", []psttest.Prop{psttest.Str(mapi.Subject, " a\t\r\n\x01b\x02 ")}},
	} {
		s, _ := convert(t, note(tc.props...), nil)
		if v, _ := field(t, s, "Subject"); decodeWords(v) != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, decodeWords(v), tc.want)
		}
	}
	body := drop(note(psttest.Str8(mapi.Body, "\x93\xfa\x96\x7b"), page(1251), internet(932)), mapi.Subject)
	if got := onlyBody(t, body, "text/plain"); got != "日本" {
		t.Errorf("the body takes the other page first: %q", got)
	}
}

// H21, H41, H42 and E3: fields that few items have.
func TestRareFields(t *testing.T) {
	rss := func(n mapi.Name, v string) psttest.Prop { return psttest.Named(n, mapi.TypeString, v) }
	s, _ := convert(t, note(class("IPM.Post.Rss"), rss(mapi.NameRssLink, "https://x.org/a"), rss(mapi.NameRssURL, "https://x.org/feed"),
		rss(mapi.NameRssGUID, "guid-1"), rss(mapi.NameRssChannel, "News")), nil)
	for name, want := range map[string]string{"Content-Base": "https://x.org/a", "X-RSS-Feed": "https://x.org/feed",
		"X-RSS-GUID": "guid-1", "X-RSS-Channel": "News"} {
		wantField(t, s, name, want)
	}
	rights := psttest.ByValue("message.rpmsg", "application/x-microsoft-rpmsg-message", []byte("secret"))
	s, _ = convert(t, note().Attach(rights), nil)
	wantField(t, s, "Content-Class", "rpmsg.message")
	if leaves := wantTree(t, s, "mixed{text/plain application/x-microsoft-rpmsg-message}"); leaves[1].body != "secret" {
		t.Error("the protected content was changed")
	}
	ids := strings.TrimSpace(strings.Repeat("<0123456789abcdef@example.org> ", 9))
	s, _ = convert(t, note(psttest.Str(mapi.InternetReferences, ids), psttest.Str(mapi.InReplyToID, "<a@x>")), nil)
	wantField(t, s, "References", ids)
	wantField(t, s, "In-Reply-To", "<a@x>")
	if n := strings.Count(s, "\r\n <0123"); n < 4 {
		t.Errorf("references in %d lines", n+1)
	}
	s, _ = convert(t, note().WithRecipients(psttest.To("Jörg", "jörg@x.org")), nil)
	if v, _ := field(t, s, "To"); !strings.Contains(decodeWords(v), "Jörg <jörg@x.org>") || !strings.HasSuffix(v, ":;") {
		t.Errorf("E3: To: %s", v)
	}
}

// A3, A15: files that are text stay files, whatever they hold, and their charset is
// the one that is stored with them.
func TestTextFiles(t *testing.T) {
	const calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
	s, _ := convert(t, note().Attach(psttest.ByValue("a.ics", "text/calendar", []byte(calendar)), psttest.ByValue("b.vcf", "", []byte("BEGIN:VCARD\n")),
		with(psttest.ByValue("c.txt", "text/plain", []byte("Gr\xc3\xb6\xc3\x9fe\n")), psttest.Str(mapi.AttachCharset, "utf-8"))), nil)
	leaves := wantTree(t, s, "mixed{text/plain text/calendar "+extensionTypes["vcf"]+" text/plain}")
	for i, want := range []struct{ charset, data string }{{"", calendar}, {"", "BEGIN:VCARD\n"}, {"utf-8", "Größe\n"}} {
		l := leaves[i+1]
		_, params, err := l.header.ContentType()
		if err != nil || params["charset"] != want.charset || l.body != want.data || l.header.Get("Content-Transfer-Encoding") != "base64" {
			t.Errorf("file %d: %v, %q (%v)", i+1, params, l.body, err)
		}
	}
}

// M2, M4: the order of the fields of a part, and nothing before the first or
// after the last boundary.
func TestLeafFields(t *testing.T) {
	s, _ := convert(t, note(htmlBody(`<img src="cid:a@x">`)).Attach(
		with(psttest.Inline("a.png", "image/png", "a@x", png), psttest.Str(mapi.AttachLocation, "http://x.org/a.png"), psttest.Str(mapi.AttachContentBase, "http://x.org/"))), nil)
	at := -1
	for _, name := range []string{"Content-Type: image/png", "Content-Transfer-Encoding: base64\r\nContent-ID", "Content-Location", "Content-Base", "Content-Disposition: inline"} {
		next := strings.Index(s, "\r\n"+name)
		if next <= at {
			t.Errorf("%s is at %d, what comes before it at %d", name, next, at)
		}
		at = next
	}
	_, body := split(t, s)
	if !strings.HasPrefix(body, "--=_p2i_") || !strings.HasSuffix(strings.TrimSuffix(body, "\r\n"), "--") {
		t.Error("there is text around the parts")
	}
}
