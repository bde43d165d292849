package eml

import (
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

func htmlBody(s string) psttest.Prop              { return psttest.Bin(mapi.HTML, []byte(s)) }
func internetPage(cp int) psttest.Prop            { return psttest.Int32(mapi.InternetCodepage, cp) }
func nativeBody(n int) psttest.Prop               { return psttest.Int32(mapi.NativeBody, n) }
func htmlOnly(p ...psttest.Prop) *psttest.Message { return drop(note(p...), mapi.Body) }

func TestC36To38Charset(t *testing.T) {
	const meta1251 = `<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head>`
	for _, tc := range []struct {
		test, in, want string
		props          []psttest.Prop
	}{
		{"C36", meta1251 + "\xcf\xf0\xe8\xe2\xe5\xf2", strings.Replace(meta1251, "windows-1251", "utf-8", 1) + "Привет",
			[]psttest.Prop{nativeBody(3), internetPage(1251)}},
		{"C37", `<meta charset="UTF-8">é`, `<meta charset="utf-8">é`, []psttest.Prop{internetPage(28591)}},
		{"C38", "it\x92s", "it’s", []psttest.Prop{internetPage(20127)}},
		{"BOM", "\xef\xbb\xbfé", "é", []psttest.Prop{internetPage(1252)}},
		{"UTF-16", "\xff\xfeA\x00\xe9\x00", "Aé", nil},
		{"original charset", "\xc4\xe3", "你", []psttest.Prop{headers("From: a@x.org", "Content-Type: text/html; charset=gb2312")}},
		{"message code page", "\xef", "п", []psttest.Prop{psttest.Int32(mapi.MessageCodepage, 1251)}},
		{"UTF-8 unasked", "é", "é", nil},
		{"code page that does not fit", "\xef\xbb", "ï»", []psttest.Prop{internetPage(65001)}},
		{"no code page fits", "\x81", "\uFFFD", []psttest.Prop{internetPage(65001)}},
		{"line ends", "a\nb\rc\r\nd", "a\r\nb\r\nc\r\nd", nil},
		{"NUL", "a\x00b", "ab", []psttest.Prop{internetPage(1252)}},
	} {
		s, res := convert(t, htmlOnly(append(tc.props, htmlBody(tc.in))...), nil)
		leaves := wantTree(t, s, "text/html")
		if got := strings.TrimSuffix(leaves[0].body, "\r\n"); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.test, got, tc.want)
		}
		wantRule(t, res, "B16", strings.Count(tc.want, "\uFFFD"))
		if ct := leaves[0].header.Get("Content-Type"); ct != `text/html; charset="utf-8"` {
			t.Errorf("%s: content type %s", tc.test, ct)
		}
	}
}

func TestUnicodeHTML(t *testing.T) {
	s, _ := convert(t, htmlOnly(psttest.Str(mapi.HTML, "<p>日本</p>")), nil)
	if leaves := wantTree(t, s, "text/html"); strings.TrimSpace(leaves[0].body) != "<p>日本</p>" {
		t.Errorf("body %q", leaves[0].body)
	}
}

func TestDeclareUTF8(t *testing.T) {
	for in, want := range map[string]string{
		`<meta charset=koi8-r>`:                                        `<meta charset=utf-8>`,
		`<META CHARSET='x'/>`:                                          `<META CHARSET='utf-8'/>`,
		`<?xml version="1.0" encoding="x"?><meta charset="y">`:         `<?xml version="1.0" encoding="utf-8"?><meta charset="utf-8">`,
		`<!-- <meta charset="x"> --><meta charset="y">`:                `<!-- <meta charset="x"> --><meta charset="utf-8">`,
		`<meta name="x" content="charset=y">`:                          `<meta name="x" content="charset=y">`,
		`<meta content='text/html;charset=y' http-equiv=content-type>`: `<meta content='text/html;charset=utf-8' http-equiv=content-type>`,
		`<meta http-equiv="refresh" content="charset=y">`:              `<meta http-equiv="refresh" content="charset=y">`,
		`<p>charset=x</p>`:                                             `<p>charset=x</p>`,
		`<!-- never closed <meta charset=x>`:                           `<!-- never closed <meta charset=x>`,
		strings.Repeat(" ", 5000) + `<meta charset=x>`:                 strings.Repeat(" ", 5000) + `<meta charset=x>`,
		`<metadata charset=x>`:                                         `<metadata charset=x>`,
		`<meta charset=`:                                               `<meta charset=`,
	} {
		if got := declareUTF8(in); got != want {
			t.Errorf("declareUTF8(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestC39C40BestBody(t *testing.T) {
	s, _ := convert(t, note(nativeBody(1), htmlBody("<p>x</p>")), nil)
	wantTree(t, s, "text/plain")
	s, _ = convert(t, htmlOnly(htmlBody("<p>x</p>")), nil)
	wantTree(t, s, "text/html")
	s, _ = convert(t, note(htmlBody("<p>x</p>")), nil)
	wantTree(t, s, "alternative{text/plain text/html}")
	s, _ = convert(t, htmlOnly(htmlBody(" \x00\r\n")), nil)
	if leaves := wantTree(t, s, "text/plain"); leaves[0].body != "" {
		t.Errorf("body %q", leaves[0].body)
	}
}

// With the option a text is made where only HTML is stored, and nowhere else; the
// item stays the one that it is without.
func TestMakePlain(t *testing.T) {
	const page = `<title>t</title><p>Größe<br>b</p><p><a href="http://x.org/">c</a></p>`
	const text = "Größe\r\nb\r\n\r\nc <http://x.org/>"
	for _, tc := range []struct {
		name          string
		m             *psttest.Message
		without, with string
		text          string // of the first part
	}{
		{"HTML only", htmlOnly(htmlBody(page)), "text/html", "alternative{text/plain text/html}", text},
		{"HTML in RTF", rtfOnly(`{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}x}`), "text/html", "alternative{text/plain text/html}", "x"},
		{"text is stored", note(htmlBody(page)), "alternative{text/plain text/html}", "alternative{text/plain text/html}", "Hi Bob"},
		{"text only", note(nativeBody(1), htmlBody(page)), "text/plain", "text/plain", "Hi Bob"},
		{"a picture without words", htmlOnly(htmlBody("<img src=x>")), "text/html", "text/html", "<img src=x>"},
		{"with a picture", htmlOnly(htmlBody(page + "<img src='cid:a@x' alt=p>")).Attach(psttest.Inline("a.png", "image/png", "a@x", png)),
			"related{text/html image/png}", "related{alternative{text/plain text/html} image/png}", text + "\r\n\r\n[p]"},
		{"attached", note().Attach(psttest.Embed(htmlOnly(htmlBody(page)))), "mixed{text/plain message[text/html]}",
			"mixed{text/plain message[alternative{text/plain text/html}]}", "Hi Bob"},
		{"meeting", drop(meeting("Request", htmlBody(page)), mapi.Body), "alternative{text/html text/calendar}",
			"alternative{text/plain text/html text/calendar}", text},
		{"in winmail.dat", htmlOnly().Attach(winmail(htmlOnly(htmlBody(page)))), "text/html", "alternative{text/plain text/html}", text},
	} {
		s, res := convert(t, tc.m, nil)
		wantTree(t, s, tc.without)
		made, resMade := convert(t, tc.m, &Options{MakePlain: true})
		leaves := wantTree(t, made, tc.with)
		if got := strings.TrimSuffix(leaves[0].body, "\r\n"); got != tc.text {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.text)
		}
		if res.ID != resMade.ID || res.MessageID != resMade.MessageID {
			t.Errorf("%s: another item: %s, %s", tc.name, res.ID, resMade.ID)
		}
		if tc.without == tc.with && s != made {
			t.Errorf("%s: changed without need", tc.name)
		}
	}
}

func TestChoose(t *testing.T) {
	const p, h = true, true
	for _, tc := range []struct {
		native int64
		p, h   bool
		rtf    rtfKind
		sync   bool
		want   choice
	}{
		{1, p, h, rtfRich, true, choice{text: true}},
		{2, p, h, rtfRich, true, choice{text: true, rtf: rtfRich}},
		{2, p, h, rtfHTML, true, choice{text: true, html: true}},
		{3, p, h, rtfRich, true, choice{text: true, html: true}},
		{0, p, h, rtfRich, true, choice{text: true, html: true}},
		{4, p, !h, rtfHTML, true, choice{text: true, rtf: rtfHTML}},
		{0, p, !h, rtfText, true, choice{text: true}},
		{0, !p, !h, rtfText, true, choice{rtf: rtfText}},
		{0, p, !h, rtfRich, false, choice{text: true}},
		{0, p, !h, rtfRich, true, choice{text: true, rtf: rtfRich}},
		{3, p, !h, rtfRich, false, choice{text: true, rtf: rtfRich}},
		{1, !p, h, rtfNone, false, choice{html: true}},
		{1, !p, !h, rtfHTML, false, choice{rtf: rtfHTML}},
		{0, p, !h, rtfBad, false, choice{text: true, rtf: rtfBad}},
		{0, !p, !h, rtfBad, false, choice{rtf: rtfBad}},
		{3, !p, !h, rtfNone, false, choice{}},
	} {
		s := candidateBodies{native: tc.native, text: tc.p, html: tc.h, inSync: tc.sync, rtf: func() rtfKind { return tc.rtf },
			open: tc.native == 0 || tc.native == 4}
		if got := choose(s); got != tc.want {
			t.Errorf("%+v: %+v", tc, got)
		}
	}
}

func TestC48To50TransferEncoding(t *testing.T) {
	long := strings.Repeat("long line ", 500)
	for _, tc := range []struct{ test, in, encoding, want string }{
		{"C48", long, "quoted-printable", long},
		{"C49", "a\x00b\x01c\td\r\n", "7bit", "abc\td\r\n"},
		{"C50", "short\r\nlines\r\n", "7bit", "short\r\nlines\r\n"},
		{"umlaut", "Grüße aus Hamburg, bis bald\r\n", "quoted-printable", "Grüße aus Hamburg, bis bald\r\n"},
		{"Cyrillic", strings.Repeat("Привет ", 20), "base64", strings.Repeat("Привет ", 20)},
		{"998", strings.Repeat("x", 998) + "\r\n", "7bit", strings.Repeat("x", 998) + "\r\n"},
		{"999", strings.Repeat("x", 999) + "\r\n", "quoted-printable", strings.Repeat("x", 999) + "\r\n"},
		{"boundary", "--" + boundaryPrefix + "x\r\n", "quoted-printable", "--" + boundaryPrefix + "x\r\n"},
		{"no last line end", "Bis bald in Köln", "quoted-printable", "Bis bald in Köln"},
	} {
		s, _ := convert(t, note(psttest.Str(mapi.Body, tc.in)), nil)
		wantField(t, s, "Content-Transfer-Encoding", tc.encoding)
		if leaves := wantTree(t, s, "text/plain"); leaves[0].body != tc.want {
			t.Errorf("%s: %q, want %q", tc.test, leaves[0].body, tc.want)
		}
		if _, body := split(t, s); tc.encoding != "7bit" {
			for line := range strings.SplitSeq(body, "\r\n") {
				if len(line) > 76 {
					t.Errorf("%s: line of %d", tc.test, len(line))
				}
			}
		}
	}
}

func TestQuotedPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"From me\r\nFrom":      "=46rom me\r\nFrom",
		"blank \r\ntab\t\r\nx": "blank=20\r\ntab=09\r\nx",
		"a=b\r\n":              "a=3Db\r\n",
		"é":                    "=C3=A9",
		"":                     "",
	} {
		if got := quotedPrintable(in); got != want {
			t.Errorf("quotedPrintable(%q) = %q, want %q", in, got, want)
		}
	}
}
