package rtf

import (
	"bytes"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// charFormat is how characters look. Colours are numbers of the colour table, 0
// for none.
type charFormat struct {
	bold, italic, underline, strike bool
	script                          int8 // 1 superscript, -1 subscript
	caps, smallCaps                 bool
	hidden, deleted                 bool
	size                            int // half-points
	fg, bg                          int
	link                            int // number of the field, 0 for none
	font                            int
	plainFont                       bool // the font was resolved into the characters
}

// paraFormat is how a paragraph looks. Lengths are twentieths of a point.
type paraFormat struct {
	align          byte // of left, center, right, justify; 0 for none
	rtl            bool
	inTable        bool
	level          int // of nested tables, 0 if not said
	left, first    int // indents: of all lines, of the first against the others
	right          int
	above, beneath int
}

// richState is what a group inherits in RTF that was written as such. It has no
// pointers, because it is copied for each group.
type richState struct {
	char   charFormat
	para   paraFormat
	field  int  // the innermost field, 0 for none
	label  bool // the number or bullet of a paragraph
	inline bool // ends of paragraphs are those of lines
	note   bool // a footnote
	nested bool // properties of a row of a nested table
	part   int  // number of the part that is left out
}

const defaultSize = 24

var plainState = richState{char: charFormat{size: defaultSize}}

// bare is the format that needs no element.
var bare = charFormat{size: defaultSize, plainFont: true}

func (f charFormat) invisible() bool { return f.hidden || f.deleted }

// depth of elements that formats open, from outside to inside.
const (
	depthLink = iota
	depthFont
	depthColor
	depthBold
	depthItalic
	depthUnderline
	depthStrike
	depthScript
	depths
)

// same tells whether two formats need the same element at a depth.
func (f charFormat) same(g charFormat, depth int) bool {
	switch depth {
	case depthLink:
		return f.link == g.link
	case depthBold:
		return f.bold == g.bold
	case depthItalic:
		return f.italic == g.italic
	case depthUnderline:
		return f.underline == g.underline
	case depthStrike:
		return f.strike == g.strike
	case depthScript:
		return f.script == g.script
	case depthColor:
		return f.fg == g.fg && f.bg == g.bg && f.caps == g.caps && f.smallCaps == g.smallCaps
	}
	return f.size == g.size && f.plainFont == g.plainFont && (f.font == g.font || f.plainFont)
}

// element is the start tag that a format needs at a depth, and the name in it;
// empty if none.
func (c *converter) element(f charFormat, depth int) (tag, name string) {
	switch {
	case depth == depthLink && f.link != 0:
		return `<a href="` + c.fields[f.link-1].href + `">`, "a"
	case depth == depthFont:
		return spanElement(c.fontStyle(f))
	case depth == depthColor:
		return spanElement(c.colorStyle(f))
	case depth == depthBold && f.bold:
		name = "b"
	case depth == depthItalic && f.italic:
		name = "i"
	case depth == depthUnderline && f.underline:
		name = "u"
	case depth == depthStrike && f.strike:
		name = "s"
	case depth == depthScript && f.script > 0:
		name = "sup"
	case depth == depthScript && f.script < 0:
		name = "sub"
	}
	if name == "" {
		return "", ""
	}
	return "<" + name + ">", name
}

func spanElement(s style) (tag, name string) {
	if len(s.b) == 0 {
		return "", ""
	}
	return `<span style="` + s.String() + `">`, "span"
}

func (c *converter) fontStyle(f charFormat) (s style) {
	if !f.plainFont {
		s.add("font-family", c.family(f.font))
	}
	if f.size != defaultSize {
		s.points("font-size", 10*f.size)
	}
	return s
}

func (c *converter) colorStyle(f charFormat) (s style) {
	if fg, ok := c.colors.at(f.fg); ok {
		s.add("color", fg.css())
	}
	if bg, ok := c.colors.behind(f.bg); ok {
		s.add("background-color", bg.css())
	}
	switch {
	case f.caps:
		s.add("text-transform", "uppercase")
	case f.smallCaps:
		s.add("font-variant", "small-caps")
	}
	return s
}

// family is a font's name and what replaces it, as CSS writes it.
func (c *converter) family(number int) string {
	f := c.font(number)
	if f == nil {
		return ""
	}
	name := bytes.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == ' ' || r == '-' || r == '_' || r == '.' {
			return r
		}
		return -1
	}, f.name)
	name = bytes.TrimSpace(name)
	switch {
	case len(name) == 0:
		return f.family
	case bytes.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf || !letter(byte(r)) }):
		name = []byte("'" + string(name) + "'")
	}
	if f.family == "" {
		return string(name)
	}
	return string(name) + "," + f.family
}

// font is the font of a number, or else the document's; nil if there is none.
func (c *converter) font(number int) *font {
	if number == noFont {
		number = c.fonts.def
	}
	return c.fonts.byNumber[number]
}

// maxLength bounds lengths: no page is wider.
const maxLength = 31680

func (p paraFormat) style() string {
	var s style
	if p.align != 0 {
		s.add("text-align", map[byte]string{'l': "left", 'c': "center", 'r': "right", 'j': "justify"}[p.align])
	}
	left := min(max(p.left, 0), maxLength)
	s.points("margin-left", left)
	s.points("margin-right", min(max(p.right, 0), maxLength))
	s.points("margin-top", min(max(p.above, 0), maxLength))
	s.points("margin-bottom", min(max(p.beneath, 0), maxLength))
	s.points("text-indent", min(max(p.first, -left), maxLength))
	return s.String()
}

// style is what a style attribute holds. Nothing in it needs escaping.
type style struct{ b []byte }

func (s *style) String() string { return string(s.b) }

func (s *style) add(property, value string) {
	if value == "" {
		return
	}
	if len(s.b) > 0 {
		s.b = append(s.b, ';')
	}
	s.b = append(append(append(s.b, property...), ':'), value...)
}

// points adds a length in twentieths of a point unless it is 0.
func (s *style) points(property string, twips int) {
	if twips != 0 {
		s.add(property, strconv.FormatFloat(float64(twips)/20, 'f', -1, 64)+"pt")
	}
}
