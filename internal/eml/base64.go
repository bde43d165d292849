package eml

import (
	"encoding/base64"
	"encoding/binary"
	"io"
	"sync"
)

const (
	lineBytes  = encodedLine / 4 * 3 // that a line of base64 holds
	base64Rows = 128                 // lines that are written at once
)

// base64Writer writes base64 in lines of 76 characters, without a line end
// after the last. It must be closed.
type base64Writer struct {
	w     io.Writer
	begun bool            // there is a line before the next one
	n     int             // bytes in rest
	rest  [lineBytes]byte // of a line that is not complete
	out   [base64Rows * (encodedLine + 2)]byte
}

func newBase64(w io.Writer) *base64Writer {
	b, ok := base64Writers.Get().(*base64Writer)
	if !ok {
		b = new(base64Writer)
	}
	b.w, b.begun, b.n = w, false, 0
	return b
}

// base64Writers are those that were closed: each is larger than most of what is written
// with it.
var base64Writers sync.Pool

// Write implements io.Writer. An error is that of the writer below.
func (b *base64Writer) Write(p []byte) (int, error) {
	size := len(p)
	if b.n > 0 {
		k := copy(b.rest[b.n:], p)
		b.n += k
		if p = p[k:]; b.n < lineBytes {
			return size, nil
		}
		if err := b.rows(b.rest[:]); err != nil {
			return 0, err
		}
	}
	for len(p) >= lineBytes {
		k := min(len(p)/lineBytes, base64Rows) * lineBytes
		if err := b.rows(p[:k]); err != nil {
			return 0, err
		}
		p = p[k:]
	}
	b.n = copy(b.rest[:], p)
	return size, nil
}

// pairs are the two characters for each twelve bits, the first in the lower byte.
var pairs = func() (t [1 << 12]uint16) {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range t {
		t[i] = uint16(digits[i>>6]) | uint16(digits[i&63])<<8
	}
	return t
}()

// appendBase64 is the standard encoding, twice as fast as the library: nearly
// all bytes of a mailbox go through it.
func appendBase64(out, p []byte) []byte {
	for len(p) >= 3 {
		v := uint32(p[0])<<16 | uint32(p[1])<<8 | uint32(p[2])
		out = binary.LittleEndian.AppendUint32(out, uint32(pairs[v>>12])|uint32(pairs[v&0xFFF])<<16)
		p = p[3:]
	}
	return base64.StdEncoding.AppendEncode(out, p)
}

// rows writes whole lines, or the last one.
func (b *base64Writer) rows(p []byte) error {
	out := b.out[:0]
	for len(p) > 0 {
		if b.begun {
			out = append(out, "\r\n"...)
		}
		b.begun = true
		k := min(len(p), lineBytes)
		out = appendBase64(out, p[:k])
		p = p[k:]
	}
	_, err := b.w.Write(out)
	return err
}

// Close writes what is left. It does not close the writer below, and ends the use of b.
func (b *base64Writer) Close() (err error) {
	if b.n > 0 {
		err = b.rows(b.rest[:b.n])
	}
	b.w = nil
	base64Writers.Put(b)
	return err
}
