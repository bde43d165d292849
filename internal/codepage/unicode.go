package codepage

import (
	"strings"
	"unicode/utf8"
)

// MultibyteUTF8 tells whether all of b is valid UTF-8 and how many of its
// characters take more than one byte. Text that claims to be in a single-byte
// page but has several of them was stored as UTF-8 by mistake.
func MultibyteUTF8(b []byte) (n int, valid bool) {
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size <= 1 {
			return 0, false
		}
		if size > 1 {
			n++
		}
		b = b[size:]
	}
	return n, true
}

// decodeUTF8 replaces each byte that is not part of valid UTF-8 by U+FFFD.
func decodeUTF8(out *strings.Builder, b []byte) (lossy bool) {
	if utf8.Valid(b) {
		out.Write(b)
		return false
	}
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		out.WriteRune(r)
		b = b[size:]
	}
	return true
}

func decodeUTF16LE(out *strings.Builder, b []byte) (lossy bool) { return decodeUTF16(out, b, 0, 1) }
func decodeUTF16BE(out *strings.Builder, b []byte) (lossy bool) { return decodeUTF16(out, b, 1, 0) }

// decodeUTF16 reads units whose bytes have the places lo and hi. A lone
// surrogate is an error, and so is an odd byte at the end, which stands for no
// character and leaves no mark.
func decodeUTF16(out *strings.Builder, b []byte, lo, hi int) (lossy bool) {
	var u units
	for ; len(b) > 1; b = b[2:] {
		u.add(out, uint16(b[lo])|uint16(b[hi])<<8)
	}
	u.flush(out)
	return u.bad || len(b) > 0
}
