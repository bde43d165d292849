package spool

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
)

// Room is memory that many spools share. The zero value has none.
type Room struct{ free atomic.Int64 }

// roomStep is how many bytes a spool takes from its room at a time.
const roomStep = 256 << 10

// NewRoom has so many bytes.
func NewRoom(bytes int64) *Room {
	r := new(Room)
	r.free.Store(bytes)
	return r
}

// take takes a step if there is one. r may be nil.
func (r *Room) take() bool {
	if r == nil {
		return false
	}
	if r.free.Add(-roomStep) < 0 {
		r.free.Add(roomStep)
		return false
	}
	return true
}

func (r *Room) give(bytes int) {
	if bytes > 0 {
		r.free.Add(int64(bytes))
	}
}

// Sizes of the pieces of a message in memory. Most messages have one small one.
const (
	small, large = 16 << 10, 64 << 10

	smallOnes = 4                 // at the start
	largeFrom = smallOnes * small // the rest
)

// What closed spools had: the messages of a data file go through the same few pieces.
var smalls, larges = pool[[small]byte](), pool[[large]byte]()

func pool[piece any]() *sync.Pool { return &sync.Pool{New: func() any { return new(piece) }} }

// memory is bytes in pieces: it grows without a copy, and what it gives back fits
// whoever is next.
type memory struct {
	smalls []*[small]byte
	larges []*[large]byte
	size   int64
}

func (m *memory) write(p []byte) {
	for len(p) > 0 {
		n := copy(m.room(), p)
		m.size += int64(n)
		p = p[n:]
	}
}

// room is where the next bytes go.
func (m *memory) room() []byte {
	if m.size < largeFrom {
		if m.size%small == 0 {
			m.smalls = append(m.smalls, smalls.Get().(*[small]byte))
		}
		return m.smalls[m.size/small][m.size%small:]
	}
	at := m.size - largeFrom
	if at%large == 0 {
		m.larges = append(m.larges, larges.Get().(*[large]byte))
	}
	return m.larges[at/large][at%large:]
}

// replace writes p over the first bytes.
func (m *memory) replace(p []byte) {
	for off := int64(0); len(p) > 0; {
		n := copy(m.from(off), p)
		p = p[n:]
		off += int64(n)
	}
}

// from are bytes from off on: those in the same piece.
func (m *memory) from(off int64) []byte {
	var piece []byte
	if off < largeFrom {
		piece = m.smalls[off/small][off%small:]
	} else {
		piece = m.larges[(off-largeFrom)/large][(off-largeFrom)%large:]
	}
	return piece[:min(int64(len(piece)), m.size-off)]
}

func (m *memory) release() {
	for _, p := range m.smalls {
		smalls.Put(p)
	}
	for _, p := range m.larges {
		larges.Put(p)
	}
	*m = memory{}
}

// Reader reads a message in memory. It implements io.ReadSeeker and io.WriterTo.
type Reader struct {
	s   *Spool
	off int64
}

var errNotChecked = errors.New("the line ends were not checked")

// Lines gives the number of bytes, and what is wrong with their line ends: nothing if they were checked while they were
// written, all of them, and are as a server takes them.
func (r *Reader) Lines() (int64, error) {
	switch s := r.s; {
	case s.bad != nil:
		return 0, s.bad
	case s.checked != s.mem.size:
		return 0, errNotChecked
	default:
		return s.checked, s.check.End()
	}
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (n int, err error) {
	for m := &r.s.mem; n < len(p) && r.off < m.size; {
		k := copy(p[n:], m.from(r.off))
		n, r.off = n+k, r.off+int64(k)
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// WriteTo implements io.WriterTo.
func (r *Reader) WriteTo(w io.Writer) (all int64, err error) {
	for m := &r.s.mem; r.off < m.size; {
		n, err := w.Write(m.from(r.off))
		all, r.off = all+int64(n), r.off+int64(n)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// Seek implements io.Seeker.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.off
	case io.SeekEnd:
		offset += r.s.mem.size
	}
	if offset < 0 {
		return 0, errors.New("seek to before the start of a spool")
	}
	r.off = offset
	return offset, nil
}
