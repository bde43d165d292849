package eml

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// stored is RTF as an item has it, not compressed ([MS-OXRTFCP] 2.1.3.1).
func stored(rtf string) psttest.Prop {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(rtf)+12))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(rtf)))
	return psttest.Bin(mapi.RtfCompressed, append(append(b, "MELA\x00\x00\x00\x00"...), rtf...))
}

// rtfOnly is an item without other bodies.
func rtfOnly(rtf string, p ...psttest.Prop) *psttest.Message {
	return drop(note(append(p, stored(rtf))...), mapi.Body)
}

// onlyBody is the text of the only part of a message.
func onlyBody(t testing.TB, m *psttest.Message, kind string) string {
	t.Helper()
	s, _ := convert(t, m, nil)
	return strings.TrimSuffix(wantTree(t, s, kind)[0].body, "\r\n")
}

// Each of these is a test of internal/rtf too; here it is the item that shows it.
func TestC41To46RTF(t *testing.T) {
	const html = `{\rtf1\ansi\ansicpg1252\fromhtml1\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset128 MS Gothic;}}\uc1 `
	for _, tc := range []struct{ test, rtf, want string }{
		{"C41", `{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 A{\*\htmltag84 &lt;}\htmlrtf <\htmlrtf0 B{\*\htmltag72 </p>}}`, "<p>A&lt;B</p>"},
		{"C42", html + `{\htmlrtf x {y} }z}`, "z"},
		{"C43", html + `\u8364 ?{\uc2\u26085\'93\'fa}}`, "€日"},
		{"C44", html + `\f1 \'93\'fa{\*\htmltag84 \'93\'fa}}`, "日“ú"},
		{"C45", html + `\htmlrtf\f1\htmlrtf0 \'93\'fa}`, "日"},
		{"C46", html + `\u-10179 ?\u-8704 ?}`, "\U0001F600"},
	} {
		if got := onlyBody(t, rtfOnly(tc.rtf), "text/html"); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.test, got, tc.want)
		}
	}
}

func TestC47Compressed(t *testing.T) {
	const vector = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
	for _, tc := range []struct {
		name, data, text string
		warnings         int
	}{
		{"whole", vector, "hello world", 0},
		{"one byte too many claimed", "2e" + vector[2:], "hello world", 1},
		{"cut off", vector[:len(vector)-16], "hel", 1},
	} {
		raw, err := hex.DecodeString(tc.data)
		if err != nil {
			t.Fatal(err)
		}
		m := drop(note(psttest.Bin(mapi.RtfCompressed, raw)), mapi.Body)
		s, res := convert(t, m, nil)
		leaves := wantTree(t, s, "alternative{text/plain text/html}")
		if !strings.HasPrefix(leaves[0].body, tc.text) || !strings.Contains(leaves[1].body, tc.text) {
			t.Errorf("%s: %q, %q", tc.name, leaves[0].body, leaves[1].body)
		}
		wantRule(t, res, "B5", tc.warnings)
	}
}

func TestRTFRows(t *testing.T) {
	const rich, wrapped, text = `{\rtf1\ansi rich \b bold\b0}`, `{\rtf1\ansi\fromhtml1 {\*\htmltag64 <meta charset="windows-1252"><p>}x}`, `{\rtf1\ansi\fromtext a\par b}`
	for _, tc := range []struct {
		name, tree string
		m          *psttest.Message
	}{
		{"row 2", "alternative{text/plain text/html}", note(stored(rich), nativeBody(2))},
		{"row 2 without text", "alternative{text/plain text/html}", rtfOnly(rich, nativeBody(2))},
		{"row 4", "alternative{text/plain text/html}", note(stored(wrapped))},
		{"row 5", "text/plain", note(stored(text))},
		{"row 5 without text", "text/plain", rtfOnly(text)},
		{"row 6", "text/plain", note(stored(rich))},
		{"row 9", "alternative{text/plain text/html}", note(stored(rich), psttest.Bool(mapi.RtfInSync, true))},
		{"row 10", "mixed{text/plain application/octet-stream}", note(psttest.Bin(mapi.RtfCompressed, []byte("no rtf at all, but long enough")))},
		{"row 10, no RTF inside", "mixed{text/plain application/octet-stream}", note(stored("no rtf"))},
		{"row 11", "mixed{text/plain application/octet-stream}", drop(note(psttest.Bin(mapi.RtfCompressed, []byte("no rtf at all, but long enough"))), mapi.Body)},
		{"nothing wrapped after all", "alternative{text/plain text/html}", rtfOnly(`{\rtf1\ansi\fromhtml1 \htmlrtf shown\htmlrtf0 }`)},
	} {
		s, res := convert(t, tc.m, nil)
		leaves := wantTree(t, s, tc.tree)
		wantRule(t, res, "B2", strings.Count(tc.tree, "octet-stream"))
		if last := leaves[len(leaves)-1]; strings.Contains(tc.tree, "octet") && !strings.Contains(last.body, "no rtf") {
			t.Errorf("%s: kept %q", tc.name, last.body)
		}
	}
	if got := onlyBody(t, rtfOnly(text), "text/plain"); got != "a\r\nb" {
		t.Errorf("text %q", got)
	}
	if got := onlyBody(t, rtfOnly(wrapped), "text/html"); got != `<meta charset="utf-8"><p>x` {
		t.Errorf("HTML %q", got)
	}
}

// B12: of two forms of a tag the one counts whose link leads somewhere.
func TestWrappedHTMLShowsAttachment(t *testing.T) {
	m := rtfOnly(`{\rtf1\ansi\fromhtml1 {\*\mhtmltag84 <img src="cid:a@x">}{\*\htmltag84 <img src="file:///gone.png">}}`).
		Attach(with(psttest.ByValue("a.png", "image/png", png), cid("a@x")))
	s, _ := convert(t, m, nil)
	wantTree(t, s, "related{text/html image/png}")
	// As Outlook 2000 stores a page: the tag as it was and with the place of the part.
	const place = "http://intranet/page/a.png"
	m = rtfOnly(`{\rtf1\ansi\fromhtml1 {\*\mhtmltag84 <img src="` + place + `">}{\*\htmltag84 <img src="a.png">}}`).
		Attach(with(psttest.ByValue("a.png", "image/png", png), psttest.Str(mapi.AttachLocation, place)))
	s, _ = convert(t, m, nil)
	leaves := wantTree(t, s, "related{text/html image/png}")
	if at := leaves[1].header.Get("Content-Location"); at != place || leaves[0].body != `<img src="`+place+`">` {
		t.Errorf("%s does not lead to %s", leaves[0].body, at)
	}
}

const pngHex = `{\pict\pngblip 89504e470d0a1a0a20696d616765}`

func TestC51RichRTF(t *testing.T) {
	const rich = `{\rtf1\ansi some {\b bold} text{\v hidden}\par\trowd\cellx1000\cellx2000 one\cell two\cell\row ` + pngHex + `}`
	s, res := convert(t, note(stored(rich), nativeBody(2)), nil)
	leaves := wantTree(t, s, "related{alternative{text/plain text/html} image/png}")
	html, pic := leaves[1].body, leaves[2]
	id := strings.Trim(pic.header.Get("Content-Id"), "<>")
	if !strings.HasPrefix(id, "rtfimg1.") || !strings.HasSuffix(id, "@pst2imap.invalid") || len(id) != len("rtfimg1.0123456789abcdef@pst2imap.invalid") {
		t.Errorf("id %s", id)
	}
	for _, want := range []string{"<b>bold</b>", "<table", `src="cid:` + id + `"`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q in %s", want, html)
		}
	}
	if strings.Contains(s, "hidden") || pic.body != string(png[:8])+" image" || len(res.Warnings) != 0 {
		t.Errorf("picture %q, %v, %s", pic.body, res.Warnings, s)
	}
	twice, _ := convert(t, note(stored(rich), nativeBody(2)).Attach(psttest.Embed(note(stored(rich), nativeBody(2)))), nil)
	_, leaves = parse(t, twice)
	if inner := leaves[len(leaves)-2].body; strings.Contains(inner, id) || !strings.Contains(inner, "cid:rtfimg1.") {
		t.Errorf("an attached message has the same content ids: %s", inner)
	}
}

func TestRTFAttachmentPlaces(t *testing.T) {
	const rich = `{\rtf1\ansi first {\objattph} second {\objattph} end}`
	at := func(n int) psttest.Prop { return psttest.Int32(mapi.RenderingPosition, n) }
	pdf := with(psttest.ByValue("a<b.pdf", "application/pdf", []byte("%PDF-1")), at(40))
	img := with(psttest.ByValue("i.png", "image/png", png), at(20))
	m := rtfOnly(rich).Attach(pdf, img, psttest.ByValue("c.txt", "", []byte("elsewhere")))
	s, _ := convert(t, m, nil)
	leaves := wantTree(t, s, "mixed{related{alternative{text/plain text/html} image/png} application/pdf text/plain}")
	id := strings.Trim(leaves[2].header.Get("Content-Id"), "<>")
	if !strings.HasPrefix(id, "rtfatt1.") || !strings.Contains(leaves[1].body, `first <img src="cid:`+id+`" alt="i.png"> second [a&lt;b.pdf] end`) {
		t.Errorf("id %s in %s", id, leaves[1].body)
	}
	if !strings.Contains(leaves[0].body, "first [i.png] second [a<b.pdf] end") {
		t.Errorf("text %q", leaves[0].body)
	}
	own := with(psttest.ByValue("i.png", "image/png", png), at(20), cid("own@x"))
	s, _ = convert(t, rtfOnly(rich).Attach(own, pdf), nil)
	if _, leaves := parse(t, s); !strings.Contains(leaves[1].body, `<img src="cid:own@x"`) || leaves[2].header.Get("Content-Id") != "<own@x>" {
		t.Errorf("own id: %s", leaves[1].body)
	}
	s, _ = convert(t, rtfOnly(rich).Attach(img), nil)
	leaves = wantTree(t, s, "mixed{alternative{text/plain text/html} image/png}")
	if strings.Contains(leaves[1].body, "objattph") || strings.Contains(leaves[0].body, "\uFFFC") {
		t.Errorf("places that no attachment belongs to: %s", leaves[1].body)
	}
	object := ole("", storage("CONTENTS", dib))
	object.Props = append(object.Props, at(1))
	s, _ = convert(t, rtfOnly(`{\rtf1 {\objattph}}`).Attach(object), nil)
	wantTree(t, s, "related{alternative{text/plain text/html} image/bmp}")
}

func TestKeepRTF(t *testing.T) {
	const rich = `{\rtf1\ansi text}`
	s, _ := convert(t, rtfOnly(rich), &Options{KeepRTF: true})
	leaves := wantTree(t, s, "mixed{alternative{text/plain text/html} application/rtf}")
	if leaves[2].body != rich || !strings.Contains(s, `filename="body.rtf"`) {
		t.Errorf("RTF %q", leaves[2].body)
	}
	const unknown = `{\rtf1\ansi text{\*\unheardof more text}}`
	s, res := convert(t, rtfOnly(unknown), nil)
	leaves = wantTree(t, s, "mixed{alternative{text/plain text/html} application/rtf}")
	if leaves[2].body != unknown {
		t.Errorf("RTF %q", leaves[2].body)
	}
	wantRule(t, res, "B20", 1)
	meta, _ := convert(t, rtfOnly(`{\rtf1\ansi text{\pict\wmetafile8 0100090000030000}}`), nil)
	wantTree(t, meta, "mixed{alternative{text/plain text/html} image/wmf}")
}
