package rtf

import (
	"unicode/utf8"
)

// inline is the HTML of a line of text under construction.
type inline struct {
	buf   []byte
	open  charFormat
	names [depths]string // of the open elements, "" where none is
	space bool           // a blank would vanish here
}

func newInline() inline { return inline{space: true, open: bare} }

// format closes and opens elements until characters of format f can be written.
func (c *converter) format(w *inline, f charFormat) {
	if c.lavish() {
		f = bare
	}
	depth := 0
	for depth < depths && w.open.same(f, depth) {
		depth++
	}
	if depth == depths {
		return
	}
	w.close(depth)
	w.open = f
	for ; depth < depths; depth++ {
		tag, name := c.element(f, depth)
		if !c.afford(len(tag) + len(name)) {
			continue
		}
		w.buf = append(w.buf, tag...)
		w.names[depth] = name
	}
}

// close ends the elements from a depth on.
func (w *inline) close(from int) {
	for depth := depths - 1; depth >= from; depth-- {
		if name := w.names[depth]; name != "" {
			w.buf = append(append(append(w.buf, "</"...), name...), '>')
			w.names[depth] = ""
		}
	}
}

// end closes all elements.
func (w *inline) end() {
	w.close(0)
	w.open = bare
}

// text writes characters in a format. Control characters, which HTML does not
// allow, are left out.
func (c *converter) inlineText(w *inline, f charFormat, b []byte) {
	c.format(w, f)
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		switch {
		case r == '\t':
			c.inlineTab(w)
		case r == ' ' && w.space, r == '\u00a0':
			w.buf = append(w.buf, "&nbsp;"...)
			w.space = r == ' '
		case r < ' ' || r == 0x7F:
		default:
			w.space = r == ' '
			w.buf = appendRune(w.buf, b[:size])
		}
		b = b[size:]
	}
}

// appendRune writes a character so that it means itself in text and attributes.
func appendRune(out, r []byte) []byte {
	switch r[0] {
	case '<':
		return append(out, "&lt;"...)
	case '>':
		return append(out, "&gt;"...)
	case '&':
		return append(out, "&amp;"...)
	case '"':
		return append(out, "&quot;"...)
	}
	return append(out, r...)
}

const tabStart, tabEnd = `<span style="white-space:pre">`, `</span>`

// inlineTab writes a tab, which browsers keep only if told so.
func (c *converter) inlineTab(w *inline) {
	w.space = true
	if last := len(w.buf) - len(tabEnd); last > 0 && w.buf[last-1] == '\t' && string(w.buf[last:]) == tabEnd {
		w.buf = append(append(w.buf[:last], '\t'), tabEnd...)
		return
	}
	if c.afford(len(tabStart) + len(tabEnd)) {
		w.buf = append(append(append(w.buf, tabStart...), '\t'), tabEnd...)
		return
	}
	w.buf = append(w.buf, '\t')
}

// markup writes HTML in a format, as it is.
func (c *converter) markup(w *inline, f charFormat, html string) {
	c.format(w, f)
	w.buf = append(w.buf, html...)
	w.space = false
}

// What the markup of a document may take: so much for each byte of RTF, and so
// much besides. Text, of which a byte of RTF gives at most six, comes on top.
const (
	markupRate = 10
	markupFree = 64 << 10
)

// afford tells whether n more bytes of markup may be written, and counts them.
// RTF can ask for much more HTML than it has bytes, by toggling one of many
// attributes for each character; mail does not.
func (c *converter) afford(n int) bool {
	if c.spent+n > c.budget {
		c.warn("B20: formatting was left out: it is many times as long as the text")
		c.spent = c.budget
		return false
	}
	c.spent += n
	return true
}

// lavish tells that no more markup can be afforded.
func (c *converter) lavish() bool { return c.spent >= c.budget }
