package rtf

import "bytes"

// maxDepth bounds how deep groups nest. Deeper ones are read as if their braces
// were not there.
const maxDepth = 10000

// dest tells what becomes of the text of a group.
type dest uint8

const (
	destBody     dest = iota // it is the text
	destSkip                 // left out
	destFonts                // the font table
	destColors               // the colour table
	destTag                  // HTML source
	destOtherTag             // HTML source with rewritten links
	destUnknown              // left out, and reported when there is text
	destField                // instruction of a field
	destShape                // properties of a drawing, with text and pictures among them
	destShapeKey             // name of a property of a drawing
	destPicture              // picture data
	destUnicode              // text that comes again
)

// state is what a group inherits and what its end restores (rule B7).
type state struct {
	dest    dest
	htmlrtf bool // text is only for readers that do not know of the wrapped HTML
	font    int  // noFont before the first \f
	uc      int  // units to skip after \u
	rich    richState
}

const noFont = -1

// handler is told what a document holds, without anything that concerns only
// characters, fonts and code pages.
type handler interface {
	// word is a control word; star says that \* precedes it: who does not
	// know it must leave out its group.
	word(t *token, star bool)
	// symbol is a control symbol other than \{ \} \\ \* \'.
	symbol(c byte)
	// text is valid UTF-8, of any destination but the tables of fonts and colours.
	text(b []byte)
	// binary is what follows \bin.
	binary(b []byte)
	// left says that a group ended; st is its state at its end.
	left(st *state)
}

// engine walks over RTF, keeps the state of groups and decodes characters.
type engine struct {
	lex     lexer
	h       handler
	st      state
	old     state // of the group that ended last
	stack   []state
	tooDeep int // open groups that are not on the stack
	star    bool
	skip    int // units that stand in for the last \u
	chars
	fonts  fontTable
	colors colorTable
	warnings
}

func newEngine(b []byte) engine {
	return engine{
		lex: lexer{b}, st: state{font: noFont, uc: 1, rich: plainState},
		fonts: fontTable{byNumber: make(map[int]*font), def: noFont},
	}
}

// run reads all of the input. Groups that it leaves open are closed.
func (e *engine) run() {
	var t token // one for all: handlers get its address
	for e.lex.next(&t) {
		switch t.kind {
		case tokenOpen:
			e.open()
		case tokenClose:
			e.shut()
		case tokenWord:
			e.control(&t)
		case tokenSymbol:
			e.controlSymbol(t.c)
		case tokenHex:
			e.hex(t.c)
		case tokenText:
			e.run8(t.data)
		case tokenBinary:
			e.bin(t.data)
		}
		if t.kind != tokenSymbol {
			e.star = false
		}
	}
	for e.tooDeep = 0; len(e.stack) > 0; {
		e.shut()
	}
	e.settle()
}

func (e *engine) open() {
	e.settle()
	e.skip = 0
	if len(e.stack) == maxDepth {
		if e.tooDeep == 0 {
			e.warn("B7: groups are nested deeper than %d", maxDepth)
		}
		e.tooDeep++
		return
	}
	e.stack = append(e.stack, e.st)
}

// shut ends a group; one that was never opened is ignored.
func (e *engine) shut() {
	e.settle()
	e.skip = 0
	last := len(e.stack) - 1
	switch {
	case e.tooDeep > 0:
		e.tooDeep--
	case last >= 0:
		e.old = e.st
		e.st, e.stack = e.stack[last], e.stack[:last]
		e.h.left(&e.old)
	}
}

// skipped counts a unit that stands in for \u (rule B11).
func (e *engine) skipped() bool {
	if e.skip == 0 {
		return false
	}
	e.skip--
	return true
}

func (e *engine) control(t *token) {
	e.flush()
	if e.skipped() {
		return
	}
	if string(t.data) != "u" {
		e.settle()
	}
	switch string(t.data) {
	case "u":
		e.utf16(uint16(t.arg)) // negative numbers are 65536 less than meant
		e.skip = e.st.uc
	case "uc":
		e.st.uc = max(t.arg, 0)
	case "f":
		e.st.font = t.arg
		e.fonts.define(e.st.dest, t.arg)
	case "plain":
		e.st.font = e.fonts.def
		e.h.word(t, e.star)
	case "fonttbl":
		e.enter(destFonts)
	case "colortbl":
		e.enter(destColors)
	default:
		if !e.header(t) {
			e.h.word(t, e.star)
		}
	}
}

// header keeps what words of the document's head say of code pages and colours.
func (e *engine) header(t *token) bool {
	switch e.st.dest {
	case destFonts:
		if e.star {
			e.st.dest = destSkip
		}
		e.fonts.word(t)
		return true
	case destColors:
		e.colors.word(t)
		return true
	}
	switch string(t.data) {
	case "ansicpg":
		e.ansicpg = t.arg
	case "ansi":
		e.charset = 1252
	case "mac":
		e.charset = 10000
	case "pc":
		e.charset = 437
	case "pca":
		e.charset = 850
	case "deff":
		e.fonts.def = t.arg
	default:
		return false
	}
	return true
}

// enter makes the rest of the group one of another kind, unless it is part of
// something that is left out.
func (e *engine) enter(d dest) {
	if e.st.dest == destBody {
		e.st.dest = d
	}
}

func (e *engine) controlSymbol(c byte) {
	switch c {
	case '{', '}', '\\':
		if e.skipped() {
			return
		}
		e.ascii(c)
		return
	}
	e.flush()
	switch {
	case e.skipped():
	case c == '*':
		e.star = true
	default:
		e.settle()
		e.h.symbol(c)
	}
}

func (e *engine) bin(b []byte) {
	e.settle()
	if !e.skipped() {
		e.h.binary(b)
	}
}

// emit passes on decoded text. The receiver must not keep it.
func (e *engine) emit(b []byte) {
	if e.surrogate != 0 {
		e.loneSurrogate()
	}
	switch e.st.dest {
	case destFonts:
		e.fonts.text(b)
	case destColors:
		e.colors.end(bytes.Count(b, []byte{';'}))
	default:
		e.h.text(b)
	}
}
