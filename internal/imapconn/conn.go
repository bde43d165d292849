package imapconn

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync/atomic"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Conn is a connection that is signed in. Make one with [Dial] and end it with [Conn.Logout] or [Conn.Close].
type Conn struct {
	cfg    Config
	wire   *wire
	tap    *tap
	client *imapclient.Client

	caps       Caps
	greeting   string
	serverID   map[string]string
	prefix     string
	delim      rune
	subscribed map[string]bool // nil: LIST tells

	// Of the selected mailbox. The library's own record lags behind the end of SELECT.
	selected bool
	messages atomic.Int64 // in it
}

// libraryGreeting presents the signed-in connection to the library. Announcing nothing more keeps it to synchronizing literals:
// a server that refuses a message must never go on to read its body as commands.
const libraryGreeting = "* PREAUTH [CAPABILITY IMAP4rev1] signed in\r\n"

func newConn(s *signIn) *Conn {
	c := &Conn{
		cfg: s.cfg, wire: s.wire, caps: s.caps, greeting: s.greeting, serverID: s.serverID,
		prefix: s.prefix, delim: s.delim, subscribed: s.subscribed,
	}
	c.tap = newTap(s.conn, s.wire, s.br, libraryGreeting)
	c.client = imapclient.New(c.tap, &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Expunge: func(uint32) { c.messages.Add(-1) },
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil {
				c.messages.Store(int64(*data.NumMessages))
			}
		},
	}})
	_ = c.client.WaitGreeting() // ours, which it must have read before the connection is lent
	return c
}

// Caps returns what the server offers after sign-in. It never waits for the server.
func (c *Conn) Caps() Caps { return maps.Clone(c.caps) }

// Greeting returns the text of the server's greeting, without the response code.
func (c *Conn) Greeting() string { return c.greeting }

// ServerID returns what the server says about itself: "name", "version", … (RFC 2971), or nil.
func (c *Conn) ServerID() map[string]string { return maps.Clone(c.serverID) }

// Personal returns the prefix of the user's own mailboxes, e.g. "INBOX." or "", and the hierarchy delimiter, 0 if there is no
// hierarchy (RFC 2342; without NAMESPACE the prefix is "").
func (c *Conn) Personal() (prefix string, delim rune) { return c.prefix, c.delim }

// Traffic returns the bytes sent and received so far on the network, TLS and sign-in included.
func (c *Conn) Traffic() (sent, received int64) { return c.wire.sent.Load(), c.wire.received.Load() }

// Alive reports whether the connection can still be used, as far as is known without asking the server.
func (c *Conn) Alive() bool {
	closed, _ := c.wire.state()
	return !closed
}

// Close ends the connection at once. What the system has not sent yet is discarded.
func (c *Conn) Close() error {
	c.wire.kill(errClosed)
	// The library only repeats why its reader stopped; waiting for that is the point.
	_ = c.client.Close()
	return nil
}

// Logout takes leave of the server (RFC 9051 6.1.3) and closes the connection, also when it fails.
func (c *Conn) Logout(ctx context.Context) error {
	err := c.do(ctx, "logout", func() error {
		if err := c.client.Logout().Wait(); err != nil {
			return err
		}
		c.wire.setLinger(-1) // all is said and answered: let the system close in its own way
		return nil
	})
	return errors.Join(err, c.Close())
}

// do runs one call under the deadlines and the context and types its error.
func (c *Conn) do(ctx context.Context, op string, fn func() error) error {
	if err := ctx.Err(); err != nil {
		return c.lost(op, err)
	}
	if !c.Alive() {
		return c.lost(op, errClosed)
	}
	end := c.wire.begin(ctx)
	defer end()
	return c.typed(op, fn())
}

// typed turns an error of the library into one of this package's types.
func (c *Conn) typed(op string, err error) error {
	var own *callerError
	var said *CommandError
	var refused *imap.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return own.err
	case errors.As(err, &said): // of a dialogue of our own
		return said
	case errors.As(err, &refused):
		return &CommandError{Op: op, Status: string(refused.Type), Code: codeOf(refused), Text: refused.Text}
	case errors.Is(err, errIncomplete):
		return &ConnectError{Op: op, Addr: c.cfg.addr(), Reason: Protocol, Err: err}
	}
	c.wire.kill(err) // whatever it was, the library has given the connection up
	return c.lost(op, err)
}

func (c *Conn) lost(op string, err error) error {
	return lostError(op, c.cfg.addr(), c.tap.bye(), c.wire, err)
}

// codeOf returns the response code in upper case: servers write it as they like (RFC 9051 section 9, case-insensitive).
func codeOf(err *imap.Error) string { return strings.ToUpper(string(err.Code)) }

// callerError carries an error of the caller's own function through the library unharmed.
type callerError struct{ err error }

func (e *callerError) Error() string { return e.err.Error() }
