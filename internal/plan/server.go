package plan

import (
	"cmp"
	"slices"
	"strings"
)

// inbox is the one mailbox that every server has (RFC 9051 5.1).
const inbox = "INBOX"

// usual has the names that servers and mail programs give the mailboxes of a
// role where SPECIAL-USE does not tell, the name to create first. The names of
// Outlook's table follow: other accounts were filled by Outlook too.
var usual = map[Role][]string{
	RoleSent:   {"Sent", "Sent Items", "Sent Messages", "Sent Mail", "Sent-Mail"},
	RoleDrafts: {"Drafts", "Draft"},
	RoleTrash:  {"Trash", "Deleted Items", "Deleted Messages", "Deleted", "Bin"},
	RoleJunk:   {"Junk", "Junk E-mail", "Junk Email", "Spam", "Bulk Mail", "Bulk"},
}

// serverIndex answers questions about the mailboxes that exist.
type serverIndex struct {
	prefix string
	delim  string // "" without hierarchy
	byName map[string]Mailbox
	byFold map[string]Mailbox // the first in order among those equal but for case
	uses   map[Role]Mailbox   // SPECIAL-USE
}

// newServerIndex indexes what the server listed. The order of the list does
// not matter.
func newServerIndex(s Server) *serverIndex {
	x := &serverIndex{
		prefix: s.Prefix,
		byName: make(map[string]Mailbox),
		byFold: make(map[string]Mailbox),
		uses:   make(map[Role]Mailbox),
	}
	if s.Delim != 0 {
		x.delim = string(s.Delim)
	}
	sorted := slices.Clone(s.Mailboxes)
	slices.SortStableFunc(sorted, compareMailboxes)
	for _, m := range sorted {
		x.add(m)
	}
	return x
}

// compareMailboxes sorts by name, shorter ones first, and equal names by their
// attributes.
func compareMailboxes(a, b Mailbox) int {
	flag := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(len(a.Name), len(b.Name)),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.Role, b.Role),
		cmp.Compare(flag(a.NoSelect), flag(b.NoSelect)),
		cmp.Compare(flag(a.NoInferiors), flag(b.NoInferiors)),
	)
}

// add indexes one mailbox; earlier ones win.
func (x *serverIndex) add(m Mailbox) {
	if _, ok := x.byName[m.Name]; !ok {
		x.byName[m.Name] = m
	}
	if key := fold(m.Name); x.byFold[key].Name == "" {
		x.byFold[key] = m
	}
	if _, ok := x.uses[m.Role]; !ok && isSpecial(m.Role) && x.usable(m) {
		x.uses[m.Role] = m
	}
}

// lookup finds a mailbox by name: as spelled, else without regard to case.
func (x *serverIndex) lookup(name string) (Mailbox, bool) {
	if m, ok := x.byName[name]; ok {
		return m, true
	}
	m, ok := x.byFold[fold(name)]
	return m, ok
}

// isSpecial tells whether a mailbox of this role is no place for the items of
// ordinary folders: servers empty trash and junk after some weeks, and views
// like \All hold nothing of their own.
func isSpecial(r Role) bool {
	return r != "" && r != RoleArchive && r != RoleInbox
}

// usable tells whether a role may be given this mailbox.
func (x *serverIndex) usable(m Mailbox) bool {
	return !m.NoSelect && !x.hasOutbox(m.Name)
}

// hasOutbox tells whether a level of the name, below the prefix, is an outbox.
func (x *serverIndex) hasOutbox(name string) bool {
	name = strings.TrimPrefix(name, x.prefix)
	if x.delim == "" {
		return isOutbox(name)
	}
	return slices.ContainsFunc(strings.Split(name, x.delim), isOutbox)
}

// candidates returns the full names to look for when SPECIAL-USE does not tell
// the mailbox of a role, best first; the first one is what would be created.
func (x *serverIndex) candidates(role Role) []string {
	names := slices.Clone(usual[role])
	for _, n := range Names() {
		if n.Role == role && !slices.Contains(names, n.Name) {
			names = append(names, n.Name)
		}
	}
	places := []string{x.prefix}
	for _, p := range []string{"", inbox + x.delim} {
		if !slices.Contains(places, p) && (p == "" || x.delim != "") {
			places = append(places, p)
		}
	}
	all := make([]string, 0, len(places)*len(names))
	for _, p := range places {
		for _, n := range names {
			all = append(all, p+n)
		}
	}
	return all
}

// special finds the mailbox of a role. Where it was found by name, better has
// the names that would have been preferred and do not exist: no ordinary folder
// may create one of them, or the next run would take it for the role's.
func (x *serverIndex) special(role Role) (m Mailbox, better []string, ok bool) {
	if m, ok := x.uses[role]; ok {
		return m, nil, true
	}
	names := x.candidates(role)
	for i, name := range names {
		m, ok := x.lookup(name)
		if ok && x.usable(m) && (m.Role == role || !isSpecial(m.Role)) {
			return m, names[:i], true
		}
	}
	return Mailbox{}, nil, false
}

// inContainer tells whether a mailbox lies below one that cannot hold mail and
// is not the prefix, such as "[Gmail]". Servers do not let users create
// mailboxes there.
func (x *serverIndex) inContainer(name string) bool {
	i := -1
	if x.delim != "" {
		i = strings.LastIndex(name, x.delim)
	}
	if i < 0 || name[:i+len(x.delim)] == x.prefix {
		return false
	}
	parent, ok := x.lookup(name[:i])
	return ok && parent.NoSelect
}
