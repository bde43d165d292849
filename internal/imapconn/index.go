package imapconn

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Entry is one message of an index.
type Entry struct {
	UID       uint32
	Flags     []string // shared: not to be changed
	Header    []byte   // the fields asked for, as they stand in the message, and the empty line after them; only until the callback returns
	Truncated bool     // Header was longer than 256 KiB and is cut

	Size int64     // of the message, in bytes; 0 unless IndexedMailbox.Meta asks for it
	Date time.Time // INTERNALDATE, in UTC; zero likewise
}

// maxHeader bounds what is kept of the header fields of one message.
const maxHeader = 256 << 10

// indexItems are what an index is made of: the header fields identify a message.
const indexItems = "(UID FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM X-PST2IMAP-ID)])"

// indexAndMeta are these, size and date.
const indexAndMeta = "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM X-PST2IMAP-ID)])"

// Index calls fn for every message of the selected mailbox, in the server's order, with the fields Message-ID, Date, From and
// X-Pst2imap-Id. Nothing is marked as read. It fails rather than leave a message out, save those that another client
// removes meanwhile. An error of fn is returned as it is and closes the connection.
func (c *Conn) Index(ctx context.Context, fn func(Entry) error) error {
	return c.IndexFrom(ctx, 1, fn)
}

// IndexFrom is [Conn.Index] for the messages from the given UID on.
func (c *Conn) IndexFrom(ctx context.Context, uid uint32, fn func(Entry) error) error {
	if !c.selected {
		return errors.New("index mailbox: none is selected")
	}
	return c.do(ctx, "index mailbox", func() error {
		n := c.messages.Load()
		if n == 0 {
			return nil // QUIRK: some servers refuse 1:* in an empty mailbox
		}
		return c.borrowed(func(d *dialogue) error {
			x := newIndexer(d, max(uid, 1), fn)
			x.open, x.status.Messages = true, uint32(n)
			if err := d.index(x, fmt.Sprintf("%d:*", x.from)); err != nil {
				return err
			}
			return d.askAgain(x)
		})
	})
}

// IndexedMailbox is one of [Conn.IndexAll].
type IndexedMailbox struct {
	Name  string
	Meta  bool              // size and date of each message too
	Begin func(Status)      // called before the first message
	Each  func(Entry) error // as that of [Conn.Index]
	End   func(error)       // called when all are there, or with an error: then the mailbox has to be asked for by itself
}

// IndexAll examines mailboxes and reads the index of each, and does not wait for the server in between: over a long line each
// wait costs as much as many messages. No mailbox is selected afterwards. The error is that of the connection; those mailboxes
// whose End was not called by then have not been read.
func (c *Conn) IndexAll(ctx context.Context, mailboxes []IndexedMailbox) error {
	for _, m := range mailboxes {
		if err := checkName(m.Name); err != nil {
			return fmt.Errorf("index %q: %w", m.Name, err)
		}
	}
	c.selected = false
	return c.do(ctx, "index mailboxes", func() error {
		return c.borrowed(func(d *dialogue) error { return d.indexAll(mailboxes) })
	})
}

// borrowed speaks with the server in the library's place.
func (c *Conn) borrowed(fn func(*dialogue) error) error {
	r, err := c.tap.lend()
	if err != nil {
		return err
	}
	d := &dialogue{conn: c, answerReader: newAnswerReader(r)}
	if err = fn(d); err != nil {
		var refused *CommandError
		if !errors.As(err, &refused) {
			c.wire.kill(err) // nobody knows where in an answer the connection is
		}
	}
	c.tap.takeBack(d.rest())
	return err
}

// mostAhead is how many mailboxes are asked for before the first of them is answered.
const mostAhead = 20

// indexAll keeps the server busy. It has a mailbox's EXAMINE before its FETCH.
func (d *dialogue) indexAll(mailboxes []IndexedMailbox) error {
	asked := make([]pair, 0, len(mailboxes))
	for i, m := range mailboxes {
		for _, ahead := range mailboxes[len(asked):min(i+mostAhead, len(mailboxes))] {
			items := indexItems
			if ahead.Meta {
				items = indexAndMeta
			}
			both, err := d.examine(ahead.Name, "UID FETCH 1:* "+items)
			if err != nil {
				return err
			}
			asked = append(asked, both)
		}
		if err := d.send(); err != nil {
			return err
		}
		if err := d.indexOne(m, asked[i]); err != nil {
			return err
		}
	}
	return nil
}

func (d *dialogue) indexOne(m IndexedMailbox, asked pair) error {
	x := newIndexer(d, 1, m.Each)
	no, err := d.answers(asked, x, &x.examined, m.Begin)
	if err != nil {
		return err
	}
	switch {
	case no != nil:
		no.Op = fmt.Sprintf("index %q", m.Name)
		m.End(no)
	case len(x.partly) > 0: // another mailbox is open by now
		m.End(fmt.Errorf("%w: %d messages came in parts", errIncomplete, len(x.partly)))
	default:
		m.End(x.missing())
	}
	return nil
}

// index reads the messages of a set.
func (d *dialogue) index(x *indexer, set string) error {
	tag := d.write("UID FETCH " + set + " " + indexItems)
	if err := d.send(); err != nil {
		return err
	}
	no, err := d.answer(tag, x)
	if err == nil && no != nil {
		no.Op = "index mailbox"
		return no
	}
	return err
}

// askAgain asks again, once, for messages of which only a part has come: another client's change of flags may have come
// instead of it. Then it sees whether any message is missing.
func (d *dialogue) askAgain(x *indexer) error {
	if len(x.partly) > 0 && !x.again {
		x.again = true
		for _, set := range batches(slices.Collect(maps.Keys(x.partly))) {
			if err := d.index(x, set.String()); err != nil {
				return err
			}
		}
	}
	return x.missing()
}
