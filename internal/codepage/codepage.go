// Package codepage decodes text stored in Windows code pages, the numbering
// that Outlook items use for their 8-bit strings and HTML bodies
// ([MS-OXPROPS] 2.666 PidTagInternetCodepage, 2.774 PidTagMessageCodepage), and
// maps the charset labels of mail and HTML to those numbers.
//
// It is a leaf over golang.org/x/text: it knows nothing of items. Which code
// page applies to which property is decided by its callers. It only decodes:
// what is written is UTF-8.
//
// Where Windows and a standard differ, the text that Windows programs meant
// wins: windows-1252 for iso-8859-1, cp932 for shift_jis, cp949 for euc-kr. What
// neither assigns is not guessed. In particular the bytes that Windows passes
// through as C1 controls or private characters for want of anything better
// (81 in windows-1252, A0 and FD in cp932) are errors here, because a page that
// accepts every byte can never be ruled out.
package codepage

import (
	"strings"
	"unicode/utf8"
)

//go:generate python3 tablegen/tables.py
//go:generate python3 testdata/golden.py

// Code pages that callers name.
const (
	UTF16LE     = 1200
	UTF16BE     = 1201
	Windows1252 = 1252
	ASCII       = 20127
	UTF7        = 65000
	UTF8        = 65001
)

// decodeFunc appends the text of b to out, with U+FFFD for each byte or
// sequence that is undefined. It is lossy if there was any; an odd byte at the
// end of UTF-16 is lossy without a mark.
type decodeFunc func(out *strings.Builder, b []byte) (lossy bool)

// Page is a code page. Its tables are made when the first text that needs them
// is decoded; it may be used by several goroutines.
type Page struct {
	label string
	ascii bool // a text of bytes below 80 is ASCII
	load  func() decodeFunc
}

// Lookup is the Windows code page cp; ok is false for a number that names no
// supported code page.
func Lookup(cp int) (p *Page, ok bool) {
	p, ok = pages[cp]
	return p, ok
}

// WindowsToLabel is the name of code page cp for a charset parameter: that of
// the WHATWG encoding standard, else the preferred one of the IANA registry,
// else the one that Windows uses. It is empty for an unsupported code page.
func WindowsToLabel(cp int) string {
	if p, ok := pages[cp]; ok {
		return p.label
	}
	return ""
}

// DecodeStrict decodes b from code page cp. ok is false when the code page is
// not supported or b has a byte or sequence that it does not define (0x81 in
// windows-1252); the text is then empty.
func DecodeStrict(cp int, b []byte) (text string, ok bool) {
	p, known := Lookup(cp)
	if !known {
		return "", false
	}
	text, lossy := p.Decode(b)
	if lossy {
		return "", false
	}
	return text, true
}

// Decode decodes b from code page cp. What is undefined becomes U+FFFD and
// lossy is true. An unsupported code page decodes as windows-1252 and is always
// lossy when b is not ASCII. The text is valid UTF-8 and at most four
// times as long as b.
func Decode(cp int, b []byte) (text string, lossy bool) {
	if p, known := Lookup(cp); known {
		return p.Decode(b)
	}
	text, _ = pages[Windows1252].Decode(b)
	return text, !isASCII(b)
}

// Decode decodes b as the function Decode does.
func (p *Page) Decode(b []byte) (text string, lossy bool) {
	if p.ascii && isASCII(b) {
		return string(b), false
	}
	decode := p.load()
	var out strings.Builder
	out.Grow(len(b) + len(b)/4)
	lossy = decode(&out, b)
	return out.String(), lossy
}

// combos are the sequences that take one code and have no character of their
// own. In tables, combo+i stands for the i-th; no code point is that large.
// HKSCS-2008 8862, 8864, 88A3, 88A5; MacHebrew C0.
var combos = []string{"\u00ca\u0304", "\u00ca\u030c", "\u00ea\u0304", "\u00ea\u030c", "\u05dc\u05b9"}

const combo = utf8.MaxRune + 1

// emit appends what a table has for a code.
func emit(out *strings.Builder, r rune) {
	if r >= combo {
		out.WriteString(combos[r-combo])
		return
	}
	out.WriteRune(r)
}

// isASCII is asked of each text before anything else.
func isASCII(b []byte) bool {
	for len(b) >= 8 {
		if (b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7])&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
