package imapconn

import (
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// tap is what the IMAP library reads from and writes to. It withholds the library's own deadlines, which are absolute, and
// listens for BYE, whose text the library drops.
type tap struct {
	net.Conn // TLS, or the wire itself
	wire     *wire
	r        io.Reader // a greeting for the library, then what is left of the sign-in, then Conn

	mu   sync.Mutex
	scan byeScanner
}

func newTap(conn net.Conn, w *wire, rest io.Reader, greeting string) *tap {
	return &tap{Conn: conn, wire: w, r: io.MultiReader(strings.NewReader(greeting), rest)}
}

// Read implements net.Conn.
func (t *tap) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.mu.Lock()
	scanErr := t.scan.feed(p[:n])
	t.mu.Unlock()
	if scanErr != nil {
		t.wire.kill(scanErr)
		return 0, scanErr
	}
	return n, err
}

// bye returns the text of the server's BYE, or "".
func (t *tap) bye() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.scan.text
}

// Close implements net.Conn. It closes the wire at once: a TLS farewell could block on a connection that is stuck.
func (t *tap) Close() error { return t.wire.Close() }

// SetDeadline does nothing: the wire has its own, rolling deadlines.
func (t *tap) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (t *tap) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (t *tap) SetWriteDeadline(time.Time) error { return nil }

const (
	maxLine  = 1 << 20 // a response line without its literals; LIST, FETCH and status lines are far shorter
	lineHead = 512     // enough of a line to read a BYE
)

var errLongLine = errors.New("server sent an endless line")

// byeScanner follows the stream of responses line by line, skipping literals (a message may well contain "* BYE"), and keeps the
// text of the last BYE. A status text that happens to end like a literal makes it miss one BYE, no more.
type byeScanner struct {
	lineCutter
	text string
}

// feed takes the next bytes of the stream. It fails on a line that never ends.
func (s *byeScanner) feed(p []byte) error {
	s.cut(p, lineHead, s.endLine)
	if s.length > maxLine {
		return errLongLine
	}
	return nil
}

func (s *byeScanner) endLine() {
	if n, ok := literalSize(s.tail); ok {
		s.skip = n
		s.tail = s.tail[:0]
		return
	}
	if len(s.head) >= 5 && strings.EqualFold(string(s.head[:5]), "* BYE") {
		s.text = strings.TrimSpace(string(s.head[5:]))
	}
	s.restart()
}
