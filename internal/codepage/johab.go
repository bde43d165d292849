package codepage

// The places of Hangul letters in the order of Unicode's syllables (Unicode
// 3.12), and what five bits of a Johab code mean besides.
const (
	filler      = -2 // the letter is left out
	noLetter    = -1
	hangulFirst = 0xAC00
	vowelCount  = 21
	finalCount  = 28 // with "none", which is the place 0
	lonelyVowel = 'ㅏ'
)

// A Johab syllable is three numbers of five bits below a set one: initial,
// vowel, final (KS X 1001 annex 3). These have the place of each number.
var (
	johabInitial = places(filler, run{2, 20, 0})
	johabVowel   = places(filler, run{3, 7, 0}, run{10, 15, 5}, run{18, 23, 11}, run{26, 29, 17})
	johabFinal   = places(noLetter, run{1, 17, 0}, run{19, 29, 17})
)

// The letters by themselves.
var (
	lonelyInitial = []rune("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
	lonelyFinal   = []rune("-ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
)

// run says that the numbers from to to stand for places in order.
type run struct{ from, to, place int }

// places has noLetter for the numbers that no run has, and below the first run
// what is given.
func places(below int, list ...run) (t [32]int) {
	for i := range t {
		t[i] = noLetter
	}
	t[list[0].from-1] = below
	for _, r := range list {
		for i := r.from; i <= r.to; i++ {
			t[i] = r.place + i - r.from
		}
	}
	return t
}

// syllable is the syllable or single letter of a Johab code; 0 if it has none.
func syllable(code int) rune {
	i, v, f := johabInitial[code>>10&31], johabVowel[code>>5&31], johabFinal[code&31]
	switch {
	case i == noLetter || v == noLetter || f == noLetter:
		return 0
	case i >= 0 && v >= 0:
		return rune(hangulFirst + (i*vowelCount+v)*finalCount + f)
	case i >= 0 && f == 0:
		return lonelyInitial[i]
	case i == filler && v >= 0 && f == 0:
		return lonelyVowel + rune(v)
	case i == filler && v == filler && f > 0:
		return lonelyFinal[f]
	}
	return 0
}

// johab makes page 1361. What is no syllable has the order of KS X 1001: the
// symbols two rows of 94 for each lead byte from D9, the hanja from E0.
func johab() *double {
	t := newDouble()
	for lead := 0x84; lead <= 0xD3; lead++ {
		for trail := 0x41; trail <= 0xFE; trail++ {
			if r := syllable(lead<<8 | trail); r != 0 && trail != 0x7F && trail != 0x80 {
				t.set(lead, trail, r)
			}
		}
	}
	t.userDefined(span{0xD8, 0xD8, 0, 0}, span{0x31, 0xFE, 0x7F, 0x91}, 0xE000)
	t.johabRows(span{0xD9, 0xDE, 0, 0}, 1)
	t.johabRows(span{0xE0, 0xF9, 0, 0}, 42)
	return t
}

// johabRows takes the pairs of some lead bytes from KS X 1001, from a row on.
// The letters of its row 4 are left out: they are coded as syllables.
func (t *double) johabRows(leads span, row int) {
	ks := cp949()
	for lead := leads.from; lead <= leads.to; lead++ {
		for n := range 2 * 94 {
			a, b := 0xA0+row+n/94, 0xA1+n%94
			r := ks.pair(byte(a), byte(b))
			if r == 0 || r >= 'ㄱ' && r <= 'ㅣ' {
				continue
			}
			trail := 0x31 + n
			if trail > 0x7E {
				trail += 0x91 - 0x7F
			}
			t.set(lead, trail, r)
		}
		row += 2
	}
}
