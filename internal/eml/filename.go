package eml

import (
	"fmt"
	"strings"
)

// cleanFileName drops the folder part, control characters and trailing dots and
// blanks from a file name (A1).
func cleanFileName(s string) string {
	s = cleanText(s)
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	if len(s) >= 2 && s[1] == ':' && isAlnum(s[0]) {
		s = s[2:]
	}
	return strings.TrimLeft(strings.TrimRight(s, ". "), " ")
}

// withExtension completes a file name: an attachment without a name is called
// after its place, one without an extension gets the stored one or that of its
// type.
func withExtension(name, ext, mediaType string, index int) string {
	if name == "" {
		name = fmt.Sprintf("attachment-%d", index)
	}
	if extension(name) != "" {
		return name
	}
	if ext = cleanFileName(strings.TrimLeft(ext, ".")); ext != "" {
		return name + "." + ext
	}
	return name + canonicalExtension(mediaType)
}

// extension is the extension of a file name in lower case, without its dot; ""
// when what follows the last dot is none.
func extension(name string) string {
	i := strings.LastIndexByte(name, '.')
	ext := strings.ToLower(name[i+1:])
	if i < 0 || ext == "" || len(ext) > 10 {
		return ""
	}
	for j := range len(ext) {
		if !isAlnum(ext[j]) && ext[j] != '_' && ext[j] != '-' {
			return ""
		}
	}
	return ext
}

// replaceExtension gives a file name another extension. What is no extension
// of a known type, such as the end of a sentence, stays.
func replaceExtension(name, ext string) string {
	old := extension(name)
	switch {
	case name == "" || old == ext:
		return name
	case extensionTypes[old] != "":
		name = name[:len(name)-len(old)-1]
	}
	return name + "." + ext
}

const maxTitle = 100 // characters of a subject in a file name (A10)

// titleFileName is a file name made from the subject of an attached message.
func titleFileName(subject, ext string, index int) string {
	subject = strings.NewReplacer("/", "_", `\`, "_", ":", "_").Replace(subject)
	name := []rune(cleanFileName(subject))
	title := strings.TrimRight(string(name[:min(len(name), maxTitle)]), ". ")
	if title == "" {
		title = fmt.Sprintf("attachment-%d", index)
	}
	return title + ext
}

// cleanCID is a content id without "cid:" and angle brackets (A5).
func cleanCID(s string) string {
	s = cleanText(s)
	if len(s) >= 4 && strings.EqualFold(s[:4], "cid:") {
		s = s[4:]
	}
	if strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") && len(s) >= 2 {
		s = s[1 : len(s)-1]
	}
	return strings.TrimSpace(s)
}

// percentEncoded encodes what cannot stand in a content id or URL.
func percentEncoded(s, also string) string {
	return percentUnless(s, func(c byte) bool { return c > ' ' && c <= '~' && strings.IndexByte(also, c) < 0 })
}

// percentUnless encodes the bytes that are not plain.
func percentUnless(s string, plain func(byte) bool) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; plain(c) {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
	}
	return b.String()
}
