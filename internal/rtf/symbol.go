package rtf

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Fonts of symbols have pictures where others have letters. What most of them
// mean has a character of its own, with which the text needs no special font.

// greek are the letters of the font Symbol, from A and from a on.
const (
	greekUpper = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
	greekLower = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"
)

var symbols = map[byte]string{
	0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥", 0x7E: "∼",
	0xA2: "′", 0xA3: "≤", 0xA4: "⁄", 0xA5: "∞", 0xA6: "ƒ", 0xA7: "♣", 0xA8: "♦", 0xA9: "♥", 0xAA: "♠", 0xAB: "↔",
	0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝",
	0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC4: "⊗", 0xC5: "⊕", 0xC6: "∅", 0xC7: "∩",
	0xC8: "∪", 0xC9: "⊃", 0xCC: "⊂", 0xCE: "∈", 0xCF: "∉", 0xD0: "∠", 0xD1: "∇", 0xD5: "∏", 0xD6: "√", 0xD7: "⋅",
	0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐", 0xDD: "⇑", 0xDE: "⇒", 0xDF: "⇓", 0xE5: "∑", 0xF2: "∫",
}

var wingdings = map[byte]string{
	0x21: "✏", 0x22: "✂", 0x28: "☎", 0x2A: "✉", 0x4A: "☺", 0x4B: "😐", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "□",
	0x71: "❑", 0x72: "❒", 0x73: "⬧", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x9F: "•", 0xA7: "▪", 0xA8: "◻",
	0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}

// privateUse is where \u has the characters of a font of symbols.
const privateUse = 0xF000

// plainSymbol is what a character of a font of symbols means; "" if no character
// does.
func plainSymbol(f *font, r rune) string {
	if r >= privateUse+' ' && r <= privateUse+0xFF {
		r -= privateUse
	}
	if r > 0xFF {
		return ""
	}
	if r <= ' ' {
		return string(r)
	}
	code := byte(r)
	switch {
	case bytes.EqualFold(f.name, []byte("wingdings")):
		return wingdings[code]
	case !strings.EqualFold(string(f.name), "symbol"):
		return ""
	case code >= 'A' && code <= 'Z':
		return nth(greekUpper, int(code-'A'))
	case code >= 'a' && code <= 'z':
		return nth(greekLower, int(code-'a'))
	}
	if s, ok := symbols[code]; ok || code >= utf8.RuneSelf {
		return s
	}
	return string(rune(code))
}

// nth is a character of s, all of which have two bytes.
func nth(s string, i int) string { return s[2*i : 2*i+2] }

// symbolic tells whether text of the font must pass through plainSymbol.
func (f *font) symbolic() bool {
	return f != nil && (bytes.EqualFold(f.name, []byte("wingdings")) || bytes.EqualFold(f.name, []byte("symbol")))
}

// eachSymbol splits text of a font of symbols into what has characters of its
// own and what needs the font.
func eachSymbol(f *font, b []byte, put func(text string, plain bool)) {
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		s := plainSymbol(f, r)
		switch {
		case s != "":
			put(s, true)
		case r >= privateUse+' ' && r <= privateUse+0xFF:
			put(string(r-privateUse), false)
		default:
			put(string(b[:size]), false)
		}
		b = b[size:]
	}
}
