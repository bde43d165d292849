package codepage

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeUTF7 reads UTF-7 (RFC 2152), page 65000. All of ASCII but "+" stands
// for itself, also "~", "\" and the controls that the RFC tells writers to
// encode: Windows' writer does not, and nothing else can be meant.
//
// Ill-formed are bytes from 80, "+" before what is neither base64 nor "-", lone
// surrogates, and a sequence that ends with less or more than whole UTF-16
// units and their padding of zeros.
func decodeUTF7(out *strings.Builder, b []byte) (lossy bool) {
	for len(b) > 0 {
		c := b[0]
		b = b[1:]
		switch {
		case c == '+':
			n, bad := shifted(out, b)
			lossy = lossy || bad
			b = b[n:]
		case c >= utf8.RuneSelf:
			lossy = true
			out.WriteRune(utf8.RuneError)
		default:
			out.WriteByte(c)
		}
	}
	return lossy
}

// shifted reads what follows a "+", up to and with a "-" that ends it, and says
// how many bytes that was.
func shifted(out *strings.Builder, b []byte) (n int, lossy bool) {
	if len(b) > 0 && b[0] == '-' {
		out.WriteByte('+')
		return 1, false
	}
	var u units
	var bits, count uint32
	for n < len(b) && base64Value(b[n]) >= 0 {
		bits, count = bits<<6|uint32(base64Value(b[n])), count+6
		if count >= 16 {
			count -= 16
			u.add(out, uint16(bits>>count&0xFFFF))
		}
		n++
	}
	padding := bits & (1<<count - 1)
	if n == 0 || count >= 6 || padding != 0 {
		u.flush(out)
		u.bad = true
		out.WriteRune(utf8.RuneError)
	}
	u.flush(out)
	if n > 0 && n < len(b) && b[n] == '-' {
		n++
	}
	return n, u.bad
}

// base64Value is the value of a base64 digit; -1 for another byte.
func base64Value(c byte) int {
	switch {
	case 'A' <= c && c <= 'Z':
		return int(c - 'A')
	case 'a' <= c && c <= 'z':
		return int(c-'a') + 26
	case '0' <= c && c <= '9':
		return int(c-'0') + 52
	case c == '+':
		return 62
	case c == '/':
		return 63
	}
	return -1
}

// units joins UTF-16 units that come one by one.
type units struct {
	high uint16 // a high surrogate that waits for the low one; 0 if none does
	bad  bool   // a lone surrogate was met
}

func (u *units) add(out *strings.Builder, unit uint16) {
	if u.high != 0 {
		if r := utf16.DecodeRune(rune(u.high), rune(unit)); r != utf8.RuneError {
			u.high = 0
			out.WriteRune(r)
			return
		}
		u.flush(out)
	}
	switch {
	case 0xD800 <= unit && unit < 0xDC00:
		u.high = unit
	case utf16.IsSurrogate(rune(unit)):
		u.bad = true
		out.WriteRune(utf8.RuneError)
	default:
		out.WriteRune(rune(unit))
	}
}

// flush ends the text: a surrogate that still waits is alone.
func (u *units) flush(out *strings.Builder) {
	if u.high != 0 {
		u.high, u.bad = 0, true
		out.WriteRune(utf8.RuneError)
	}
}
