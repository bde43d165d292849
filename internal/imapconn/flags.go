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
	quoted, ok := quote(encodeUTF7(name))
	if !ok {
		return Status{}, fmt.Errorf("%s: the name cannot be written", op)
	}
	c.selected = false
	var r *flagReader
	err := c.do(ctx, op, func() error {
		return c.borrowed(func(d *dialogue) error {
			r = &flagReader{dialogue: d, from: uid, each: fn}
			no, err := r.read(quoted)
			if err == nil && no != nil {
				no.Op = op
				return no
			}
			return err
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
	from uint32 // messages with a smaller UID do not count
	each func(uid uint32, flags []string)

	status Status
	open   bool // the mailbox is: what comes before that is not about it

	uid   uint32
	flags []string
	whole bool // there were flags
}

// read sends both commands: where the server refuses the one, it refuses the other.
func (r *flagReader) read(mailbox string) (no *CommandError, err error) {
	asked, fetching := r.write("EXAMINE "+mailbox), r.write(fmt.Sprintf("UID FETCH %d:* (UID FLAGS)", max(r.from, 1)))
	if err := r.send(); err != nil {
		return nil, err
	}
	if no, err = r.answer(asked, r); err != nil {
		return nil, err
	}
	r.open = no == nil
	noFetch, err := r.answer(fetching, r)
	if r.open && r.status.Messages > 0 { // QUIRK: some servers refuse 1:* in an empty mailbox
		no = noFetch
	}
	return no, err
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
	if r.open && r.whole && r.uid >= max(r.from, 1) {
		r.each(r.uid, r.flags)
	}
	return nil
}
