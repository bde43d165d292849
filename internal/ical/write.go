package ical

import (
	"strings"
	"unicode/utf8"
)

// foldOctets is the longest line without its line end (RFC 5545 3.1).
const foldOctets = 75

// Param is a parameter of a property (RFC 5545 3.2). Its values are written in
// quotes where they need them.
type Param struct {
	Name   string
	Values []string
}

// Property is one content line (RFC 5545 3.1). Value is as it is to be written:
// [Text] escapes what is text. Controls in it are left out, so that no value can
// begin a line of its own.
type Property struct {
	Name   string
	Params []Param
	Value  string
}

// Component is what stands between BEGIN and END (RFC 5545 3.6). Everything is
// written in the order it has here.
type Component struct {
	Name       string
	Properties []Property
	Components []Component
}

// Text is a property whose value is one text (RFC 5545 3.3.11). Line ends of any
// kind become "\n".
func Text(name, value string, params ...Param) Property {
	return Property{Name: name, Params: params, Value: escapeText(value)}
}

// TextList is a property whose value is a list of texts, such as CATEGORIES.
func TextList(name string, values []string) Property {
	escaped := make([]string, len(values))
	for i, v := range values {
		escaped[i] = escapeText(v)
	}
	return Property{Name: name, Value: strings.Join(escaped, ",")}
}

// lineEnds makes one kind of line end out of three.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

var textEscapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)

func escapeText(s string) string {
	return textEscapes.Replace(lineEnds.Replace(s))
}

// Append appends the component as lines that end in CRLF.
func (c *Component) Append(b []byte) []byte {
	b = appendLine(b, "BEGIN:"+c.Name)
	for i := range c.Properties {
		b = c.Properties[i].append(b)
	}
	for i := range c.Components {
		b = c.Components[i].Append(b)
	}
	return appendLine(b, "END:"+c.Name)
}

func (p *Property) append(b []byte) []byte {
	var line strings.Builder
	line.WriteString(p.Name)
	for _, param := range p.Params {
		line.WriteByte(';')
		line.WriteString(param.Name)
		for i, v := range param.Values {
			line.WriteByte("=,"[min(i, 1)])
			line.WriteString(paramValue(v))
		}
	}
	line.WriteByte(':')
	line.WriteString(printable(p.Value))
	return appendLine(b, line.String())
}

// paramValue is a parameter's value (RFC 5545 3.2). It cannot have a double
// quote in it in any way that all readers know, so a single one stands for it.
func paramValue(s string) string {
	s = strings.ReplaceAll(printable(strings.ReplaceAll(lineEnds.Replace(s), "\n", " ")), `"`, "'")
	if strings.ContainsAny(s, ",;:") {
		return `"` + s + `"`
	}
	return s
}

// printable is s without what no content line may have (RFC 5545 3.1, CONTROL),
// as valid UTF-8.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7F {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// appendLine folds one line (RFC 5545 3.1). Characters stay whole.
func appendLine(b []byte, line string) []byte {
	for room := foldOctets; len(line) > room; room = foldOctets - 1 {
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		b = append(b, line[:cut]...)
		b = append(b, "\r\n "...)
		line = line[cut:]
	}
	b = append(b, line...)
	return append(b, "\r\n"...)
}
