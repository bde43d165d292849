package imapconn

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// FlagsFrom calls fn with UID and flags of every message of the selected mailbox from the given UID on: what a server knows
// without opening a message. Flags are shared: not to be changed. A change of flags by another client may name a message twice.
func (c *Conn) FlagsFrom(ctx context.Context, uid uint32, fn func(uid uint32, flags []string)) error {
	if !c.selected {
		return errors.New("read flags: no mailbox is selected")
	}
	return c.do(ctx, "read flags", func() error {
		if c.messages.Load() == 0 {
			return nil // QUIRK: some servers refuse 1:* in an empty mailbox
		}
		return c.borrowed(func(d *dialogue) error {
			tag := d.write(fmt.Sprintf("UID FETCH %d:* (UID FLAGS)", max(uid, 1)))
			if err := d.send(); err != nil {
				return err
			}
			no, err := d.answer(tag, &flagReader{dialogue: d, from: uid, each: fn})
			if err == nil && no != nil {
				no.Op = "read flags"
				return no
			}
			return err
		})
	})
}

// flagReader takes the answers to FlagsFrom.
type flagReader struct {
	*dialogue
	from uint32 // messages with a smaller UID do not count
	each func(uid uint32, flags []string)

	uid   uint32
	flags []string
	whole bool // there were flags
}

// told implements listener.
func (r *flagReader) told(response) {}

// counted implements listener.
func (r *flagReader) counted(kind []byte, n uint32) {
	switch {
	case bytes.EqualFold(kind, []byte("EXISTS")):
		r.conn.messages.Store(int64(n))
	case bytes.EqualFold(kind, []byte("EXPUNGE")):
		r.conn.messages.Add(-1)
	}
}

// message implements listener.
func (r *flagReader) message() { r.uid, r.flags, r.whole = 0, nil, false }

// item implements listener.
func (r *flagReader) item(name string, _ []byte) (err error) {
	switch name {
	case itemUID:
		r.uid, err = r.number()
	case itemFlags:
		r.whole = true
		r.flags, err = r.flagList()
	default:
		err = r.drop()
	}
	return err
}

// complete implements listener. n:* always has the last message, whatever its UID (RFC 9051 9, sequence-set).
func (r *flagReader) complete() error {
	if r.whole && r.uid >= max(r.from, 1) {
		r.each(r.uid, r.flags)
	}
	return nil
}
