package rtf

import "math"

// kind tells tokens apart.
type kind uint8

const (
	tokenOpen   kind = iota // {
	tokenClose              // }
	tokenWord               // \word, with a number or without
	tokenSymbol             // \ and a character that is no letter
	tokenHex                // \'hh
	tokenText               // characters that stand for themselves
	tokenBinary             // the bytes after \binN
)

// token is the smallest piece of RTF that means something.
type token struct {
	kind   kind
	hasArg bool
	c      byte   // of a symbol or \'hh
	arg    int    // of a control word, within 32 bits
	data   []byte // name of a control word, text, or binary data
}

// lexer cuts RTF into tokens (rule B7). It never fails: what is no token of RTF
// is text, and what is cut off at the end ends there.
type lexer struct{ b []byte }

// next reads the next token; false at the end. Line ends and NULs between
// tokens mean nothing and are passed over.
func (l *lexer) next(t *token) bool {
	for len(l.b) > 0 {
		switch c := l.b[0]; c {
		case '\r', '\n', 0:
			l.b = l.b[1:]
		case '{', '}':
			l.b = l.b[1:]
			t.kind = tokenOpen
			if c == '}' {
				t.kind = tokenClose
			}
			return true
		case '\\':
			if len(l.b) == 1 {
				l.b = nil
				return false
			}
			l.control(t)
			return true
		default:
			l.text(t)
			return true
		}
	}
	return false
}

// special marks the bytes that end a run of text.
var special = [256]bool{'\\': true, '{': true, '}': true, '\r': true, '\n': true, 0: true}

func (l *lexer) text(t *token) {
	n := 1
	for n < len(l.b) && !special[l.b[n]] {
		n++
	}
	t.kind, t.data, l.b = tokenText, l.b[:n], l.b[n:]
}

// control reads what a backslash, which at least one byte follows, begins.
func (l *lexer) control(t *token) {
	c := l.b[1]
	switch {
	case letter(c):
		l.word(t)
	case c == '\'' && len(l.b) >= 4 && hexDigit(l.b[2]) >= 0 && hexDigit(l.b[3]) >= 0:
		t.kind, t.c = tokenHex, byte(hexDigit(l.b[2])<<4|hexDigit(l.b[3]))
		l.b = l.b[4:]
	default:
		t.kind, t.c = tokenSymbol, c
		l.b = l.b[2:]
		if c == '\r' && len(l.b) > 0 && l.b[0] == '\n' {
			l.b = l.b[1:]
		}
	}
}

// word reads a control word, its number, the blank that ends it, and the data
// that \bin announces.
func (l *lexer) word(t *token) {
	n := 1
	for n < len(l.b) && letter(l.b[n]) {
		n++
	}
	t.kind, t.data = tokenWord, l.b[1:n]
	l.b = l.b[n:]
	l.number(t)
	if len(l.b) > 0 && l.b[0] == ' ' {
		l.b = l.b[1:]
	}
	if string(t.data) == "bin" {
		size := min(max(t.arg, 0), len(l.b))
		t.kind, t.data, l.b = tokenBinary, l.b[:size], l.b[size:]
	}
}

func (l *lexer) number(t *token) {
	t.arg, t.hasArg = 0, false
	n := 0
	if len(l.b) > 1 && l.b[0] == '-' && digit(l.b[1]) {
		n = 1
	}
	for ; n < len(l.b) && digit(l.b[n]); n++ {
		t.arg, t.hasArg = int(min(int64(t.arg)*10+int64(l.b[n]-'0'), math.MaxInt32)), true
	}
	if t.hasArg && l.b[0] == '-' {
		t.arg = -t.arg
	}
	l.b = l.b[n:]
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func digit(c byte) bool { return c >= '0' && c <= '9' }

// hexDigit is the value of a hexadecimal digit, -1 for anything else.
func hexDigit(c byte) int {
	switch {
	case digit(c):
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
