package codepage

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// charset is what bytes 21 to 7E stand for between two escape sequences of
// ISO/IEC 2022.
type charset struct {
	width int
	at    func(b []byte) rune // of a character's bytes; 0 if undefined
}

// designation is an escape sequence with what it selects: at once (G0), or for
// the text between SO and SI (G1).
type designation struct {
	escape string
	set    charset
	g1     bool
}

// iso2022 is an encoding of the family. Windows' pages are all stateless at the
// start and let the sequences of a family stand anywhere.
type iso2022 struct {
	sequences []designation
	g1        charset                           // after SO without a designation; width 0: SO is an error
	eightBit  func(b []byte) (r rune, size int) // what begins with a byte from 80; nil: an error
}

var asciiSet = charset{1, func(b []byte) rune { return rune(b[0]) }}

// katakana is the right half of JIS X 0201.
var katakana = charset{1, func(b []byte) rune {
	if b[0] > 0x5F {
		return 0
	}
	return rune(b[0]) - 0x21 + '｡'
}}

// pairsOf are the pairs of an EUC table, whose bytes have the top bit set.
func pairsOf(table func() *double) charset {
	return charset{2, func(b []byte) rune { return table().pair(b[0]|0x80, b[1]|0x80) }}
}

// iso2022JP is what the pages 50220, 50221 and 50222 decode alike; they differ
// in how Windows writes half-width katakana. To the sets of RFC 1468 and RFC
// 2237 it adds that katakana, by escape or by SO.
//
// QUIRK(Windows): the left half of JIS X 0201 (ESC ( J) is read as ASCII. By the
// standard its 5C and 7E are yen and overline, but programs wrote paths in it.
var iso2022JP = iso2022{
	sequences: []designation{
		{"(B", asciiSet, false}, {"(J", asciiSet, false}, {"(H", asciiSet, false}, {"(I", katakana, false},
		{"$@", pairsOf(eucJP), false}, {"$B", pairsOf(eucJP), false}, {"&@\x1b$B", pairsOf(eucJP), false},
		{"$(B", pairsOf(eucJP), false}, {"$(D", pairsOf(jisX0212), false}, {")I", katakana, true},
	},
	g1: katakana,
}

// iso2022KR is page 50225 (RFC 1557). The header that announces KS X 1001 may
// be missing.
var iso2022KR = iso2022{
	sequences: []designation{{"(B", asciiSet, false}, {"$)C", pairsOf(cp949), true}},
	g1:        pairsOf(cp949),
}

// iso2022CN is page 50227: the GB 2312 part of RFC 1922. Windows reads its
// 8-bit bytes as cp936.
var iso2022CN = iso2022{
	sequences: []designation{{"(B", asciiSet, false}, {"$)A", pairsOf(cp936), true}},
	g1:        pairsOf(cp936),
	eightBit:  func(b []byte) (rune, int) { return cp936().next(b) },
}

const (
	shiftOut = 0x0E
	shiftIn  = 0x0F
	escape   = 0x1B
)

// shiftState is where a text stands.
type shiftState struct {
	g0, g1 charset
	out    bool
}

func (e *iso2022) decode(out *strings.Builder, b []byte) (lossy bool) {
	s := shiftState{g0: asciiSet, g1: e.g1}
	for len(b) > 0 {
		if n := e.control(&s, b); n > 0 {
			b = b[n:]
			continue
		}
		r, size := e.character(&s, b)
		lossy = lossy || r == utf8.RuneError
		out.WriteRune(r)
		b = b[size:]
	}
	return lossy
}

// control is the length of the control function that b begins with, once it has
// had its effect; 0 if there is none.
func (e *iso2022) control(s *shiftState, b []byte) int {
	switch {
	case b[0] == shiftOut && s.g1.width > 0:
		s.out = true
		return 1
	case b[0] == shiftIn && s.g1.width > 0:
		s.out = false
		return 1
	case b[0] == '\n':
		s.out = false // RFC 1557: each line begins with SI
	case b[0] == escape:
		return e.designate(s, b)
	}
	return 0
}

func (e *iso2022) designate(s *shiftState, b []byte) int {
	for _, d := range e.sequences {
		if !bytes.HasPrefix(b[1:], []byte(d.escape)) {
			continue
		}
		if d.g1 {
			s.g1 = d.set
		} else {
			s.g0 = d.set
		}
		return 1 + len(d.escape)
	}
	return 0
}

// character is the first character of b, which is not empty, and its size.
// Controls and blanks are themselves in every set.
func (e *iso2022) character(s *shiftState, b []byte) (r rune, size int) {
	c := b[0]
	switch {
	case c == shiftOut || c == shiftIn || c == escape:
		return utf8.RuneError, 1
	case c <= ' ' || c == 0x7F:
		return rune(c), 1
	case c >= utf8.RuneSelf:
		if e.eightBit == nil {
			return utf8.RuneError, 1
		}
		return e.eightBit(b)
	}
	set := s.g0
	if s.out {
		set = s.g1
	}
	// Half a character before a control must not swallow it.
	if len(b) < set.width || set.width == 2 && (b[1] <= ' ' || b[1] >= 0x7F) {
		return utf8.RuneError, 1
	}
	if r = set.at(b[:set.width]); r == 0 {
		r = utf8.RuneError
	}
	return r, set.width
}

// constant is a page that needs no tables of its own.
func constant(d decodeFunc) func() decodeFunc { return func() decodeFunc { return d } }
