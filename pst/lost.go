package pst

import (
	"cmp"
	"slices"

	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// lostFolders are folder nodes that no hierarchy table lists. Their path is
// what their parents' names give; a chain of parents that ends nowhere or in a
// circle starts there.
func (s *Store) lostFolders(known []*Folder, nodes []ndb.Node) []*Folder {
	byID := make(map[NodeID]*Folder, len(known))
	for _, f := range known {
		byID[f.ID] = f
	}
	lost := make(map[NodeID]ndb.Node, len(nodes))
	for _, n := range nodes {
		lost[n.NID] = n
	}
	top := s.ipmSubtree()
	w := folderWalk{s: s, top: top, roles: s.roles(top), room: newPathRoom(known)}
	var out []*Folder
	for _, n := range nodes {
		if byID[n.NID] != nil {
			continue
		}
		for _, n := range lostChain(n.NID, lost, byID) {
			f := w.lost(n, byID[n.Parent])
			byID[n.NID] = f
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b *Folder) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// lostChain is a folder and those above it that are not known either, the
// uppermost first.
func lostChain(id NodeID, lost map[NodeID]ndb.Node, known map[NodeID]*Folder) []ndb.Node {
	var chain []ndb.Node
	seen := map[NodeID]bool{}
	for known[id] == nil && !seen[id] {
		n, ok := lost[id]
		if !ok {
			break
		}
		seen[id] = true
		chain = append(chain, n)
		id = n.Parent
	}
	slices.Reverse(chain)
	return chain
}

// lost is the folder of a node that no hierarchy table lists. above is the folder
// of its parent, nil when there is none. A deleted folder, which only the deep
// scan found, gets no place among the user's.
func (w *folderWalk) lost(n ndb.Node, above *Folder) *Folder {
	var path []string
	inTop := false
	if above != nil && len(above.Path) < maxDepth && w.room.take(len(above.Path)+1) {
		if path, inTop = above.Path, above.Depth > 0; above.ID == w.top && !n.Deep {
			path, inTop = nil, true
		}
	}
	w.s.file.Log.AddFault(&ndb.Error{Structure: "hierarchy table", Offset: -1, NID: n.NID, Problem: "no table lists this folder"})
	return w.folder(n.NID, n.Parent, path, inTop)
}
