package codepage

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

// double is a page of single bytes and of pairs whose first byte is at least 80.
type double struct {
	one  [256]rune // U+FFFD for a byte that is no character by itself
	two  [0x80 << 8]rune
	lead [256]bool // the byte may begin a pair
}

// pair is the character of lead byte a and trail byte b; 0 if there is none.
func (t *double) pair(a, b byte) rune {
	if a < 0x80 {
		return 0
	}
	return t.two[int(a-0x80)<<8|int(b)]
}

// set defines a pair, which hides what the lead byte was by itself.
func (t *double) set(a, b int, r rune) {
	t.two[(a-0x80)<<8|b] = r
	t.lead[a] = true
}

// next is the first character of b, which is not empty, and its size in bytes.
// An undefined pair takes only its first byte if the second is ASCII, so that a
// damaged character cannot swallow a tag or a line end.
func (t *double) next(b []byte) (r rune, size int) {
	if !t.lead[b[0]] {
		return t.one[b[0]], 1
	}
	if len(b) < 2 {
		return utf8.RuneError, 1
	}
	if r = t.pair(b[0], b[1]); r != 0 {
		return r, 2
	}
	if b[1] < utf8.RuneSelf {
		return utf8.RuneError, 1
	}
	return utf8.RuneError, 2
}

func (t *double) decode(out *strings.Builder, b []byte) (lossy bool) {
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			out.WriteByte(b[0])
			b = b[1:]
			continue
		}
		r, size := t.next(b)
		lossy = lossy || r == utf8.RuneError
		emit(out, r)
		b = b[size:]
	}
	return lossy
}

// fromEncoding asks an encoding of x/text for its single bytes and pairs.
func fromEncoding(e encoding.Encoding) *double {
	t := newDouble()
	c := coder{e.NewDecoder(), make([]byte, 16)}
	for a := 0x80; a < 0x100; a++ {
		if r := c.rune(byte(a)); r != 0 {
			t.one[a] = r
			continue
		}
		for b := range 0x100 {
			if r := c.rune(byte(a), byte(b)); r != 0 {
				t.set(a, b, r)
			}
		}
	}
	return t
}

// newDouble has ASCII and nothing else.
func newDouble() *double {
	t := new(double)
	for i := range t.one {
		t.one[i] = utf8.RuneError
		if i < utf8.RuneSelf {
			t.one[i] = rune(i)
		}
	}
	return t
}

// clone is a copy without the single bytes from 80, for a page that has the
// same pairs.
func (t *double) clone() *double {
	c := newDouble()
	c.two, c.lead = t.two, t.lead
	return c
}

// coder decodes codes one at a time.
type coder struct {
	dec *encoding.Decoder
	dst []byte
}

// rune is the character or combo of a code; 0 if it has none.
func (c coder) rune(code ...byte) rune {
	c.dec.Reset()
	n, _, err := c.dec.Transform(c.dst, code, true)
	if err != nil || n == 0 {
		return 0
	}
	r, size := utf8.DecodeRune(c.dst[:n])
	if r == utf8.RuneError {
		return 0
	}
	if size < n {
		if i := slices.Index(combos, string(c.dst[:n])); i >= 0 {
			return combo + rune(i)
		}
		return 0
	}
	return r
}

// userDefined gives the pairs that a page leaves to its users the private
// characters that Windows gives them, in order from r. Pairs that have a
// character keep it, and still count.
func (t *double) userDefined(leads, trails span, r rune) {
	for a := leads.from; a <= leads.to; a++ {
		for b := trails.from; b <= trails.to; b++ {
			if b == 0x7F || trails.without(b) {
				continue
			}
			if t.pair(byte(a), byte(b)) == 0 {
				t.set(a, b, r)
			}
			r++
		}
	}
}

// span is a range of bytes, both ends included, but for the gap.
type span struct{ from, to, gapFrom, gapTo int }

func (s span) without(b int) bool { return s.gapFrom <= b && b < s.gapTo }

// lazily is a page whose tables are made once.
func lazily(build func() *double) func() decodeFunc {
	return sync.OnceValue(func() decodeFunc { return build().decode })
}
