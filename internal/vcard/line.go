package vcard

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// maxLine is how many octets a line has at most, without its end (RFC 2426 2.6,
// RFC 6350 3.2).
const maxLine = 75

// card is a vCard while it is written.
type card struct {
	version Version
	buf     bytes.Buffer
}

// param is a parameter; its values are written as they are if they can be, else
// quoted.
type param struct {
	name   string
	values []string
}

// types is the parameter TYPE; nil without any.
func types(list ...string) []param {
	if len(list) == 0 {
		return nil
	}
	return []param{{"TYPE", list}}
}

// text writes a field with a text, unless that is empty.
func (c *card) text(name string, params []param, s string) {
	if s = cleanText(s); s != "" {
		c.line(name, params, escape(s))
	}
}

// parts writes a field of several texts with separators between them, unless all
// are empty.
func (c *card) parts(name string, params []param, separator string, list ...string) {
	some := false
	out := make([]string, len(list))
	for i, s := range list {
		s = cleanText(s)
		some = some || s != ""
		out[i] = escape(s)
	}
	if some {
		c.line(name, params, strings.Join(out, separator))
	}
}

// uri writes a field with an address, unless that is empty.
func (c *card) uri(name string, params []param, scheme, s string) {
	if s = cleanLine(s); s != "" {
		c.line(name, params, scheme+escapeURI(s))
	}
}

// binary writes a field with bytes of the given media type, which may be empty.
func (c *card) binary(name, mediaType, short string, b []byte) {
	data := base64.StdEncoding.EncodeToString(b)
	if c.version == V4 {
		if mediaType == "" {
			mediaType = "application/octet-stream"
		}
		c.line(name, nil, "data:"+mediaType+";base64,"+data)
		return
	}
	params := []param{{"ENCODING", []string{"b"}}}
	if short != "" {
		params = append(params, param{"TYPE", []string{short}})
	}
	c.line(name, params, data)
}

// line writes a field whose value is encoded already.
func (c *card) line(name string, params []param, value string) {
	var s strings.Builder
	s.WriteString(name)
	for _, p := range params {
		s.WriteString(";" + p.name + "=")
		for i, v := range p.values {
			if i > 0 {
				s.WriteByte(',')
			}
			s.WriteString(c.paramValue(v))
		}
	}
	s.WriteByte(':')
	s.WriteString(value)
	c.fold(s.String())
}

// fold writes a line in pieces that have no more than maxLine octets and split no
// character.
func (c *card) fold(s string) {
	room := maxLine
	for len(s) > room {
		n := room
		for n > room-utf8.UTFMax && !utf8.RuneStart(s[n]) {
			n--
		}
		c.buf.WriteString(s[:n] + "\r\n ")
		s, room = s[n:], maxLine-1
	}
	c.buf.WriteString(s + "\r\n")
}

// paramValue is the value of a parameter. Version 3.0 cannot write a double quote
// or a line end in it, 4.0 can (RFC 6868).
func (c *card) paramValue(s string) string {
	if c.version == V4 {
		s = strings.NewReplacer("^", "^^", "\n", "^n", `"`, "^'").Replace(s)
	} else {
		s = strings.NewReplacer("\n", " ", `"`, "'").Replace(s)
	}
	if strings.ContainsAny(s, " ,;:") || strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		return `"` + s + `"`
	}
	return s
}

// escape writes what has a meaning in texts so that it has none (RFC 2426 4,
// RFC 6350 3.4).
func escape(s string) string { return textEscapes.Replace(s) }

var textEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, ",", `\,`, ";", `\;`)

// escapeURI percent-encodes what an address must not have (RFC 3986 2), and the
// comma: it may be there, but readers take it for the end of the value.
func escapeURI(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7F || strings.IndexByte("\",<>\\^`{|}", c) >= 0 || c == '%' && !escaped(s[i+1:]) {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// escaped tells whether what follows a percent sign makes it an escape.
func escaped(rest string) bool {
	if len(rest) < 2 {
		return false
	}
	_, err := hex.DecodeString(rest[:2])
	return err == nil
}

// cleanText is a text of one or more lines that are divided by "\n" and have no
// other control characters than tabs (P3). A vertical tab is a line end that
// Outlook's editor makes.
func cleanText(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n").Replace(strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7F {
			return ' '
		}
		return r
	}, s)
	return strings.Trim(s, " \t\n")
}

// cleanLine is cleanText in one line.
func cleanLine(s string) string {
	return strings.NewReplacer("\n", " ", "\t", " ").Replace(cleanText(s))
}
