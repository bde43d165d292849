package eml

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// NamesError says which line of a list of names cannot be read.
type NamesError struct {
	Line int
	Text string // what is wrong with it
}

// Error is one line.
func (e *NamesError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

// maxNames bounds a list of names: an address book has fewer.
const maxNames = 1 << 20

// ParseNames reads addresses of people by their legacy distinguished names, for
// [AddressMap.Add]: UTF-8, a line each, the name first, then a tab or the last
// equals sign, then the address. Empty lines and those that begin with "#" are
// passed over. Errors are those of r and *NamesError.
func ParseNames(r io.Reader) (map[string]string, error) {
	names := map[string]string{}
	lines := bufio.NewScanner(r)
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		dn, smtp, wrong := parseName(line)
		if wrong == "" && len(names) == maxNames {
			wrong = fmt.Sprintf("more than %d names", maxNames)
		}
		if wrong != "" {
			return nil, &NamesError{n, wrong}
		}
		names[dn] = smtp
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return nil, &NamesError{n + 1, "the line is too long"}
	}
	return names, lines.Err()
}

func parseName(line string) (dn, smtp, wrong string) {
	if !utf8.ValidString(line) {
		return "", "", "this is no UTF-8"
	}
	at := strings.LastIndexByte(line, '\t')
	if at < 0 {
		at = strings.LastIndexByte(line, '=')
	}
	if at < 0 || !strings.HasPrefix(line, "/") {
		return "", "", "no name with an address"
	}
	dn = strings.TrimSpace(line[:at])
	smtp, ok := bareAddress(strings.TrimSpace(line[at+1:]))
	if !ok {
		return "", "", fmt.Sprintf("%q is no e-mail address", strings.TrimSpace(line[at+1:]))
	}
	return strings.ToLower(dn), smtp, ""
}
