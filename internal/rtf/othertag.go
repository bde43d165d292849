package rtf

import (
	"html"
	"strings"
)

// otherTag holds the form of a tag whose links were rewritten for a MIME
// message, \mhtmltag, until the tag itself is read (rule B12).
type otherTag struct {
	number int
	text   []byte
	ready  bool // whole, and nothing came after it
	start  int  // where in the output the tag begins that it is the other form of, 0 for none
	paired bool
}

func (o *otherTag) begin(number int) {
	o.number, o.text, o.ready = number, o.text[:0], false
}

// tag is told that an \htmltag begins and what was written before it.
func (o *otherTag) tag(number, start int) {
	o.paired, o.start = o.ready && o.number == number, start
	o.ready = false
}

// choose replaces the tag at the end of out by its other form if only that one
// leads to an attachment.
func (o *otherTag) choose(out []byte, opt *Options) []byte {
	if !o.paired {
		return out
	}
	o.paired = false
	if opt.resolves(tagURL(out[o.start:])) || !opt.resolves(tagURL(o.text)) {
		return out
	}
	return append(out[:o.start], o.text...)
}

// linking are the attributes that hold the address of a part of the message.
var linking = []string{"src", "background", "href", "data", "poster"}

// tagURL is the address that a tag of HTML names first; "" for none. It reads
// attributes as a browser does, as far as well-formed ones go.
func tagURL(tag []byte) string {
	s := string(tag)
	if start := strings.IndexByte(s, '<'); start >= 0 {
		s = s[start+1:]
	}
	for {
		eq := strings.IndexByte(s, '=')
		if eq < 0 {
			return ""
		}
		name := s[:eq]
		var value string
		value, s = attribute(s[eq+1:])
		if named(name) {
			return strings.TrimSpace(html.UnescapeString(value))
		}
	}
}

// named tells whether what precedes an equals sign ends in the name of a linking
// attribute.
func named(s string) bool {
	s = strings.TrimRight(s, " \t\r\n")
	s = s[strings.LastIndexAny(s, " \t\r\n\"'/")+1:]
	for _, name := range linking {
		if strings.EqualFold(s, name) {
			return true
		}
	}
	return false
}

// attribute takes the value of an attribute off s.
func attribute(s string) (value, rest string) {
	s = strings.TrimLeft(s, " \t\r\n")
	if s == "" {
		return "", ""
	}
	if quote := s[0]; quote == '"' || quote == '\'' {
		value, rest, _ = strings.Cut(s[1:], string(rune(quote)))
		return value, rest
	}
	end := strings.IndexAny(s, " \t\r\n>")
	if end < 0 {
		end = len(s)
	}
	return s[:end], s[end:]
}
