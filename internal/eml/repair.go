package eml

import (
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// addressFields hold address lists: only phrases and comments in them may be
// encoded (RFC 2047 5).
var addressFields = set("from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-sender", "resent-to",
	"resent-cc", "resent-bcc", "resent-reply-to", "disposition-notification-to", "return-receipt-to", "errors-to",
	"apparently-to", "mail-followup-to", "mail-reply-to")

// tokenFields have a syntax that leaves no place for encoded-words.
var tokenFields = set("message-id", "references", "in-reply-to", "received", "resent-message-id", "date", "resent-date",
	"return-path", "delivered-to", "dkim-signature", "domainkey-signature", "x-google-dkim-signature", "arc-seal",
	"arc-message-signature", "arc-authentication-results", "authentication-results", "received-spf", "list-id",
	"list-unsubscribe", "list-subscribe", "list-help", "list-post", "list-archive", "list-owner", "thread-index",
	"x-received", "x-original-to", "envelope-to")

// keep renders a stored field: as it is where that is allowed in a message,
// repaired where not (H6a, H7). The last result tells what was lost, empty
// when nothing was.
func keep(f rawField) (text, lossy string) {
	name := strings.ToLower(f.name)
	clean := true
	lines := make([]string, 0, len(f.lines))
	for _, line := range f.lines {
		line = dropControls(line)
		if strings.Trim(line, " \t") == "" {
			continue
		}
		clean = clean && isASCII(line)
		lines = append(lines, line)
	}
	f.lines = lines
	switch {
	case clean:
	case tokenFields[name]:
		for i, line := range lines {
			lines[i] = questionMarks(mendMojibake(line))
		}
		lossy = "non-ASCII characters replaced in " + f.name
	case addressFields[name]:
		return encodeAddressField(f.name, mendMojibake(f.value())), ""
	default:
		return unstructured(f.name, decodeWords(mendMojibake(f.value()))), ""
	}
	text, cut := foldLong(lines)
	if cut && !unstructuredField(name) {
		lossy = "a line without blanks had to be cut in " + f.name
	}
	return text, lossy
}

func unstructuredField(name string) bool { return !addressFields[name] && !tokenFields[name] }

// foldLong joins lines with CRLF and folds those that are longer than a message
// allows (H7): at a blank, after a comma or semicolon, else anywhere, which cut
// reports.
func foldLong(lines []string) (text string, cut bool) {
	var b strings.Builder
	for _, line := range lines {
		for {
			if line = trimLong(line); len(line) <= maxLine {
				break
			}
			at, hard := foldPoint(line)
			cut = cut || hard
			b.WriteString(line[:at])
			b.WriteString("\r\n")
			line = line[at:]
			if !startsBlank(line) {
				line = " " + line
			}
		}
		b.WriteString(line)
		b.WriteString("\r\n")
	}
	return b.String(), cut
}

// trimLong drops most of the blanks at both ends of a line that is too long, so
// that no piece of it is only blanks.
func trimLong(line string) string {
	if len(line) <= maxLine {
		return line
	}
	line = strings.TrimRight(line, " \t")
	if startsBlank(line) {
		line = " " + strings.TrimLeft(line, " \t")
	}
	return line
}

// foldPoint is where a long line is to be cut; what is left of it has at least
// one character that is not blank, and so has the rest. A fold directly after
// the name of the field is the last resort but one.
func foldPoint(line string) (at int, hard bool) {
	lead := len(line) - len(strings.TrimLeft(line, " \t"))
	name := ""
	if _, rest, ok := cutField(line); ok {
		name = line[:len(line)-len(rest)]
	}
	if lead == 0 && name != "" {
		lead = len(line) - len(strings.TrimLeft(line[len(name):], " \t"))
	}
	last := min(maxLine, len(strings.TrimRight(line, " \t"))-1)
	for i := last; i > lead; i-- {
		if line[i] == ' ' || line[i] == '\t' {
			return i, false
		}
	}
	for i := last; i > lead+1; i-- {
		if c := line[i-1]; c == ',' || c == ';' {
			return i, false
		}
	}
	if name != "" && lead > len(name) && len(line)-len(name) <= maxLine {
		return len(name), false
	}
	return maxLine - 2, true
}

// dropControls removes NUL and control characters other than TAB.
func dropControls(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] > '~' {
			return false
		}
	}
	return true
}

// questionMarks replaces each character that is not ASCII by "?".
func questionMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if r > '~' {
			return '?'
		}
		return r
	}, s)
}

// backTo1252 maps the characters of windows-1252 to their bytes; its unassigned
// bytes map from the control characters of the same number.
var backTo1252 = sync.OnceValue(func() map[rune]byte {
	m := make(map[rune]byte, 128)
	for c := 0x80; c < 0x100; c++ {
		r := charmap.Windows1252.DecodeByte(byte(c))
		if r == utf8.RuneError {
			r = rune(c)
		}
		m[r] = byte(c)
	}
	return m
})

// mendMojibake undoes the reading of UTF-8 as windows-1252, if all of s shows it
// (H6a): "JÃ¼rgen" becomes "Jürgen".
func mendMojibake(s string) string {
	back := backTo1252()
	var b strings.Builder
	for _, r := range s {
		c, ok := back[r]
		switch {
		case r <= 0x7F:
			c = byte(r)
		case !ok:
			return s
		}
		b.WriteByte(c)
	}
	if mended := b.String(); utf8.ValidString(mended) {
		return mended
	}
	return s
}
