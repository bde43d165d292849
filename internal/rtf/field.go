package rtf

import (
	"bytes"
	"html"
	"strconv"
	"strings"
)

// field is a \field: an instruction and what it gave when the document was saved.
type field struct {
	visible bool
	inst    []byte
	target  string // of a link, "" for none
	href    string // the target as in an attribute
	result  bool   // there is a result, even if empty
	start   int    // of the result in the text
}

func (c *converter) beginField() {
	c.fields = append(c.fields, field{visible: c.st.dest == destBody && !c.st.rich.char.invisible()})
	c.st.rich.field = len(c.fields)
}

// instruction is told of \fldinst.
func (c *converter) instruction() {
	if c.st.rich.field == 0 || c.st.dest != destBody {
		c.st.dest = destSkip
		return
	}
	c.st.dest = destField
}

// beginResult is told of \fldrslt, which follows the instruction.
func (c *converter) beginResult() {
	if c.st.rich.field == 0 {
		return
	}
	f := &c.fields[c.st.rich.field-1]
	if c.st.dest != destBody {
		c.st.dest = destSkip
		return
	}
	c.interpret(f)
	f.result, f.start = true, len(c.plain)
	if f.href != "" {
		c.st.rich.char.link = c.st.rich.field
	}
}

// interpret does what the instruction says.
func (c *converter) interpret(f *field) {
	words := fieldWords(string(f.inst))
	f.inst = nil
	if len(words) < 2 || f.href != "" { // the target of what was written stays
		return
	}
	switch strings.ToUpper(words[0]) {
	case "HYPERLINK":
		f.target = c.allowed(hyperlink(words[1:]))
		f.href = html.EscapeString(f.target)
	case "SYMBOL":
		c.symbolField(words[1:])
	}
}

// endField writes what is not in the result: of a link, the target into the
// text; of a field without a result, the target.
func (c *converter) endField(number int) {
	if number == 0 {
		return
	}
	f := &c.fields[number-1]
	if !f.visible || c.st.dest != destBody {
		return
	}
	if !f.result {
		c.interpret(f)
		if f.href != "" {
			old := c.st.rich.char.link
			c.st.rich.char.link = number
			c.write([]byte(f.target))
			c.st.rich.char.link = old
		}
		return
	}
	if f.target != "" && !shows(c.plain[min(f.start, len(c.plain)):], f.target) {
		c.addPlain([]byte(" <" + f.target + ">"))
	}
	f.target = ""
}

// shows tells whether the text of a link is nothing but its target, or nothing.
func shows(text []byte, target string) bool {
	text = bytes.TrimSpace(text)
	if len(text) > len(target) {
		return false
	}
	s := string(text)
	return s == "" || strings.EqualFold(s, target) || strings.EqualFold("mailto:"+s, target) || strings.EqualFold(s+"/", target)
}

// fieldWords splits an instruction into words and quoted strings.
func fieldWords(s string) []string {
	var words []string
	for {
		s = strings.TrimLeft(s, " \t\u00a0")
		if s == "" {
			return words
		}
		var word string
		if s[0] == '"' {
			word, s = quoted(s[1:])
		} else {
			end := strings.IndexAny(s, " \t\"")
			if end < 0 {
				end = len(s)
			}
			word, s = s[:end], s[end:]
		}
		words = append(words, word)
	}
}

// quoted takes a string up to its closing quote. Backslashes are doubled in it,
// except by programs that do not know that.
func quoted(s string) (word, rest string) {
	end, doubled := 0, true
	for end < len(s) && s[end] != '"' {
		if s[end] == '\\' {
			if end+1 < len(s) && (s[end+1] == '\\' || s[end+1] == '"') {
				end++
			} else {
				doubled = false
			}
		}
		end++
	}
	word, rest = s[:end], s[min(end+1, len(s)):]
	word = strings.ReplaceAll(word, `\"`, `"`)
	if doubled {
		word = strings.ReplaceAll(word, `\\`, `\`)
	}
	return word, rest
}

// hyperlink is the target of a link, by what follows the word HYPERLINK.
func hyperlink(words []string) string {
	target, fragment := "", ""
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case w == `\l` && i+1 < len(words):
			i++
			fragment = "#" + words[i]
		case (w == `\o` || w == `\t`) && i+1 < len(words):
			i++
		case strings.HasPrefix(w, `\`) && !strings.HasPrefix(w, `\\`):
		case target == "":
			target = w
		}
	}
	return target + fragment
}

// schemes are those that links may have.
var schemes = []string{"http:", "https:", "mailto:", "ftp:", "file:", "cid:", "#"}

// allowed is a target as a link may have it, "" if it may not be one. What a
// browser would not read as part of an address is left out.
func (c *converter) allowed(target string) string {
	target = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return -1
		}
		return r
	}, target))
	switch {
	case strings.HasPrefix(target, `\\`):
		target = "file:" + strings.ReplaceAll(target, `\`, "/")
	case len(target) > 4 && strings.EqualFold(target[:4], "www."):
		target = "http://" + target
	}
	for _, s := range schemes {
		if len(target) >= len(s) && strings.EqualFold(target[:len(s)], s) {
			return target
		}
	}
	if target != "" {
		c.warn("B20: a link was left out, its kind of address is not allowed")
	}
	return ""
}

// symbolField writes the character of a field SYMBOL: a number and, after \f, a
// font. Such a field has an empty result.
func (c *converter) symbolField(words []string) {
	code, err := strconv.ParseUint(words[0], 0, 16)
	if err != nil || c.st.rich.char.invisible() {
		return
	}
	name := ""
	for i, w := range words[:len(words)-1] {
		if w == `\f` {
			name = words[i+1]
		}
	}
	s := plainSymbol(&font{name: []byte(name)}, rune(code))
	if s == "" {
		s = string(rune(code))
	}
	f := c.st.rich.char
	f.plainFont = true
	c.put(c.par.line(c.st.rich.label), f, []byte(s))
}
