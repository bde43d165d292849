package eml

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// nameParameter adds the name of a file to a Content-Type field: in ASCII
// as a quoted-string, else as encoded-words in quotes, which is not standard
// but what older programs read (A4).
func (f *builder) nameParameter(name string) {
	if quotable(name) {
		f.word("name=" + quoted(name))
		return
	}
	f.foldBefore(foldColumn)
	words := bWords(name, maxEncodedWord-len(` name=""`))
	words[0] = `name="` + words[0]
	words[len(words)-1] += `"`
	for _, w := range words {
		f.word(w)
	}
}

// bWords are encoded-words in the encoding B.
func bWords(text string, first int) []string { return encodeWith("B", text, first, false) }

// fileParameter adds the filename parameter of Content-Disposition: in ASCII as
// a quoted-string, else by RFC 2231, in several pieces where it is long.
func (f *builder) fileParameter(name string) {
	if quotable(name) {
		f.word("filename=" + quoted(name))
		return
	}
	const start = "UTF-8''"
	if whole := "filename*=" + start + extValue(name); len(whole)+1 <= foldColumn {
		f.word(whole)
		return
	}
	prefix := start
	for i := 0; name != ""; i++ {
		label := fmt.Sprintf("filename*%d*=%s", i, prefix)
		n := fitting(name, foldColumn-len(label)-len(" ;"))
		piece := label + extValue(name[:n])
		if name = name[n:]; name != "" {
			piece += ";"
		}
		f.word(piece)
		prefix = ""
	}
}

// fitting is how many bytes of s, in whole characters and at least one of them,
// fit into room octets when encoded.
func fitting(s string, room int) int {
	n := 0
	for n < len(s) {
		_, size := utf8.DecodeRuneInString(s[n:])
		room -= len(extValue(s[n : n+size]))
		if room < 0 && n > 0 {
			break
		}
		n += size
	}
	return n
}

// extValue encodes what is no attribute-char (RFC 2231 7).
func extValue(s string) string {
	return percentUnless(s, func(c byte) bool { return isAlnum(c) || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 })
}
