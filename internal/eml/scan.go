package eml

import (
	"bytes"
	"crypto/sha256"
	"hash/crc32"
	"io"
)

// scan is what one pass over the data of an attachment tells.
type scan struct {
	size, expected int64
	truncated      bool
	sum            [32]byte // SHA-256
	check          uint32   // CRC-32C, by which a second reading is recognized
	head           []byte   // the first bytes

	// The rest is only looked for in data that begins like a header field.
	lines     lineStats
	bodyStart int64           // after the first empty line; 0 without one
	body      lineStats       // of what follows it
	marks     map[string]bool // line starts that look like our boundaries
}

// lineStats tells how data is divided into lines.
type lineStats struct {
	crlf, bareLF, bareCR bool
	nul, eightBit        bool
	long                 bool // a line over 998 octets, or too many that look like boundaries
}

// bad tells whether data cannot stand in a message as it is.
func (l lineStats) bad() bool { return l.bareLF || l.bareCR || l.nul || l.long }

func (l lineStats) or(o lineStats) lineStats {
	return lineStats{l.crlf || o.crlf, l.bareLF || o.bareLF, l.bareCR || o.bareCR, l.nul || o.nul,
		l.eightBit || o.eightBit, l.long || o.long}
}

const (
	headSize = 512
	markSize = 128  // of a line that looks like a boundary, this much is kept
	maxMarks = 4096 // data with more of them is not written verbatim
)

// castagnoli is the table of the checksum that processors compute themselves.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// scanReader reads r to its end and copies it to keep. On error the scan covers
// what was read.
func scanReader(r io.Reader, keep io.Writer) (scan, error) {
	s := scanner{}
	h := sha256.New()
	_, err := io.Copy(io.MultiWriter(h, &s, keep), r)
	s.endLine(false)
	s.lines = s.header.or(s.body)
	copy(s.sum[:], h.Sum(nil))
	return s.scan, err
}

// scanner follows the lines of the data.
type scanner struct {
	scan
	decided, binary bool // whether lines are of no interest
	header          lineStats
	at              int64  // octets seen
	line            int    // octets of the current line, without its end
	start           []byte // its first octets
	lastCR          bool
}

// Write never fails.
func (s *scanner) Write(p []byte) (int, error) {
	s.size += int64(len(p))
	s.check = crc32.Update(s.check, castagnoli, p)
	if n := headSize - len(s.head); n > 0 {
		s.head = append(s.head, p[:min(n, len(p))]...)
	}
	if !s.decided && len(s.head) == headSize {
		s.decided, s.binary = true, !beginsField(s.head)
	}
	if s.binary {
		return len(p), nil
	}
	for _, c := range p {
		s.octet(c)
	}
	return len(p), nil
}

// stats is where the current octet counts.
func (s *scanner) stats() *lineStats {
	if s.bodyStart > 0 {
		return &s.body
	}
	return &s.header
}

func (s *scanner) octet(c byte) {
	s.at++
	l := s.stats()
	switch c {
	case '\n':
		l.crlf = l.crlf || s.lastCR
		l.bareLF = l.bareLF || !s.lastCR
		s.endLine(true)
		return
	case '\r':
		l.bareCR = l.bareCR || s.lastCR
		s.lastCR = true
		return
	}
	l.bareCR = l.bareCR || s.lastCR
	s.lastCR = false
	l.nul = l.nul || c == 0
	l.eightBit = l.eightBit || c > 0x7F
	if s.line < markSize {
		s.start = append(s.start, c)
	}
	s.line++
}

// endLine ends a line, at the end of the data without a line end.
func (s *scanner) endLine(ended bool) {
	l := s.stats()
	l.bareCR = l.bareCR || s.lastCR && !ended
	l.long = l.long || s.line > maxLine || len(s.marks) > maxMarks
	if bytes.HasPrefix(s.start, []byte("--"+boundaryPrefix)) && len(s.marks) <= maxMarks {
		if s.marks == nil {
			s.marks = map[string]bool{}
		}
		s.marks[string(s.start)] = true
	}
	if ended && s.line == 0 && s.bodyStart == 0 {
		s.bodyStart = s.at
	}
	s.line, s.start, s.lastCR = 0, s.start[:0], false
}

// entity tells whether the data begins with a header field.
func (s *scan) entity() bool { return s.size > 0 && beginsField(s.head) }

func beginsField(b []byte) bool {
	_, _, ok := cutField(b)
	return ok
}

// message tells whether the data can stand in a message as it is (A9).
func (s *scan) message() bool { return s.entity() && !s.lines.bad() }
