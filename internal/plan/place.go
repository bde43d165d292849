package plan

import (
	"strconv"
	"strings"
)

// minLevel is the room, in bytes of modified UTF-7, that a folder needs below
// its parent; where there is less it moves up.
const minLevel = 40

// spot is a place in the server's hierarchy that a folder was given.
type spot struct {
	mailbox string // full name; the root has none
	level   string // what folders beside it are called after: its last level
	kids    string // what the names of mailboxes below start with
	home    *spot  // what it lies below; nil at the root
	flat    bool   // nothing can be below it
	create  bool
}

// below returns where a child goes and what its name starts with: below the
// spot, or beside it when the server allows nothing below.
func (s *spot) below() (home *spot, lead string) {
	if !s.flat || s.home == nil {
		return s, ""
	}
	return s.home, s.level + " - "
}

// placer gives out places and keeps them from being given twice.
type placer struct {
	cleaner
	srv      *serverIndex
	root     *spot // where the top of the tree goes
	outer    *spot // the top of the server's hierarchy, below the prefix
	taken    map[string]bool
	reserved map[string]bool
	next     map[string]int  // by name: the first number to try
	fresh    map[string]bool // guests' mailboxes that do not exist yet
}

func newPlacer(s Server) *placer {
	p := &placer{
		cleaner:  newCleaner(s),
		srv:      newServerIndex(s),
		outer:    &spot{kids: s.Prefix},
		taken:    make(map[string]bool),
		reserved: map[string]bool{fold(inbox): true},
		next:     make(map[string]int),
		fresh:    make(map[string]bool),
	}
	p.root = p.outer
	return p
}

// wish is a request for a place.
type wish struct {
	home    *spot
	lead    string // see spot.below
	level   string // clean
	hash    string // for names that have to be cut
	implied bool   // nothing is stored there, so \NoSelect does no harm
	guest   bool   // the user asked for this very mailbox: share it if need be
	spare   int    // room to leave for what goes below, beyond minLevel
}

// place grants a wish: the first of "name", "name (2)", "name (3)" … that is
// free and can hold mail. moved tells whether it is not the plain name.
func (p *placer) place(w wish) (s *spot, moved bool) {
	plain := w.lead + w.level
	w, forced := p.climb(w)
	level := plain
	if p.isTop(w.home) && !w.guest {
		level = p.top(plain)
	}
	limit := maxName - w.spare
	key := fold(fit(w.home.kids, level, "", w.hash, limit, forced))
	for n := max(1, p.next[key]); ; n++ {
		name := fit(w.home.kids, level, numbered(n), w.hash, limit, forced)
		m, ok := p.free(name, w)
		if !ok {
			continue
		}
		if !w.guest {
			p.taken[fold(m.Name)] = true
			p.next[key] = n + 1
		}
		return p.settle(m, w.home), m.Name != w.home.kids+plain
	}
}

// climb moves the wish up to where there is room for a name. Such a name is
// always cut, so that its hash tells that it does not belong there.
func (p *placer) climb(w wish) (wish, bool) {
	forced := false
	for w.home != p.root && w.home.home != nil &&
		maxName-w.spare-utf7Len(w.home.kids) < minLevel {
		w.home, forced = w.home.home, true
	}
	return w, forced
}

// numbered is what tells the nth folder of a name from the first.
func numbered(n int) string {
	if n == 1 {
		return ""
	}
	return " (" + strconv.Itoa(n) + ")"
}

// isTop tells whether mailboxes there are at the top of the server's hierarchy,
// or right below INBOX, where "INBOX" would confuse servers and people alike.
func (p *placer) isTop(s *spot) bool {
	return s == p.outer || s.kids == "" || p.isInboxKids(s.kids)
}

// isInboxKids tells whether these are the first letters of names below INBOX.
func (p *placer) isInboxKids(kids string) bool {
	return p.srv.delim != "" && fold(kids) == fold(inbox+p.srv.delim)
}

// free tells whether a folder may have this name, and returns the mailbox in the
// spelling of the server when it exists, else a mailbox to create.
func (p *placer) free(name string, w wish) (Mailbox, bool) {
	key := fold(name)
	m, exists := p.srv.lookup(name)
	switch {
	case exists && m.NoSelect && !w.implied:
		return m, false
	case exists && p.srv.hasOutbox(m.Name):
		return m, false
	case w.guest:
	case p.taken[key], p.reserved[key], exists && isSpecial(m.Role):
		return m, false
	}
	if !exists {
		return Mailbox{Name: name}, true
	}
	return m, true
}

// settle makes the spot of a mailbox below home.
func (p *placer) settle(m Mailbox, home *spot) *spot {
	_, exists := p.srv.lookup(m.Name)
	return &spot{
		mailbox: m.Name,
		level:   lastLevel(m.Name, p.srv.delim),
		kids:    m.Name + p.srv.delim,
		home:    home,
		flat:    m.NoInferiors || p.srv.delim == "",
		create:  !exists || p.fresh[m.Name],
	}
}

// lastLevel is what comes after the last delimiter of a mailbox name.
func lastLevel(name, delim string) string {
	if delim == "" {
		return name
	}
	if i := strings.LastIndex(name, delim); i >= 0 {
		return name[i+len(delim):]
	}
	return name
}

// fit returns the full name of level and suffix below kids, the level cut where
// the name would be longer than limit bytes. A cut name, or any if forced,
// carries the hash, so that names that begin alike stay different.
func fit(kids, level, suffix, hash string, limit int, forced bool) string {
	room := limit - utf7Len(kids)
	if !forced && utf7Len(level)+utf7Len(suffix) <= room {
		return kids + level + suffix
	}
	end := "-" + hash + suffix
	return kids + cutToUTF7(level, max(room-len(end), 0)) + end
}
