package codepage

import (
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// single has the character of each byte of a single-byte page; U+FFFD where
// there is none.
type single [256]rune

func (t *single) decode(out *strings.Builder, b []byte) (lossy bool) {
	for _, c := range b {
		r := t[c]
		if r < utf8.RuneSelf {
			out.WriteByte(byte(r))
			continue
		}
		lossy = lossy || r == utf8.RuneError
		emit(out, r)
	}
	return lossy
}

// fromCharmap is a page that x/text has. Its Macintosh and KOI8 tables are
// those of the WHATWG standard, so are the others as far as that has them.
func fromCharmap(m *charmap.Charmap) func() decodeFunc {
	return sync.OnceValue(func() decodeFunc {
		var t single
		for i := range t {
			t[i] = m.DecodeByte(byte(i))
		}
		return t.decode
	})
}

// fromTable is a page of singleTables.
func fromTable(cp int) func() decodeFunc {
	return sync.OnceValue(func() decodeFunc {
		var t single
		table := []rune(singleTables[cp])
		upper := len(t) - len(table)
		for i := range upper {
			t[i] = rune(i)
		}
		for i, r := range table {
			// U+E000 and on are the places of combos; no table has other
			// private characters but Apple's logo.
			if r >= 0xE000 && r < 0xE000+rune(len(combos)) {
				r += combo - 0xE000
			}
			t[upper+i] = r
		}
		return t.decode
	})
}
