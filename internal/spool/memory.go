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

// chunk is a piece of a message in memory. Most messages have one.
type chunk [16 << 10]byte

// chunks are those of closed spools: the messages of a data file go through the
// same few of them.
var chunks = sync.Pool{New: func() any { return new(chunk) }}

// memory is bytes in pieces: it grows without a copy, and what it gives back fits
// whoever is next.
type memory struct {
	chunks []*chunk
	size   int64
}

func (m *memory) write(p []byte) {
	for len(p) > 0 {
		at := int(m.size % int64(len(chunk{})))
		if at == 0 {
			m.chunks = append(m.chunks, chunks.Get().(*chunk))
		}
		n := copy(m.chunks[len(m.chunks)-1][at:], p)
		m.size += int64(n)
		p = p[n:]
	}
}

func (m *memory) release() {
	for _, c := range m.chunks {
		chunks.Put(c)
	}
	*m = memory{}
}

func (m *memory) reader() *reader { return &reader{m: m} }

// reader implements io.ReadSeeker and io.WriterTo.
type reader struct {
	m   *memory
	off int64
}

// next are the bytes that follow in the same piece.
func (r *reader) next() []byte {
	size := int64(len(chunk{}))
	at := r.off % size
	return r.m.chunks[r.off/size][at : at+min(size-at, r.m.size-r.off)]
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (n int, err error) {
	for n < len(p) && r.off < r.m.size {
		k := copy(p[n:], r.next())
		n, r.off = n+k, r.off+int64(k)
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// WriteTo implements io.WriterTo.
func (r *reader) WriteTo(w io.Writer) (all int64, err error) {
	for r.off < r.m.size {
		n, err := w.Write(r.next())
		all, r.off = all+int64(n), r.off+int64(n)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// Seek implements io.Seeker.
func (r *reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.off
	case io.SeekEnd:
		offset += r.m.size
	}
	if offset < 0 {
		return 0, errors.New("seek to before the start of a spool")
	}
	r.off = offset
	return offset, nil
}
