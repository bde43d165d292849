package imapconn

import (
	"bufio"
	"cmp"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Appender is a connection that stores messages as fast as the line takes them: [Appender.Send] does not wait for the answer
// to one batch before it sends the next. It speaks for itself, without the library, whose APPEND waits for the server with every
// message and ends the connection with every refusal.
//
// What keeps it safe: nothing but well-formed commands and messages is sent; a message that the server was not asked about is
// sent only where the caller knows that the server takes the command; and a server that answers BAD to such a one has its
// connection closed at once, since it may go on to read the message as commands.
type Appender struct {
	cfg    Config
	wire   *wire
	caps   Caps
	limit  int64 // of a message; 0 when the server does not say
	br     *bufio.Reader
	bw     *outbox
	out    io.Writer     // what bw writes to
	z      *flate.Writer // between bw and out once the connection is compressed
	detach func() bool   // from the context of Dial

	sending sync.Mutex // one command at a time
	tags    int

	mu      sync.Mutex
	pending []*command // sent and not answered, in order
	writing bool
	idle    *sync.Cond // nothing is pending
	gone    error      // why there is no connection any more
	squeeze *squeeze   // COMPRESS without an answer
	bye     string
}

// command is a batch on its way.
type command struct {
	tag      string
	batch    *Batch
	unasked  bool          // some of it is sent without the server's consent; of a command under way by mu
	started  time.Time     // when the first byte was sent
	sent     bool          // some of a message was
	failed   error         // of reading a message, which ended the connection
	proceed  chan struct{} // a "+" came
	answered chan struct{} // closed with the answer, or with the connection
	done     func(Outcome)
}

// DialAppender connects and signs in like [Dial]. The end of ctx closes the connection.
func DialAppender(ctx context.Context, cfg Config) (*Appender, error) {
	s, err := dial(ctx, cfg)
	if err != nil {
		return nil, err
	}
	a := &Appender{cfg: s.cfg, wire: s.wire, caps: s.caps, br: s.br}
	a.idle = sync.NewCond(&a.mu)
	a.limit, _ = s.caps.AppendLimit()
	a.out = &paced{ctx: ctx, w: s.conn, pace: s.cfg.Pace}
	a.bw = newOutbox(a.out)
	if s.conn == net.Conn(s.wire) && s.cfg.Pace.anyBytes() {
		a.bw.wire = s.wire
	}
	a.detach = context.AfterFunc(ctx, func() { a.wire.kill(ctx.Err()) })
	go a.listen()
	return a, nil
}

// AppendLimit is [Caps.AppendLimit] of the connection; it costs nothing.
func (a *Appender) AppendLimit() (limit int64, ok bool) { return a.limit, a.limit > 0 }

// Multi tells whether the server takes several messages in one command without being asked about each.
func (a *Appender) Multi() bool { return a.caps.Has("MULTIAPPEND") && a.caps.literals() == unasked }

// Asks tells whether a message of n bytes has to wait for the server's consent in any case.
func (a *Appender) Asks(n int64) bool { return a.caps.literals().ask(n) }

// Traffic returns the bytes sent and received so far.
func (a *Appender) Traffic() (sent, received int64) {
	return a.wire.sent.Load(), a.wire.received.Load()
}

// Alive tells whether the connection can still be used, as far as is known.
func (a *Appender) Alive() bool {
	closed, _ := a.wire.state()
	return !closed
}

// Send sends a batch. It returns when the batch is on its way; done is called with the answer, from another goroutine and in
// any case, unless Send returns an error: then nothing was sent, and the connection is as before or was lost earlier. The
// messages must stay as they are until both done was called and Send has returned: they are read where they lie, and a
// connection that is lost has done called while the rest is still being written. done must not wait for anything.
func (a *Appender) Send(b *Batch, done func(Outcome)) error {
	a.sending.Lock()
	defer a.sending.Unlock()
	if len(b.Messages) > 1 && !a.Multi() {
		return fmt.Errorf("append to %q: the server takes one message at a time", b.Mailbox)
	}
	heads, err := b.heads(a.caps.literals())
	if err != nil {
		return fmt.Errorf("append to %q: %w", b.Mailbox, err)
	}
	c := &command{
		batch: b, done: done, unasked: !b.Ask && !a.Asks(b.Messages[0].Size), started: time.Now(),
		proceed: make(chan struct{}, 1), answered: make(chan struct{}),
	}
	if err := a.enlist(c); err != nil {
		return err
	}
	if err := a.write(c, heads); err != nil {
		a.wire.kill(err) // the listener tells everyone who waits
	}
	a.mu.Lock()
	a.writing = false
	a.mu.Unlock()
	a.rest()
	return nil
}

// enlist makes the listener expect an answer to c.
func (a *Appender) enlist(c *command) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.gone != nil {
		return a.gone
	}
	a.tags++
	c.tag = fmt.Sprintf("a%d", a.tags)
	if len(a.pending) == 0 {
		a.wire.setBusy(true)
	}
	a.pending, a.writing = append(a.pending, c), true
	return nil
}

// rest lets the server be silent when nothing is under way.
func (a *Appender) rest() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.pending) > 0 {
		return
	}
	if !a.writing {
		a.wire.setBusy(false)
	}
	a.idle.Broadcast()
}

// write sends the command. Where the server refuses it before the message there is nothing more to send.
func (a *Appender) write(c *command, heads []string) error {
	for i, head := range heads {
		if i == 0 {
			head = c.tag + head
		}
		if _, err := io.WriteString(a.bw, head+"\r\n"); err != nil {
			return err
		}
		if i == 0 && !c.unasked {
			if err := a.flush(); err != nil {
				return err
			}
			select {
			case <-c.proceed:
				c.batch.Consented = true
			case <-c.answered:
				return nil
			}
		}
		a.mark(c)
		if err := a.body(c, &c.batch.Messages[i]); err != nil {
			return err
		}
	}
	if _, err := io.WriteString(a.bw, "\r\n"); err != nil {
		return err
	}
	return a.flush()
}

// mark notes that what becomes of c is no longer certain, and that the server has not been asked about the messages behind the
// first.
func (a *Appender) mark(c *command) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c.sent = true
	c.unasked = c.unasked || len(c.batch.Messages) > 1
}

// body writes exactly the announced number of bytes. When they cannot be read to their end the connection has to go: the
// server would wait for the rest, and an incomplete message is never stored.
func (a *Appender) body(c *command, m *Message) error {
	n, err := m.copyTo(a.bw)
	if n == m.Size {
		return nil
	}
	if a.bw.err == nil {
		err = fmt.Errorf("read message: %w", cmp.Or(err, io.EOF))
		a.mu.Lock()
		c.failed = err
		a.mu.Unlock()
	}
	return err
}

// Pace waits until another message may be sent.
func (a *Appender) Pace(ctx context.Context) error { return a.cfg.Pace.Message(ctx) }

// Wait returns when every batch has its answer.
func (a *Appender) Wait() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.pending) > 0 {
		a.idle.Wait()
	}
}

// Close waits for the answers to what was sent, takes leave of the server and closes the connection.
func (a *Appender) Close() error {
	a.Wait()
	a.sending.Lock()
	defer a.sending.Unlock()
	a.wire.setBusy(true)
	if a.Alive() {
		a.wire.setLinger(-1) // all is said and answered: let the system close in its own way
		if _, err := io.WriteString(a.bw, "z LOGOUT\r\n"); err == nil {
			_ = a.flush() // whether the server hears it is its own affair
		}
	}
	a.Abandon()
	return nil
}

// Abandon closes the connection at once. What the system has not sent yet is discarded.
func (a *Appender) Abandon() {
	a.detach()
	a.wire.kill(errClosed)
}
