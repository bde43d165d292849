package imapconn

import (
	"bytes"
	"context"
	"fmt"
)

// Flags examines a mailbox and calls fn with UID and flags of every message from the given UID on, in one round trip: what a
// server knows without opening a message. No mailbox is selected afterwards. Flags are shared: not to be changed. A change of
// flags by another client may name a message twice.
func (c *Conn) Flags(ctx context.Context, name string, uid uint32, fn func(uid uint32, flags []string)) (Status, error) {
	op := fmt.Sprintf("read flags in %q", name)
	if err := checkName(name); err != nil {
		return Status{}, fmt.Errorf("%s: %w", op, err)
	}
	c.selected = false
	var r *flagReader
	err := c.do(ctx, op, func() error {
		return c.borrowed(func(d *dialogue) error {
			r = &flagReader{dialogue: d, from: max(uid, 1), each: fn}
			return r.read(name, op)
		})
	})
	if err != nil {
		return Status{}, err
	}
	return r.status, nil
}

// flagReader takes the answers to the commands of Flags.
type flagReader struct {
	*dialogue
	examined
	from uint32 // messages with a smaller UID do not count
	each func(uid uint32, flags []string)

	uid   uint32
	flags []string
	whole bool // there were flags
}

func (r *flagReader) read(mailbox, op string) error {
	both, err := r.examine(mailbox, fmt.Sprintf("UID FETCH %d:* (UID FLAGS)", r.from))
	if err != nil {
		return err
	}
	if err := r.send(); err != nil {
		return err
	}
	no, err := r.answers(both, r, &r.examined, func(Status) {})
	if err == nil && no != nil {
		no.Op = op
		return no
	}
	return err
}

// told implements listener.
func (r *flagReader) told(is response) {
	if !r.open { // later it is new mail
		r.status.told(is)
	}
}

// counted implements listener.
func (r *flagReader) counted(kind []byte, n uint32) {
	if !r.open && bytes.EqualFold(kind, []byte("EXISTS")) {
		r.status.Messages = n
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
	if r.open && r.whole && r.uid >= r.from {
		r.each(r.uid, r.flags)
	}
	return nil
}
