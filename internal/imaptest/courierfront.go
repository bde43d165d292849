package imaptest

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// front is what stands before Courier's imapd: it listens, does TLS and signs in.
type front struct {
	tls     *tls.Certificate
	backend *courier
	ports   [2]int // plain and TLS, the same after every start

	mu        sync.Mutex
	listeners []net.Listener // nil when stopped
	conns     map[net.Conn]bool
	running   sync.WaitGroup
}

func (f *front) start(t testing.TB) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.listeners != nil {
		t.Fatal("courier runs already")
	}
	f.conns = map[net.Conn]bool{}
	for i := range f.ports {
		ln, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(f.ports[i])))
		if err != nil {
			t.Fatal(err)
		}
		f.ports[i] = ln.Addr().(*net.TCPAddr).Port
		f.listeners = append(f.listeners, ln)
		secure := i == 1
		f.running.Go(func() { f.accept(ln, secure) })
	}
}

// stop ends all; a started imapd ends when its connection does.
func (f *front) stop() {
	f.mu.Lock()
	for _, ln := range f.listeners {
		_ = ln.Close() // ends accept
	}
	for conn := range f.conns {
		_ = conn.Close() // ends serve
	}
	f.listeners = nil
	f.mu.Unlock()
	f.running.Wait()
}

func (f *front) kill() { f.stop() }

func (f *front) accept(ln net.Listener, secure bool) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		f.mu.Lock()
		if f.listeners == nil {
			_ = conn.Close() // came too late
		} else {
			f.conns[conn] = true
			f.running.Go(func() { f.serve(conn, secure) })
		}
		f.mu.Unlock()
	}
}

func (f *front) serve(raw net.Conn, secure bool) {
	defer func() {
		_ = raw.Close() // the client may have closed it
		f.mu.Lock()
		delete(f.conns, raw)
		f.mu.Unlock()
	}()
	g := &guest{front: f, conn: raw, secure: secure}
	if secure {
		g.conn = tls.Server(raw, &tls.Config{Certificates: []tls.Certificate{*f.tls}})
	}
	g.br = bufio.NewReader(g.conn)
	if err := g.say("* OK [CAPABILITY " + g.caps() + "] Courier-IMAP ready."); err != nil {
		return
	}
	for {
		done, err := g.command()
		if done || err != nil {
			return
		}
	}
}

// guest is a connection that is not signed in yet.
type guest struct {
	front  *front
	conn   net.Conn
	br     *bufio.Reader
	secure bool
}

// caps are Courier's with Debian's settings; before TLS it offers that too.
func (g *guest) caps() string {
	if g.secure {
		return courierCapability + " AUTH=PLAIN"
	}
	return courierCapability + " STARTTLS"
}

func (g *guest) say(line string) error {
	_, err := io.WriteString(g.conn, line+"\r\n")
	return err
}

// command reads and answers one command; done when the connection is at its end.
func (g *guest) command() (done bool, err error) {
	line, err := g.line()
	if err != nil {
		return true, err
	}
	tag, rest, _ := strings.Cut(line, " ")
	name, args, _ := strings.Cut(rest, " ")
	switch strings.ToUpper(name) {
	case "CAPABILITY":
		return false, g.say("* CAPABILITY " + g.caps() + "\r\n" + tag + " OK CAPABILITY completed")
	case "NOOP":
		return false, g.say(tag + " OK NOOP completed")
	case "LOGOUT":
		return true, g.say("* BYE Courier-IMAP server shutting down\r\n" + tag + " OK LOGOUT completed")
	case "STARTTLS":
		if g.secure {
			break
		}
		if err := g.say(tag + " OK Begin SSL/TLS negotiation now."); err != nil {
			return true, err
		}
		g.conn = tls.Server(g.conn, &tls.Config{Certificates: []tls.Certificate{*g.front.tls}})
		g.br, g.secure = bufio.NewReader(g.conn), true
		return false, nil
	case "LOGIN":
		if user, pass, ok := loginArgs(args); ok {
			return g.signIn(tag, "LOGIN", user, pass)
		}
	case "AUTHENTICATE":
		if g.secure && strings.EqualFold(args, "PLAIN") {
			return g.plain(tag)
		}
	}
	return false, g.say(tag + " NO Error in IMAP command received by server.")
}

var announcedLogin = regexp.MustCompile(`\{(\d+)\}$`)

// line reads a line; literals in it become quoted strings.
func (g *guest) line() (string, error) {
	var all strings.Builder
	for {
		line, err := g.br.ReadString('\n')
		if err != nil {
			return "", err
		}
		line = strings.TrimRight(line, "\r\n")
		m := announcedLogin.FindStringSubmatchIndex(line)
		if m == nil {
			return all.String() + line, nil
		}
		n, err := strconv.Atoi(line[m[2]:m[3]])
		if err != nil || n > 1000 {
			return "", errors.New("literal is too long")
		}
		if err := g.say("+ OK"); err != nil {
			return "", err
		}
		b := make([]byte, n)
		if _, err := io.ReadFull(g.br, b); err != nil {
			return "", err
		}
		all.WriteString(line[:m[0]] + quoted(string(b)))
	}
}

var (
	loginString = `("(?:[^"\\]|\\.)*"|[^ "]+)`
	loginLine   = regexp.MustCompile(`^` + loginString + ` ` + loginString + `$`)
)

func loginArgs(args string) (user, pass string, ok bool) {
	m := loginLine.FindStringSubmatch(args)
	if m == nil {
		return "", "", false
	}
	unquote := func(s string) string {
		if !strings.HasPrefix(s, `"`) {
			return s
		}
		return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(s[1 : len(s)-1])
	}
	return unquote(m[1]), unquote(m[2]), true
}

// plain is AUTHENTICATE PLAIN (RFC 4616); Courier has no initial response.
func (g *guest) plain(tag string) (done bool, err error) {
	if err := g.say("+ "); err != nil {
		return true, err
	}
	line, err := g.line()
	if err != nil {
		return true, err
	}
	b, err := base64.StdEncoding.DecodeString(line)
	parts := strings.Split(string(b), "\x00")
	if err != nil || len(parts) != 3 {
		return false, g.say(tag + " NO Login failed.")
	}
	return g.signIn(tag, "LOGIN", parts[1], parts[2])
}

// signIn starts the user's imapd and passes everything on from then on.
func (g *guest) signIn(tag, command, user, pass string) (done bool, err error) {
	server := g.front.backend.server
	if !slices.Contains(server.users, user) || pass != server.Password {
		return false, g.say(tag + " NO " + command + " failed.")
	}
	s, err := g.front.backend.session(user)
	if err != nil {
		fmt.Fprintf(&g.front.backend.log, "%v\n", err)
		return true, g.say("* BYE Temporary problem, please try again later")
	}
	defer s.kill()
	if err := g.say(tag + " OK " + command + " Ok."); err != nil {
		return true, err
	}
	var up sync.WaitGroup
	up.Go(func() {
		_, _ = io.Copy(s.in, g.br) // ends with the connection
		_ = s.in.Close()           // tells imapd
	})
	_, err = io.Copy(g.conn, s.out) // ends with imapd
	_ = g.conn.Close()              // ends the copying above
	up.Wait()
	return true, err
}
