package tnef

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

var errShort = errors.New("ends too early")

// section is a range of the stream.
type section struct{ off, size int64 }

// cursor reads the fields of a section one after the other. After the first
// field that is not there all others are zero, and err says why.
type cursor struct {
	r        io.ReaderAt
	pos, end int64
	err      error

	window []byte // what is in memory, for the many small fields
	start  int64  // where the window starts
}

const windowSize = 4096

func newCursor(r io.ReaderAt, s section) *cursor {
	return &cursor{r: r, pos: s.off, end: s.off + s.size}
}

// left is the number of bytes not yet read.
func (c *cursor) left() int64 { return c.end - c.pos }

// take gives the next n bytes, at most windowSize; they are valid until the next
// call. It gives nil when there are not as many.
func (c *cursor) take(n int) []byte {
	if c.err != nil || int64(n) > c.left() || n > windowSize {
		c.fail(errShort)
		return nil
	}
	if from := c.pos - c.start; c.window == nil || from < 0 || from+int64(n) > int64(len(c.window)) {
		if !c.load() {
			return nil
		}
	}
	from := c.pos - c.start
	c.pos += int64(n)
	return c.window[from : from+int64(n)]
}

// load moves the window to the current position.
func (c *cursor) load() bool {
	if c.window == nil {
		c.window = make([]byte, windowSize)
	}
	c.window = c.window[:min(windowSize, c.left())]
	c.start = c.pos
	if _, err := readFull(c.r, c.window, c.pos); err != nil {
		c.window = nil
		c.fail(err)
		return false
	}
	return true
}

func (c *cursor) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// skip passes over n bytes and gives where they are.
func (c *cursor) skip(n int64) section {
	if c.err != nil || n < 0 || n > c.left() {
		c.fail(errShort)
		return section{off: c.pos}
	}
	s := section{c.pos, n}
	c.pos += n
	return s
}

// pad passes over what fills size up to a multiple of 4. It may be missing at the
// end.
func (c *cursor) pad(size int64) { c.skip(min(-size&3, max(c.left(), 0))) }

func (c *cursor) u8() byte {
	if b := c.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) u16() uint16 {
	if b := c.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if b := c.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) guid() (g mapi.GUID) {
	copy(g[:], c.take(len(g)))
	return g
}

// readFull fills b from off; fewer bytes are an error.
func readFull(r io.ReaderAt, b []byte, off int64) (int, error) {
	n, err := r.ReadAt(b, off)
	if n == len(b) {
		return n, nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = errShort
	}
	return n, err
}
