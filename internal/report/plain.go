package report

import (
	"strings"
	"unicode"
)

// Plain makes a text from a data file or a server harmless for people to look
// at: control characters, which can steer a terminal, and the marks that turn the
// direction of writing, which can make one text look like another, become blanks.
// What is no UTF-8 becomes U+FFFD.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		if steers(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// steers tells whether a character does something instead of being seen.
func steers(r rune) bool {
	return unicode.IsControl(r) || turns(r) || r == 0x2028 || r == 0x2029
}

// turns are the explicit marks of direction (Unicode Standard Annex 9, 2).
func turns(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }
