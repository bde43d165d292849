package rtf

import (
	"bytes"
	"fmt"
)

// maxName bounds the bytes of a font's name.
const maxName = 64

// font is an entry of the font table.
type font struct {
	name   []byte
	page   int    // code page, 0 for that of the document
	family string // what CSS calls such a font, or ""
	symbol bool   // its characters are pictures
	named  bool   // the name has ended
}

// charsets maps \fcharset to code pages (rule B9); 0 is that of the document.
var charsets = map[int]int{
	0: 1252, 1: 0, 2: 1252, 77: 10000, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258,
	177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437, 255: 0,
}

// families maps the words that say what a font looks like to generic families
// of CSS.
var families = map[string]string{"froman": "serif", "fswiss": "sans-serif", "fmodern": "monospace", "fscript": "cursive"}

type fontTable struct {
	byNumber map[int]*font
	def      int   // \deff, noFont if there is none
	cur      *font // the one that is being defined
}

// define begins a font when \f stands in the font table.
func (t *fontTable) define(d dest, number int) {
	if d == destFonts {
		t.cur = new(font)
		t.byNumber[number] = t.cur
	}
}

func (t *fontTable) word(w *token) {
	if t.cur == nil {
		return
	}
	switch name := string(w.data); name {
	case "fcharset":
		if page, ok := charsets[w.arg]; ok && t.cur.page == 0 {
			t.cur.page = page
		}
		t.cur.symbol = w.arg == 2
	case "cpg":
		t.cur.page = w.arg
	default:
		if family, ok := families[name]; ok {
			t.cur.family = family
		}
	}
}

func (t *fontTable) text(b []byte) {
	f := t.cur
	if f == nil || f.named {
		return
	}
	if end := bytes.IndexByte(b, ';'); end >= 0 {
		b, f.named = b[:end], true
	}
	if len(f.name)+len(b) <= maxName {
		f.name = append(f.name, b...)
	}
}

// color is 0xRRGGBB, or automatic.
type color struct {
	rgb uint32
	set bool
}

// css is the colour as CSS writes it.
func (c color) css() string { return fmt.Sprintf("#%06x", c.rgb) }

type colorTable struct {
	list []color
	cur  color
}

func (t *colorTable) word(w *token) {
	value := uint32(min(max(w.arg, 0), 255))
	switch string(w.data) {
	case "red":
		t.cur.rgb = t.cur.rgb&0x00FFFF | value<<16
	case "green":
		t.cur.rgb = t.cur.rgb&0xFF00FF | value<<8
	case "blue":
		t.cur.rgb = t.cur.rgb&0xFFFF00 | value
	default:
		return
	}
	t.cur.set = true
}

// end takes the semicolons that end n entries.
func (t *colorTable) end(n int) {
	for range n {
		t.list = append(t.list, t.cur)
		t.cur = color{}
	}
}

// at is a colour by its number.
func (t *colorTable) at(i int) (c color, ok bool) {
	if i < 0 || i >= len(t.list) {
		return color{}, false
	}
	return t.list[i], t.list[i].set
}

// behind is the colour behind text or in a cell. Number 0 is none, whatever the
// table has there: Outlook's own synchronization logs have black.
func (t *colorTable) behind(i int) (c color, ok bool) {
	if i == 0 {
		return color{}, false
	}
	return t.at(i)
}

// maxWarnings bounds the list of what was wrong with one document.
const maxWarnings = 20

// warnings are what was wrong, each thing once, in the order of discovery.
type warnings struct {
	list []string
	seen map[string]bool
}

func (w *warnings) warn(format string, args ...any) {
	if len(w.list) == maxWarnings {
		return
	}
	s := fmt.Sprintf(format, args...)
	if w.seen[s] {
		return
	}
	if w.seen == nil {
		w.seen = make(map[string]bool)
	}
	w.seen[s] = true
	w.list = append(w.list, s)
}
