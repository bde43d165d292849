package eml

import (
	"regexp"
	"strings"
)

// declarationWindow is how far into an HTML text declarations of its character
// set count, in bytes (B17).
const declarationWindow = 4096

// declarationReach is how far a declaration that begins in the window can go.
const declarationReach = 2 * declarationWindow

var (
	xmlEncoding = regexp.MustCompile(`(?i)^[ \t\r\n]*<\?xml[^>]*?\sencoding\s*=\s*["']?([A-Za-z0-9._:-]+)`)
	charsetWord = regexp.MustCompile(`^[\s"']*([A-Za-z0-9._:-]+)`)
	charsetIn   = regexp.MustCompile(`(?i)charset\s*=\s*["']?\s*([A-Za-z0-9._:-]+)`)
)

// charsetSpans are the positions in an HTML text of the names by which it
// declares its character set: XML declaration, <meta charset>, <meta
// http-equiv="Content-Type">. Comments do not count.
func charsetSpans(html string) [][2]int {
	var out [][2]int
	window := html[:min(len(html), declarationWindow)]
	if hasPrefixFold(strings.TrimLeft(window, " \t\r\n"), "<?xml") {
		if m := xmlEncoding.FindStringSubmatchIndex(window); m != nil {
			out = append(out, [2]int{m[2], m[3]})
		}
	}
	for i := 0; i < len(window); {
		next := strings.IndexByte(window[i:], '<')
		if next < 0 {
			break
		}
		i += next
		switch {
		case strings.HasPrefix(html[i:], "<!--"):
			end := strings.Index(html[i:], "-->")
			if end < 0 {
				return out
			}
			i += end + len("-->")
		case isMeta(html[i:]):
			tag := html[i : i+tagLength(html[i:])]
			for _, span := range metaSpans(tag) {
				out = append(out, [2]int{i + span[0], i + span[1]})
			}
			i += len(tag)
		default:
			i++
		}
	}
	return out
}

// isMeta tells whether a meta tag with attributes begins here.
func isMeta(s string) bool {
	return hasPrefixFold(s, "<meta") && len(s) > 5 && strings.IndexByte("\t\n\f\r /", s[5]) >= 0
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// metaSpans finds the names of character sets in a meta tag: the value of a
// charset attribute, and what follows "charset=" in a content type.
func metaSpans(tag string) [][2]int {
	var out [][2]int
	var content *attribute
	isType := false
	for _, a := range attributes(tag) {
		value := tag[a.from:a.to]
		switch a.name {
		case "charset":
			if m := charsetWord.FindStringSubmatchIndex(value); m != nil {
				out = append(out, [2]int{a.from + m[2], a.from + m[3]})
			}
		case "http-equiv":
			isType = strings.EqualFold(strings.TrimSpace(value), "content-type")
		case "content":
			content = &a
		}
	}
	if isType && content != nil {
		if m := charsetIn.FindStringSubmatchIndex(tag[content.from:content.to]); m != nil {
			out = append(out, [2]int{content.from + m[2], content.from + m[3]})
		}
	}
	return out
}

// attribute is an attribute of a tag: its name in lower case and where its
// value stands.
type attribute struct {
	name     string
	from, to int
}

// attributes lists the attributes of a tag that have a value.
func attributes(tag string) []attribute {
	var out []attribute
	for _, m := range attributePattern.FindAllStringSubmatchIndex(tag, -1) {
		for g := 4; g < 10; g += 2 { // in double quotes, in single quotes, bare
			if m[g] >= 0 {
				out = append(out, attribute{strings.ToLower(tag[m[2]:m[3]]), m[g], m[g+1]})
			}
		}
	}
	return out
}

var attributePattern = regexp.MustCompile(`([A-Za-z][A-Za-z0-9:_-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`)

// tagLength is the length of the tag at the start of s, to its ">" outside
// quotes; a tag that does not end is as long as a declaration can be.
func tagLength(s string) int {
	quote := byte(0)
	for i := 0; i < len(s) && i < declarationWindow; i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return min(len(s), declarationWindow)
}

// declaredCharset is the first character set that an HTML text declares in a
// meta tag or XML declaration, "" without one.
func declaredCharset(html string) string {
	for _, s := range charsetSpans(html) {
		return html[s[0]:s[1]]
	}
	return ""
}

// declareUTF8 replaces the names of the character set by "utf-8" and changes
// nothing else (B17).
func declareUTF8(html string) string {
	var b strings.Builder
	at := 0
	for _, s := range charsetSpans(html) {
		if s[0] < at {
			continue
		}
		b.WriteString(html[at:s[0]])
		b.WriteString("utf-8")
		at = s[1]
	}
	b.WriteString(html[at:])
	return b.String()
}
