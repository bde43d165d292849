package eml

import (
	"bytes"
	"crypto/sha256"
	"io"
)

// scan is what one pass over the data of an attachment tells.
type scan struct {
	size, expected int64
	truncated      bool
	sum            [32]byte // SHA-256
	head           []byte   // the first bytes

	eightBit bool            // bytes over 0x7F
	badLines bool            // NUL, bare CR or LF, or lines over 998 octets
	marks    map[string]bool // line starts that look like our boundaries
}

const (
	headSize = 512
	markSize = 128  // of a line that looks like a boundary, this much is kept
	maxMarks = 4096 // data with more of them is not written verbatim
)

// scanReader reads r to its end. On error the scan covers what was read.
func scanReader(r io.Reader) (scan, error) {
	s := scanner{scan: scan{marks: map[string]bool{}}}
	h := sha256.New()
	_, err := io.Copy(io.MultiWriter(h, &s), r)
	s.endLine()
	copy(s.sum[:], h.Sum(nil))
	return s.scan, err
}

// scanner follows the lines of the data.
type scanner struct {
	scan
	line   int    // octets of the current line, without its end
	start  []byte // its first octets
	lastCR bool
}

// Write never fails.
func (s *scanner) Write(p []byte) (int, error) {
	s.size += int64(len(p))
	if n := headSize - len(s.head); n > 0 {
		s.head = append(s.head, p[:min(n, len(p))]...)
	}
	for _, c := range p {
		s.octet(c)
	}
	return len(p), nil
}

func (s *scanner) octet(c byte) {
	switch c {
	case '\n':
		s.badLines = s.badLines || !s.lastCR
		s.endLine()
		return
	case '\r':
		s.badLines = s.badLines || s.lastCR
		s.lastCR = true
		return
	}
	s.badLines = s.badLines || s.lastCR || c == 0
	s.eightBit = s.eightBit || c > 0x7F
	if s.line < markSize {
		s.start = append(s.start, c)
	}
	s.line++
}

func (s *scanner) endLine() {
	if s.line > maxLine || len(s.marks) > maxMarks {
		s.badLines = true
	}
	if bytes.HasPrefix(s.start, []byte("--"+boundaryPrefix)) && len(s.marks) <= maxMarks {
		s.marks[string(s.start)] = true
	}
	s.line, s.start, s.lastCR = 0, s.start[:0], false
}

// message tells whether the data can stand in a message as it is (A9).
func (s *scan) message() bool { return s.size > 0 && !s.badLines && fieldStart.Match(s.head) }
