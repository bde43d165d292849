package imapconn

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Entry is one message of an index.
type Entry struct {
	UID       uint32
	Flags     []string
	Header    []byte // the fields asked for, as they stand in the message, and the empty line after them
	Truncated bool   // Header was longer than 256 KiB and is cut
}

// maxHeader bounds what is kept of the header fields of one message.
const maxHeader = 256 << 10

// indexFields identify a message.
var indexFields = []string{"MESSAGE-ID", "DATE", "FROM", "X-PST2IMAP-ID"}

// Index calls fn for every message of the selected mailbox, in the server's order, with the fields Message-ID, Date, From and
// X-Pst2imap-Id. Nothing is marked as read. It fails rather than leave a message out, save those that another client
// removes meanwhile. An error of fn is returned as it is and closes the connection.
func (c *Conn) Index(ctx context.Context, fn func(Entry) error) error {
	return c.indexFrom(ctx, 1, fn)
}

// IndexFrom is [Conn.Index] for the messages from the given UID on.
func (c *Conn) IndexFrom(ctx context.Context, uid uint32, fn func(Entry) error) error {
	return c.indexFrom(ctx, max(uid, 1), func(e Entry) error {
		if e.UID < uid {
			return nil // n:* always has the last message, whatever its UID (RFC 9051 9, sequence-set)
		}
		return fn(e)
	})
}

func (c *Conn) indexFrom(ctx context.Context, uid uint32, fn func(Entry) error) error {
	if !c.selected {
		return errors.New("index mailbox: none is selected")
	}
	return c.do(ctx, "index mailbox", func() error {
		n := c.messages.Load()
		if n == 0 {
			return nil // QUIRK: some servers refuse 1:* in an empty mailbox
		}
		if uid > 1 {
			n = 0 // how many there are from there on is not known
		}
		return c.index(uid, n, fn)
	})
}

func (c *Conn) index(uid uint32, expected int64, fn func(Entry) error) error {
	all := imap.UIDSet{}
	all.AddRange(imap.UID(uid), 0) // uid:*
	opts := &imap.FetchOptions{UID: true, Flags: true, BodySection: []*imap.FetchItemBodySection{
		{Specifier: imap.PartSpecifierHeader, HeaderFields: indexFields, Peek: true},
	}}
	expunged, found := c.expunged.Load(), int64(0)
	err := c.twice(all, opts, func(msg *imapclient.FetchMessageData) (uint32, bool, error) {
		e, complete, err := readEntry(msg)
		if err != nil || !complete {
			return e.UID, false, err
		}
		found++
		if err := fn(e); err != nil {
			return e.UID, true, &callerError{err}
		}
		return e.UID, true, nil
	})
	if gone := c.expunged.Load() - expunged; err == nil && found+gone < expected {
		err = fmt.Errorf("%w: %d messages of %d", errIncomplete, found, expected)
	}
	return err
}

// readEntry reads one FETCH response; incomplete is one without the header.
func readEntry(msg *imapclient.FetchMessageData) (e Entry, complete bool, err error) {
	for item := msg.Next(); item != nil; item = msg.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			e.UID = uint32(item.UID)
		case imapclient.FetchItemDataFlags:
			e.Flags = stringsOf(item.Flags)
		case imapclient.FetchItemDataBodySection:
			complete = true
			if item.Literal == nil {
				continue // NIL: none of the fields
			}
			body := &wholeReader{r: item.Literal, left: item.Literal.Size()}
			if e.Header, err = io.ReadAll(io.LimitReader(body, maxHeader)); err != nil {
				return e, false, err
			}
			e.Truncated = body.left > 0
		}
	}
	return e, complete && e.Flags != nil, nil
}
