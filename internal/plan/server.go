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

	above   map[string]bool // by fold: what mailboxes lie below, listed or not
	refused map[string]bool // by fold: names that could not be created
	system  map[string]bool // by fold: cannot hold mail and are the server's own, see findSystem
}

// newServerIndex indexes what the server listed. The order of the list does
// not matter.
func newServerIndex(s Server) *serverIndex {
	x := &serverIndex{
		prefix: s.Prefix,
		byName: make(map[string]Mailbox),
		byFold: make(map[string]Mailbox),
		uses:   make(map[Role]Mailbox),

		above:   make(map[string]bool),
		refused: make(map[string]bool),
		system:  make(map[string]bool),
	}
	if s.Delim != 0 {
		x.delim = string(s.Delim)
	}
	sorted := slices.Clone(s.Mailboxes)
	slices.SortStableFunc(sorted, compareMailboxes)
	for _, m := range sorted {
		x.add(m)
	}
	for _, name := range s.RefusedNames {
		x.refused[fold(name)] = true
	}
	for _, m := range sorted {
		x.findSystem(m)
		x.findAbove(m.Name)
	}
	return x
}

// Refuse notes that the server did not let a mailbox be created. Map then plans
// another name for the folder. Where that one is refused too, the cause is
// looked for in what lies above it.
func (s *Server) Refuse(name string) {
	s.RefusedNames = append(s.RefusedNames, name)
	if s.Delim == 0 || !isCareful(lastLevel(name, string(s.Delim))) {
		return
	}
	for {
		i := strings.LastIndex(name, string(s.Delim))
		if i < 0 || len(name[:i]) < len(s.Prefix) {
			return
		}
		name = name[:i]
		s.RefusedNames = append(s.RefusedNames, name)
	}
}

// findSystem finds what holds a special mailbox and cannot hold mail, such as
// "[Gmail]". Servers do not let users create mailboxes there.
func (x *serverIndex) findSystem(m Mailbox) {
	if x.delim == "" || !isSpecial(m.Role) {
		return
	}
	if i := strings.LastIndex(m.Name, x.delim); i >= 0 && m.Name[:i+len(x.delim)] != x.prefix {
		if parent, ok := x.lookup(m.Name[:i]); ok && parent.NoSelect {
			x.system[fold(parent.Name)] = true
		}
	}
}

// findAbove notes the levels above a mailbox: not every server lists them.
func (x *serverIndex) findAbove(name string) {
	for x.delim != "" {
		i := strings.LastIndex(name, x.delim)
		if i < 0 || x.above[fold(name[:i])] {
			return
		}
		name = name[:i]
		x.above[fold(name)] = true
	}
}

// has tells whether a mailbox of that name exists.
func (x *serverIndex) has(name string) bool {
	_, ok := x.lookup(name)
	return ok
}

// holds tells whether a mailbox of that name exists and can hold mail.
func (x *serverIndex) holds(name string) bool {
	m, ok := x.lookup(name)
	return ok && !m.NoSelect
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
