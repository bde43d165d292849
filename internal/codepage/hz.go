package codepage

import (
	"strings"
	"unicode/utf8"
)

// hz is a text in HZ (RFC 1843), page 52936, and where it stands: "~{" begins
// pairs of GB 2312 with the top bits off, "~}" or the line's end ends them.
// Windows reads bytes from 80 as cp936.
type hz struct{ pairs bool }

func decodeHZ(out *strings.Builder, b []byte) (lossy bool) {
	var h hz
	for len(b) > 0 {
		if n := h.control(b); n > 0 {
			b = b[n:]
			continue
		}
		r, size := h.character(b)
		lossy = lossy || r == utf8.RuneError
		out.WriteRune(r)
		b = b[size:]
	}
	return lossy
}

// control is the length of the shift or line continuation that b begins with.
func (h *hz) control(b []byte) int {
	if b[0] == '\n' {
		h.pairs = false
	}
	if len(b) < 2 || b[0] != '~' {
		return 0
	}
	switch {
	case b[1] == '{' && !h.pairs:
		h.pairs = true
	case b[1] == '}' && h.pairs:
		h.pairs = false
	case b[1] == '\n' && !h.pairs:
	case b[1] == '\r' && len(b) > 2 && b[2] == '\n' && !h.pairs:
		return 3
	default:
		return 0
	}
	return 2
}

// character is the first character of b, which is not empty, and its size.
func (h *hz) character(b []byte) (r rune, size int) {
	switch c := b[0]; {
	case c >= utf8.RuneSelf:
		return cp936().next(b)
	case c == '~' && !h.pairs:
		if len(b) > 1 && b[1] == '~' {
			return '~', 2
		}
		return utf8.RuneError, 1
	case c <= ' ' || c == 0x7F || !h.pairs:
		return rune(c), 1
	}
	if len(b) < 2 || b[1] <= ' ' || b[1] >= 0x7F {
		return utf8.RuneError, 1
	}
	if r = cp936().pair(b[0]|0x80, b[1]|0x80); r == 0 {
		r = utf8.RuneError
	}
	return r, 2
}
