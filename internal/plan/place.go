package plan

import (
	"slices"
	"strconv"
	"strings"
)

// minLevel is the room, in bytes as nameLen counts, that a folder needs below
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
	careful bool   // the server refused the plain name: level is what is left to try
	spare   int    // room to leave for what goes below, beyond minLevel
}

// place grants a wish: the first of "name", "name (2)", "name (3)" … that is
// free and can hold mail. why tells what the plain name was not taken for.
func (p *placer) place(w wish) (s *spot, why []Reason) {
	plain, home := w.lead+w.level, w.home
	w, forced := p.climb(w)
	if forced {
		why = append(why, ReasonLong)
	}
	level := plain
	if p.isTop(w.home) && !w.guest {
		if level = p.top(plain); level != plain {
			why = append(why, ReasonCleaned)
		}
	}
	limit := maxName - w.spare
	key := fold(fit(w.home.kids, level, "", w.hash, limit, forced))
	for n := max(1, p.next[key]); ; n++ {
		name := fit(w.home.kids, level, w.numbered(n), w.hash, limit, forced)
		if n > 1 && !slices.Contains(why, ReasonNoMail) {
			why = add(why, ReasonClash)
		}
		m, not := p.free(name, w)
		if not != "" {
			why = add(why, not)
			continue
		}
		if p.avoid(m, w) {
			w.home, w.lead, w.level, w.careful = home, "", p.careful(plain, w.hash), true
			s, more := p.place(w)
			return s, add(more, ReasonRefused)
		}
		if !w.guest {
			p.taken[fold(m.Name)] = true
			p.next[key] = n + 1
		}
		if n == 1 && !forced && name != w.home.kids+level {
			why = add(why, ReasonLong)
		}
		return p.settle(m, w), why
	}
}

// avoid tells whether the server refused to create the mailbox, now or in an
// earlier run that left behind what it made instead.
func (p *placer) avoid(m Mailbox, w wish) bool {
	if w.guest || w.careful || p.srv.holds(m.Name) {
		return false
	}
	made := w.home.kids + p.careful(w.lead+w.level, w.hash)
	return p.srv.refused[fold(m.Name)] || p.srv.holds(made) || p.srv.above[fold(made)]
}

// add appends a reason that is not there yet.
func add(why []Reason, r Reason) []Reason {
	if slices.Contains(why, r) {
		return why
	}
	return append(why, r)
}

// climb moves the wish up to where there is room for a name. Such a name is
// always cut, so that its hash tells that it does not belong there.
func (p *placer) climb(w wish) (wish, bool) {
	forced := false
	for w.home != p.root && w.home.home != nil &&
		maxName-w.spare-nameLen(w.home.kids) < minLevel {
		w.home, forced = w.home.home, true
	}
	return w, forced
}

// numbered is what tells the nth folder of a name from the first.
func (w wish) numbered(n int) string {
	switch {
	case n == 1:
		return ""
	case w.careful:
		return "-" + strconv.Itoa(n)
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

// free returns the mailbox of that name, in the spelling of the server when it
// exists, else one to create; or why a folder may not have it.
func (p *placer) free(name string, w wish) (m Mailbox, not Reason) {
	key := fold(name)
	m, exists := p.srv.lookup(name)
	switch {
	case exists && m.NoSelect && p.srv.system[fold(m.Name)],
		exists && m.NoSelect && w.guest && !w.implied && p.srv.refused[fold(m.Name)]:
		return m, ReasonNoMail
	case exists && p.srv.hasOutbox(m.Name):
		return m, ReasonClash
	case w.guest:
	case p.taken[key], p.reserved[key], exists && isSpecial(m.Role):
		return m, ReasonClash
	}
	if !exists {
		return Mailbox{Name: name}, ""
	}
	return m, ""
}

// settle makes the spot of a mailbox below the wish's home.
func (p *placer) settle(m Mailbox, w wish) *spot {
	s := p.spotOf(m, w.home)
	s.create = p.fresh[m.Name] || !p.srv.holds(m.Name) && !(w.implied && p.srv.has(m.Name))
	return s
}

// spotOf is the place of a mailbox that exists.
func (p *placer) spotOf(m Mailbox, home *spot) *spot {
	return &spot{
		mailbox: m.Name,
		level:   lastLevel(m.Name, p.srv.delim),
		kids:    m.Name + p.srv.delim,
		home:    home,
		flat:    m.NoInferiors || p.srv.delim == "",
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
	room := limit - nameLen(kids)
	if !forced && nameLen(level)+len(suffix) <= room {
		return kids + level + suffix
	}
	end := "-" + hash + suffix
	return kids + cutName(level, max(room-len(end), 0)) + end
}
