package codepage

import (
	"strings"
	"unicode/utf16"
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

// validUTF8 replaces each byte that is not part of valid UTF-8 by U+FFFD.
func validUTF8(b []byte) (text string, lossy bool) {
	if utf8.Valid(b) {
		return string(b), false
	}
	var out strings.Builder
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		out.WriteRune(r)
		b = b[size:]
	}
	return out.String(), true
}

// decodeUTF16 is lossy for a lone surrogate or an odd byte at the end.
func decodeUTF16(b []byte, big bool) (text string, lossy bool) {
	lo, hi := 0, 1
	if big {
		lo, hi = 1, 0
	}
	u := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		u = append(u, uint16(b[i+lo])|uint16(b[i+hi])<<8)
	}
	var out strings.Builder
	out.Grow(len(u))
	for i := 0; i < len(u); i++ {
		r := rune(u[i])
		if utf16.IsSurrogate(r) {
			r = utf8.RuneError
			if i+1 < len(u) {
				r = utf16.DecodeRune(rune(u[i]), rune(u[i+1]))
			}
			if r == utf8.RuneError {
				lossy = true
			} else {
				i++
			}
		}
		out.WriteRune(r)
	}
	return out.String(), lossy || len(b)%2 != 0
}

// asciiCompatible is false for the encodings in which bytes below 0x80 may mean
// something else than ASCII.
func asciiCompatible(cp int) bool {
	switch cp {
	case UTF16LE, UTF16BE, UTF7, 50220, 50221, 50222, 52936:
		return false
	}
	return true
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func hasReplacement(s string) bool { return strings.ContainsRune(s, utf8.RuneError) }
