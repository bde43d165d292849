package rtf

import (
	"bytes"
	"errors"
)

// ErrNotRTF says that bytes do not begin as RTF does.
var ErrNotRTF = errors.New("not RTF")

// Picture is a picture in a document.
type Picture struct {
	Name string // "picture1.png", numbered in the order of appearance
	MIME string
	Data []byte
	// Inline tells that HTML can show it, and that the HTML refers to it.
	Inline bool
}

// Result is what a document was converted to.
type Result struct {
	// HTML is a whole document in UTF-8. It has no scripts, and links only to
	// http, https, mailto, ftp, file, cid and #. [Result.Fill] completes it.
	HTML string
	// Text is the same as plain text, with CR LF at the ends of lines and the
	// targets of links in angle brackets. [Result.FillText] completes it.
	Text string
	// Pictures are those of the document, in the order of appearance. The HTML
	// refers to picture i, if it is inline, by the URL "rtf-picture:<i>".
	Pictures []Picture
	// Attachments counts the places where attachments belong (\objattph). In
	// the HTML, place i is the comment <!--objattph i-->; in the text, it is the
	// i-th U+FFFC. Neither can come from what the document says.
	Attachments int
	// Unknown names the parts that hold text and were left out. If there are
	// any, only the RTF itself is complete.
	Unknown []string
	// Warnings name what else was not as it should be.
	Warnings []string
}

// Convert makes HTML and plain text of RTF that was written as such (rule B20).
// It also reads what RTF of the other kinds shows to programs that do not know
// of the wrapped text.
//
// Any input that begins as RTF gives a result; the error is [ErrNotRTF]. The HTML
// and the text are not longer than 20 times the input and a constant.
func Convert(rtf []byte, _ *Options) (*Result, error) {
	if !bytes.HasPrefix(bytes.TrimLeft(rtf, " \t\r\n\x00\ufeff"), []byte(`{\rtf`)) {
		return nil, ErrNotRTF
	}
	c := newConverter(rtf)
	c.run()
	c.finish()
	return &c.res, nil
}

// ToText is the plain text of RTF of any kind. What marks the places of
// attachments is left out.
func ToText(rtf []byte) (text string, warnings []string) {
	if Recognize(rtf) == Text {
		return DecapsulateText(rtf)
	}
	r, err := Convert(rtf, nil)
	if err != nil {
		return "", []string{err.Error()}
	}
	return r.FillText(func(int) string { return "" }), r.Warnings
}

// converter makes HTML and text of RTF.
type converter struct {
	engine
	res           Result
	plain         []byte // the text so far
	par           paragraph
	doc           block
	tables        []*table // open ones, from outside to inside
	rows          [maxTables + 1]rowProps
	edge          edge // whose border is being described
	fields        []field
	pict          picture
	shape         shape
	parts         []part // that may be left out
	partNumbers   map[string]int
	spent, budget int // of markup, in bytes
}

// part is what a word that begins a destination names.
type part struct {
	name     string
	reported bool
}

func newConverter(b []byte) *converter {
	c := &converter{engine: newEngine(b), partNumbers: make(map[string]int), budget: markupRate*len(b) + markupFree}
	c.h = c
	c.par = newParagraph()
	return c
}

func (c *converter) finish() {
	if !c.par.empty() {
		c.st.rich.para = c.par.format
		c.endParagraph()
	}
	c.nest(0)
	c.res.HTML = `<html><head><meta charset="utf-8"></head><body>` + "\r\n" + string(c.doc.html) + "</body></html>\r\n"
	c.res.Text = string(c.plain)
	c.res.Warnings = c.list
}

func (c *converter) word(t *token, star bool) {
	if c.st.dest == destSkip || c.st.dest == destUnknown {
		return
	}
	act, known := words[string(t.data)]
	switch {
	case silent[string(t.data)] || star && ignorable[string(t.data)]:
		c.st.dest = destSkip
	case reported[string(t.data)] || star && !known:
		c.st.dest, c.st.rich.part = destUnknown, c.part(string(t.data))
	case known:
		act(c, t.arg, t.hasArg)
	}
}

func (c *converter) symbol(b byte) {
	switch b {
	case '\r', '\n':
		words["par"](c, 0, false)
	case '\t':
		c.text([]byte{'\t'})
	case '~':
		c.text([]byte("\u00a0"))
	case '_':
		c.text([]byte("\u2011"))
	}
}

func (c *converter) text(b []byte) {
	switch c.st.dest {
	case destBody:
		c.write(b)
	case destUnknown:
		if len(bytes.TrimSpace(b)) > 0 {
			c.report(c.st.rich.part)
		}
	case destField:
		f := &c.fields[c.st.rich.field-1]
		f.inst = append(f.inst, b...)
	case destShapeKey:
		c.shape.key = append(c.shape.key, b...)
	case destPicture:
		c.pict.hex(b)
	}
}

func (c *converter) binary(b []byte) {
	if c.st.dest == destPicture {
		c.pict.data = append(c.pict.data, b...)
	}
}

// part is the number of the parts of the document that a word names.
func (c *converter) part(name string) int {
	i, ok := c.partNumbers[name]
	if !ok {
		i = len(c.parts)
		c.partNumbers[name] = i
		c.parts = append(c.parts, part{name: name})
	}
	return i
}

// report notes that a part is left out although it has text.
func (c *converter) report(i int) {
	p := &c.parts[i]
	if !p.reported && len(c.res.Unknown) < maxWarnings {
		p.reported = true
		c.res.Unknown = append(c.res.Unknown, p.name)
	}
}

// write puts text of the document.
func (c *converter) write(b []byte) {
	f := c.st.rich.char
	if f.invisible() {
		return
	}
	f.font = c.st.font
	w := c.par.line(c.st.rich.label)
	c.par.format = c.st.rich.para
	font := c.font(f.font)
	if !font.symbolic() {
		c.put(w, f, b)
		return
	}
	eachSymbol(font, b, func(s string, plain bool) {
		f.plainFont = plain
		c.put(w, f, []byte(s))
	})
}

func (c *converter) put(w *inline, f charFormat, b []byte) {
	if c.par.broken {
		c.lineBreak()
	}
	c.addPlain(b)
	if c.st.rich.label { // the indent makes the space after a label
		b = bytes.ReplaceAll(b, []byte{'\t'}, nil)
	}
	if len(b) > 0 {
		c.inlineText(w, f, b)
	}
}

// addPlain adds to the text. Control characters are left out, and what marks
// attachments.
func (c *converter) addPlain(b []byte) {
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] < ' ' && b[i] != '\t' || b[i] == 0x7F:
		case b[i] == 0xEF && bytes.HasPrefix(b[i:], []byte(place)):
			c.plain = append(c.plain, ' ')
			i += len(place) - 1
		default:
			c.plain = append(c.plain, b[i])
		}
	}
}

func (c *converter) left(st *state) {
	now, old := &c.st, st
	if old.dest == destPicture && now.dest != destPicture {
		c.endPicture()
	}
	if old.rich.label && !now.rich.label {
		c.par.label.end()
	}
	if old.rich.note && !now.rich.note {
		c.par.broken = false
		c.write([]byte("]"))
	}
	if old.rich.field != now.rich.field {
		c.endField(old.rich.field)
	}
}
