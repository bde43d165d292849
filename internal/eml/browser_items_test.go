//go:build browser

package eml

import (
	"bytes"
	"encoding/hex"
	"image"
	"image/color"
	imagepng "image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// dot is a picture that a browser shows.
func dot(t *testing.T, c color.RGBA) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 40, 24))
	for i := range 40 * 24 {
		img.SetRGBA(i%40, i/40, c)
	}
	var b bytes.Buffer
	if err := imagepng.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var (
	red  = color.RGBA{200, 30, 30, 255}
	blue = color.RGBA{30, 30, 200, 255}
)

// sample is an RTF body of the tests of internal/rtf.
func sample(t *testing.T, name string) psttest.Prop {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "rtf", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return stored(string(b))
}

// only is an item without a stored text.
func only(props ...psttest.Prop) *psttest.Message { return drop(note(props...), mapi.Body) }

// bytesHTML is HTML in a code page that only the item names.
func bytesHTML(codepage int, b string) *psttest.Message {
	return only(psttest.Int32(mapi.InternetCodepage, codepage), psttest.Bin(mapi.HTML, []byte(b)))
}

// madeItems are items that data files hold, each for something that can go wrong.
func madeItems(t *testing.T) []showcase {
	picture := dot(t, red)
	list := []struct {
		m *psttest.Message
		showcase
	}{
		{only(sample(t, "encapsulated.rtf")), showcase{name: "wrapped-html"}},
		{only(stored(`{\rtf1\ansi\ansicpg1251\fromhtml1\deff0{\fonttbl{\f0\fcharset204 Arial;}{\f1\fcharset128 MS Gothic;}}{\*\htmltag64 <p>}` +
			`\htmlrtf {\b \htmlrtf0 \f0\'cf\'f0\'e8\'e2\'e5\'f2{\*\htmltag84 <b>}\f1\'93\'fa\'96\'7b{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0` +
			`{\*\mhtmltag84 <img src="x.png">}{\*\htmltag84 <img src="cid:a@x">}{\*\htmltag72 </p>}}`)).Attach(psttest.Inline("a.png", "image/png", "a@x", picture)),
			showcase{name: "wrapped-picture", want: []string{"Привет日本"}, bold: "日本", images: 1}},
		{only(sample(t, "rich/table.rtf")), showcase{name: "rich-table", cells: 14, bold: "A1", absent: []string{"Secret title", "Nobody"},
			want: []string{"Before", "B1 and B2", "second paragraph", "D2 and D3", "Outer 1", "Inner 2", "After inner", "Not ended"}}},
		{only(sample(t, "rich/list.rtf")), showcase{name: "rich-list", want: []string{"1. One", "2. Two", "Second point", "smile: ☺ or ☺"}}},
		{only(sample(t, "rich/hidden.rtf")), showcase{name: "rich-hidden", want: []string{"Seen seen", "text in a box", "A note", "shown"},
			absent: []string{"hidden", "also", "removed", "a remark"}}},
		{only(sample(t, "rich/link.rtf")), showcase{name: "rich-link"}},
		{only(sample(t, "rich/format.rtf")), showcase{name: "rich-format"}},
		{only(sample(t, "rich/cjk.rtf")), showcase{name: "rich-cjk"}},
		{only(psttest.Int32(mapi.NativeBody, mapi.NativeRTF), stored(`{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0\fs24 Before {\b bold}{\v secret}\par`+
			`\trowd\cellx3000\cellx6000\intbl one\cell {\pict\pngblip\picwgoal600\pichgoal360 `+hex.EncodeToString(picture)+`}\cell\row\pard After \objattph\par}`)).
			Attach(atPlace(psttest.ByValue("blue.png", "image/png", dot(t, blue)), 1)),
			showcase{name: "rich-picture", images: 2, cells: 2, bold: "bold", want: []string{"Before bold", "one", "After"}, absent: []string{"secret"}}},
		{bytesHTML(932, "<html><body><p>\x93\xfa\x96\x7b\x8c\xea\x83\x5c</p></body></html>"), showcase{name: "html-932", want: []string{"日本語ソ"}}},
		{bytesHTML(949, "<html><head><meta http-equiv=Content-Type content='text/html; charset=ks_c_5601-1987'></head><p>\xc7\xd1\xb1\xb9\xbe\xee \x8c\x63</p>"),
			showcase{name: "html-949", want: []string{"한국어 똠"}}},
		{bytesHTML(950, "<meta charset=big5><p>\xa4\xa4\xa4\xe5 \xa5\x5c</p>"), showcase{name: "html-big5", want: []string{"中文 功"}}},
		{bytesHTML(20866, "<meta charset=koi8-r><p>\xf0\xd2\xc9\xd7\xc5\xd4</p>").With(psttest.Int32(mapi.MessageCodepage, 1251), psttest.Str8(mapi.Subject, "\xcf\xf0\xe8\xe2\xe5\xf2")),
			showcase{name: "html-cyrillic", want: []string{"Subject: Привет", "Привет"}}},
		{note(htmlBody(`<p>See <img src="cid:one@x"> and <img src=two.png></p><table background="cid:one@x"><tr><td>cell</table>`)).Attach(
			psttest.Inline("one.png", "image/png", "one@x", picture), psttest.ByValue("two.png", "image/png", dot(t, blue)), psttest.ByValue("three.pdf", "", []byte("%PDF-1"))),
			showcase{name: "inline-pictures", images: 2, cells: 1, want: []string{"See and", "File: three.pdf"}, absent: []string{"two.png"}}},
		{nestedItem(4), showcase{name: "nested", want: []string{"level 4", "level 3", "level 2", "level 1", "File: innermost.txt"}}},
		{withRows(note(class("REPORT.IPM.Note.NDR"), psttest.Str(mapi.OriginalSubject, "Größe")), ndrRow("<mx.x.org #5.1.1 smtp;550 5.1.1 unknown>", 0)).Attach(psttest.Embed(note())),
			showcase{name: "report-failed", want: []string{"Action: failed", "Status: 5.1.1", "Attached message"}}},
		{drop(note(class("REPORT.IPM.Note.IPNRN"), psttest.Str(mapi.OriginalMessageID, "<a@x>")), mapi.Body),
			showcase{name: "report-read", want: []string{"Original-Message-ID: <a@x>", "displayed"}}},
		{note(psttest.Int32(mapi.MessageFlags, mapi.FlagUnsent), htmlBody("<p>unfinished &amp; unsent</p>")), showcase{name: "draft", want: []string{`Flags: \Draft`, "unfinished & unsent"}}},
		{note(psttest.Int32(mapi.FlagStatus, 2), psttest.Int32(mapi.LastVerbExecuted, 102), psttest.Keywords("Prüfung", "Red Category"), psttest.Int32(mapi.Importance, 2)),
			showcase{name: "flags", want: []string{`Flags: \Seen \Answered \Flagged Pr_fung_ffdca2 Red_Category`, "Keywords: Prüfung, Red Category", "Importance: high"}}},
		{signed(signedHeader + "\r\n" + signedBody), showcase{name: "signed", want: []string{"Grüße"}}},
		{note().Attach(psttest.ByValue(strings.Repeat("Sehr langer Name für eine Datei ", 6)+".pdf", "", []byte("%PDF-1")), psttest.ByValue("日本語のファイル.txt", "", []byte("x"))),
			showcase{name: "long-names", want: []string{"File: " + strings.Repeat("Sehr langer Name für eine Datei ", 6), "日本語のファイル.txt"}}},
		{note(htmlBody(replyHTML)), showcase{name: "reply", want: []string{"My answer", "From: Ann", "quoted line"}, links: []string{"mailto:ann@example.org"}, absent: []string{"MsoNormal"}}},
	}
	var out []showcase
	for _, l := range list {
		l.item = open(t, l.m)
		out = append(out, l.showcase)
	}
	return out
}

// atPlace is an attachment with a place in the RTF body.
func atPlace(a psttest.Attachment, place int) psttest.Attachment {
	a.Props = append(a.Props, psttest.Int32(mapi.RenderingPosition, place))
	return a
}

// nestedItem is a message around a message, depth levels.
func nestedItem(depth int) *psttest.Message {
	m := note(psttest.Str(mapi.Body, "level 1")).Attach(psttest.ByValue("innermost.txt", "", []byte("x")))
	for i := 2; i <= depth; i++ {
		m = note(htmlBody("<p>level "+string(rune('0'+i))+"</p>"), psttest.Str(mapi.Subject, "Level "+string(rune('0'+i)))).Attach(psttest.Embed(m))
	}
	return m
}

// replyHTML is what Outlook makes of an answer.
const replyHTML = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Microsoft Word 15">
<!--[if !mso]><style>v\:* {behavior:url(#default#VML);}</style><![endif]--><style><!--
p.MsoNormal {margin:0cm;font-size:11.0pt;font-family:"Calibri",sans-serif;}
--></style></head><body lang=EN-US><div class=WordSection1><p class=MsoNormal>My answer<o:p></o:p></p>
<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>From:</b> Ann
&lt;<a href="mailto:ann@example.org">ann@example.org</a>&gt;<br><b>Sent:</b> Tuesday</p></div>
<blockquote style='margin-left:5.0pt'><p class=MsoNormal>a quoted line</p></blockquote></div></body></html>`
