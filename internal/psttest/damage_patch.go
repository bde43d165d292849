package psttest

import (
	"encoding/binary"
	"fmt"
)

// Places in a Unicode file ([MS-PST] 2.2.2.6, 2.2.2.7.7.1).
const (
	headerNBT   = 216 // BREF of the root of the node B-tree
	headerBBT   = 232
	pageCount   = 488 // cEnt of a BTPAGE
	pageSize1   = 490 // cbEnt
	pageLevel   = 491 // cLevel
	indexSize   = 24  // BTENTRY
	pageOf      = 512
	maxSearched = 16 // levels of a B-tree
)

var leBytes = binary.LittleEndian

// fail keeps the first change that could not be made.
func (d *damaged) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
}

// page is the page that a BREF at the given place of the file leads to.
func (d *damaged) page(ref int) []byte { return d.pageAt(leBytes.Uint64(d.m[ref+8:])) }

func (d *damaged) pageAt(ib uint64) []byte {
	if ib+pageOf > uint64(len(d.m)) {
		d.fail("no page at %#x", ib)
		return make([]byte, pageOf)
	}
	return d.m[ib : ib+pageOf]
}

// sealed corrects the checksum of a page that was changed.
func (d *damaged) sealed(page []byte) { leBytes.PutUint32(page[500:], checksum(page[:496])) }

// leaf is the leaf page of a B-tree that has the key, and the entry in it.
func (d *damaged) leaf(ref int, key uint64) (page, entry []byte) {
	page = d.page(ref)
	for range maxSearched {
		size, at := int(page[pageSize1]), -1
		for i := range int(page[pageCount]) {
			if leBytes.Uint64(page[i*size:]) <= key {
				at = i * size
			}
		}
		if at < 0 {
			break
		}
		if page[pageLevel] == 0 {
			return page, page[at : at+size]
		}
		page = d.pageAt(leBytes.Uint64(page[at+16:]))
	}
	d.fail("no entry for %#x", key)
	return page, page[:32]
}

// above is the index page over the leaf that has the key, and the index entry.
func (d *damaged) above(ref int, key uint64) (page, entry []byte) {
	page = d.page(ref)
	for range maxSearched {
		at := 0
		for i := range int(page[pageCount]) {
			if leBytes.Uint64(page[i*indexSize:]) <= key {
				at = i * indexSize
			}
		}
		child := d.pageAt(leBytes.Uint64(page[at+16:]))
		if page[pageLevel] == 1 {
			return page, page[at : at+indexSize]
		}
		page = child
	}
	d.fail("no index page over %#x", key)
	return page, page[:indexSize]
}

// node changes the entry of a node: BIDs of data and subnodes at 8 and 16, the
// parent at 24.
func (d *damaged) node(nid uint32, change func(entry []byte)) {
	page, entry := d.leaf(headerNBT, uint64(nid))
	if leBytes.Uint64(entry) != uint64(nid) {
		d.fail("no node %#x", nid)
		return
	}
	change(entry)
	d.sealed(page)
}

// nodeBIDs are the data and the subnode tree of a node.
func (d *damaged) nodeBIDs(nid uint32) (data, sub uint64) {
	d.node(nid, func(e []byte) { data, sub = leBytes.Uint64(e[8:]), leBytes.Uint64(e[16:]) })
	return data, sub
}

// blockEntry changes the entry of a block: its offset at 8, its size at 16.
func (d *damaged) blockEntry(bid uint64, change func(entry []byte)) {
	page, entry := d.leaf(headerBBT, bid)
	if leBytes.Uint64(entry) != bid {
		d.fail("no block %#x", bid)
		return
	}
	change(entry)
	d.sealed(page)
}

// block is a block with its padding and its trailer, and the size of its data.
func (d *damaged) block(bid uint64) (b []byte, cb int) {
	var ib uint64
	d.blockEntry(bid, func(e []byte) { ib, cb = leBytes.Uint64(e[8:]), int(leBytes.Uint16(e[16:])) })
	size := uint64(roundUp(cb+16, 64))
	if ib+size > uint64(len(d.m)) {
		d.fail("block %#x is outside of the file", bid)
		return make([]byte, size), cb
	}
	return d.m[ib : ib+size], cb
}

// trailer changes BLOCKTRAILER of a block: size at 0, signature at 2, checksum
// at 4, BID at 8.
func (d *damaged) trailer(bid uint64, change func(t []byte)) {
	b, _ := d.block(bid)
	change(b[len(b)-16:])
}

// data changes what a block holds, which it decodes and encodes again.
func (d *damaged) data(bid uint64, change func(data []byte)) {
	b, cb := d.block(bid)
	data := b[:cb]
	encoded := bid&internalBID == 0 && d.w.o.Encryption == EncryptPermute
	if encoded {
		for i, c := range data {
			data[i] = unpermuted[c]
		}
	}
	change(data)
	if encoded {
		permute(data, bid)
	}
	leBytes.PutUint32(b[len(b)-12:], checksum(data))
}

// unpermuted is the inverse of permuteTable.
var unpermuted = func() (t [256]byte) {
	for i, c := range permuteTable {
		t[c] = byte(i)
	}
	return t
}()

// subnode changes an entry of an SLBLOCK: data at 8, subnodes at 16. A nid of
// zero is the first entry of the block.
func (d *damaged) subnode(sl uint64, nid uint32, change func(entry []byte)) {
	d.data(sl, func(b []byte) {
		for i := range int(leBytes.Uint16(b[2:])) {
			if e := b[8+24*i:]; nid == 0 || leBytes.Uint64(e) == uint64(nid) {
				change(e[:24])
				return
			}
		}
		d.fail("no subnode %#x in block %#x", nid, sl)
	})
}

// subBIDs are the data and the subnode tree of a subnode.
func (d *damaged) subBIDs(sl uint64, nid uint32) (data, sub uint64) {
	d.subnode(sl, nid, func(e []byte) { data, sub = leBytes.Uint64(e[8:]), leBytes.Uint64(e[16:]) })
	return data, sub
}

// spoil makes a block one that says nothing: zeros with the right checksum.
func (d *damaged) spoil(bid uint64) { d.data(bid, func(b []byte) { clear(b) }) }

// firstLeaf is the first data block of a data tree.
func (d *damaged) firstLeaf(bid uint64) uint64 {
	for range maxSearched {
		if bid&internalBID == 0 {
			return bid
		}
		d.data(bid, func(b []byte) { bid = leBytes.Uint64(b[8:]) })
	}
	d.fail("data tree without an end")
	return bid
}
