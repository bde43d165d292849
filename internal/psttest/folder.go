package psttest

import (
	"fmt"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// FolderID is the node id of a folder.
type FolderID uint32

// Folders that every file has.
const (
	Root       FolderID = nidRoot       // parent of everything, not shown to the user
	IPMSubtree FolderID = nidIPMSubtree // parent of the user's folders
)

// Role is the special purpose of a folder, which is not told by its name but by
// references from elsewhere ([MS-OXOSFLD] 2.2).
type Role string

// Roles of folders.
const (
	RoleNone   Role = ""
	RoleInbox  Role = "inbox"
	RoleOutbox Role = "outbox"
	RoleSent   Role = "sent"
	RoleDrafts Role = "drafts"
	RoleTrash  Role = "trash"
	RoleJunk   Role = "junk"
)

// folder is a folder while the file is written.
type folder struct {
	nid, parent   uint32
	props         []Prop
	children      []*folder
	contents, fai *table
	unread        int
	faiUnread     int
}

// counts are the properties that tell what is in the folder, unless given.
func (f *folder) counts() []Prop {
	count := func(t *table) int {
		if t == nil {
			return 0
		}
		return t.count
	}
	return unless(append([]Prop(nil), f.props...),
		Int32(mapi.ContentCount, count(f.contents)),
		Int32(mapi.ContentUnreadCount, f.unread),
		Bool(mapi.Subfolders, len(f.children) > 0),
		Int32(hiddenCount, count(f.fai)),
		Int32(hiddenUnread, f.faiUnread))
}

// add enters a message in the contents table that it belongs to.
func (f *folder) add(n *ndb, nid uint32, m *written, associated bool) error {
	t, layout, unread := &f.contents, contentsLayout, &f.unread
	if associated {
		t, layout, unread = &f.fai, faiLayout, &f.faiUnread
	}
	if *t == nil {
		*t = newTable(n, layout)
	}
	if !isRead(m.props) {
		*unread++
	}
	return (*t).add(nid, cells(m.props))
}

func isRead(props []Prop) bool {
	i := find(props, mapi.MessageFlags)
	t, data, err := encodeProp(props[i])
	n, ok := mapi.Value{Type: t, Data: data}.Int()
	return err == nil && ok && n&mapi.FlagRead != 0
}

// writeFolder writes the four nodes of a folder ([MS-PST] 2.4.4): its
// properties, its subfolders, its messages and its associated messages.
func (w *Writer) writeFolder(f *folder, extra ...Prop) error {
	c := newContext(w.n, &subnodes{})
	if err := c.putProps(unless(f.counts(), extra...), &w.names); err != nil {
		return err
	}
	out, err := c.finish()
	if err != nil {
		return err
	}
	w.n.node(f.nid, f.parent, out)
	var hierarchy *table
	for _, child := range f.children {
		if hierarchy == nil {
			hierarchy = newTable(w.n, hierarchyLayout)
		}
		if err := hierarchy.add(child.nid, cells(child.counts())); err != nil {
			return err
		}
	}
	for _, t := range []struct {
		kind   uint32
		table  *table
		layout *rowLayout
	}{{nidHierarchy, hierarchy, hierarchyLayout}, {nidContents, f.contents, contentsLayout}, {nidFAIContents, f.fai, faiLayout}} {
		if err := w.writeTable(withType(f.nid, t.kind), t.table, t.layout); err != nil {
			return fmt.Errorf("table of type %#x: %w", t.kind, err)
		}
	}
	return nil
}

// writeTable writes a table as a node. Tables without rows share one block.
func (w *Writer) writeTable(nid uint32, t *table, layout *rowLayout) error {
	if bid, ok := w.empty[layout]; ok && t == nil {
		w.n.node(nid, 0, part{data: w.n.share(bid)})
		return nil
	}
	isEmpty := t == nil
	if isEmpty {
		t = newTable(w.n, layout)
	}
	out, err := t.finish()
	if err != nil {
		return err
	}
	if isEmpty {
		w.empty[layout] = out.data
	}
	w.n.node(nid, 0, out)
	return nil
}
