package eml

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/pst2imap/pst2imap/pst"
)

// Item is an item that has been read: its identity is known and it can be
// written. It keeps small attachments in memory, so it should not be kept
// itself. It is not safe for concurrent use.
type Item struct {
	it *item
	id string
}

// Load reads an item with everything attached to it, once. What cannot be read
// is told by [Item.Faults] and among the warnings of [Item.Convert].
func Load(m *pst.Message, o *Options) *Item {
	it := newRun(o).load(pstItem{m}, nil)
	return &Item{it: it, id: it.id()}
}

// Release frees the memory for attachments sooner than the collector would. Nothing but
// [Item.ID] may be called after it.
func (i *Item) Release() {
	for _, b := range i.it.run.buffers {
		freeBuffer(b)
	}
	i.it = nil
}

// ID is the identity of the item, see [ItemID].
func (i *Item) ID() string { return i.id }

// Faults says what of the item could not be read; nil when all could. The id is
// then that of the rest.
func (i *Item) Faults() error {
	var errs []error
	for _, w := range i.it.faults() {
		errs = append(errs, errors.New(w.Detail))
	}
	for _, w := range i.it.run.warnings {
		if w.Rule == "A13" || w.Rule == "H15" {
			errs = append(errs, errors.New(w.Detail))
		}
	}
	return errors.Join(errs...)
}

// Refusal is the error with which [Item.Convert] will refuse the item; nil when it
// will not.
func (i *Item) Refusal() error {
	kind, o := i.it.kind, i.it.run.o
	if kind == KindAssociated || !kind.IsMail() && !slices.Contains(o.Items, kind) {
		return &SkippedKindError{Class: i.it.class, Kind: kind}
	}
	return nil
}

// Convert writes the item to w as an Internet message, without the [IDLine].
//
// The error is a *[SkippedKindError] when the item is of a kind that is not
// asked for; nothing was written then. Any other error comes from w, or from the
// data file between a first and a second reading of an attachment; w then has a
// piece of a message that must not be used. Everything else that goes wrong is a
// warning in the result.
func (i *Item) Convert(w io.Writer) (*Result, error) {
	return i.write(&meter{w: w, sum: sha256.New()})
}

// Write is Convert for those who do not need the hash: [Result.SHA256] stays empty.
func (i *Item) Write(w io.Writer) (*Result, error) { return i.write(&meter{w: w}) }

func (i *Item) write(out *meter) (*Result, error) {
	if err := i.Refusal(); err != nil {
		return nil, err
	}
	e, h, err := i.it.entity()
	if err != nil {
		return nil, err
	}
	e.root.settle(i.it.rootID(h), "1")
	if err := e.writeFile(out); err != nil {
		return nil, err
	}
	res := i.it.result(h)
	res.ID, res.Size, res.Mapped = i.id, out.size, i.it.run.mapped
	if out.sum != nil {
		out.sum.Sum(res.SHA256[:0])
	}
	return res, nil
}

// Convert is [Load] and [Item.Convert] in one step, for those who do not need
// the identity before.
func Convert(w io.Writer, m *pst.Message, o *Options) (*Result, error) {
	return Load(m, o).Convert(w)
}

// SkippedKindError says that an item is no mail and of a kind that
// [Options.Items] does not name. No bytes were written.
type SkippedKindError struct {
	Class string // message class as stored, to count by
	Kind  Kind
}

func (e *SkippedKindError) Error() string {
	return fmt.Sprintf("not mail: %s (%s)", e.Kind, e.Class)
}
