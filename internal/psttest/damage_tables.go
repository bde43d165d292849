package psttest

import "github.com/pst2imap/pst2imap/internal/mapi"

// damagedTables are contents tables that do not tell what is there.
func damagedTables() []damageRecipe {
	return []damageRecipe{
		{DamageCase: all("rows-ghost", "the row matrix of a contents table has rows that the row index does not have").sound(), early: func(d *damaged) error {
			t := d.contents(damageInbox)
			for i := range uint32(3) {
				if err := t.add(damageLast+32*(i+1), cells(ghost(i))); err != nil {
					return err
				}
				t.index = t.index[:len(t.index)-8]
				t.count--
			}
			return nil
		}},
		{DamageCase: all("rows-missing-nodes", "a contents table lists nodes that do not exist"), early: func(d *damaged) error {
			for i := range uint32(3) {
				if err := d.contents(damageInbox).add(damageLast+32*(i+100), cells(ghost(i))); err != nil {
					return err
				}
			}
			return nil
		}},
		{DamageCase: all("rows-beyond-matrix", "the row index of a contents table leads to rows beyond the row matrix").sound(), early: func(d *damaged) error {
			t := d.contents(damageInbox)
			for i := 4; i < len(t.index); i += 8 {
				leBytes.PutUint32(t.index[i:], 1<<31+uint32(i))
			}
			return nil
		}},
		{DamageCase: all("row-size-zero", "the rows of a contents table have no bytes").sound(), patch: func(d *damaged) {
			d.tableInfo(damageInbox, func(info []byte) { clear(info[2:10]) })
		}},
		{DamageCase: all("columns-beyond-row", "the columns of a contents table lie beyond its rows").sound(), patch: func(d *damaged) {
			d.tableInfo(damageInbox, func(info []byte) {
				for c := info[22:]; len(c) >= 8; c = c[8:] {
					leBytes.PutUint16(c[4:], 0xFFF0)
				}
			})
		}},
		{DamageCase: all("contents-unreadable", "a contents table cannot be read"), patch: func(d *damaged) {
			data, _ := d.nodeBIDs(withType(damageWork, nidContents))
			d.spoil(d.firstLeaf(data))
		}},
		{DamageCase: all("contents-missing", "a folder has no contents table"), late: func(d *damaged) error {
			d.remove(withType(damageWork, nidContents))
			return nil
		}},
		{DamageCase: all("message-unlisted", "no folder lists a message").more(1), early: func(d *damaged) error {
			out, err := d.w.message(Mail("Unlisted", "ann@example.org", "bob@example.org", "text"), 0)
			if err == nil {
				d.w.n.node(d.w.nextNID(nidMessage), damageWork, out.part)
			}
			return err
		}},
		{DamageCase: all("message-listed-twice", "two folders list one message").sound(), early: func(d *damaged) error {
			return d.contents(damageInbox).add(damageLast, cells(ghost(0)))
		}},
		{DamageCase: all("message-without-parent", "the parent of a message is no folder").sound(), patch: func(d *damaged) {
			d.node(damageVictim, func(e []byte) { leBytes.PutUint32(e[24:], 0) })
		}},
		{DamageCase: all("root-items", "there are items in the root of the store and beside the special folders").more(2).sound(), early: func(d *damaged) error {
			for _, id := range []FolderID{Root, IPMSubtree} {
				if _, err := d.w.Add(id, Mail("In the root", "ann@example.org", "", "text")); err != nil {
					return err
				}
			}
			return nil
		}},
		{DamageCase: all("rows-20000", "a contents table has 20,000 rows").more(20000).sound(), early: manyRows},
	}
}

// contents is the contents table of a folder that has messages.
func (d *damaged) contents(id FolderID) *table { return d.w.byID[id].contents }

// ghost are the properties of a row without an item.
func ghost(i uint32) []Prop {
	return []Prop{Str(mapi.Subject, "Ghost"), Int32(mapi.MessageFlags, int(i))}
}

// tableInfo changes TCINFO of a folder's contents table.
func (d *damaged) tableInfo(folder uint32, change func(info []byte)) {
	data, _ := d.nodeBIDs(withType(folder, nidContents))
	d.data(d.firstLeaf(data), func(b []byte) { change(itemOf(b, leBytes.Uint32(b[4:]))) })
}

// remove takes a node out of the node B-tree.
func (d *damaged) remove(nid uint32) {
	nodes := d.w.n.nodes
	for i := range nodes {
		if nodes[i].nid == nid {
			d.w.n.nodes = append(nodes[:i], nodes[i+1:]...)
			return
		}
	}
	d.fail("no node %#x", nid)
}

// manyRows adds 20,000 messages to a folder, all of which are the same blocks.
func manyRows(d *damaged) error {
	w := d.w
	out, err := w.message(Mail("One of many", "ann@example.org", "bob@example.org", "text"), 0)
	if err != nil {
		return err
	}
	row := []Prop{Int32(mapi.MessageFlags, mapi.FlagRead)}
	for range 20000 {
		nid := w.nextNID(nidMessage)
		w.n.node(nid, damageSub, part{data: w.n.share(out.data), sub: w.n.share(out.sub)})
		if err := d.contents(damageSub).add(nid, cells(row)); err != nil {
			return err
		}
	}
	return nil
}
