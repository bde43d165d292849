// Package crlf checks that a message can go onto an IMAP connection as it is: lines end in CRLF, and there is no NUL.
package crlf

import (
	"bytes"
	"fmt"
)

// Check looks for NUL and line ends other than CRLF in what is written to it. The zero value is ready.
type Check struct {
	offset int64
	cr     bool // the last byte was a CR
}

// checkPiece is how much is looked at together: it stays in the processor's nearest cache from one look to the next.
const checkPiece = 16 << 10

// Write implements io.Writer. It fails with an [*Error] at the first byte that is wrong.
func (c *Check) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := min(len(rest), checkPiece)
		if n < len(rest) && rest[n-1] == '\r' {
			n++ // the two bytes of a line end are best seen together
		}
		if err := c.piece(rest[:n]); err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	return len(p), nil
}

// piece looks at the next bytes.
func (c *Check) piece(p []byte) error {
	if i := bytes.IndexByte(p, 0); i >= 0 {
		return c.bad("NUL", i)
	}
	if c.cr && p[0] == '\n' && allCRLF(p[1:]) || !c.cr && allCRLF(p) {
		c.cr = false
		c.offset += int64(len(p))
		return nil
	}
	for i := 0; i < len(p); {
		if c.cr {
			if p[i] != '\n' {
				return c.bad("CR without LF", i-1)
			}
			c.cr = false
			i++
			continue
		}
		k := bytes.IndexByte(p[i:], '\n')
		line := p[i:]
		if k >= 0 {
			line = p[i : i+k]
		}
		j := bytes.IndexByte(line, '\r')
		switch {
		case j >= 0:
			c.cr = true
			i += j + 1
		case k >= 0:
			return c.bad("LF without CR", i+k)
		default:
			i = len(p)
		}
	}
	c.offset += int64(len(p))
	return nil
}

// allCRLF tells whether p ends no line but by CRLF and has no other CR, as nearly every piece of a message: there are as many LF
// and as many CR as pairs of both.
func allCRLF(p []byte) bool {
	lines := bytes.Count(p, lf)
	if lines != bytes.Count(p, cr) {
		return false
	}
	length := 2 // of the last line: the next one mostly has the same
	for at := 0; lines > 0; lines-- {
		end := at + length - 1
		if end >= len(p) || p[end] != '\n' {
			i := bytes.IndexByte(p[at:], '\n')
			if i < 0 {
				return false // too long a guess has passed over a line
			}
			end = at + i
			length = max(i+1, 2)
		}
		if end == at || p[end-1] != '\r' {
			return false
		}
		at = end + 1
	}
	return true
}

var cr, lf = []byte{'\r'}, []byte{'\n'}

// End is the error of a message that ends here.
func (c *Check) End() error {
	if c.cr {
		return c.bad("CR without LF", -1)
	}
	return nil
}

func (c *Check) bad(what string, i int) error { return &Error{what, c.offset + int64(i)} }

// Error says what is wrong, and where.
type Error struct {
	What string
	Byte int64
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("%s at byte %d", e.What, e.Byte) }
