package imaptest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Fake is a server that follows a script; see [Script].
type Fake struct {
	Host string
	Port int

	mu    sync.Mutex
	lines []string
	steps []string
}

// Script starts a server on the loopback interface that does one step after the other on every connection. The steps are
//
//	S: text     send the line; a leading "$" stands for the tag of the client's last command
//	C: text     read a command whose text after the tag begins so, in any case
//	C+ text     read a line without a tag that begins so: an answer to "+"
//	L:          read the literal that the client's last line announced, and the line after it
//	eof         wait until the client goes away
//
// and after the last step the connection is closed. A client that does something else fails the test.
func Script(t testing.TB, steps ...string) *Fake {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := NewFake(steps...)
	f.Host, f.Port = "127.0.0.1", ln.Addr().(*net.TCPAddr).Port
	serveAll(t, ln, func(conn net.Conn) {
		if err := f.Play(conn); err != nil {
			t.Errorf("scripted server: %v", err)
		}
	})
	return f
}

// serveAll serves connections, all at the same time, until the test ends; then it waits for serve, which has to close them.
func serveAll(t testing.TB, ln net.Listener, serve func(net.Conn)) {
	var running sync.WaitGroup
	t.Cleanup(func() {
		_ = ln.Close() // ends the loop below
		running.Wait()
	})
	running.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			running.Go(func() { serve(conn) })
		}
	})
}

// NewFake makes a scripted server without a listener; [Fake.Play] runs it on a connection.
func NewFake(steps ...string) *Fake { return &Fake{steps: steps} }

// Lines returns everything that clients have sent so far, line by line, literals left out.
func (f *Fake) Lines() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.lines...)
}

// Play follows the script on one connection and closes it. That the client goes away early is no error.
func (f *Fake) Play(conn net.Conn) error {
	defer func() { _ = conn.Close() }() // the client may have closed it first
	p := &player{fake: f, conn: conn, br: bufio.NewReader(conn)}
	for _, step := range f.steps {
		err := p.step(step)
		var wrong *wrongLine
		switch {
		case errors.As(err, &wrong):
			return fmt.Errorf("at %q: %w", step, err)
		case err != nil:
			return nil // the client is gone; the test sees that from its side
		}
	}
	return nil
}

// wrongLine is what a client sent instead of what the script has.
type wrongLine struct{ line string }

func (e *wrongLine) Error() string { return fmt.Sprintf("client sent %q", e.line) }

// player is one run of a script.
type player struct {
	fake      *Fake
	conn      net.Conn
	br        *bufio.Reader
	tag, last string
}

func (p *player) step(step string) error {
	if step == "eof" {
		_, err := io.Copy(io.Discard, p.br)
		return err
	}
	kind, text, _ := strings.Cut(step, " ")
	switch kind {
	case "S:":
		if rest, ok := strings.CutPrefix(text, "$"); ok {
			text = p.tag + rest
		}
		_, err := io.WriteString(p.conn, text+"\r\n")
		return err
	case "C:":
		return p.read(text, true)
	case "C+":
		return p.read(text, false)
	case "L:":
		return p.literal()
	}
	return &wrongLine{"nothing: there is no such step"}
}

// read reads a line and compares its beginning.
func (p *player) read(want string, tagged bool) error {
	line, err := p.br.ReadString('\n')
	if err != nil {
		return err
	}
	line = strings.TrimRight(line, "\r\n")
	p.last = line
	p.fake.mu.Lock()
	p.fake.lines = append(p.fake.lines, line)
	p.fake.mu.Unlock()
	text := line
	if tagged {
		p.tag, text, _ = strings.Cut(line, " ")
	}
	if len(text) < len(want) || !strings.EqualFold(text[:len(want)], want) {
		return &wrongLine{line}
	}
	return nil
}

var announced = regexp.MustCompile(`\{(\d+)\+?\}$`)

func (p *player) literal() error {
	m := announced.FindStringSubmatch(p.last)
	if m == nil {
		return &wrongLine{p.last}
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return &wrongLine{p.last}
	}
	if _, err := io.CopyN(io.Discard, p.br, n); err != nil {
		return err
	}
	_, err = p.br.ReadString('\n')
	return err
}
