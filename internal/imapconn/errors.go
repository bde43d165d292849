package imapconn

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"syscall"
)

var (
	// ErrUnknownOutcome marks an append whose connection broke after the server had asked for the message: the server may or may
	// not have stored it, and may still be about to.
	ErrUnknownOutcome = errors.New("the server may or may not have stored the message")

	// ErrInvalidMessage marks a message, flag or date that was refused here, before anything was sent.
	ErrInvalidMessage = errors.New("invalid message")

	// ErrTimeout is the cause of a [ConnectError] when the server was silent for longer than Config.Timeout.
	ErrTimeout = errors.New("no answer from the server in time")

	// ErrNotSubscribed marks a mailbox that was created, or was there, but could not be subscribed to.
	ErrNotSubscribed = errors.New("mailbox exists but could not be subscribed to")

	errClosed = errors.New("connection is closed")
)

// ConnectReason says why there is no connection.
type ConnectReason int

// The reasons of a [ConnectError].
const (
	Lost       ConnectReason = iota // the connection broke, or any other cause
	Refused                         // nothing listens at that address
	NoSuchHost                      // the name does not resolve
	TimedOut                        // no answer in time
	Bye                             // the server ended the connection and said why
	Protocol                        // the other side does not speak IMAP as it should
)

// ConnectError means that there is no connection, or no longer one.
type ConnectError struct {
	Op     string // what was being done: "connect", "read greeting", "append", …
	Addr   string // host:port
	Reason ConnectReason
	Bye    string // text of the server's BYE, if it sent one (RFC 9051 7.1.5)
	Err    error
}

// Error implements error.
func (e *ConnectError) Error() string {
	s := e.Op + " (" + e.Addr + ")"
	if e.Bye != "" {
		s += fmt.Sprintf(": server said BYE %q", e.Bye)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *ConnectError) Unwrap() error { return e.Err }

// reasonOf classifies the cause of a ConnectError.
func reasonOf(err error, bye string) ConnectReason {
	var dns *net.DNSError
	var errno syscall.Errno
	var timeout interface{ Timeout() bool }
	switch {
	case bye != "":
		return Bye
	case errors.As(err, &dns) && dns.IsNotFound:
		return NoSuchHost
	case errors.As(err, &errno) && (errno == syscall.ECONNREFUSED || errno == wsaConnRefused):
		return Refused
	case errors.Is(err, ErrTimeout), errors.As(err, &timeout) && timeout.Timeout():
		return TimedOut
	case errors.Is(err, errProtocol):
		return Protocol
	}
	return Lost
}

// wsaConnRefused is WSAECONNREFUSED: on Windows the socket's error is not syscall.ECONNREFUSED.
const wsaConnRefused = syscall.Errno(10061)

// AuthError means that the server refused the sign-in or offers no way that this program knows.
type AuthError struct {
	Host, User string
	Mechanism  string   // "PLAIN", "LOGIN", …, or "" when none was usable
	Code       string   // response code in upper case, e.g. "AUTHENTICATIONFAILED" (RFC 5530), or ""
	Text       string   // the server's words, without the password
	Alert      string   // what it said besides, before it refused; or ""
	Offered    []string // SASL mechanisms, and "LOGIN command"

	unproved bool // nothing derived from the password was sent
}

// Error implements error.
func (e *AuthError) Error() string {
	text := withCode(e.Code, e.Text)
	if e.Alert != "" {
		text += " (and: " + e.Alert + ")"
	}
	if e.Mechanism == "" {
		return fmt.Sprintf("sign in as %s: %s; server offers %s", e.User, text, strings.Join(e.Offered, ", "))
	}
	return fmt.Sprintf("sign in as %s with %s: server refused: %s", e.User, e.Mechanism, text)
}

// temporaryCodes are the response codes of a refusal that may pass: RFC 5530 section 3, and THROTTLED of Gmail.
var temporaryCodes = []string{"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "THROTTLED"}

// temporaryWords are from servers that have no code for it: Exchange, Gmail, Dovecot and others before RFC 5530.
var temporaryWords = []string{"is throttled", "too many", "temporary", "temporarily", "bandwidth limits"}

// Temporary reports whether the server says that the same sign-in may work later.
func (e *AuthError) Temporary() bool {
	text := strings.ToLower(e.Text)
	return slices.Contains(temporaryCodes, e.Code) ||
		slices.ContainsFunc(temporaryWords, func(w string) bool { return strings.Contains(text, w) })
}

// CommandError is a command that the server answered with NO or BAD. The connection is still usable.
type CommandError struct {
	Op     string // what was being done, e.g. `create "Archive"`
	Status string // "NO" or "BAD"
	Code   string // response code in upper case, or ""
	Text   string
}

// Error implements error.
func (e *CommandError) Error() string {
	return e.Op + ": server answered " + e.Status + " " + withCode(e.Code, e.Text)
}

// AppendError is an append that the server refused: the message is not stored.
type AppendError struct {
	Mailbox string
	Status  string // "NO" or "BAD"
	Code    string // response code in upper case: "OVERQUOTA", "TOOBIG", "LIMIT", "TRYCREATE", …, or ""
	Text    string
	Closed  bool // the connection cannot be used any more and has to be dialled anew
}

// Error implements error.
func (e *AppendError) Error() string {
	s := fmt.Sprintf("append to %q: server answered %s %s", e.Mailbox, e.Status, withCode(e.Code, e.Text))
	if e.Closed {
		s += " (connection closed)"
	}
	return s
}

func withCode(code, text string) string {
	if code == "" {
		return text
	}
	return strings.TrimSpace("[" + code + "] " + text)
}
