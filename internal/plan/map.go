package plan

import (
	"maps"
	"slices"

	"golang.org/x/text/unicode/norm"
)

// Map plans a mailbox for each folder and returns the targets in the order of
// the folders. The same input gives the same output, and mapping again after
// the planned mailboxes were created gives the same mailboxes.
//
// Give it all folders of one data file, whatever is going to be uploaded: which
// of two clashing folders keeps its name depends on the others.
func Map(folders []Folder, s Server, o Options) []Target {
	m := &mapper{
		placer:  newPlacer(s),
		tree:    newTree(folders),
		special: make(map[Role]*spot),
		aside:   o.TrashAside,
	}
	m.sub(o.Subfolder)
	m.rename(o.Rename)
	m.roles()
	for _, n := range m.tree.all() {
		m.ensure(n)
	}
	return m.targets()
}

// Mailboxes returns the mailboxes to create for targets, each once, parents
// before what lies below them.
func Mailboxes(targets []Target) []string {
	var names []string
	for _, t := range targets {
		if t.Create {
			names = append(names, t.Mailbox)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// mapper holds the state of one call of Map.
type mapper struct {
	*placer
	tree    *tree
	special map[Role]*spot // where roles go
	aside   bool           // Options.TrashAside
	keep    bool           // below a subfolder special folders keep their names
}

// sub moves the root below the subfolder that the user asked for.
func (m *mapper) sub(path string) {
	levels := m.userPath(path)
	if len(levels) == 0 {
		return
	}
	m.root = m.guest(levels, wish{hash: newNode(path, nil).hash(), implied: true, spare: minLevel})
	m.keep = true
}

// userPath splits a mailbox path that the user wrote, without the prefix; the
// first level is exactly "INBOX" when the inbox is meant.
func (m *mapper) userPath(path string) []string {
	levels := m.path(path)
	if len(levels) == 0 {
		return nil
	}
	isInbox := fold(levels[0]) == fold(inbox)
	if isInbox && len(levels) > 1 && m.isInboxKids(m.srv.prefix) {
		levels = levels[1:]
		levels[0] = m.top(levels[0])
		return levels
	}
	if isInbox {
		levels[0] = inbox
		return levels
	}
	prefix := m.path(m.srv.prefix)
	if len(levels) > len(prefix) && slices.EqualFunc(levels[:len(prefix)], prefix,
		func(a, b string) bool { return fold(a) == fold(b) }) {
		levels = levels[len(prefix):]
	}
	levels[0] = m.top(levels[0])
	return levels
}

// rename places the folders that the user gave mailboxes to. They are guests:
// what they name still belongs to the folder or role it would belong to, and is
// looked upon as existing, because it will when Map is called the next time.
func (m *mapper) rename(names map[string]string) {
	if len(names) == 0 {
		return
	}
	want := make(map[string]string, len(names))
	for _, from := range slices.Sorted(maps.Keys(names)) {
		want[fold(from)] = names[from]
	}
	for _, n := range m.tree.folders {
		levels := m.userPath(want[fold(n.path())])
		if len(levels) == 0 {
			continue
		}
		n.spot = m.guest(levels, wish{hash: n.hash()})
		n.why = []Reason{ReasonAsked}
		n.cleaned = n.spot.level != norm.NFC.String(n.name)
		if n.spot.create {
			m.fresh[n.spot.mailbox] = true
			m.srv.add(Mailbox{Name: n.spot.mailbox})
		}
	}
}

// guest finds the place of a path that the user gave, from the top of the
// server's hierarchy on.
func (m *mapper) guest(levels []string, w wish) *spot {
	s := m.outer
	for i, l := range levels {
		if i == 0 && l == inbox {
			s = m.inboxSpot()
			continue
		}
		step := wish{level: l, hash: w.hash, spare: w.spare, guest: true}
		step.home, step.lead = s.below()
		step.implied = w.implied || i < len(levels)-1
		s, _ = m.place(step)
	}
	return s
}

// ensure places a node that has no place yet, its parents first. Paths of
// damaged files can be deep, so this is a loop.
func (m *mapper) ensure(n *node) {
	var chain []*node
	for ; n != nil && n.spot == nil; n = n.parent {
		chain = append(chain, n)
	}
	for _, n := range slices.Backward(chain) {
		m.ordinary(n)
	}
}

// ordinary places a folder below its parent, under its own name.
func (m *mapper) ordinary(n *node) {
	parent := m.root
	if n.parent != nil {
		parent = n.parent.spot
	}
	home, lead := parent.below()
	level, cleaned := m.level(n.name)
	if lead != "" {
		n.why = append(n.why, ReasonNoChildren)
	}
	if cleaned {
		n.why = append(n.why, ReasonCleaned)
	}
	s, why := m.place(wish{
		home: home, lead: lead, level: level, hash: n.hash(), implied: n.implied || !n.items,
	})
	for _, r := range why {
		n.why = add(n.why, r)
	}
	n.spot = s
	n.cleaned = len(n.why) > 0
}

// targets collects the result.
func (m *mapper) targets() []Target {
	out := make([]Target, len(m.tree.folders))
	bins := m.bins()
	for i, n := range m.tree.folders {
		why := []Reason{ReasonExists}
		if n.spot.create {
			why[0] = ReasonNew
		}
		if n.guessed {
			why = append(why, ReasonGuessed)
		}
		out[i] = Target{
			Folder: i, Mailbox: n.spot.mailbox, Role: n.role, Guessed: n.guessed,
			Create: n.spot.create, Cleaned: n.cleaned, Reasons: append(why, n.why...),
			Bin: m.binOf(n.spot.mailbox, bins),
		}
	}
	return out
}
