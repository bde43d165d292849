package imapconn

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// Trace writes down what is said on connections, line by line, for support: what came when, and what was answered. Literals,
// and with them all mail, are left out, and so is everything that belongs to signing in. It is safe for concurrent use.
type Trace struct {
	mu    sync.Mutex
	w     io.Writer
	conns int
	now   func() time.Time
}

// NewTrace writes to w. Errors of w are ignored: the trace must not stop what it watches.
func NewTrace(w io.Writer) *Trace { return &Trace{w: w, now: time.Now} }

// maxTraced is how much of a line is written.
const maxTraced = 300

func (t *Trace) line(conn int, sign, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return ' '
		}
		return r
	}, text)
	_, _ = fmt.Fprintf(t.w, "%s %d %s %s\n", t.now().UTC().Format("2006-01-02T15:04:05.000Z"), conn, sign, text)
}

// watch puts the trace between a connection and whoever uses it.
func (t *Trace) watch(c net.Conn) net.Conn {
	if t == nil {
		return c
	}
	t.mu.Lock()
	t.conns++
	w := &watched{Conn: c, trace: t, n: t.conns}
	t.mu.Unlock()
	w.up = lineSplitter{each: w.sent}
	w.down = lineSplitter{each: w.received}
	return w
}

// watched is a connection with a trace.
type watched struct {
	net.Conn
	trace    *Trace
	n        int
	up, down lineSplitter

	mu      sync.Mutex
	signing string // tag of the sign-in under way
}

// Read implements net.Conn.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.down.feed(p[:n])
	return n, err
}

// Write implements net.Conn.
func (w *watched) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	w.up.feed(p[:n])
	return n, err
}

// sent traces a line of ours.
func (w *watched) sent(text string) {
	tag, rest, _ := strings.Cut(text, " ")
	verb, args, _ := strings.Cut(rest, " ")
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.signing != "":
		text = "***"
	case strings.EqualFold(verb, "LOGIN"):
		w.signing, text = tag, tag+" LOGIN ***"
	case strings.EqualFold(verb, "AUTHENTICATE"):
		mech, _, _ := strings.Cut(args, " ")
		w.signing, text = tag, tag+" AUTHENTICATE "+mech+" ***"
	}
	w.trace.line(w.n, ">", text)
}

// received traces a line of the server's.
func (w *watched) received(text string) {
	tag, _, _ := strings.Cut(text, " ")
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.signing != "" && tag == w.signing:
		w.signing = ""
		text = withoutWords(text)
	case w.signing != "" && tag == "*":
		text = withoutWords(text)
	case w.signing != "" && tag == "+":
		text = "+ ***"
	}
	w.trace.line(w.n, "<", text)
}

// withoutWords leaves out what a server says while somebody signs in, in which some repeat what they were given. Capabilities stay.
func withoutWords(text string) string {
	tag, rest, _ := strings.Cut(text, " ")
	status, words, _ := strings.Cut(rest, " ")
	if strings.EqualFold(status, "CAPABILITY") {
		return text
	}
	code, args, _ := splitCode(words)
	if code == "CAPABILITY" {
		code += " " + args
	}
	return tag + " " + status + " " + withCode(code, "***")
}

// lineSplitter cuts a stream into lines without their literals.
type lineSplitter struct {
	lineCutter
	each func(string)
}

func (s *lineSplitter) feed(p []byte) { s.cut(p, maxTraced, s.endLine) }

func (s *lineSplitter) endLine() {
	if n, ok := literalSize(bytes.Replace(s.tail, []byte("+}"), []byte("}"), 1)); ok {
		s.skip = n
	}
	if len(bytes.TrimRight(s.head, "\r\n")) > 0 {
		s.each(string(bytes.TrimRight(s.head, "\r\n")))
	}
	s.restart()
}
