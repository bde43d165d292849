package codepage

import (
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// cp936 is GBK with the euro as 80 and three areas of user-defined characters.
var cp936 = sync.OnceValue(func() *double {
	t := fromEncoding(simplifiedchinese.GBK)
	userDefinedGBK(t)
	return t
})

func userDefinedGBK(t *double) {
	t.userDefined(span{0xAA, 0xAF, 0, 0}, span{0xA1, 0xFE, 0, 0}, 0xE000)
	t.userDefined(span{0xF8, 0xFE, 0, 0}, span{0xA1, 0xFE, 0, 0}, 0xE234)
	t.userDefined(span{0xA1, 0xA7, 0, 0}, span{0x40, 0xA0, 0, 0}, 0xE4C6)
}

// cp950 is Big5 as Windows has it. Where that has only private characters, for
// its users to define, the Hong Kong characters that real texts have there
// (HKSCS) come first.
var cp950 = sync.OnceValue(func() *double {
	t := fromEncoding(traditionalchinese.Big5)
	t.set(0xF9, 0xFE, '▓') // x/text has the half-width square of Hong Kong
	high, low := span{0xFA, 0xFE, 0, 0}, span{0x40, 0xFE, 0x7F, 0xA1}
	t.userDefined(high, low, 0xE000)
	t.userDefined(span{0x8E, 0xA0, 0, 0}, low, 0xE311)
	t.userDefined(span{0x81, 0x8D, 0, 0}, low, 0xEEB8)
	t.userDefined(span{0xC6, 0xC6, 0, 0}, span{0xA1, 0xFE, 0, 0}, 0xF6B1)
	t.userDefined(span{0xC7, 0xC8, 0, 0}, low, 0xF70F)
	return t
})

// gb18030 is GBK and codes of four bytes for all the rest of Unicode.
type gb18030 struct {
	pairs *double
	four  coder
}

func decodeGB18030() decodeFunc {
	return func(out *strings.Builder, b []byte) bool {
		g := gb18030{pairsOfGB18030(), coder{simplifiedchinese.GB18030.NewDecoder(), make([]byte, 16)}}
		return g.decode(out, b)
	}
}

var pairsOfGB18030 = sync.OnceValue(func() *double {
	t := fromEncoding(simplifiedchinese.GB18030)
	userDefinedGBK(t)
	return t
})

func (g gb18030) decode(out *strings.Builder, b []byte) (lossy bool) {
	for len(b) > 0 {
		r, size, ok := g.next(b)
		lossy = lossy || !ok
		out.WriteRune(r)
		b = b[size:]
	}
	return lossy
}

// next tells an error from U+FFFD, which has a code of its own (84 31 A4 37).
func (g gb18030) next(b []byte) (r rune, size int, ok bool) {
	if len(b) >= 4 && 0x81 <= b[0] && b[0] < 0xFF && isDigit(b[1]) && 0x81 <= b[2] && b[2] < 0xFF && isDigit(b[3]) {
		if [4]byte(b) == [4]byte{0x84, 0x31, 0xA4, 0x37} {
			return utf8.RuneError, 4, true
		}
		if r = g.four.rune(b[:4]...); r != 0 {
			return r, 4, true
		}
		return utf8.RuneError, 4, false
	}
	r, size = g.pairs.next(b)
	return r, size, r != utf8.RuneError
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
