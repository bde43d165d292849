package mapi

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// UTF16 decodes UTF-16LE up to the first NUL; lone surrogates become U+FFFD, an
// odd last byte is dropped.
func UTF16(b []byte) string { return decode(b, true) }

// WholeUTF16 is UTF16 that does not stop at a NUL.
func WholeUTF16(b []byte) string { return decode(b, false) }

func decode(b []byte, stop bool) string {
	var s strings.Builder
	s.Grow(len(b) / 2)
	var part [256]byte
	for len(b) >= 2 {
		var n int
		n, b = decodePart(part[:], b, stop)
		s.Write(part[:n])
	}
	return s.String()
}

// Masks over four units: what is not ASCII, and the borrow of a unit that is 0
// when 1 is subtracted from each.
const (
	notASCII = 0xFF80FF80FF80FF80
	ones     = 0x0001000100010001
	borrows  = 0x8000800080008000
)

// decodePart decodes until dst is full, and gives how many bytes it has and what
// is left of b: nothing after a NUL at which to stop. Four ASCII characters are taken at once,
// which is what nearly all mail consists of.
func decodePart(dst, b []byte, stop bool) (n int, rest []byte) {
	for len(b) >= 2 && n+utf8.UTFMax <= len(dst) {
		if len(b) >= 8 {
			v := binary.LittleEndian.Uint64(b)
			if v&notASCII == 0 && (v-ones)&borrows == 0 {
				v |= v >> 8
				binary.LittleEndian.PutUint32(dst[n:], uint32(v&0xFFFF|v>>16&0xFFFF0000))
				n, b = n+4, b[8:]
				continue
			}
		}
		r, size := rune16(b)
		if r == 0 && stop {
			return n, nil
		}
		n += utf8.EncodeRune(dst[n:], r)
		b = b[size:]
	}
	return n, b
}

// rune16 is the first character of b and its number of bytes.
func rune16(b []byte) (r rune, size int) {
	r = rune(binary.LittleEndian.Uint16(b))
	if !utf16.IsSurrogate(r) {
		return r, 2
	}
	if len(b) >= 4 {
		if r = utf16.DecodeRune(r, rune(binary.LittleEndian.Uint16(b[2:]))); r != utf8.RuneError {
			return r, 4
		}
	}
	return utf8.RuneError, 2
}
