package verify

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
)

// fetched is a message as the server has it.
type fetched struct {
	whole bool     // its bytes were read
	sum   [32]byte // of the bytes behind our own first line
	size  int64
	flags string // sorted, lower case
	date  time.Time
	no    string // why the server does not give it out, in its words
}

// fetchAll reads messages and keeps what they are compared by.
func (v *verifier) fetchAll(ctx context.Context, list []*claim.Copy) error {
	h := v.sums.summer()
	defer v.sums.done(h)
	var sum [32]byte
	list = v.beyondIndex(list)
	return v.readBack(ctx, list, &reading{
		whole: func(c *claim.Copy) bool {
			_, known := v.readBefore(c)
			return v.sampled(c.ID) && !known
		},
		body: func(r io.Reader) error {
			h.reset()
			err := sumBody(h, r)
			sum = h.sum()
			return err
		},
		done: func(c *claim.Copy, f imapconn.Fetched) error {
			g := &fetched{size: f.Size, flags: flagText(f.Flags), date: f.Date}
			before, known := v.readBefore(c)
			switch {
			case f.Whole:
				g.whole, g.sum = true, sum
				v.opt.Memory.note(v.place(c), c.UID, remembered{sum, f.Size})
			case known && v.sampled(c.ID):
				g.whole, g.sum, g.size = true, before.sum, before.size
				v.rec.Report().Verify.Resume(v.opt.Memory.since)
			}
			v.keep(c, g)
			return nil
		},
		refused: func(c *claim.Copy, words string) { v.keep(c, &fetched{no: words}) },
	})
}

// beyondIndex are those messages of which the index does not say enough.
func (v *verifier) beyondIndex(list []*claim.Copy) []*claim.Copy {
	var rest []*claim.Copy
	var enough int
	var bytes int64
	for _, c := range list {
		if v.enough(c) {
			enough++
			bytes += c.Stored.Size
		} else {
			rest = append(rest, c)
		}
	}
	v.steps(-1, enough, bytes)
	return rest
}

// enough tells whether the index says all that is to be compared of a message.
func (v *verifier) enough(c *claim.Copy) bool { return c.Stored != nil && !v.sampled(c.ID) }

// have is what is known of a message: as it was read back, or from the index where
// that is enough. One that is gone is not there. It is for one goroutine.
func (v *verifier) have(c *claim.Copy) (g fetched, there bool) {
	if got := v.got[c]; got != nil {
		return *got, true
	}
	if !v.enough(c) {
		return g, false
	}
	return fetched{size: c.Stored.Size, date: time.Unix(c.Stored.Date, 0).UTC(), flags: v.flags.stored(c.Stored.Flags)}, true
}

func (v *verifier) place(c *claim.Copy) place {
	return place{c.Mailbox, v.job.UIDValidity(c.Mailbox), v.sums.name}
}

// readBefore is what a verification that was cut off has read of a message.
func (v *verifier) readBefore(c *claim.Copy) (remembered, bool) {
	return v.opt.Memory.recall(v.place(c), c.UID)
}

func (v *verifier) keep(c *claim.Copy, g *fetched) {
	v.mu.Lock()
	v.got[c] = g
	v.mu.Unlock()
	v.step(-1, g.size)
}

// reading says what to do with messages that are read back. It is for one goroutine.
type reading struct {
	whole   func(*claim.Copy) bool                    // every byte, or only size, flags and date
	body    func(io.Reader) error                     // the bytes of a message
	done    func(*claim.Copy, imapconn.Fetched) error // and right after them what else is known of it
	refused func(c *claim.Copy, words string)         // the server does not give it out
}

// readBack reads messages, mailbox by mailbox. When the connection breaks it goes on
// with what is left. Messages that are gone are left out.
func (v *verifier) readBack(ctx context.Context, list []*claim.Copy, r *reading) error {
	b := &backlog{reading: r, validity: v.job.UIDValidity, open: map[string]map[uint32]*claim.Copy{}}
	for _, c := range list {
		b.add(c)
	}
	return v.job.Do(ctx, func(conn *imapconn.Conn) error {
		// A change of flags by another program can come in the place of a message's
		// data, and what the server refuses together with others it may give alone.
		for range 2 {
			list := b.list()
			if len(list) == 0 {
				return nil
			}
			if err := conn.ReadBack(ctx, list, b.reader()); err != nil {
				return err
			}
		}
		return nil
	})
}

// backlog is what is to be read back and was not yet.
type backlog struct {
	*reading
	open     map[string]map[uint32]*claim.Copy // by mailbox and UID
	alone    bool                              // each is asked for by itself
	validity func(mailbox string) uint32
}

func (b *backlog) add(c *claim.Copy) {
	if b.open[c.Mailbox] == nil {
		b.open[c.Mailbox] = map[uint32]*claim.Copy{}
	}
	b.open[c.Mailbox][c.UID] = c
}

// list is what to ask for.
func (b *backlog) list() []imapconn.ReadBack {
	var list []imapconn.ReadBack
	for _, name := range slices.Sorted(maps.Keys(b.open)) {
		m := imapconn.ReadBack{Mailbox: name}
		for _, uid := range slices.Sorted(maps.Keys(b.open[name])) {
			if b.whole(b.open[name][uid]) {
				m.Whole = append(m.Whole, uid)
			} else {
				m.Meta = append(m.Meta, uid)
			}
			if b.alone {
				list = append(list, m)
				m = imapconn.ReadBack{Mailbox: name}
			}
		}
		if !b.alone && len(b.open[name]) > 0 {
			list = append(list, m)
		}
	}
	return list
}

func (b *backlog) reader() imapconn.Reader {
	return imapconn.Reader{Begin: b.begin, Body: b.body, Done: b.take, Refused: b.refuse}
}

// begin makes sure that the UIDs mean the messages that were indexed.
func (b *backlog) begin(m *imapconn.ReadBack, st imapconn.Status) error {
	if was := b.validity(m.Mailbox); was != st.UIDValidity {
		return &NumberedAnewError{m.Mailbox}
	}
	return nil
}

// NumberedAnewError says that the server has given the messages of a mailbox other
// UIDs while it was verified.
type NumberedAnewError struct{ Mailbox string }

// Error is one line.
func (e *NumberedAnewError) Error() string {
	return fmt.Sprintf("the server has numbered the messages in %q anew while they were read", e.Mailbox)
}

func (b *backlog) take(m *imapconn.ReadBack, f imapconn.Fetched) error {
	c := b.open[m.Mailbox][f.UID]
	if c == nil || f.Whole != b.whole(c) { // not asked for, or not all of it
		return nil
	}
	delete(b.open[m.Mailbox], f.UID)
	return b.done(c, f)
}

// refuse leaves a mailbox that is not there any more, and asks for each message by
// itself where the server refuses several. One that is busy is asked again later.
func (b *backlog) refuse(m *imapconn.ReadBack, uids []uint32, e *imapconn.CommandError) error {
	switch {
	case job.Busy(e) && (uids == nil || e.Code != "SERVERBUG"):
		return e
	case uids == nil:
		delete(b.open, m.Mailbox)
	case !b.alone:
		b.alone = true
	default:
		c := b.open[m.Mailbox][uids[0]]
		delete(b.open[m.Mailbox], uids[0])
		if c != nil {
			b.refused(c, e.Text)
		}
	}
	return nil
}

// sumBody sums a message without our own first line.
func sumBody(h io.Writer, body io.Reader) error {
	br := readers.Get().(*bufio.Reader)
	defer readers.Put(br)
	br.Reset(body)
	first, err := br.ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return err
	}
	if !hasPrefixFold(first, eml.IDField+":") {
		_, _ = h.Write(first) // a hash does not fail
	}
	_, err = io.Copy(h, br)
	return err
}

var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 32<<10) }}

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && strings.EqualFold(string(b[:len(prefix)]), prefix)
}

// chance is a number from 0 up to 1 that an identity and a seed give.
func chance(id string, seed uint64) float64 {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], seed)
	sum := sha256.Sum256(append(b[:], id...))
	return float64(binary.LittleEndian.Uint64(sum[:])>>11) / (1 << 53)
}
