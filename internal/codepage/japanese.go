package codepage

import (
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// cp932 is Shift_JIS with the extensions of NEC and IBM, the wave dash as
// U+FF5E, 5C the backslash, and 1,880 user-defined characters.
var cp932 = sync.OnceValue(func() *double {
	t := fromEncoding(japanese.ShiftJIS)
	t.one[0x80] = utf8.RuneError // x/text has U+0080, as Windows
	t.userDefined(span{0xF0, 0xF9, 0, 0}, span{0x40, 0xFC, 0, 0}, 0xE000)
	return t
})

// eucJP is JIS X 0208 with the extensions of cp932, and half-width katakana
// after 8E.
var eucJP = sync.OnceValue(func() *double { return fromEncoding(japanese.EUCJP) })

// jisX0212 has the supplementary kanji under the two bytes that follow 8F in EUC-JP.
var jisX0212 = sync.OnceValue(func() *double {
	t := newDouble()
	c := coder{japanese.EUCJP.NewDecoder(), make([]byte, 16)}
	for a := 0xA1; a < 0xFF; a++ {
		for b := 0xA1; b < 0xFF; b++ {
			if r := c.rune(0x8F, byte(a), byte(b)); r != 0 {
				t.set(a, b, r)
			}
		}
	}
	return t
})

// decodeEUCJP reads EUC-JP with the three bytes of JIS X 0212, page 51932.
func decodeEUCJP(out *strings.Builder, b []byte) (lossy bool) {
	return eucPages{eucJP(), jisX0212()}.decode(out, b)
}

// decode20932 also reads JIS X 0212 in the two bytes that Windows has for it:
// those of EUC-JP with the second below 80.
func decode20932(out *strings.Builder, b []byte) (lossy bool) {
	return eucPages{windows20932(), jisX0212()}.decode(out, b)
}

var windows20932 = sync.OnceValue(func() *double {
	t := eucJP().clone()
	for a := 0xA1; a < 0xFF; a++ {
		for b := 0xA1; b < 0xFF; b++ {
			if r := jisX0212().pair(byte(a), byte(b)); r != 0 {
				t.set(a, b&0x7F, r)
			}
		}
	}
	return t
})

// eucPages are the pairs by themselves and after 8F.
type eucPages struct{ basic, extra *double }

func (p eucPages) decode(out *strings.Builder, b []byte) (lossy bool) {
	for len(b) > 0 {
		var r rune
		var size int
		if b[0] == 0x8F {
			r, size = supplementary(p.extra, b)
		} else {
			r, size = p.basic.next(b)
		}
		lossy = lossy || r == utf8.RuneError
		out.WriteRune(r)
		b = b[size:]
	}
	return lossy
}

// supplementary is the character of 8F and the two bytes after it.
func supplementary(t *double, b []byte) (r rune, size int) {
	if len(b) < 3 || b[1] < 0xA1 || b[2] < 0xA1 {
		return utf8.RuneError, 1
	}
	if r = t.pair(b[1], b[2]); r == 0 {
		return utf8.RuneError, 3
	}
	return r, 3
}
