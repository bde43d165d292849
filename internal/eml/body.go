package eml

import (
	"errors"
	"strings"
	"unicode/utf16"

	"github.com/pst2imap/pst2imap/internal/codepage"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/rtf"
)

// body is what of an item's bodies is written. A message with neither gets an
// empty text/plain part.
type body struct {
	text, html       string // with CRLF line ends
	hasText, hasHTML bool
	badRTF           []byte // RTF that cannot be decompressed, kept as it is (B2 row 10 and 11)
}

// rtfKind is what PidTagRtfCompressed holds (B1).
type rtfKind int

const (
	rtfNone rtfKind = iota
	rtfHTML
	rtfText
	rtfRich
	rtfBad
)

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
	text, html, bad bool
	notYet          string // what the row needs that there is not
}

// choose is the decision table of B2, row by row.
func choose(s candidateBodies) choice {
	p, h := s.text, s.html
	usual := s.open || s.native == mapi.NativeHTML || s.native == mapi.NativeRTF
	const fromRTF, fromHTML, fromText = "body only as RTF", "HTML body inside RTF", "text body inside RTF"
	switch {
	case s.native == mapi.NativePlain && p: // 1
		return choice{text: true}
	case s.native == mapi.NativeRTF && s.rtf() == rtfRich: // 2
		return choice{notYet: fromRTF}
	case usual && h: // 3
		return choice{text: p, html: true}
	case usual && s.rtf() == rtfHTML: // 4
		return choice{notYet: fromHTML}
	case s.rtf() == rtfText && p: // 5
		return choice{text: true}
	case s.rtf() == rtfText:
		return choice{notYet: fromText}
	case s.open && s.rtf() == rtfRich && p && !s.inSync: // 6
		return choice{text: true}
	case h: // 7
		return choice{text: p, html: true}
	case s.rtf() == rtfHTML: // 8
		return choice{notYet: fromHTML}
	case s.rtf() == rtfRich: // 9
		return choice{notYet: fromRTF}
	}
	return choice{text: p, bad: s.rtf() == rtfBad} // 10, 11, 12
}

// body decides which bodies are written and reads them.
func (it *item) body() (body, error) {
	var b body
	native, _ := it.Int(mapi.NativeBody)
	text := it.storedText()
	html := it.storedHTML()
	s := candidateBodies{native: native, inSync: it.Bool(mapi.RtfInSync), rtf: it.rtfKind()}
	s.open = native != mapi.NativePlain && native != mapi.NativeRTF && native != mapi.NativeHTML
	s.text, s.html = !blank(text), html != nil
	c := choose(s)
	if c.notYet != "" {
		return b, &NotYetError{Why: c.notYet}
	}
	if c.text {
		b.text, b.hasText = crlf(dropTextControls(text)), true
	}
	if c.html {
		b.html, b.hasHTML = crlf(strings.ReplaceAll(html.decode(it), "\x00", "")), true
	}
	if c.bad {
		b.badRTF, _ = it.Bytes(mapi.RtfCompressed)
		it.run.warn("B2", "the RTF body cannot be read and is attached as it is")
	}
	return b, nil
}

// rtfKind looks into the RTF only when the decision needs it.
func (it *item) rtfKind() func() rtfKind {
	kind, known := rtfNone, false
	return func() rtfKind {
		if known {
			return kind
		}
		known = true
		raw, _ := it.Bytes(mapi.RtfCompressed)
		if blank(string(raw)) {
			return kind
		}
		text, err := rtf.Decompress(raw)
		if errors.Is(err, rtf.ErrFormat) || blank(string(text)) {
			kind = rtfBad
			return kind
		}
		if err != nil {
			it.run.warn("B5", "%v", err)
		}
		kind = map[rtf.Kind]rtfKind{rtf.HTML: rtfHTML, rtf.Text: rtfText, rtf.Rich: rtfRich}[rtf.Recognize(text)]
		return kind
	}
}

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
		return wholeUTF16(v.Data)
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

// wholeUTF16 is mapi.UTF16 that does not stop at NUL.
func wholeUTF16(b []byte) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
	}
	return string(utf16.Decode(u))
}

// blank tells whether a body counts as absent (B2).
func blank(s string) bool { return strings.Trim(s, "\x00 \t\r\n\f\v") == "" }

// dropTextControls removes what cannot stand in a text (B18).
func dropTextControls(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' {
			return -1
		}
		return r
	}, s)
}

// crlf makes every line end CRLF: a lone CR or LF is one too.
func crlf(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	return strings.ReplaceAll(s, "\n", "\r\n")
}
