package imapconn

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"
)

// ReadBack is messages of one mailbox that are to be read back.
type ReadBack struct {
	Mailbox string
	Whole   []uint32 // UIDs of those that are read with every byte
	Meta    []uint32 // UIDs of those of which size, flags and date are enough
}

// Fetched is a message read back from the server.
type Fetched struct {
	UID   uint32
	Flags []string  // shared: not to be changed
	Date  time.Time // INTERNALDATE, in UTC
	Size  int64     // of the message, in bytes: as many as were read, or as the server says
	Whole bool      // its bytes were read
}

// Reader takes what [Conn.ReadBack] reads. An error of one of its functions is returned as it is and closes the connection.
type Reader struct {
	Begin func(*ReadBack, Status) error // before the first message of a mailbox

	// Body is called with the bytes of a message and Done with what else is known of it, right after it. The reader is valid until
	// Body returns and need not be read to the end.
	Body func(io.Reader) error
	Done func(*ReadBack, Fetched) error

	// Refused is called where the server does not give out some of the messages; without UIDs, where it does not open the mailbox.
	Refused func(*ReadBack, []uint32, *CommandError) error
}

// ReadBack reads messages of many mailboxes, without marking them as read and without waiting for the server in between: over a
// long line each wait costs as much as many messages. Messages that are not there, or no longer, are left out, and now and
// then one whose data another client's change of flags has split: compare, and ask again. No mailbox is selected afterwards.
func (c *Conn) ReadBack(ctx context.Context, list []ReadBack, r Reader) error {
	for _, m := range list {
		if err := checkName(m.Mailbox); err != nil {
			return fmt.Errorf("read back %q: %w", m.Mailbox, err)
		}
	}
	c.selected = false
	return c.do(ctx, "read messages back", func() error {
		return c.borrowed(func(d *dialogue) error {
			b := &readBack{dialogue: d, Reader: r, steps: stepsOf(list)}
			return b.run()
		})
	})
}

// step is one command.
type step struct {
	of      *ReadBack
	uids    []uint32 // none for EXAMINE
	command string
	tag     string
}

const (
	batchMessages = 2000     // messages per FETCH
	batchRanges   = 200      // ranges per FETCH: keeps the command under 5 kB (RFC 7162 section 4 asks for at most 8192)
	aheadBytes    = 32 << 10 // of commands without an answer: what a server does not read while it writes must fit on the way

	metaItems  = "(UID FLAGS INTERNALDATE RFC822.SIZE)"
	wholeItems = "(UID FLAGS INTERNALDATE BODY.PEEK[])"
)

// stepsOf gives the commands in their order.
func stepsOf(list []ReadBack) []step {
	var steps []step
	for i := range list {
		m := &list[i]
		name, _ := quote(encodeUTF7(m.Mailbox)) // it has no line break
		steps = append(steps, step{of: m, command: "EXAMINE " + name})
		for _, part := range []struct {
			uids  []uint32
			items string
		}{{m.Meta, metaItems}, {m.Whole, wholeItems}} {
			for _, set := range batches(part.uids) {
				steps = append(steps, step{of: m, uids: numbers(set), command: "UID FETCH " + set.String() + " " + part.items})
			}
		}
	}
	return steps
}

// readBack is one call of [Conn.ReadBack].
type readBack struct {
	*dialogue
	Reader
	steps []step

	now    *step // whose answer is read
	open   bool  // its mailbox
	status Status
	got    Fetched
	has    struct{ uid, flags, date bool }
}

// run keeps commands on the way and reads their answers.
func (b *readBack) run() error {
	sent, ahead := 0, 0
	for i := range b.steps {
		for sent < len(b.steps) && (sent == i || ahead+len(b.steps[sent].command) <= aheadBytes) {
			s := &b.steps[sent]
			s.tag = b.write(s.command)
			ahead += len(s.command)
			sent++
		}
		if err := b.send(); err != nil {
			return err
		}
		b.now = &b.steps[i]
		ahead -= len(b.now.command)
		if err := b.one(); err != nil {
			return err
		}
	}
	return nil
}

// one reads the answer to a command. After a refused EXAMINE no mailbox is open, or on some servers the one before.
func (b *readBack) one() error {
	s := b.now
	if s.uids == nil {
		b.open, b.status = false, Status{}
	} else if !b.open {
		_, err := b.answer(s.tag, b)
		return err
	}
	no, err := b.answer(s.tag, b)
	switch {
	case err != nil:
		return err
	case no != nil:
		no.Op = fmt.Sprintf("read %q", s.of.Mailbox)
		return callers(b.Refused(s.of, s.uids, no))
	case s.uids == nil:
		b.open = true
		return callers(b.Begin(s.of, b.status))
	}
	return nil
}

func callers(err error) error {
	if err != nil {
		return &callerError{err}
	}
	return nil
}

// told implements listener.
func (b *readBack) told(r response) { b.status.told(r) }

// counted implements listener.
func (b *readBack) counted(kind []byte, n uint32) {
	if bytes.EqualFold(kind, []byte("EXISTS")) && !b.open {
		b.status.Messages = n
	}
}

// message implements listener.
func (b *readBack) message() {
	b.got = Fetched{}
	b.has.uid, b.has.flags, b.has.date = false, false, false
}

// item implements listener.
func (b *readBack) item(name string, section []byte) (err error) {
	switch {
	case section != nil && name == itemBody:
		return b.body()
	case name == itemUID:
		b.has.uid = true
		b.got.UID, err = b.number()
	case name == itemFlags:
		b.has.flags = true
		b.got.Flags, err = b.flagList()
	case name == itemDate:
		b.has.date = true
		b.got.Date, err = b.date()
	case name == itemSize:
		n, sizeErr := b.number()
		if err = sizeErr; !b.got.Whole {
			b.got.Size = int64(n)
		}
	default:
		return b.drop()
	}
	return err
}

// body hands the bytes of a message on.
func (b *readBack) body() error {
	if !b.open {
		return b.drop()
	}
	b.got.Whole = true
	n, ok := b.literalNext()
	if !ok {
		text, _, err := b.text(nil, maxLine)
		b.got.Size = int64(len(text))
		if err != nil {
			return err
		}
		return callers(b.Body(bytes.NewReader(text)))
	}
	b.got.Size = n
	return b.stream(n, b.Body)
}

// complete implements listener.
func (b *readBack) complete() error {
	if !b.open || !b.has.uid || !b.has.flags || !b.has.date {
		return nil // of another mailbox, or a change of flags
	}
	return callers(b.Done(b.now.of, b.got))
}
