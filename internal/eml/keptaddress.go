package eml

import (
	"strings"

	"golang.org/x/net/idna"
)

// encodeAddressField writes a stored address field anew, with its phrases and
// comments encoded where they are not ASCII (H6a). Addresses, groups and the
// order stay; in addresses themselves a domain gets its A-labels, any other
// character that is not ASCII becomes "?".
func encodeAddressField(name, value string) string {
	f := newField(name)
	for _, t := range scanAddresses(value) {
		switch {
		case t.text == "":
		case isASCII(t.text) && (len(t.text) <= maxToken || t.kind == addressPiece):
			f.raw(t.text)
		case t.kind == phrasePiece:
			f.phrase(cleanText(unquotePhrase(decodeWords(t.text))), "")
		case t.kind == commentPiece:
			f.encodedComment(t.text)
		default:
			f.raw(asciiAddress(t.text))
		}
		if t.after != "" {
			f.attach(t.after)
		}
	}
	return f.end()
}

// raw adds words that are already in their final form.
func (f *builder) raw(s string) {
	inQuotes := false
	for _, w := range strings.FieldsFunc(s, func(r rune) bool {
		if r == '"' {
			inQuotes = !inQuotes
		}
		return !inQuotes && (r == ' ' || r == '\t')
	}) {
		for len(w) > maxToken {
			f.word(w[:maxToken])
			w = w[maxToken:]
		}
		f.word(w)
	}
}

// attach adds punctuation without a blank before it.
func (f *builder) attach(s string) {
	if f.fresh {
		f.word(s)
		return
	}
	f.b.WriteString(s)
	f.col += len(s)
}

func (f *builder) encodedComment(s string) {
	inner := cleanText(decodeWords(strings.TrimSuffix(strings.TrimPrefix(s, "("), ")")))
	words := encodeWords(inner, f.room()-len("()"), true)
	words[0] = "(" + words[0]
	words[len(words)-1] += ")"
	for _, w := range words {
		f.word(w)
	}
}

type pieceKind int

const (
	phrasePiece pieceKind = iota
	addressPiece
	commentPiece
)

// piece is a part of an address list; after is the punctuation that follows it.
type piece struct {
	kind        pieceKind
	text, after string
}

// scanAddresses cuts an address list into phrases, addresses and comments. It
// accepts anything: what is unbalanced extends to the end.
func scanAddresses(s string) []piece {
	var out []piece
	start := 0
	add := func(kind pieceKind, end int, after string) {
		text := strings.Trim(s[start:end], " \t")
		if kind == phrasePiece && strings.Contains(text, "@") && !strings.ContainsAny(text, " \t\"") {
			kind = addressPiece // an address without angle brackets
		}
		if text != "" || after != "" {
			out = append(out, piece{kind, text, after})
		}
	}
	for i := 0; i < len(s); {
		switch s[i] {
		case '"':
			i = closing(s, i, '"', '"')
		case '<':
			add(phrasePiece, i, "")
			start = i
			i = closing(s, i, '<', '>')
			add(addressPiece, i, "")
			start = i
		case '(':
			add(phrasePiece, i, "")
			start = i
			i = closing(s, i, '(', ')')
			add(commentPiece, i, "")
			start = i
		case ',', ';', ':':
			add(phrasePiece, i, s[i:i+1])
			i++
			start = i
		default:
			i++
		}
	}
	add(phrasePiece, len(s), "")
	return out
}

// closing is the index after the character that closes what opens at i.
func closing(s string, i int, open, end byte) int {
	depth := 0
	for ; i < len(s); i++ {
		switch {
		case s[i] == '\\' && open != '<':
			i++
		case s[i] == end && depth > 0 && (open != '(' || depth == 1):
			return i + 1
		case s[i] == open:
			depth++
		case s[i] == end:
			depth--
		}
	}
	return len(s)
}

// unquotePhrase drops the quotes of quoted-strings in a phrase.
func unquotePhrase(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '"' {
			continue
		}
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// asciiAddress makes "<local@domain>" or "local@domain" ASCII.
func asciiAddress(s string) string {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return questionMarks(s)
	}
	domain, rest := s[at+1:], ""
	if i := strings.IndexByte(domain, '>'); i >= 0 {
		domain, rest = domain[:i], domain[i:]
	}
	if ascii, err := idna.Punycode.ToASCII(strings.ToLower(domain)); err == nil && !isASCII(domain) {
		domain = ascii
	}
	return questionMarks(s[:at+1] + domain + rest)
}
