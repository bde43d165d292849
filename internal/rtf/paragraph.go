package rtf

import "strconv"

// paragraph is the one under construction.
type paragraph struct {
	label   inline // number or bullet
	content inline
	format  paraFormat // at the end of what was written last
	broken  bool       // a line ends here, if more follows
}

func newParagraph() paragraph { return paragraph{label: newInline(), content: newInline()} }

// line is where text goes.
func (p *paragraph) line(label bool) *inline {
	if label {
		return &p.label
	}
	return &p.content
}

func (p *paragraph) empty() bool { return len(p.label.buf) == 0 && len(p.content.buf) == 0 }

// block is a sequence of finished paragraphs and tables.
type block struct{ html []byte }

// paragraphEnd is told of \par: the end of a paragraph, or of a line where there
// are no paragraphs. One whose end is hidden goes on.
func (c *converter) paragraphEnd() {
	st := &c.st.rich
	switch {
	case c.st.dest != destBody || st.char.invisible():
	case st.inline || st.label:
		c.par.broken = true
	default:
		c.endParagraph()
		c.newLine()
	}
}

// endParagraph writes the paragraph into the cell or document it belongs to.
func (c *converter) endParagraph() {
	c.nest(c.level())
	c.putParagraph(c.blockAt(len(c.tables)))
}

func (c *converter) newLine() { c.plain = append(c.plain, "\r\n"...) }

// putParagraph writes the paragraph and begins another.
func (c *converter) putParagraph(b *block) {
	c.par.label.end()
	c.par.content.end()
	st := &c.st.rich.para
	attributes := ""
	if style := st.style(); style != "" && c.afford(len(style)+10) {
		attributes = ` style="` + style + `"`
	}
	if st.rtl {
		attributes += ` dir="rtl"`
	}
	b.html = append(append(append(b.html, "<div"...), attributes...), '>')
	c.putLabel(b)
	if b.html = append(b.html, c.par.content.buf...); c.par.empty() {
		b.html = append(b.html, "<br>"...)
	}
	b.html = append(b.html, "</div>\r\n"...)
	c.resetParagraph()
}

// putLabel writes the number or bullet into the space that the first line leaves
// for it.
func (c *converter) putLabel(b *block) {
	label := c.par.label.buf
	if len(label) == 0 {
		return
	}
	var s style
	s.points("min-width", min(-c.st.rich.para.first, maxLength))
	if c.st.rich.para.first >= 0 || !c.afford(len(s.b)+70) {
		b.html = append(append(b.html, label...), "&nbsp;"...)
		return
	}
	b.html = append(b.html, `<span style="display:inline-block;text-indent:0;`+s.String()+`">`...)
	b.html = append(append(b.html, label...), "&nbsp;</span>"...)
}

func (c *converter) resetParagraph() {
	c.par.label.buf, c.par.content.buf = c.par.label.buf[:0], c.par.content.buf[:0]
	c.par.label.space, c.par.content.space = true, true
	c.par.broken = false
}

// lineBreak is the end of a line within a paragraph.
func (c *converter) lineBreak() {
	f := c.st.rich.char
	if c.st.dest != destBody || f.invisible() {
		return
	}
	f.font = c.st.font
	c.par.broken = false
	w := c.par.line(c.st.rich.label)
	c.markup(w, f, "<br>")
	w.space = true
	c.newLine()
}

// pageBreak ends the paragraph and the page.
func (c *converter) pageBreak() {
	if c.st.dest != destBody || c.st.rich.inline {
		return
	}
	if !c.par.empty() {
		c.endParagraph()
		c.newLine()
	}
	const html = `<div style="page-break-before:always"></div>` + "\r\n"
	if c.afford(len(html)) {
		b := c.blockAt(len(c.tables))
		b.html = append(b.html, html...)
	}
}

// attachment marks a place where an attachment belongs (rule B21).
func (c *converter) attachment() {
	f := c.st.rich.char
	if c.st.dest != destBody || f.invisible() {
		return
	}
	f.font = c.st.font
	c.markup(c.par.line(c.st.rich.label), f, markStart+strconv.Itoa(c.res.Attachments)+markEnd)
	c.plain = append(c.plain, place...)
	c.res.Attachments++
}
