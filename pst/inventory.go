package pst

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// Inventory is everything in the file, each item exactly once. Messages is
// counted on the node B-tree, independently of the folders' tables, and equals
// the sum of the lengths of Items over Folders.
type Inventory struct {
	Folders    []*Folder
	Messages   int // items that are not associated
	Associated int // hidden items that hold settings; no user content
	Recovered  int // messages that no folder lists, in the virtual folders
	Deep       int // messages that only DeepScan found
}

// Names of the virtual folders: of items that no folder lists, and of those
// that only [Store.DeepScan] found, most of which somebody deleted.
const (
	RecoveredName = "Recovered"
	DeepName      = "Recovered (deep scan)"
)

// Inventory reads the whole node B-tree and all contents tables. Items that no
// table lists go into virtual folders at the end. Damage is reported by
// [Store.Damage]; the error says that the node B-tree cannot be read at all.
func (s *Store) Inventory() (*Inventory, error) {
	c, err := s.census()
	if err != nil {
		return nil, err
	}
	inv := &Inventory{Folders: s.Folders(), Messages: len(c.messages), Associated: c.associated, Deep: c.deep}
	inv.Folders = append(inv.Folders, s.lostFolders(inv.Folders, c.folders)...)
	for _, f := range inv.Folders {
		f.Associated = c.hidden[f.ID]
	}
	s.assign(inv.Folders, c)
	for _, v := range []struct {
		name string
		deep bool
	}{{RecoveredName, false}, {DeepName, true}} {
		rest := c.unclaimed(v.deep)
		if len(rest) == 0 {
			continue
		}
		inv.Recovered += len(rest)
		inv.Folders = append(inv.Folders, &Folder{Path: []string{v.name}, Virtual: true, Items: rest, store: s})
	}
	return inv, nil
}

// census is one pass over the node B-tree.
type census struct {
	messages    []msgNode   // ascending by id
	parts       [][]msgNode // what comes before messages, while they are counted
	last        int         // message that find was asked for last
	folders     []ndb.Node
	hidden      map[NodeID]int // associated items by folder
	associated  int
	live        int // nodes that the B-tree has
	deep        int // messages that only the scan has
	overwritten int // deleted items whose contents are gone
}

// msgNode is small because there can be millions.
type msgNode struct {
	id, parent NodeID
	state      msgState
}

// censusPart is how many messages are counted into one piece.
const censusPart = 1024

type msgState uint8

const (
	claimed msgState = 1 << iota
	deep
)

func (s *Store) census() (*census, error) {
	c := &census{hidden: map[NodeID]int{}}
	var first error
	seen := 0
	for n, err := range s.file.Nodes() {
		if err != nil {
			s.file.Log.AddLoss(err)
			if first == nil {
				first = err
			}
			continue
		}
		seen++
		if !n.Deep {
			c.live++
		}
		c.count(s, n)
	}
	if seen == 0 && first != nil {
		return nil, first
	}
	if n := c.overwritten; n > 0 {
		s.file.Log.AddFault(&ndb.Error{Structure: "deep scan", Offset: -1, Problem: fmt.Sprintf("%d deleted items have been overwritten", n)})
	}
	c.messages = slices.Concat(append(c.parts, c.messages)...)
	c.parts = nil
	byID := func(a, b msgNode) int { return cmp.Compare(a.id, b.id) }
	if !slices.IsSortedFunc(c.messages, byID) {
		slices.SortStableFunc(c.messages, byID)
	}
	return c, nil
}

func (c *census) count(s *Store, n ndb.Node) {
	switch n.NID.Type() {
	case ndb.TypeMessage:
		c.message(s, n)
	case ndb.TypeAssociated:
		if !n.Deep {
			c.associated++
			c.hidden[n.Parent]++
		}
	case ndb.TypeFolder:
		if n.NID != ndb.NIDRootFolder {
			c.folders = append(c.folders, n)
		}
	}
}

// message counts a message. One that only the deep scan found counts when its
// properties are still there: otherwise it was deleted and is gone.
func (c *census) message(s *Store, n ndb.Node) {
	m := msgNode{id: n.NID, parent: n.Parent}
	if n.Deep {
		if _, err := s.Message(n.NID); err != nil {
			c.overwritten++
			return
		}
		m.state = deep
		c.deep++
	}
	if len(c.messages) == cap(c.messages) { // to copy millions at each growth would take longer than the rest
		c.parts = append(c.parts, c.messages)
		c.messages = make([]msgNode, 0, censusPart)
	}
	c.messages = append(c.messages, m)
}

// find gives a message, nil for none.
func (c *census) find(id NodeID) *msgNode {
	c.last = c.search(id)
	if c.last == len(c.messages) || c.messages[c.last].id != id {
		return nil
	}
	return &c.messages[c.last]
}

// search gives the first message whose id is not below id. It looks from there on
// where it is if few are missing between it and the one asked for last: tables list
// their rows in ascending order, and identifiers are given one after the other.
func (c *census) search(id NodeID) int {
	m := c.messages
	if len(m) == 0 {
		return 0
	}
	near := min(c.last, len(m)-1)
	const apart = 1 << 5 // identifiers of one type
	near = min(max(near+(int(id)-int(m[near].id))/apart, 0), len(m)-1)
	from, to := 0, len(m)
	if m[near].id < id {
		from = near + 1
		for step := 1; near+step < len(m); step *= 2 {
			if m[near+step].id >= id {
				to = near + step
				break
			}
			from = near + step + 1
		}
	} else {
		to = near
		for step := 1; near-step >= 0; step *= 2 {
			if m[near-step].id < id {
				from = near - step + 1
				break
			}
			to = near - step
		}
	}
	return from + sort.Search(to-from, func(i int) bool { return m[from+i].id >= id })
}

// unclaimed are the items that no folder lists, of the B-tree or of the scan.
func (c *census) unclaimed(fromScan bool) []NodeID {
	var out []NodeID
	for _, m := range c.messages {
		if m.state&claimed == 0 && (m.state&deep != 0) == fromScan {
			out = append(out, m.id)
		}
	}
	return out
}

// assign gives each message to one folder that lists it: to its parent where
// that one does, else to the first.
func (s *Store) assign(folders []*Folder, c *census) {
	type stray struct {
		f *Folder
		m *msgNode
	}
	var strays []stray
	var own []NodeID // items of one folder
	// Each item is in one table. Those of a hostile file can all be one large one.
	room := 8*len(c.messages) + 1<<16
	for _, f := range folders {
		if room < 0 {
			s.file.Log.AddLoss(&ndb.Error{Structure: "contents table", Field: "RowIndex", Offset: -1, NID: f.ID, Problem: "the tables list far more rows than there are items"})
			break
		}
		own = own[:0]
		s.listed(f, func(id NodeID) {
			room--
			switch m := c.find(id); {
			case m == nil:
				s.file.Log.AddLoss(&ndb.Error{Structure: "contents table", Field: "RowIndex", Offset: -1, NID: f.ID, Problem: fmt.Sprintf("lists item %s, which does not exist", id)})
			case m.state&claimed != 0:
			case m.state&deep != 0 && c.live > 0: // deleted: never mixed with what is not
			case m.parent == f.ID:
				m.state |= claimed
				own = append(own, id)
			default:
				strays = append(strays, stray{f, m})
			}
		})
		f.Items = append(f.Items, own...)
	}
	for _, x := range strays {
		if x.m.state&claimed == 0 {
			x.m.state |= claimed
			x.f.Items = append(x.f.Items, x.m.id)
		}
	}
}

// listed calls fn for each message row of a folder's contents table.
func (s *Store) listed(f *Folder, fn func(NodeID)) {
	t, err := s.nodeTable(f.ID.WithType(ndb.TypeContentsTable))
	if err != nil {
		s.file.Log.AddLoss(err)
		return
	}
	for row, err := range t.Rows() {
		if err != nil {
			s.file.Log.AddLoss(err)
			continue
		}
		if row.ID.Type() == ndb.TypeMessage {
			fn(row.ID)
		}
	}
}
