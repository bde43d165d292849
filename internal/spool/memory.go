package spool

import (
	"errors"
	"io"
	"sync"
)

// PieceSize is what memory is given out in. Most messages have one piece.
const PieceSize = 16 << 10

type piece = [PieceSize]byte

// Room is memory that many spools share. It is one stretch, and what was given back last is given out first: so it stays
// in the processor's cache, and no more of it is ever touched than was needed at a time.
type Room struct {
	bytes int // of all that it has; 0 once it is there

	mu   sync.Mutex
	left []byte   // never given out
	free []*piece // given back
}

// NewRoom has so many bytes; it takes them when the first one is needed.
func NewRoom(bytes int) *Room { return &Room{bytes: bytes} }

// take gives a piece, if there is one. r may be nil.
func (r *Room) take() *piece {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.free); n > 0 {
		p := r.free[n-1]
		r.free = r.free[:n-1]
		return p
	}
	if r.bytes > 0 {
		r.left, r.bytes = make([]byte, r.bytes), 0
		inLargePages(r.left)
	}
	if len(r.left) < PieceSize {
		return nil
	}
	p := (*piece)(r.left)
	r.left = r.left[PieceSize:]
	return p
}

func (r *Room) give(pieces []*piece) {
	if len(pieces) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free = append(r.free, pieces...)
}

// What closed spools had without a room: the messages of a data file go through the same few pieces.
var own = sync.Pool{New: func() any { return new(piece) }}

// memory is bytes in pieces: it grows without a copy, and what it gives back fits whoever is next.
type memory struct {
	pieces []*piece
	lent   int // the first ones are of the room
	size   int64
}

// room makes it large enough for size bytes, if the room has enough or no more than most bytes are needed besides.
func (m *memory) room(r *Room, size, most int64) bool {
	for m.lent == len(m.pieces) && int64(m.lent)*PieceSize < size {
		p := r.take()
		if p == nil {
			break
		}
		m.pieces, m.lent = append(m.pieces, p), m.lent+1
	}
	if size-int64(m.lent)*PieceSize > most {
		return false
	}
	for int64(len(m.pieces))*PieceSize < size {
		m.pieces = append(m.pieces, own.Get().(*piece))
	}
	return true
}

// write has the room for it.
func (m *memory) write(p []byte) {
	for len(p) > 0 {
		n := copy(m.pieces[m.size/PieceSize][m.size%PieceSize:], p)
		m.size += int64(n)
		p = p[n:]
	}
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
	return m.pieces[off/PieceSize][off%PieceSize : min(PieceSize, m.size-off+off%PieceSize)]
}

func (m *memory) release(r *Room) {
	r.give(m.pieces[:m.lent])
	for _, p := range m.pieces[m.lent:] {
		own.Put(p)
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
