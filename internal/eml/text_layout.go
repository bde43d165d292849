package eml

import (
	"strconv"
	"strings"
	"unicode"
)

// gap is what parts two words.
type gap int

const (
	nothing gap = iota
	space
	tab
	line
	paragraph // an empty line
)

const (
	// unnumbered is the number of the items of a list that has none.
	unnumbered = -1
	// maxNumber bounds the number that a list may begin with.
	maxNumber = 1_000_000
	// maxIndent bounds how many lists or quotations around a line are shown.
	maxIndent = 8
)

// textLayout lays out words as lines of text, each with CRLF before it but the
// first. What parts two words is written with the second of them: nothing stands
// at the ends of lines or of the whole, and no two empty lines follow each other.
type textLayout struct {
	bare bool // only what is text on the page

	out    strings.Builder
	before gap // before the next word

	pre, quotes int    // elements around the next word
	quoted      int    // quotations around the last one
	lists       []int  // number of the last item of the lists around, from the outermost
	marker      string // of the item whose first word is next

	rowHasText, rowHasLines bool // the row of a table, so far
	fresh                   bool // nothing stands in the cell or the item of a list yet

	target string // where the link around the next word leads, "" without one
	linked int    // where its words begin
}

// wait parts the next word from the last one by so much at least.
func (l *textLayout) wait(g gap) { l.before = max(l.before, g) }

// block begins or ends what stands on lines of its own. The first of a cell does
// not part it from the cell to its left, that of an item not from the one above.
func (l *textLayout) block(g gap) {
	if !l.fresh {
		l.wait(g)
	}
}

// lineBreak ends a line, which may be empty.
func (l *textLayout) lineBreak() {
	if l.before >= line {
		l.block(paragraph)
		return
	}
	l.block(line)
}

// text lays out text as it stands in the source, where line ends are blanks.
func (l *textLayout) text(s string) {
	s = dropTextControls(s)
	if l.pre > 0 {
		l.lines(s)
		return
	}
	for s != "" {
		begin := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsSpace(r) })
		if begin != 0 {
			l.wait(space)
		}
		if begin < 0 {
			return
		}
		s = s[begin:]
		end := strings.IndexFunc(s, unicode.IsSpace)
		if end < 0 {
			end = len(s)
		}
		l.write(s[:end])
		s = s[end:]
	}
}

// lines lays out preformatted text.
func (l *textLayout) lines(s string) {
	for i, text := range strings.Split(s, "\n") {
		if i > 0 {
			l.lineBreak()
		}
		trimmed := strings.TrimRightFunc(text, unicode.IsSpace)
		if trimmed != "" {
			l.write(loneBreaks.Replace(trimmed))
		}
		if trimmed != text {
			l.wait(space)
		}
	}
}

// loneBreaks can still stand within a line of what is preformatted.
var loneBreaks = strings.NewReplacer("\r", " ", "\f", " ")

// write writes what parts a word from the last one, and the word.
func (l *textLayout) write(word string) {
	switch {
	case l.out.Len() == 0:
		l.beginLine()
	case l.before >= line:
		l.rowHasLines = l.rowHasLines || l.rowHasText
		if l.before == paragraph {
			l.out.WriteString("\r\n" + strings.TrimRight(quoteMarks(min(l.quoted, l.quotes)), " "))
		}
		l.out.WriteString("\r\n")
		l.beginLine()
	case l.before == tab:
		l.out.WriteByte('\t')
	case l.before == space:
		l.out.WriteByte(' ')
	}
	if l.linked < 0 {
		l.linked = l.out.Len()
	}
	l.out.WriteString(word)
	l.before, l.quoted, l.rowHasText, l.fresh = nothing, l.quotes, true, false
}

// beginLine writes what stands before the first word of a line.
func (l *textLayout) beginLine() {
	indent := len(l.lists)
	if l.marker != "" && indent > 0 {
		indent--
	}
	l.out.WriteString(quoteMarks(l.quotes) + strings.Repeat("  ", indent) + l.marker)
	l.marker = ""
}

func quoteMarks(n int) string { return strings.Repeat("> ", min(n, maxIndent)) }

// rule is a line from side to side.
func (l *textLayout) rule() {
	l.wait(line)
	l.write("--------------------")
	l.wait(line)
}

// quote begins a quotation, or with -1 ends one.
func (l *textLayout) quote(change int) {
	l.wait(paragraph)
	l.quotes = max(l.quotes+change, 0)
}

// preformatted begins text of which every blank counts, or with -1 ends it.
func (l *textLayout) preformatted(change int) {
	l.wait(paragraph)
	l.pre = max(l.pre+change, 0)
}

// startList begins a list; the number is that before its first item.
func (l *textLayout) startList(number int) {
	l.wait(l.aroundList())
	if len(l.lists) < maxIndent {
		l.lists = append(l.lists, number)
	}
}

func (l *textLayout) endList() {
	l.endItem()
	l.lists = l.lists[:max(len(l.lists)-1, 0)]
	l.wait(l.aroundList())
}

func (l *textLayout) aroundList() gap {
	if len(l.lists) > 0 {
		return line
	}
	return paragraph
}

func (l *textLayout) item() {
	l.wait(line)
	l.fresh = true
	l.marker = "- "
	if l.bare {
		l.marker = ""
	} else if n := len(l.lists); n > 0 && l.lists[n-1] != unnumbered {
		l.lists[n-1]++
		l.marker = strconv.Itoa(l.lists[n-1]) + ". "
	}
}

func (l *textLayout) endItem() {
	l.wait(line)
	l.marker, l.fresh = "", false
}

// table begins a table.
func (l *textLayout) table() {
	l.wait(line)
	l.rowHasText, l.rowHasLines, l.fresh = false, false, false
}

// row begins or ends a row of a table. Nothing stands between rows of one line.
func (l *textLayout) row() {
	if l.rowHasText && !l.rowHasLines {
		l.before = line
	}
	l.table()
}

// cell begins a cell. Those of a row stand on one line as long as none has more
// than one itself.
func (l *textLayout) cell() {
	switch {
	case l.rowHasText && l.rowHasLines:
		l.wait(line)
	case l.rowHasText:
		l.before = tab
	}
	l.fresh = true
}

// startLink begins a link to a URL, "" for none.
func (l *textLayout) startLink(target string) {
	l.endLink()
	if !l.bare {
		l.target, l.linked = target, -1
	}
}

// endLink writes where a link leads, unless its words say it.
func (l *textLayout) endLink() {
	if l.target != "" && l.linked >= 0 && !saysTarget(l.out.String()[l.linked:], l.target) {
		l.out.WriteString(" <" + l.target + ">")
	}
	l.target, l.linked = "", 0
}

// picture writes what a picture is said to show; of one that is a link and says
// nothing, where it leads.
func (l *textLayout) picture(says string) {
	switch {
	case l.bare:
	case says != "":
		l.text("[" + says + "]")
	case l.target != "" && l.linked < 0:
		l.write("<" + l.target + ">")
		l.target = ""
	}
}
