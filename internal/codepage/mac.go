package codepage

import "maps"

// appleSingles are the bytes that Apple added to the multibyte encodings of
// others. The Windows pages 10001 to 10008 have some of them, and private
// characters or nothing for the rest.
var appleSingles = map[int]rune{0xA0: '\u00a0', 0xFD: '©', 0xFE: '™', 0xFF: '…'}

// macDouble has the pairs of a Windows page with certain lead bytes. Apple's
// own pairs (vertical forms, ornaments) are in no Windows page.
func macDouble(pairs *double, leads, trails span, singles map[int]rune) *double {
	t := newDouble()
	for a := leads.from; a <= leads.to; a++ {
		for b := trails.from; b <= trails.to; b++ {
			if r := pairs.pair(byte(a), byte(b)); r != 0 && !leads.without(a) && !trails.without(b) {
				t.set(a, b, r)
			}
		}
	}
	for b, r := range singles {
		t.one[b] = r
	}
	return t
}

// with adds to appleSingles.
func with(more map[int]rune) map[int]rune {
	all := maps.Clone(appleSingles)
	maps.Copy(all, more)
	return all
}

// macJapanese has only what Apple and Windows agree on: the kanji and symbols of
// JIS X 0208, without the rows from 9 to 15 that each filled otherwise, and
// without what follows row 84.
func macJapanese() *double {
	t := macDouble(cp932(), span{0x81, 0xEA, 0x85, 0x88}, span{0x40, 0xFC, 0, 0}, with(map[int]rune{0x80: '\\'}))
	copy(t.one[0xA1:0xE0], cp932().one[0xA1:0xE0])
	return t
}

func macTraditional() *double {
	return macDouble(cp950(), span{0xA1, 0xF9, 0, 0}, span{0x40, 0xFE, 0x7F, 0xA1}, with(map[int]rune{0x80: '\\'}))
}

func macSimplified() *double {
	return macDouble(cp936(), span{0xA1, 0xF7, 0xAA, 0xB0}, span{0xA1, 0xFE, 0, 0}, with(map[int]rune{0x80: 'ü'}))
}

func macKorean() *double {
	return macDouble(cp949(), span{0xA1, 0xFD, 0xC9, 0xCA}, span{0xA1, 0xFE, 0, 0},
		map[int]rune{0x80: '\u00a0', 0x81: '₩', 0x82: '–', 0x83: '©', 0x84: '＿', 0xFF: '…'})
}
