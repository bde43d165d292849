package plan

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	unnamed = "Unnamed"
	// topName is what Outlook calls the top of the tree; items that are kept
	// there, outside of any folder, need a mailbox too.
	topName = "Top of Outlook data file"
	// ours marks a name that had to give way to one with a special meaning.
	ours = " (Outlook)"
	// maxCareful is how long a name may be when the server refused another; the
	// length may have been the cause.
	maxCareful = 60
)

// cleaner makes folder names into single levels of mailbox names.
type cleaner struct {
	delim   rune
	refused string
	bmpOnly bool
}

// newCleaner knows the characters that cannot be in one level on this server.
func newCleaner(s Server) cleaner {
	c := cleaner{delim: s.Delim, bmpOnly: s.BMPOnly}
	// "%" and "*" are the wildcards of LIST (RFC 9051 6.3.9).
	c.refused = s.Refused + "%*"
	if s.Delim != 0 {
		c.refused += string(s.Delim)
	}
	if s.Delim == '.' {
		// QUIRK(Courier, Dovecot with Maildir): such servers keep a mailbox as
		// one directory and refuse "/" in names.
		c.refused += "/"
	}
	return c
}

// level returns name as one level of a mailbox name, and whether anything but
// the Unicode normalization had to change. The result is never empty, never the
// name of an outbox, and has nothing in it that the server is known to refuse.
func (c cleaner) level(name string) (string, bool) {
	want := norm.NFC.String(name)
	s := strings.Map(c.char, norm.NFC.String(strings.ToValidUTF8(name, "\uFFFD")))
	// What was removed may have separated a letter from its accent.
	s = norm.NFC.String(strings.TrimSpace(s))
	if s == "" {
		s = unnamed
	}
	if strings.Trim(s, ".") == "" {
		// "." and ".." are directories below many servers.
		s = strings.Repeat(c.filler(), len(s))
	}
	if isOutbox(s) {
		s += ours
	}
	return s, s != want
}

// char replaces one character; -1 removes it.
func (c cleaner) char(r rune) rune {
	switch {
	case unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp):
		// RFC 5198 2, RFC 9051 5.1: neither controls nor line separators.
		return -1
	case strings.ContainsRune(c.refused, r), c.bmpOnly && r > 0xffff:
		return rune(c.filler()[0])
	}
	return r
}

// filler stands for a character that cannot be kept.
func (c cleaner) filler() string {
	for _, f := range []string{"_", "-", "+"} {
		if !strings.Contains(c.refused, f) {
			return f
		}
	}
	return "x"
}

// top returns a level for the top of the server's hierarchy, where more
// names have a meaning: INBOX and those of namespaces and home directories.
func (c cleaner) top(level string) string {
	switch {
	case fold(level) == fold(inbox):
		return level + ours
	case strings.HasPrefix(level, "#"), strings.HasPrefix(level, "~"):
		// RFC 9051 5.1.2.1: "#" starts the name of a namespace.
		// QUIRK(Dovecot): "~" would start that of a home directory.
		return c.filler() + level[1:]
	}
	return level
}

// careful returns level as it is tried again after the server refused it: letters,
// digits, blanks, "-" and "_" of the basic plane, not long, and with the hash, so
// that the mailbox cannot be taken for another folder's.
func (c cleaner) careful(level, hash string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case r == ' ', r == '-', r == '_':
		case r <= 0xffff && unicode.In(r, unicode.L, unicode.M, unicode.N):
		default:
			return rune(c.filler()[0])
		}
		return r
	}, level)
	return cutName(s, maxCareful) + instead + hash
}

// instead comes between the name and the hash, so that names that were only cut
// are others.
const instead = "-x"

// isCareful tells whether level may have been made by careful.
func isCareful(level string) bool {
	i := strings.LastIndex(level, instead)
	return i >= 0 && len(level)-i == len(instead)+hashLen && strings.Trim(level[i+len(instead):], "0123456789abcdef") == ""
}

// path splits what the user wrote for a mailbox into clean levels. Empty levels
// are left out.
func (c cleaner) path(s string) []string {
	levels := strings.FieldsFunc(s, func(r rune) bool {
		return r == '/' || r == c.delim && r != 0
	})
	out := levels[:0]
	for _, l := range levels {
		if strings.TrimSpace(l) == "" {
			continue
		}
		l, _ = c.level(l)
		out = append(out, l)
	}
	return out
}
