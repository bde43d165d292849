package eml

import (
	"strings"
	"unicode/utf8"

	"github.com/pst2imap/pst2imap/internal/codepage"
	"github.com/pst2imap/pst2imap/internal/mapi"
)

// body is what of an item's bodies is written. A message with neither gets an
// empty text/plain part.
type body struct {
	of               *item  // whose it is, or at least its HTML
	text, html       string // with CRLF line ends
	hasText, hasHTML bool
	badRTF           []byte // RTF that cannot be decompressed, kept as it is (B2 row 10 and 11)
	rich             *richBody
}

// candidateBodies are the bodies that an item has.
type candidateBodies struct {
	native     int64 // PidTagNativeBody
	open       bool  // native says nothing
	text, html bool
	rtf        func() rtfKind
	inSync     bool
}

// choice is a row of the decision table of B2.
type choice struct {
	text, html bool    // what is stored as such
	rtf        rtfKind // what is made from RTF besides, or kept of it
}

// choose is the decision table of B2, row by row.
func choose(s candidateBodies) choice {
	p, h := s.text, s.html
	usual := s.open || s.native == mapi.NativeHTML || s.native == mapi.NativeRTF
	switch {
	case s.native == mapi.NativePlain && p: // 1
		return choice{text: true}
	case s.native == mapi.NativeRTF && s.rtf() == rtfRich: // 2
		return choice{text: p, rtf: rtfRich}
	case usual && h: // 3
		return choice{text: p, html: true}
	case usual && s.rtf() == rtfHTML: // 4
		return choice{text: p, rtf: rtfHTML}
	case s.rtf() == rtfText && p: // 5
		return choice{text: true}
	case s.rtf() == rtfText:
		return choice{rtf: rtfText}
	case s.open && s.rtf() == rtfRich && p && !s.inSync: // 6
		return choice{text: true}
	case h: // 7
		return choice{text: p, html: true}
	case s.rtf() == rtfHTML, s.rtf() == rtfRich: // 8, 9
		return choice{text: p, rtf: s.rtf()}
	}
	return choice{text: p, rtf: s.rtf()} // 10, 11, 12
}

// body decides which bodies are written and reads them.
func (it *item) body() body {
	b := body{of: it}
	native, _ := it.Int(mapi.NativeBody)
	text := it.storedText()
	html := it.storedHTML()
	source := &rtfSource{it: it}
	s := candidateBodies{native: native, inSync: it.Bool(mapi.RtfInSync), rtf: source.kind}
	s.open = native != mapi.NativePlain && native != mapi.NativeRTF && native != mapi.NativeHTML
	s.text, s.html = !blank(text), html != nil
	c := choose(s)
	if c.text {
		b.setText(text)
	}
	if c.html {
		b.setHTML(html.decode(it))
	}
	it.bodyFromRTF(&b, c.rtf, source)
	if it.kind == KindSticky {
		b.textOnly()
	}
	return b
}

// textOnly drops the HTML of a note, which is its text once more, unless it has
// pictures or no text beside it (M48).
func (b *body) textOnly() {
	if b.hasText && (b.rich == nil || len(b.rich.res.Pictures)+b.rich.res.Attachments == 0 && b.rich.source == nil) {
		b.html, b.hasHTML, b.rich = "", false, nil
	}
}

// makePlain makes a text of HTML of which none is stored (B3), unless that says
// nothing: a picture without words.
func (b *body) makePlain() {
	if b.hasText || !b.hasHTML {
		return
	}
	if text := htmlText(b.html); text != "" {
		b.setText(text)
	}
}

func (b *body) setText(s string) { b.text, b.hasText = crlf(dropTextControls(s)), true }
func (b *body) setHTML(s string) { b.html, b.hasHTML = crlf(strings.ReplaceAll(s, "\x00", "")), true }

// storedText is PidTagBody with the NULs in it, unlike other strings (B18).
func (it *item) storedText() string {
	v, err := it.Value(mapi.Body)
	if err != nil {
		if it.Has(mapi.Body) {
			it.run.warn("B2", "text body: %v", err)
		}
		return ""
	}
	switch v.Type {
	case mapi.TypeString:
		return mapi.WholeUTF16(v.Data)
	case mapi.TypeString8:
		if !strings.Contains(strings.TrimRight(string(v.Data), "\x00"), "\x00") {
			s, _ := it.Text(mapi.Body)
			return s
		}
		s, lossy := codepage.Decode(it.bodyPage(), v.Data)
		if lossy {
			it.run.warn("P1", "text body: bytes that code page %d does not define", it.bodyPage())
		}
		return s
	}
	return ""
}

// bodyPage is the code page of an 8-bit text body (P1).
func (it *item) bodyPage() int {
	n, _ := it.Int(mapi.InternetCodepage)
	cp := int(n)
	if _, ok := codepage.Lookup(cp); ok && cp != codepage.UTF16LE && cp != codepage.UTF16BE && cp != codepage.ASCII {
		return cp
	}
	return it.page()
}

// blanks are what a body that counts as absent may consist of (B2).
const blanks = "\x00 \t\r\n\f\v"

func blank(s string) bool { return strings.Trim(s, blanks) == "" }

// dropTextControls removes what cannot stand in a text (B18).
func dropTextControls(s string) string {
	if utf8.ValidString(s) && !hasTextControls(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' {
			return -1
		}
		return r
	}, s)
}

func hasTextControls(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' {
			return true
		}
	}
	return false
}

// crlf makes every line end CRLF: a lone CR or LF is one too.
func crlf(s string) string {
	if pairs := strings.Count(s, "\r\n"); pairs == strings.Count(s, "\n") && pairs == strings.Count(s, "\r") {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	return strings.ReplaceAll(s, "\n", "\r\n")
}
