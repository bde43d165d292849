package plan

import (
	_ "embed" // names.tsv
	"strings"
	"sync"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

//go:embed names.tsv
var namesTSV string

// Name is one line of the table of default folder names.
type Name struct {
	Lang string // BCP 47 tag, or "imap" for the usual names of mailboxes
	Role Role
	Name string // NFC
}

// Names returns the names that Outlook gives its default folders, in the order
// of the table: English first.
func Names() []Name { return table().list }

// RoleByName guesses the role of a folder directly below the top of the tree
// from its name in any of Outlook's languages. Case, Unicode normalization and
// the kind of apostrophe do not matter. It is a guess: a user may have named a
// folder like this, so roles from entry ids win over it.
func RoleByName(name string) (Role, bool) {
	role, ok := table().roles[nameKey(name)]
	return role, ok
}

// isOutbox tells whether one level of a mailbox name is that of an outbox in
// any language. Servers exist that send what is put into such a mailbox.
func isOutbox(level string) bool {
	role, ok := RoleByName(level)
	return ok && role == RoleOutbox
}

// nameTable is names.tsv, parsed.
type nameTable struct {
	list  []Name
	roles map[string]Role // by nameKey
}

var table = sync.OnceValue(func() *nameTable { return parseNames(namesTSV) })

// parseNames reads the table; lines that are not a row are left out, and the
// tests check that there are none.
func parseNames(tsv string) *nameTable {
	t := &nameTable{roles: make(map[string]Role)}
	for line := range strings.Lines(tsv) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if strings.HasPrefix(line, "#") || len(f) != 3 {
			continue
		}
		t.list = append(t.list, Name{Lang: f[0], Role: f[1], Name: f[2]})
		if key := nameKey(f[2]); t.roles[key] == "" {
			t.roles[key] = f[1]
		}
	}
	return t
}

// nameKey is the form in which folder names are compared with the table.
func nameKey(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\u2019', '\u02bc': // typographic apostrophes
			return '\''
		case '\u2011': // non-breaking hyphen
			return '-'
		}
		return r
	}, s)
	return fold(strings.Join(strings.Fields(s), " "))
}

// fold is the form in which mailbox names are compared: without case, since a
// server may or may not tell "Projects" from "projects".
func fold(s string) string {
	return norm.NFC.String(cases.Fold().String(norm.NFC.String(s)))
}
