package imapconn

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// answerReader reads what a server says, one response after the other and each from its start to its end, without a copy of
// the usual ones in memory. What it gives out is valid until it goes on.
type answerReader struct {
	br   *bufio.Reader
	line []byte // what is left of the line, without its end
	long []byte // holds lines that do not fit into br
}

func newAnswerReader(r io.Reader) *answerReader {
	return &answerReader{br: bufio.NewReaderSize(r, 64<<10)}
}

// rest is what was read too much.
func (a *answerReader) rest() []byte {
	b, _ := a.br.Peek(a.br.Buffered()) // they are there
	return b
}

// nextLine reads a line, or what follows a literal up to the line's end.
func (a *answerReader) nextLine() error {
	line, err := a.br.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		a.long = a.long[:0]
		for errors.Is(err, bufio.ErrBufferFull) {
			if a.long = append(a.long, line...); len(a.long) > maxLine {
				return errLongLine
			}
			line, err = a.br.ReadSlice('\n')
		}
		a.long = append(a.long, line...)
		line = a.long
	}
	n := len(line)
	for n > 0 && (line[n-1] == '\n' || line[n-1] == '\r') {
		n--
	}
	a.line = line[:n]
	return err
}

// protocolError is one about the line.
func (a *answerReader) protocolError(what string) error {
	return fmt.Errorf("%w: %s at %.40q", errProtocol, what, a.line)
}

// skip takes the given bytes, if they come next.
func (a *answerReader) skip(b byte) bool {
	if len(a.line) == 0 || a.line[0] != b {
		return false
	}
	a.line = a.line[1:]
	return true
}

// ends are the bytes that end a word. A word is short: a look at each of its bytes takes less time than a search that has to be
// set up for them.
type ends [256]bool

func endsOf(bytes string) *ends {
	var e ends
	for i := range len(bytes) {
		e[bytes[i]] = true
	}
	return &e
}

var (
	endOfWord  = endsOf(" ")
	endOfName  = endsOf(" [(")
	endOfValue = endsOf(" )")
	endOfAtom  = endsOf(" ()")
)

// word takes everything up to one of the given bytes.
func (a *answerReader) word(end *ends) []byte {
	n := 0
	for n < len(a.line) && !end[a.line[n]] {
		n++
	}
	w := a.line[:n]
	a.line = a.line[n:]
	return w
}

// number takes an unsigned number of 32 bits.
func (a *answerReader) number() (uint32, error) {
	if n, digits := shortNumber(a.line); digits > 0 && (digits == len(a.line) || endOfValue[a.line[digits]]) {
		a.line = a.line[digits:]
		return uint32(n), nil
	}
	n, err := strconv.ParseUint(string(a.word(endOfValue)), 10, 32)
	if err != nil {
		return 0, a.protocolError("no number")
	}
	return uint32(n), nil
}

// shortNumber is the number at the start of b, of as many digits; of nine at most, whatever follows them.
func shortNumber(b []byte) (n int64, digits int) {
	for digits < len(b) && digits < 9 && '0' <= b[digits] && b[digits] <= '9' {
		n = n*10 + int64(b[digits]-'0')
		digits++
	}
	return n, digits
}

// text takes a string, at most so many bytes of it, into buf; NIL is an empty one.
func (a *answerReader) text(buf []byte, most int64) (text []byte, cut bool, err error) {
	buf = buf[:0]
	if n, ok := a.literalNext(); ok {
		return a.literal(buf, n, most)
	}
	switch {
	case len(a.line) > 0 && a.line[0] == '"':
		text, err = a.quoted(buf)
		return text[:min(int64(len(text)), most)], int64(len(text)) > most, err
	case bytes.EqualFold(a.word(endOfValue), []byte("NIL")):
		return buf, false, nil
	}
	return nil, false, a.protocolError("no string")
}

// literalNext tells whether nothing but the announcement of a literal is left of the line.
func (a *answerReader) literalNext() (n int64, ok bool) {
	s := a.line
	if len(s) > 0 && s[0] == '~' { // RFC 3516
		s = s[1:]
	}
	if len(s) == 0 || s[0] != '{' {
		return 0, false
	}
	if n, digits := shortNumber(s[1:]); digits > 0 && string(s[1+digits:]) == "}" {
		return n, true
	}
	if bytes.LastIndexByte(s, '{') != 0 {
		return 0, false
	}
	return literalSize(s)
}

// literal takes the bytes behind the line and goes on with the line after them.
func (a *answerReader) literal(buf []byte, n, most int64) (text []byte, cut bool, err error) {
	keep := int(min(n, most))
	if cap(buf) < keep {
		buf = make([]byte, keep)
	}
	buf = buf[:keep]
	if _, err = io.ReadFull(a.br, buf); err == nil && n > most {
		_, err = io.CopyN(io.Discard, a.br, n-most)
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err == nil {
		err = a.nextLine()
	}
	return buf, n > most, err
}

// stream gives the bytes behind the line to fn, which need not read them all, and goes on with the line after them.
func (a *answerReader) stream(n int64, fn func(io.Reader) error) error {
	body := &wholeReader{r: io.LimitReader(a.br, n), left: n}
	err := fn(body)
	if body.cut != nil {
		return body.cut
	}
	if err != nil {
		return &callerError{err}
	}
	if _, err := io.Copy(io.Discard, body); err != nil {
		return err
	}
	return a.nextLine()
}

func (a *answerReader) quoted(buf []byte) ([]byte, error) {
	for i := 1; i < len(a.line); i++ {
		c := a.line[i]
		if c == '"' {
			a.line = a.line[i+1:]
			return buf, nil
		}
		if c == '\\' && i+1 < len(a.line) {
			i++
			c = a.line[i]
		}
		buf = append(buf, c)
	}
	return nil, a.protocolError("string without end")
}

// drop passes over one value: an atom, a string or a list.
func (a *answerReader) drop() error {
	for depth := 0; ; {
		switch {
		case len(a.line) == 0:
			return a.protocolError("no value")
		case a.skip('('):
			if depth++; depth > maxNesting {
				return a.protocolError("too many lists in lists")
			}
		case depth > 0 && a.skip(')'):
			depth--
		case a.line[0] == ')':
			return a.protocolError("no value")
		case a.skip(' '):
		case a.line[0] == '"' || a.line[0] == '{' || a.line[0] == '~':
			if _, _, err := a.text(nil, 0); err != nil {
				return err
			}
		default:
			a.word(endOfAtom)
		}
		if depth <= 0 {
			return nil
		}
	}
}

// end passes over what is left of a response, literals included.
func (a *answerReader) end() error {
	for {
		n, ok := literalSize(a.line)
		if !ok {
			return nil
		}
		if _, _, err := a.literal(nil, n, 0); err != nil {
			return err
		}
	}
}
