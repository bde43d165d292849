package pst

import (
	"fmt"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst/internal/ltp"
	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// Folder is a folder of the store.
type Folder struct {
	ID     NodeID
	Parent NodeID
	// Path are the names from the top of the user's folders (the IPM subtree)
	// down; folders outside of it have the names from the root of the store.
	Path []string
	// Depth is 0 for the IPM subtree itself and for what is outside of it, the
	// length of Path below.
	Depth int
	// Role is what the store uses the folder for, by its own entry ids.
	Role Role
	// Class is the container class, "IPF.Note" for mail; often empty.
	Class string
	// Virtual marks the folder of items that no folder lists.
	Virtual bool
	// Items are the items in the order of the contents table. Only Inventory fills it.
	Items []NodeID
	// Associated counts the associated (hidden) items. Only Inventory fills it.
	Associated int

	store *Store
}

// maxDepth is how deep folders may be nested; Outlook itself stops at about 300.
const maxDepth = 500

// pathRoom is how many names the paths of all folders together may still have:
// a hundred thousand folders below five hundred others would take a gigabyte.
type pathRoom int

func newPathRoom(known []*Folder) pathRoom {
	room := pathRoom(1 << 21)
	for _, f := range known {
		room.take(len(f.Path))
	}
	return room
}

// take tells whether there is room for the path of another folder.
func (r *pathRoom) take(names int) bool {
	if int(*r) < names {
		return false
	}
	*r -= pathRoom(names)
	return true
}

// Folders walks the hierarchy tables from the root, parents before children.
// The root and search folders are left out. It reads the folders only, so it
// is quick in a file of any size; folders that no table lists are found by
// [Store.Inventory].
func (s *Store) Folders() []*Folder {
	w := folderWalk{s: s, seen: map[NodeID]bool{ndb.NIDRootFolder: true}, top: s.ipmSubtree(), room: newPathRoom(nil)}
	w.roles = s.roles(w.top)
	w.children(ndb.NIDRootFolder, nil, 0, false)
	return w.out
}

// folderWalk lists each folder once, whatever the tables say.
type folderWalk struct {
	s     *Store
	seen  map[NodeID]bool
	top   NodeID
	roles map[NodeID]Role
	room  pathRoom
	out   []*Folder
}

func (w *folderWalk) children(parent NodeID, path []string, depth int, inTop bool) {
	t, err := w.s.nodeTable(parent.WithType(ndb.TypeHierarchyTable))
	if err != nil {
		w.s.file.Log.AddLoss(err)
		return
	}
	for row, err := range t.Rows() {
		if err != nil {
			w.s.file.Log.AddLoss(err)
			continue
		}
		if row.ID.Type() != ndb.TypeFolder {
			continue
		}
		if w.seen[row.ID] {
			w.s.file.Log.AddFault(&ndb.Error{Structure: "hierarchy table", Field: "RowIndex", Offset: -1, NID: parent, Problem: fmt.Sprintf("lists folder %s, which is already in its place", row.ID)})
			continue
		}
		if _, err := w.s.file.Node(row.ID); err != nil {
			w.s.file.Log.AddLoss(err)
			continue
		}
		if !w.room.take(len(path) + 1) {
			w.s.file.Log.AddFault(&ndb.Error{Structure: "hierarchy table", Offset: -1, NID: row.ID, Problem: "the paths of all folders are too long, this one is taken out of its place"})
			continue // Inventory finds it
		}
		w.add(row.ID, parent, path, depth, inTop)
	}
}

func (w *folderWalk) add(id, parent NodeID, path []string, depth int, inTop bool) {
	w.seen[id] = true
	f := w.folder(id, parent, path, inTop)
	w.out = append(w.out, f)
	if depth >= maxDepth {
		w.s.file.Log.AddFault(&ndb.Error{Structure: "hierarchy table", Offset: -1, NID: id, Problem: fmt.Sprintf("folders below level %d are taken out of their place", maxDepth)})
		return
	}
	if id == w.top {
		w.children(id, nil, depth+1, true)
		return
	}
	w.children(id, f.Path, depth+1, inTop)
}

// folder reads the folder of a node. path is that of the folder above.
func (w *folderWalk) folder(id, parent NodeID, path []string, inTop bool) *Folder {
	props := w.s.object(id)
	name := folderName(id, props)
	f := &Folder{ID: id, Parent: parent, Path: append(path[:len(path):len(path)], name), store: w.s}
	f.Class, _ = props.Text(mapi.ContainerClass)
	if f.HoldsMail() {
		f.Role = w.roles[id]
	}
	if inTop {
		f.Depth = len(f.Path)
	}
	return f
}

// isFolder tells whether the file has a folder of this node.
func (s *Store) isFolder(id NodeID) bool {
	if id.Type() != ndb.TypeFolder {
		return false
	}
	_, err := s.file.Node(id)
	return err == nil
}

// folderName is the display name, or one made from the node when there is none.
func folderName(id NodeID, p *Properties) string {
	if name, ok := p.Text(mapi.DisplayName); ok && name != "" {
		return name
	}
	return "Unnamed folder " + id.String()
}

// HoldsMail tells whether a folder is one for mail. Entry ids of special
// folders that were copied from another store can name any folder.
func (f *Folder) HoldsMail() bool {
	return f.Class == "" || mapi.HasClass(f.Class, "IPF.Note") || mapi.HasClass(f.Class, "IPF.Imap")
}

// nodeTable opens the table of a node.
func (s *Store) nodeTable(nid NodeID) (*ltp.Table, error) {
	n, err := ltp.OpenNode(s.file, nid)
	if err != nil {
		return nil, err
	}
	return ltp.OpenTable(n)
}
