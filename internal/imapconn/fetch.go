package imapconn

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// errIncomplete means that the server's answer cannot be relied upon to name every message.
var errIncomplete = fmt.Errorf("%w: incomplete answer", errProtocol)

// Fetched is a message read back from the server.
type Fetched struct {
	UID   uint32
	Flags []string
	Date  time.Time // INTERNALDATE
	Size  int64     // of the message, in bytes
	Body  io.Reader // valid until the callback returns; need not be read to the end; nil when not asked for
}

const (
	batchMessages = 2000 // messages per FETCH: what is kept of them in memory is small
	batchRanges   = 200  // ranges per FETCH: keeps the command under 5 kB (RFC 7162 section 4 asks for at most 8192)
)

// Fetch reads back messages of the selected mailbox by UID, without marking them as read, and calls fn for each in the server's
// order, which is that of the UIDs on every usual server. UIDs that are not there, or no longer, are left out: compare. An
// error of fn is returned as it is and closes the connection.
func (c *Conn) Fetch(ctx context.Context, uids []uint32, fn func(Fetched) error) error {
	if !c.selected {
		return errors.New("fetch messages: no mailbox is selected")
	}
	for _, set := range batches(uids) {
		err := c.do(ctx, "fetch messages", func() error { return c.fetchBatch(set, fn) })
		if err != nil {
			return err
		}
	}
	return nil
}

// FetchMeta is [Conn.Fetch] without the bodies; Size is what the server says.
func (c *Conn) FetchMeta(ctx context.Context, uids []uint32, fn func(Fetched) error) error {
	if !c.selected {
		return errors.New("fetch messages: no mailbox is selected")
	}
	for _, set := range batches(uids) {
		err := c.do(ctx, "fetch messages", func() error {
			meta, err := c.fetchMeta(set)
			for _, uid := range slices.Sorted(maps.Keys(meta)) {
				if err == nil {
					err = fn(meta[uid])
				}
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fetchBatch asks for flags and dates first, since a server may send them behind the body, which is not kept.
func (c *Conn) fetchBatch(set imap.UIDSet, fn func(Fetched) error) error {
	meta, err := c.fetchMeta(set)
	if err != nil {
		return err
	}
	opts := &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}}
	return c.twice(set, opts, func(msg *imapclient.FetchMessageData) (uint32, bool, error) {
		var uid uint32
		for item := msg.Next(); item != nil; item = msg.Next() {
			switch item := item.(type) {
			case imapclient.FetchItemDataUID:
				uid = uint32(item.UID)
			case imapclient.FetchItemDataBodySection:
				m, ok := meta[uid]
				if !ok || item.Literal == nil {
					continue // appeared or vanished between the two commands
				}
				m.Size = item.Literal.Size()
				return uid, true, deliver(m, item.Literal, fn)
			}
		}
		return uid, false, nil
	})
}

// deliver hands one body to the caller's function.
func deliver(m Fetched, literal io.Reader, fn func(Fetched) error) error {
	body := &wholeReader{r: literal, left: m.Size}
	m.Body = body
	err := fn(m)
	if err == nil {
		_, err = io.Copy(io.Discard, body)
	}
	switch {
	case body.cut != nil:
		return body.cut
	case err != nil:
		return &callerError{err}
	}
	return nil
}

func (c *Conn) fetchMeta(set imap.UIDSet) (map[uint32]Fetched, error) {
	meta := map[uint32]Fetched{}
	opts := &imap.FetchOptions{UID: true, Flags: true, InternalDate: true, RFC822Size: true}
	err := c.twice(set, opts, func(msg *imapclient.FetchMessageData) (uint32, bool, error) {
		var m Fetched
		for item := msg.Next(); item != nil; item = msg.Next() {
			switch item := item.(type) {
			case imapclient.FetchItemDataUID:
				m.UID = uint32(item.UID)
			case imapclient.FetchItemDataFlags:
				m.Flags = stringsOf(item.Flags)
			case imapclient.FetchItemDataInternalDate:
				m.Date = item.Time
			case imapclient.FetchItemDataRFC822Size:
				m.Size = item.Size
			}
		}
		complete := m.Flags != nil && !m.Date.IsZero()
		if complete {
			meta[m.UID] = m
		}
		return m.UID, complete, nil
	})
	return meta, err
}

// twice fetches a set and fetches again those messages whose data did not come. The library gives the first FETCH response that
// names a message to the command, and that may have been another client's change of flags.
func (c *Conn) twice(set imap.UIDSet, opts *imap.FetchOptions, each eachMessage) error {
	for round := 0; round < 2 && len(set) > 0; round++ {
		again, err := c.stream(set, opts, each)
		if err != nil {
			return err
		}
		set = again
	}
	return nil
}

// eachMessage handles one FETCH response and reports its UID and whether it held what was asked for.
type eachMessage func(*imapclient.FetchMessageData) (uid uint32, complete bool, err error)

// stream runs one UID FETCH. An error of each ends the connection, because the rest of the answer would have to be read to no
// purpose.
func (c *Conn) stream(set imap.UIDSet, opts *imap.FetchOptions, each eachMessage) (again imap.UIDSet, err error) {
	stray := c.stray.Load()
	cmd := c.client.Fetch(slices.Clone(set), opts)
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		uid, complete, err := each(msg)
		if err != nil {
			c.abandon(cmd, err)
			return nil, err
		}
		if !complete && uid != 0 {
			again.AddNum(imap.UID(uid))
		}
	}
	if err := cmd.Close(); err != nil {
		return nil, err
	}
	if c.stray.Load() != stray {
		return nil, fmt.Errorf("%w: message data before its UID", errIncomplete)
	}
	return again, nil
}

// abandon closes the connection and waits until the library has let go of it. After a body that was cut short the library's
// reader runs again; draining the command would read from the same buffer at the same time.
func (c *Conn) abandon(cmd *imapclient.FetchCommand, err error) {
	c.wire.kill(err)
	var own *callerError
	if errors.As(err, &own) {
		_ = cmd.Close() // repeats that the connection is closed
		return
	}
	<-c.client.Closed()
}

// batches sorts the UIDs into sets of bounded size; UID 0 does not exist and is dropped.
func batches(uids []uint32) []imap.UIDSet {
	sorted := slices.Clone(uids)
	slices.Sort(sorted)
	var sets []imap.UIDSet
	var set imap.UIDSet
	n := 0
	for i, uid := range sorted {
		if uid == 0 || i > 0 && sorted[i-1] == uid {
			continue
		}
		if n == batchMessages || len(set) == batchRanges {
			sets, set, n = append(sets, set), nil, 0
		}
		set.AddNum(imap.UID(uid))
		n++
	}
	if n > 0 {
		sets = append(sets, set)
	}
	return sets
}

// wholeReader fails where a literal ends early: the library takes the end of the connection for the end of the message.
type wholeReader struct {
	r    io.Reader
	left int64
	cut  error
}

// Read implements io.Reader. After an error the library must not be asked again: see [Conn.abandon].
func (w *wholeReader) Read(p []byte) (int, error) {
	if w.cut != nil {
		return 0, w.cut
	}
	n, err := w.r.Read(p)
	w.left -= int64(n)
	if err != nil && w.left > 0 {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		w.cut = err
	}
	return n, err
}
