package imapconn

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// signIn is the connection from the greeting to the end of sign-in: one command at a time, line by line.
type signIn struct {
	cfg  Config
	wire *wire
	conn net.Conn // wire or TLS over it
	br   *bufio.Reader
	tags int

	way     Auth   // the last that was tried
	token   string // the access token, once it was read
	secrets secrets
	alerts  []string // what the person has to be shown (RFC 9051 7.1)

	caps       Caps
	greeting   string
	bye        string
	byeCode    string
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

// command sends one command and reads up to its tagged answer. Each continuation request is answered with the next of the
// given lines; when none is left the command is cancelled (RFC 9051 6.2.2).
func (s *signIn) command(line string, answers ...string) (response, error) {
	return s.query(line, nil, answers...)
}

// query is command with a function for the untagged responses.
func (s *signIn) query(line string, untagged func(response), answers ...string) (response, error) {
	return s.dialogue(line, untagged, func([]byte) string {
		if len(answers) == 0 {
			return "*"
		}
		answer := answers[0]
		answers = answers[1:]
		return answer
	})
}

// maxReplies is more than any sign-in needs. A server that goes on asking would never be done.
const maxReplies = 8

// dialogue is query with a function that answers continuation requests.
func (s *signIn) dialogue(line string, untagged func(response), reply func(challenge []byte) string) (response, error) {
	s.tags++
	tag := fmt.Sprintf("s%d", s.tags)
	op, _, _ := strings.Cut(line, " ")
	if err := s.send(op, tag+" "+line); err != nil {
		return response{}, err
	}
	for replies := 0; ; {
		r, err := s.read(op)
		switch {
		case err != nil:
			return r, err
		case r.tag == tag:
			return r, nil
		case r.tag == "+":
			if replies++; replies > maxReplies {
				return r, s.lost(op, fmt.Errorf("%w: server does not stop asking", errProtocol))
			}
			if err := s.send(op, reply(r.rest)); err != nil {
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

// read reads one response and keeps what it says about capabilities, alerts and farewell.
func (s *signIn) read(op string) (response, error) {
	line, err := readResponse(s.br)
	if err != nil {
		return response{}, s.lost(op, err)
	}
	r := s.withoutSecrets(parseResponse(line))
	if caps, ok := r.capabilities(); ok && r.tag == "*" {
		s.caps = caps
	}
	if r.tag == "*" && r.kind == "BYE" {
		s.bye, s.byeCode = withCode(r.code, r.text), r.code
	}
	s.noteAlert(r)
	return r, nil
}

// withoutSecrets masks what a status response repeats of them, code and all. Capabilities are never shown as they came.
func (s *signIn) withoutSecrets(r response) response {
	if r.code != "CAPABILITY" && (r.code != "" || r.text != "") {
		if text := s.secrets.mask(string(r.rest)); text != string(r.rest) {
			r.code, r.args, r.text = splitCode(text)
		}
	}
	return r
}

const (
	maxAlerts = 4
	maxAlert  = 500 // bytes
)

// noteAlert keeps what the person has to be shown: alerts, and warnings that come without being asked for. An alert with a
// refusal is part of the refusal.
func (s *signIn) noteAlert(r response) {
	alert := r.code == "ALERT" || r.code == "WEBALERT"
	switch {
	case alert && (r.kind == "OK" || r.kind == "PREAUTH"):
	case r.tag == "*" && (r.kind == "NO" || r.kind == "BAD"):
	default:
		return
	}
	text := r.text
	if r.code == "WEBALERT" {
		text = strings.TrimSpace(text + " " + r.args)
	}
	if len(text) > maxAlert {
		text = strings.ToValidUTF8(text[:maxAlert], "") + "…"
	}
	if text != "" && len(s.alerts) < maxAlerts {
		s.alerts = append(s.alerts, text)
	}
}

// ask is query for what a server may refuse once it has let us in.
//
// QUIRK(Exchange): it accepts the password of a user whose mailbox it then does not open, and says so to the next command.
func (s *signIn) ask(line string, untagged func(response)) (response, error) {
	r, err := s.query(line, untagged)
	if err == nil && r.kind != "OK" && strings.Contains(strings.ToLower(r.text), "authenticated but not connected") {
		err = s.refused(string(s.way), r)
	}
	return r, err
}

// needCaps asks for the capabilities unless the server told them of its own accord. One that does not tell them even then gets
// no more than the base protocol.
func (s *signIn) needCaps() error {
	if s.caps != nil {
		return nil
	}
	r, err := s.ask("CAPABILITY", nil)
	if err != nil || s.caps != nil {
		return err
	}
	caps, ok := r.capabilities()
	if !ok {
		caps = Caps{"IMAP4REV1": true}
	}
	s.caps = caps
	return nil
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
