package eml

import "strings"

// phrase adds a display name or keyword (RFC 5322 3.2.5); suffix follows its
// last word directly. Atoms stay bare, other ASCII text becomes one
// quoted-string, anything else is encoded (H13).
func (f *builder) phrase(s, suffix string) {
	words := strings.Split(s, " ")
	first, last := span(words, func(w string) bool { return !isAtom(w) })
	switch {
	case first >= 0 && quotable(s):
		f.word(quoted(s) + suffix)
		return
	case first < 0:
		last = -1
	}
	for i := 0; i < len(words); i++ {
		end := ""
		if i == first {
			i = last
			if i == len(words)-1 {
				end = suffix
			}
			f.encoded(strings.Join(words[first:last+1], " "), end, true)
			continue
		}
		if i == len(words)-1 {
			end = suffix
		}
		f.word(words[i] + end)
	}
}

// phraseSize estimates how many octets [builder.phrase] will take.
func phraseSize(s string) int {
	if printable(s) {
		return len(s) + 2
	}
	return total(encodeWords(s, maxEncodedWord, true))
}

// quotable tells whether a quoted-string can hold s on one line, and will not be
// taken for an encoded-word.
func quotable(s string) bool {
	return printable(s) && !strings.Contains(s, "=?") && len(s) <= maxToken/2
}

// quoted is s as a quoted-string (RFC 5322 3.2.4).
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	b.WriteByte('"')
	return b.String()
}

// isAtom tells whether a word can stand bare in a phrase (RFC 5322 3.2.3). What
// looks like an encoded-word cannot.
func isAtom(s string) bool {
	if s == "" || len(s) > maxToken || strings.Contains(s, "=?") {
		return false
	}
	for i := range len(s) {
		if !atext(s[i]) {
			return false
		}
	}
	return true
}

func atext(c byte) bool {
	return isAlnum(c) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0
}

// cleanName prepares a display name (H13): one pair of outer quotes is dropped,
// and a name that only repeats the address is no name.
func cleanName(name, addr string) string {
	name = unquote(cleanText(name))
	if strings.EqualFold(name, addr) {
		return ""
	}
	return name
}

// unquote drops one pair of matching quotes around s. In `"A" "B"` the outer
// quotes are no pair.
func unquote(s string) string {
	n := len(s)
	if n < 2 || s[n-1] != s[0] || s[0] != '"' && s[0] != '\'' {
		return s
	}
	inner := s[1 : n-1]
	if s[0] == '"' && strings.Contains(inner, `"`) {
		return s
	}
	return strings.TrimSpace(inner)
}
