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

	mu      sync.Mutex
	scan    byeScanner
	turn    *sync.Cond // something of the following has changed
	lent    bool       // the library does not read; see lend
	reading bool       // it does
	handed  []byte     // what it read although lent
	failed  error      // of its last reading
}

func newTap(conn net.Conn, w *wire, rest io.Reader, greeting string) *tap {
	t := &tap{Conn: conn, wire: w, r: io.MultiReader(strings.NewReader(greeting), rest)}
	t.turn = sync.NewCond(&t.mu)
	return t
}

// Read implements net.Conn.
func (t *tap) Read(p []byte) (int, error) {
	for {
		t.await()
		n, err := t.r.Read(p)
		forLibrary, scanErr := t.took(p[:n], err)
		switch {
		case scanErr != nil:
			t.wire.kill(scanErr)
			return 0, scanErr
		case forLibrary:
			return n, err
		case err != nil:
			return 0, err
		}
	}
}

// bye returns the text of the server's BYE, or "".
func (t *tap) bye() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.scan.text
}

// heardBye notes a BYE that came while the connection was lent.
func (t *tap) heardBye(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.scan.text = text
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
// text of the last BYE.
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

// inside tells whether a line or literal has begun and not ended.
func (s *byeScanner) inside() bool { return s.length > 0 || s.skip > 0 }

func (s *byeScanner) endLine() {
	if n, ok := literalSize(s.tail); ok && !isStatus(s.head) {
		s.skip = n
		s.tail = s.tail[:0]
		return
	}
	if len(s.head) >= 5 && strings.EqualFold(string(s.head[:5]), "* BYE") {
		s.text = strings.TrimSpace(string(s.head[5:]))
	}
	s.restart()
}
