package rtf

import (
	"unicode/utf16"
	"unicode/utf8"

	"github.com/pst2imap/pst2imap/internal/codepage"
)

// chars collects bytes of the document's code pages until they can be decoded
// together (rule B10), and halves of surrogate pairs.
type chars struct {
	charset   int // by \ansi, \mac, \pc or \pca
	ansicpg   int
	bytes     []byte
	page      int  // of bytes
	lead      bool // the last of bytes begins a character of two bytes
	surrogate rune // the first half of a pair, 0 for none
	runeBytes [utf8.UTFMax]byte
}

// run8 takes characters as they stand in the file.
func (e *engine) run8(b []byte) {
	if e.skip > 0 {
		n := min(e.skip, len(b))
		e.skip -= n
		b = b[n:]
	}
	for len(b) > 0 {
		switch n := asciiPrefix(b); {
		case n == 0:
			e.high(b[0])
			b = b[1:]
		case e.lead:
			e.ascii(b[0])
			b = b[1:]
		default:
			e.flush()
			e.emit(b[:n])
			b = b[n:]
		}
	}
}

func asciiPrefix(b []byte) int {
	for i, c := range b {
		if c >= utf8.RuneSelf {
			return i
		}
	}
	return len(b)
}

// hex takes a \'hh.
func (e *engine) hex(c byte) {
	switch {
	case e.skipped():
	case c >= utf8.RuneSelf:
		e.high(c)
	default:
		e.ascii(c)
	}
}

// ascii takes a single byte below 0x80, which may be the second half of a
// character.
func (e *engine) ascii(c byte) {
	if e.lead && trails(e.page, c) {
		e.bytes = append(e.bytes, c)
		e.lead = false
		return
	}
	e.flush()
	if c != 0 {
		e.emitRune(rune(c))
	}
}

func (e *engine) high(c byte) {
	if len(e.bytes) == 0 {
		e.page = e.currentPage()
	}
	e.bytes = append(e.bytes, c)
	e.lead = !e.lead && leads(e.page, c)
}

// flush decodes the bytes collected.
func (e *engine) flush() {
	if len(e.bytes) == 0 {
		return
	}
	text, lossy := codepage.Decode(e.page, e.bytes)
	if lossy && e.st.dest != destFonts && e.st.dest != destSkip && !e.st.htmlrtf {
		e.warn("B10: bytes that code page %d does not define", e.page)
	}
	e.bytes, e.lead = e.bytes[:0], false
	e.emit([]byte(text))
}

// currentPage is the code page that governs at this place (rule B9).
func (e *engine) currentPage() int {
	page := e.defaultPage()
	if e.st.dest == destTag || e.st.dest == destOtherTag {
		return page
	}
	number := e.st.font
	if number == noFont {
		number = e.fonts.def
	}
	f, ok := e.fonts.byNumber[number]
	if !ok || f.page == 0 {
		return page
	}
	if !usable(f.page) {
		e.warn("B9: code page %d of a font is not supported", f.page)
		return page
	}
	return f.page
}

func (e *engine) defaultPage() int {
	switch {
	case e.ansicpg != 0 && usable(e.ansicpg):
		return e.ansicpg
	case e.ansicpg != 0:
		e.warn("B9: code page %d of the document is not supported", e.ansicpg)
	case e.charset != 0:
		return e.charset
	}
	return codepage.Windows1252
}

// usable tells whether bytes of RTF can be in a code page. Those of 16-bit units
// and those that shift by escape sequences cannot.
func usable(page int) bool {
	switch page {
	case codepage.UTF16LE, codepage.UTF16BE, codepage.UTF7, 50220, 50221, 50222, 50225, 52936:
		return false
	}
	_, ok := codepage.Lookup(page)
	return ok
}

// leads tells whether a byte begins a character of two bytes.
func leads(page int, c byte) bool {
	switch page {
	case 932:
		return c >= 0x81 && c <= 0x9F || c >= 0xE0 && c <= 0xFC
	case 936, 949, 950, 54936:
		return c >= 0x81 && c <= 0xFE
	case 1361:
		return c >= 0x84 && c <= 0xD3 || c >= 0xD8 && c <= 0xDE || c >= 0xE0 && c <= 0xF9
	}
	return false
}

// trails tells whether a byte below 0x80 can end such a character.
func trails(page int, c byte) bool {
	switch page {
	case 949:
		return letter(c)
	case 1361:
		return c >= 0x31 && c <= 0x7E
	case 54936:
		return digit(c) || c >= 0x40 && c <= 0x7E
	}
	return c >= 0x40 && c <= 0x7E
}

// utf16 takes a \u.
func (e *engine) utf16(u uint16) {
	r := rune(u)
	switch {
	case e.surrogate != 0 && u >= 0xDC00 && u <= 0xDFFF:
		r = utf16.DecodeRune(e.surrogate, r)
		e.surrogate = 0
	case u >= 0xD800 && u <= 0xDBFF:
		if e.surrogate != 0 {
			e.loneSurrogate()
		}
		e.surrogate = r
		return
	case utf16.IsSurrogate(r):
		e.warn("B11: half a surrogate pair")
		r = utf8.RuneError
	case r == 0:
		return
	}
	e.emitRune(r)
}

func (e *engine) loneSurrogate() {
	e.surrogate = 0
	e.warn("B11: half a surrogate pair")
	e.emitRune(utf8.RuneError)
}

func (e *engine) emitRune(r rune) {
	if e.surrogate != 0 {
		e.loneSurrogate()
	}
	e.emit(utf8.AppendRune(e.runeBytes[:0], r))
}

// settle ends what further characters could have completed.
func (e *engine) settle() {
	e.flush()
	if e.surrogate != 0 {
		e.loneSurrogate()
	}
}
