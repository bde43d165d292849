package imapconn

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Append stores one message (RFC 9051 6.3.12) and waits for the server's answer. The mailbox need not be selected.
//
// The error is
//   - one that satisfies errors.Is(err, ErrInvalidMessage): nothing was sent and the connection is as before,
//   - an [*AppendError]: the server refused the message; its Closed says whether the connection went with it,
//   - one that satisfies errors.Is(err, ErrUnknownOutcome): the connection broke, or ctx ended, while the message was under way,
//   - otherwise the message is certainly not stored; see [Conn.Alive].
func (c *Conn) Append(ctx context.Context, mailbox string, m Message) (Appended, error) {
	op := fmt.Sprintf("append to %q", mailbox)
	opts, err := c.prepare(mailbox, m)
	if err != nil {
		return Appended{}, fmt.Errorf("%s: %w", op, err)
	}
	var done Appended
	asked := false // whether the server asked for the message
	err = c.do(ctx, op, func() (err error) {
		done, asked, err = c.send(mailbox, m, opts)
		return err
	})
	var refused *CommandError
	var lost *ConnectError
	switch {
	case errors.As(err, &refused):
		err = &AppendError{mailbox, refused.Status, refused.Code, refused.Text, !c.Alive()}
	case asked && (errors.As(err, &lost) || err != nil && ctx.Err() != nil):
		err = fmt.Errorf("%w: %w", ErrUnknownOutcome, err)
	}
	return done, err
}

// prepare checks everything that will go onto the wire.
func (c *Conn) prepare(mailbox string, m Message) (*imap.AppendOptions, error) {
	if err := checkName(mailbox); err != nil {
		return nil, err
	}
	flags, err := checkFlags(m.Flags)
	if err != nil {
		return nil, err
	}
	date, err := checkDate(m.Date)
	if err != nil {
		return nil, err
	}
	opts := &imap.AppendOptions{Time: date}
	for _, f := range flags {
		opts.Flags = append(opts.Flags, imap.Flag(f))
	}
	return opts, checkBody(m)
}

// send does the APPEND. A server that refuses it before asking for the message costs the connection: the library closes it.
func (c *Conn) send(mailbox string, m Message, opts *imap.AppendOptions) (done Appended, asked bool, err error) {
	cmd := c.client.Append(mailbox, m.Size, opts)
	if _, err := cmd.Write(nil); err != nil { // the only way to learn whether there was a "+"
		_ = cmd.Close() // repeats err
		_, err := cmd.Wait()
		return done, false, err
	}
	if err := c.sendBody(cmd, m); err != nil {
		return done, true, err
	}
	data, err := cmd.Wait()
	if err == nil {
		done = Appended{UIDValidity: data.UIDValidity, UID: uint32(data.UID)}
	}
	return done, true, err
}

// sendBody writes exactly the announced number of bytes. When the body cannot be read to its end the connection is closed, for
// the server would wait for the rest: an incomplete message is never stored.
func (c *Conn) sendBody(cmd *imapclient.AppendCommand, m Message) error {
	body := &errReader{r: m.Body}
	n, err := io.CopyN(cmd, body, m.Size)
	if n < m.Size && body.err != nil {
		c.wire.kill(body.err)
		_ = cmd.Close() // releases the library
		_, _ = cmd.Wait()
		return &callerError{fmt.Errorf("read message: %w", body.err)}
	}
	closeErr := cmd.Close()
	if err == nil {
		err = closeErr
	}
	if err == nil {
		return nil
	}
	if _, waitErr := cmd.Wait(); waitErr != nil {
		return waitErr // the server's own words, if it has said any
	}
	return err
}
