package psttest

import (
	"fmt"
	"slices"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// damagedFolders are trees of folders that are none.
func damagedFolders() []damageRecipe {
	return []damageRecipe{
		{DamageCase: all("folder-lists-ancestor", "a folder lists its parent as its child, which has it for its parent"), late: func(d *damaged) error {
			d.adopt(damageWork, damageSub)
			return d.hierarchy(damageSub, damageWork)
		}},
		{DamageCase: all("folders-in-circle", "two folders list each other and nobody else lists them"), early: func(d *damaged) error {
			d.unlist(nidIPMSubtree, damageWork)
			return nil
		}, late: func(d *damaged) error {
			d.adopt(damageWork, damageSub)
			return d.hierarchy(damageSub, damageWork)
		}},
		{DamageCase: all("folder-lists-itself", "a folder lists itself as its child and has itself for its parent"), late: func(d *damaged) error {
			d.adopt(damageSub, damageSub)
			return d.hierarchy(damageSub, damageSub)
		}},
		{DamageCase: all("folder-lists-root", "a folder lists the root of the store as its child").sound(), late: func(d *damaged) error {
			return d.hierarchy(damageSub, nidRoot)
		}},
		{DamageCase: all("folder-unlisted", "no table lists a folder"), early: func(d *damaged) error {
			d.unlist(nidIPMSubtree, damageWork)
			return nil
		}},
		{DamageCase: all("folder-missing", "a table lists a folder that does not exist"), late: func(d *damaged) error {
			return d.hierarchy(damageSub, 0x7FF22)
		}},
		{DamageCase: all("folder-unreadable", "the properties of a folder cannot be read"), patch: func(d *damaged) {
			data, _ := d.nodeBIDs(damageWork)
			d.spoil(data)
		}},
		{DamageCase: all("hierarchy-unreadable", "the table of the top folders cannot be read"), patch: func(d *damaged) {
			data, _ := d.nodeBIDs(withType(nidIPMSubtree, nidHierarchy))
			d.spoil(d.firstLeaf(data))
		}},
		{DamageCase: all("hierarchy-loop-rows", "the row index of a hierarchy table lists itself"), patch: func(d *damaged) {
			data, _ := d.nodeBIDs(withType(nidIPMSubtree, nidHierarchy))
			d.data(d.firstLeaf(data), selfRowIndex)
		}},
		{DamageCase: all("subfolders-wrong", "folders say that they have subfolders when they have none, and the other way round").sound(), tree: func(t *Tree) {
			t.Folders[0].Props = []Prop{Bool(mapi.Subfolders, true)}
			t.Folders[2].Props = []Prop{Bool(mapi.Subfolders, false)}
		}},
		{DamageCase: all("counts-zero", "folders say that they have no items").sound(), tree: func(t *Tree) {
			for i := range t.Folders {
				t.Folders[i].Props = []Prop{Int32(mapi.ContentCount, 0), Int32(mapi.ContentUnreadCount, -1)}
			}
		}},
		{DamageCase: all("counts-huge", "folders say that they have 2^31 - 1 items").sound(), tree: func(t *Tree) {
			for i := range t.Folders {
				t.Folders[i].Props = []Prop{Int32(mapi.ContentCount, 1<<31-1)}
			}
		}},
		{DamageCase: all("folder-names-empty", "the names of three folders beside each other are empty").sound(), tree: func(t *Tree) {
			for i := range t.Folders {
				t.Folders[i].Name = ""
			}
		}},
		{DamageCase: all("names-control", "names of folders and subjects with NUL, control characters and what paths are made of").more(len(hostileNames)).sound(), tree: func(t *Tree) {
			for i, name := range hostileNames {
				m := Mail(name, "Ann\r\nX: y <ann@example.org>", "", "text", Str(mapi.MessageClass, "IPM.Note"))
				m.Attach(ByValue(name, "text/plain\r\nX: y", []byte{byte(i)}))
				t.Folders = append(t.Folders, Folder{Name: name, Messages: []*Message{m}})
			}
		}},
		{DamageCase: all("folders-1000-deep", "folders are nested 1,000 levels deep").more(2), tree: func(t *Tree) {
			deepest := Folder{Name: "level 1000", Messages: []*Message{Mail("At the bottom", "ann@example.org", "", "text")}}
			for i := 999; i > 0; i-- {
				f := Folder{Name: fmt.Sprint("level ", i), Folders: []Folder{deepest}}
				if i == 501 {
					f.Messages = []*Message{Mail("Half way", "ann@example.org", "", "text")}
				}
				deepest = f
			}
			t.Folders = append(t.Folders, deepest)
		}},
	}
}

// hostileNames are names that mean something to those who do not look.
var hostileNames = []string{
	"a\x00b", "\x00", "..", "../../etc", "a/b\\c", "line\r\nSubject: two", "\x1b[2J", "\x7f\x01\x1f", "CON", "a\u202egpj.exe", " ", "\u200b", "INBOX",
}

// adopt gives a folder another parent.
func (d *damaged) adopt(nid, parent uint32) {
	for i := range d.w.n.nodes {
		if e := &d.w.n.nodes[i]; e.nid == nid {
			e.parent = parent
			return
		}
	}
	d.fail("no node %#x", nid)
}

// unlist takes a folder out of its parent's table.
func (d *damaged) unlist(parent, child FolderID) {
	p := d.w.byID[parent]
	p.children = slices.DeleteFunc(p.children, func(f *folder) bool { return f.nid == uint32(child) })
}

// hierarchy writes the table of subfolders of a folder anew, with one row.
func (d *damaged) hierarchy(nid, child uint32) error {
	t := newTable(d.w.n, hierarchyLayout)
	if err := t.add(child, cells([]Prop{Str(mapi.DisplayName, "Listed"), Bool(mapi.Subfolders, true)})); err != nil {
		return err
	}
	out, err := t.finish()
	d.repoint(withType(nid, nidHierarchy), out)
	return err
}

// selfRowIndex makes the row index of a table an index that leads to itself.
func selfRowIndex(b []byte) {
	info := itemOf(b, leBytes.Uint32(b[4:]))
	header := itemOf(b, leBytes.Uint32(info[10:]))
	root := itemOf(b, leBytes.Uint32(header[4:]))
	header[3] = 1
	for ; len(root) >= 8; root = root[8:] {
		copy(root[4:], header[4:8])
	}
}
