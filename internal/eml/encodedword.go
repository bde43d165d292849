package eml

import (
	"encoding/base64"
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/pst2imap/pst2imap/internal/codepage"
)

const (
	maxEncodedWord = 75 // RFC 2047 2
	wordOverhead   = len("=?UTF-8?Q?") + len("?=")
)

// encodeWords writes text as encoded-words of UTF-8, the first of them not
// longer than first, the others not longer than 75 octets. No character is
// split. Of the encodings Q and B the one that takes less room is used. In a
// phrase, Q leaves only the characters of RFC 2047 5 (3) as they are.
func encodeWords(text string, first int, phrase bool) []string {
	q, b := encodeWith("Q", text, first, phrase), encodeWith("B", text, first, phrase)
	if total(b) < total(q) {
		return b
	}
	return q
}

// encodeWith is encodeWords in one encoding.
func encodeWith(encoding, text string, first int, phrase bool) []string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if encoding == "B" {
		return splitWords(text, first, "=?UTF-8?B?",
			func(s string) int { return base64.StdEncoding.EncodedLen(len(s)) },
			func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) })
	}
	return splitWords(text, first, "=?UTF-8?Q?",
		func(s string) int { return len(qWord(s, phrase)) },
		func(s string) string { return qWord(s, phrase) })
}

// splitWords cuts text so that each piece fits when encoded.
func splitWords(text string, first int, prefix string, size func(string) int, encode func(string) string) []string {
	var out []string
	limit := first - wordOverhead
	start, used := 0, 0
	flush := func(end int) {
		out = append(out, prefix+encode(text[start:end])+"?=")
		start, used, limit = end, 0, maxEncodedWord-wordOverhead
	}
	for i, r := range text {
		end := i + utf8.RuneLen(r)
		n := size(text[i:end])
		if prefix == "=?UTF-8?B?" {
			n = size(text[start:end]) - used
		}
		if used+n > limit && i > start {
			flush(i)
			n = size(text[i:end])
		}
		used += n
	}
	if start < len(text) || out == nil {
		flush(len(text))
	}
	return out
}

func total(words []string) int {
	n := 0
	for _, w := range words {
		n += len(w) + len("\r\n ")
	}
	return n
}

// qWord is the Q encoding of RFC 2047 4.2.
func qWord(s string, phrase bool) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			b.WriteByte('_')
		case qPlain(c, phrase):
			b.WriteByte(c)
		default:
			b.WriteByte('=')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
	}
	return b.String()
}

const upperHex = "0123456789ABCDEF"

func qPlain(c byte, phrase bool) bool {
	if isAlnum(c) {
		return true
	}
	if phrase {
		return strings.IndexByte("!*+/-", c) >= 0
	}
	return c > ' ' && c < 0x7F && strings.IndexByte("=?_", c) < 0
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// decoder reads encoded-words in any character set that the project knows.
var decoder = mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
	name, _, _ := strings.Cut(charset, "*") // RFC 2231 5: language
	cp, ok := codepage.Label(name)
	if !ok {
		cp = codepage.Windows1252
	}
	raw, err := io.ReadAll(r) // of one field, which is in memory
	if err != nil {
		return nil, err
	}
	text, _ := codepage.Decode(cp, raw)
	return strings.NewReader(text), nil
}}

// decodeWords replaces the encoded-words in the value of a field; a value that
// cannot be decoded stays as it is.
func decodeWords(value string) string {
	text, err := decoder.DecodeHeader(value)
	if err != nil {
		return value
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
