package imapconn

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/emersion/go-sasl"
)

// signIn is the connection from the greeting to the end of sign-in: one command at a time, line by line.
type signIn struct {
	cfg  Config
	wire *wire
	conn net.Conn // wire or TLS over it
	br   *bufio.Reader
	tags int

	caps       Caps
	greeting   string
	bye        string
	serverID   map[string]string
	prefix     string
	delim      rune
	subscribed map[string]bool // nil: LIST tells
}

// greet reads the server's greeting (RFC 9051 7.1).
func (s *signIn) greet() (preauth bool, err error) {
	r, err := s.read("read greeting")
	if err != nil {
		return false, err
	}
	s.greeting = r.text
	switch {
	case r.tag == "*" && r.kind == "OK":
		return false, nil
	case r.tag == "*" && r.kind == "PREAUTH":
		return true, nil
	case r.tag == "*" && r.kind == "BYE":
		return false, s.lost("read greeting", nil)
	}
	return false, s.lost("read greeting", fmt.Errorf("%w: no IMAP greeting", errProtocol))
}

// authenticate signs in by the best way that the server offers.
func (s *signIn) authenticate() error {
	if err := s.needCaps(); err != nil {
		return err
	}
	switch {
	case s.caps.Has("AUTH=PLAIN"):
		return s.authPlain()
	case !s.caps.Has("LOGINDISABLED"):
		return s.login()
	}
	return &AuthError{User: s.cfg.User, Text: "LOGINDISABLED and no AUTH=PLAIN", Offered: s.caps.auth()}
}

// authPlain is AUTHENTICATE PLAIN (RFC 4616), with the response on the same line where the server takes it (RFC 4959).
func (s *signIn) authPlain() error {
	if strings.ContainsRune(s.cfg.User+s.cfg.Password, 0) {
		return s.refused("PLAIN", response{text: "user name or password contains a NUL"})
	}
	mech, initial, err := sasl.NewPlainClient("", s.cfg.User, s.cfg.Password).Start()
	if err != nil {
		return fmt.Errorf("prepare sign-in: %w", err)
	}
	answer := base64.StdEncoding.EncodeToString(initial)
	var r response
	if s.caps.Has("SASL-IR") {
		r, err = s.command("AUTHENTICATE " + mech + " " + answer)
	} else {
		r, err = s.command("AUTHENTICATE "+mech, answer)
	}
	return s.signedIn(mech, r, err)
}

// login is the LOGIN command (RFC 9051 6.2.3).
func (s *signIn) login() error {
	if strings.ContainsAny(s.cfg.User+s.cfg.Password, "\x00\r\n") {
		return s.refused("LOGIN", response{text: "user name or password contains a line break or NUL"})
	}
	line, parts := "LOGIN", []string(nil)
	for _, arg := range []string{s.cfg.User, s.cfg.Password} {
		if text, ok := quote(arg); ok {
			line += " " + text
			continue
		}
		line += fmt.Sprintf(" {%d}", len(arg))
		parts = append(parts, line)
		line = arg
	}
	parts = append(parts, line)
	r, err := s.command(parts[0], parts[1:]...)
	return s.signedIn("LOGIN", r, err)
}

// quote writes s as a quoted string, which holds ASCII only.
func quote(s string) (string, bool) {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return "", false
		}
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`, true
}

func (s *signIn) signedIn(mech string, r response, err error) error {
	if err != nil {
		return err
	}
	if r.kind != "OK" {
		return s.refused(mech, r)
	}
	if caps, ok := r.capabilities(); ok {
		s.caps = caps
	} else {
		s.caps = nil // those from before sign-in no longer count
	}
	return s.needCaps()
}

// refused makes an AuthError, without the password should the server repeat it.
func (s *signIn) refused(mech string, r response) error {
	text := r.text
	if s.cfg.Password != "" {
		text = strings.ReplaceAll(text, s.cfg.Password, "***")
	}
	return &AuthError{User: s.cfg.User, Mechanism: mech, Code: r.code, Text: text, Offered: s.caps.auth()}
}

// command sends one command and reads up to its tagged answer. Each continuation request is answered with the next of the
// given lines; when none is left the command is cancelled (RFC 9051 6.2.2).
func (s *signIn) command(line string, answers ...string) (response, error) {
	return s.query(line, nil, answers...)
}

// query is command with a function for the untagged responses.
func (s *signIn) query(line string, untagged func(response), answers ...string) (response, error) {
	s.tags++
	tag := fmt.Sprintf("s%d", s.tags)
	op, _, _ := strings.Cut(line, " ")
	if err := s.send(op, tag+" "+line); err != nil {
		return response{}, err
	}
	for {
		r, err := s.read(op)
		switch {
		case err != nil:
			return r, err
		case r.tag == tag:
			return r, nil
		case r.tag == "+":
			answer := "*"
			if len(answers) > 0 {
				answer, answers = answers[0], answers[1:]
			}
			if err := s.send(op, answer); err != nil {
				return r, err
			}
		case r.tag == "*" && untagged != nil:
			untagged(r)
		}
	}
}

func (s *signIn) send(op, line string) error {
	if _, err := io.WriteString(s.conn, line+"\r\n"); err != nil {
		return s.lost(op, err)
	}
	return nil
}

// read reads one response and keeps what it says about capabilities and farewell.
func (s *signIn) read(op string) (response, error) {
	line, err := readResponse(s.br)
	if err != nil {
		return response{}, s.lost(op, err)
	}
	r := parseResponse(line)
	if caps, ok := r.capabilities(); ok && r.tag == "*" {
		s.caps = caps
	}
	if r.tag == "*" && r.kind == "BYE" {
		s.bye = withCode(r.code, r.text)
	}
	return r, nil
}

// needCaps asks for the capabilities unless the server told them of its own accord.
func (s *signIn) needCaps() error {
	if s.caps != nil {
		return nil
	}
	r, err := s.command("CAPABILITY")
	if err == nil && s.caps == nil {
		err = s.lost("CAPABILITY", fmt.Errorf("%w: server answered %s %s", errProtocol, r.kind, r.text))
	}
	return err
}

// lost makes the error for a connection that is gone or no good.
func (s *signIn) lost(op string, err error) error {
	return lostError(strings.ToLower(op), s.cfg.addr(), s.bye, s.wire, err)
}

// lostError prefers the reason why the wire was closed to what the layers above made of it.
func lostError(op, addr, bye string, w *wire, err error) error {
	if _, cause := w.state(); cause != nil {
		err = cause
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s (%s): %w", op, addr, err)
	}
	return &ConnectError{Op: op, Addr: addr, Reason: reasonOf(err, bye), Bye: bye, Err: err}
}
