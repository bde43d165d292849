package ical

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrDamaged is in every error that says that a blob is not as specified.
var ErrDamaged = errors.New("damaged blob")

// damage is an error about the byte at an offset of a blob.
func damage(offset int, format string, args ...any) error {
	return fmt.Errorf("%w: offset %d: "+format, append([]any{ErrDamaged, offset}, args...)...)
}

// reader reads little-endian values. After the first that is not all there it
// reads zeros, and short is true.
type reader struct {
	b     []byte
	off   int
	short bool
}

func (r *reader) left() int { return len(r.b) - r.off }

// bytes is a part of the blob, not a copy.
func (r *reader) bytes(n int) []byte {
	if r.short || n < 0 || n > r.left() {
		r.short = true
		return nil
	}
	b := r.b[r.off : r.off+n : r.off+n]
	r.off += n
	return b
}

func (r *reader) u16() int {
	if b := r.bytes(2); b != nil {
		return int(binary.LittleEndian.Uint16(b))
	}
	return 0
}

func (r *reader) u32() uint32 {
	if b := r.bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) i32() int { return int(int32(r.u32())) }

// block skips a reserved block: its length and as many bytes.
func (r *reader) block() { r.sized(r.u32()) }

// sized is bytes for a length that the blob gives.
func (r *reader) sized(n uint32) []byte {
	if uint64(n) > uint64(len(r.b)) {
		r.short = true
		return nil
	}
	return r.bytes(int(n))
}
