package eml

import "strings"

const (
	foldColumn = 76  // RFC 2047 2: lines with encoded-words; RFC 5322 2.1.1 asks for 78
	maxLine    = 998 // RFC 5322 2.1.1
	// maxToken is how long a word may be and still stand on a line of its own.
	maxToken = 900
)

// builder writes one header field. Words are separated by a blank, or by a fold
// where the line would become too long.
type builder struct {
	b     strings.Builder
	col   int
	fresh bool // nothing but the name so far
}

func newField(name string) *builder {
	f := &builder{fresh: true, col: len(name) + 1}
	f.b.WriteString(name)
	f.b.WriteByte(':')
	return f
}

// word adds a word that is not to be broken. Leading blanks in it are allowed.
func (f *builder) word(s string) {
	limit := foldColumn
	if f.fresh { // an empty first line confuses some readers
		limit = maxLine
	}
	if f.col+1+len(s) > limit {
		f.fold()
	}
	f.b.WriteByte(' ')
	f.b.WriteString(s)
	f.col += 1 + len(s)
	f.fresh = false
}

// fold starts a new line, unless one has just been started.
func (f *builder) fold() {
	if f.col == 0 {
		return
	}
	f.b.WriteString("\r\n")
	f.col, f.fresh = 0, false
}

// foldBefore starts a new line when n more octets would not fit on this one.
func (f *builder) foldBefore(n int) {
	if !f.fresh && f.col+1+n > foldColumn {
		f.fold()
	}
}

// room is how long the next encoded-word may be; one that would have to be very
// short goes to the next line instead.
func (f *builder) room() int {
	left := foldColumn - f.col - 1
	if left < 30 {
		f.fold()
		return maxEncodedWord
	}
	return min(left, maxEncodedWord)
}

// end is the finished field with its line end.
func (f *builder) end() string {
	f.b.WriteString("\r\n")
	return f.b.String()
}

// encoded adds text as encoded-words; suffix follows the last one directly.
func (f *builder) encoded(text, suffix string, phrase bool) {
	words := encodeWords(text, f.room()-len(suffix), phrase)
	for i, w := range words {
		if i == len(words)-1 {
			w += suffix
		}
		f.word(w)
	}
}

// text adds unstructured text; the words from the first to the last one that
// need it are encoded (E1).
func (f *builder) text(s string) {
	words := splitBlanks(s)
	first, last := span(words, func(w string) bool {
		return !printable(w) || strings.Contains(w, "=?") || len(w) > maxToken
	})
	for i := 0; i < len(words); i++ {
		if i == first {
			f.encoded(strings.Join(words[first:last+1], " "), "", false)
			i = last
			continue
		}
		f.word(words[i])
	}
}

// unstructured is a whole field of unstructured text, empty when s is.
func unstructured(name, s string) string {
	f := newField(name)
	if s = cleanText(s); s != "" {
		f.text(s)
	}
	return f.end()
}

// splitBlanks cuts at single blanks. Of several blanks in a row all but the
// first begin the word that follows them, so that no line is only blanks.
func splitBlanks(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, " ") {
		if n := len(out); n > 0 && strings.TrimLeft(out[n-1], " ") == "" {
			out[n-1] += " " + part
			continue
		}
		out = append(out, part)
	}
	return out
}

// span is the range of the words that need encoding; first is -1 without any.
func span(words []string, needs func(string) bool) (first, last int) {
	first, last = -1, -1
	for i, w := range words {
		if needs(w) {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}

// printable tells whether s is printable ASCII and blanks.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// cleanText makes text fit for a header field (P3): it ends at the first NUL, and
// runs of control characters become one blank.
func cleanText(s string) string {
	if printable(s) {
		return strings.Trim(s, " ")
	}
	s, _, _ = strings.Cut(s, "\x00")
	s = strings.ToValidUTF8(s, "\uFFFD")
	var b strings.Builder
	run := false
	for _, r := range s {
		if r < ' ' || r == 0x7F {
			run = true
			continue
		}
		if run {
			b.WriteByte(' ')
			run = false
		}
		b.WriteRune(r)
	}
	return strings.Trim(b.String(), " ")
}
