package eml

import (
	"encoding/base64"
	"io"
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

func newBase64(w io.Writer) *base64Writer { return &base64Writer{w: w} }

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

// rows writes whole lines, or the last one.
func (b *base64Writer) rows(p []byte) error {
	out := b.out[:0]
	for len(p) > 0 {
		if b.begun {
			out = append(out, "\r\n"...)
		}
		b.begun = true
		k := min(len(p), lineBytes)
		out = base64.StdEncoding.AppendEncode(out, p[:k])
		p = p[k:]
	}
	_, err := b.w.Write(out)
	return err
}

// Close writes what is left. It does not close the writer below.
func (b *base64Writer) Close() error {
	if b.n == 0 {
		return nil
	}
	p := b.rest[:b.n]
	b.n = 0
	return b.rows(p)
}
