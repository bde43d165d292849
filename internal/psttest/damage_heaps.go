package psttest

import (
	"encoding/binary"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// itemOf is an item of the first block of a heap.
func itemOf(b []byte, id uint32) []byte {
	pageMap := leBytes.Uint16(b)
	at := int(pageMap) + 4 + 2*(int(id>>5)-1)
	return b[leBytes.Uint16(b[at:]):leBytes.Uint16(b[at+2:])]
}

// bthRoot is the header of the B-tree that a property context is, and its root item.
func bthRoot(b []byte) (header, root []byte) {
	header = itemOf(b, leBytes.Uint32(b[4:]))
	return header, itemOf(b, leBytes.Uint32(header[4:]))
}

// record is the record of a property: its id, type and place.
func (d *damaged) record(b []byte, id mapi.PropID) []byte {
	_, records := bthRoot(b)
	for ; len(records) >= 8; records = records[8:] {
		if mapi.PropID(leBytes.Uint16(records)) == id {
			return records[:8]
		}
	}
	d.fail("no property %v", id)
	return make([]byte, 8)
}

// damagedHeaps are property contexts whose heap or B-tree leads astray.
func damagedHeaps() []damageRecipe {
	victim := func(change func(d *damaged, b []byte)) func(d *damaged) {
		return func(d *damaged) { d.data(d.victimData(), func(b []byte) { change(d, b) }) }
	}
	const beyond = 1<<16 | 1<<5 // the first item of the second block, which is not there
	return []damageRecipe{
		{DamageCase: but(1, "hid-block-equals-count", "the heap id of a subject has a block index that equals the number of blocks"), patch: victim(func(d *damaged, b []byte) {
			leBytes.PutUint32(d.record(b, mapi.Subject)[4:], beyond)
		})},
		{DamageCase: but(1, "hid-item-beyond", "the heap id of a subject has an item index beyond the last item"), patch: victim(func(d *damaged, b []byte) {
			leBytes.PutUint32(d.record(b, mapi.Subject)[4:], 0x7FF<<5)
		})},
		{DamageCase: but(1, "heap-root-beyond", "the root of a heap is in a block that it does not have"), patch: victim(func(_ *damaged, b []byte) {
			leBytes.PutUint32(b[4:], beyond)
		})},
		{DamageCase: but(1, "heap-map-beyond", "the page map of a heap begins beyond its block"), patch: victim(func(_ *damaged, b []byte) {
			leBytes.PutUint16(b, 0xFFF0)
		})},
		{DamageCase: but(1, "heap-map-count", "the page map of a heap has more items than its block can hold"), patch: victim(func(_ *damaged, b []byte) {
			leBytes.PutUint16(b[leBytes.Uint16(b):], 0xFFFF)
		})},
		{DamageCase: but(1, "bth-self", "a B-tree on a heap lists itself"), patch: victim(func(_ *damaged, b []byte) { selfBTH(b, 1) })},
		{DamageCase: but(1, "bth-self-255", "a B-tree on a heap of 255 levels lists itself"), patch: victim(func(_ *damaged, b []byte) { selfBTH(b, 255) })},
		{DamageCase: all("object-size", "an embedded message says that it has 4 GB"), patch: (*damaged).objectSize},
		{DamageCase: all("rtf-4gb", "the header of a compressed RTF body says that it has 4 GB").sound(), tree: func(t *Tree) {
			t.Folders[0].Messages[2].With(Bin(mapi.RtfCompressed, hugeRTF()))
		}},
	}
}

// selfBTH makes the root of a B-tree an index of so many levels in which every
// record leads to the root itself ([MS-PST] 2.3.2.2).
func selfBTH(b []byte, levels byte) {
	header, root := bthRoot(b)
	header[3] = levels
	for i := 0; i+6 <= len(root); i += 6 {
		leBytes.PutUint16(root[i:], uint16(i))
		copy(root[i+2:], header[4:8])
	}
}

func (d *damaged) objectSize() {
	_, sl := d.nodeBIDs(damageVictim)
	data, _ := d.subBIDs(sl, damageInner)
	d.data(data, func(b []byte) {
		object := itemOf(b, leBytes.Uint32(d.record(b, mapi.AttachData)[4:]))
		leBytes.PutUint32(object[4:], 1<<32-1)
	})
}

// hugeRTF is a header of compressed RTF ([MS-OXRTFCP] 2.1.3.1) that claims
// 4 GB, before a few bytes with the right checksum.
func hugeRTF() []byte {
	text := []byte{0, '{', '\\', 'r', 't', 'f', '1', '}', 0}
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(text)+12))
	b = binary.LittleEndian.AppendUint32(b, 1<<32-1)
	b = append(b, "LZFu"...)
	return append(binary.LittleEndian.AppendUint32(b, checksum(text)), text...)
}

// damagedNames are name-to-id maps that lack what their entries refer to.
func damagedNames() []damageRecipe {
	return []damageRecipe{
		{DamageCase: all("names-without-strings", "the name map has no stream of strings"), late: names(nameStrings, nil)},
		{DamageCase: all("names-without-guids", "the name map has no stream of GUIDs"), late: names(nameGUIDs, nil)},
		{DamageCase: all("names-guid-0", "all entries of the name map have the GUID index 0").sound(), late: names(0, func(e []byte) {
			leBytes.PutUint16(e[4:], leBytes.Uint16(e[4:])&1)
		})},
		{DamageCase: all("names-guid-beyond", "all entries of the name map have a GUID index beyond the stream"), late: names(0, func(e []byte) {
			leBytes.PutUint16(e[4:], 0xFFFE|leBytes.Uint16(e[4:])&1)
		})},
		{DamageCase: all("names-string-beyond", "the strings of the name map begin beyond the stream"), late: names(0, func(e []byte) {
			if e[4]&1 != 0 {
				leBytes.PutUint32(e, 1<<32-4)
			}
		})},
		{DamageCase: all("names-overlap", "10,000 entries of the name map have names of 60 KB in a stream of 100 KB"), late: overlapNames},
	}
}

// overlapNames makes a stream in which every fourth byte starts a long name.
func overlapNames(d *damaged) error {
	const entries, size, stream = 10_000, 60_000, 100_000
	var e, strings []byte
	for range stream / 4 {
		strings = leBytes.AppendUint32(strings, size)
	}
	for i := range uint32(entries) {
		e = leBytes.AppendUint32(e, 4*(i%(entries-4)))
		e = leBytes.AppendUint16(e, 2<<1|1) // PS_PUBLIC_STRINGS, a string
		e = leBytes.AppendUint16(e, uint16(i))
	}
	return d.replace(nidNameMap, []Prop{Int32(nameBucketCount, nameBuckets), Bin(nameGUIDs, nil), Bin(nameEntries, e), Bin(nameStrings, strings)})
}

// names writes the name map anew, without one of its streams and with its
// entries changed.
func names(without mapi.PropID, change func(entry []byte)) func(d *damaged) error {
	return func(d *damaged) error {
		var s nameStreams
		for i, name := range d.w.names.names {
			s.add(i, name)
		}
		for e := s.entries; len(e) >= 8 && change != nil; e = e[8:] {
			change(e[:8])
		}
		var guids []byte
		for _, g := range s.sets {
			guids = append(guids, g[:]...)
		}
		props := []Prop{Int32(nameBucketCount, nameBuckets)}
		for _, p := range []Prop{Bin(nameGUIDs, guids), Bin(nameEntries, s.entries), Bin(nameStrings, s.strings)} {
			if p.ID != without {
				props = append(props, p)
			}
		}
		return d.replace(nidNameMap, props)
	}
}

// replace gives a node another property context.
func (d *damaged) replace(nid uint32, props []Prop) error {
	c := newContext(d.w.n, &subnodes{})
	if err := c.putProps(props, &d.w.names); err != nil {
		return err
	}
	out, err := c.finish()
	d.repoint(nid, out)
	return err
}

// repoint makes a node refer to other blocks.
func (d *damaged) repoint(nid uint32, p part) {
	for i := range d.w.n.nodes {
		if e := &d.w.n.nodes[i]; e.nid == nid {
			e.data, e.sub = p.data, p.sub
			return
		}
	}
	d.fail("no node %#x", nid)
}
