package ndb

import (
	"encoding/binary"
	"fmt"
	"math"
	"sort"
)

// Node is an entry of the node B-tree ([MS-PST] 2.2.2.7.7.4).
type Node struct {
	NID    NID
	Data   BID // block or data tree of the node
	Sub    BID // subnode tree, 0 for none
	Parent NID
	Deep   bool // only [File.DeepScan] found it
}

// block is an entry of the block B-tree ([MS-PST] 2.2.2.7.7.3).
type block struct {
	bid  BID
	ib   int64
	cb   int  // bytes in the file
	size int  // bytes of data; more than cb when it is compressed
	deep bool // only DeepScan found it
}

// maxLevel is how deep a B-tree of pages may be. The smallest legal fan-out
// makes seven levels enough for 2^32 entries.
const maxLevel = 16

// Node looks a node up in the node B-tree. The error wraps ErrNotFound when
// the file has no such node.
func (f *File) Node(nid NID) (Node, error) {
	t := f.nodeTree()
	e, _, err := t.lookup(uint64(nid))
	if err != nil {
		if n, ok := f.deepNode(nid); ok {
			return n, nil
		}
		return Node{}, AtNode(err, nid)
	}
	return f.parseNode(e), nil
}

func (f *File) parseNode(e []byte) Node {
	l := f.layout
	return Node{
		NID:    NID(binary.LittleEndian.Uint32(e)),
		Data:   BID(l.id(e[l.idSize:])),
		Sub:    BID(l.id(e[2*l.idSize:])),
		Parent: NID(binary.LittleEndian.Uint32(e[3*l.idSize:])),
	}
}

// block looks a block up in the block B-tree.
func (f *File) block(bid BID) (block, error) {
	t := f.blockTree()
	e, off, err := t.lookup(bid.key())
	if err != nil {
		if b, ok := f.deepBlock(bid); ok {
			return b, nil
		}
		var at *Error
		if asError(err, &at) {
			at.BID = bid
		}
		return block{}, err
	}
	b, err := f.parseBlock(e, off)
	b.bid = bid // with its reserved bit as asked for
	return b, err
}

func (f *File) parseBlock(e []byte, off int64) (block, error) {
	l := f.layout
	b := block{bid: BID(l.id(e)), ib: int64(l.id(e[l.idSize:])), cb: int(binary.LittleEndian.Uint16(e[2*l.idSize:]))}
	if b.size = b.cb; l.compressed {
		b.size = int(binary.LittleEndian.Uint16(e[2*l.idSize+2:]))
	}
	if most := max(b.cb, b.size); most > l.maxData {
		return b, &Error{Structure: "BBTENTRY", Field: "cb", Offset: off, BID: b.bid, Problem: fmt.Sprintf("%d bytes are more than a block has", most)}
	}
	return b, nil
}

// btree is one of the two B-trees of pages.
type btree struct {
	f     *File
	root  bref
	ptype uint8
	mask  uint64 // what of an identifier is its key
}

// nodeTree is the node B-tree. The upper half of a widened NID is no part of the key.
func (f *File) nodeTree() btree { return btree{f, f.nbt, pageNBT, math.MaxUint32} }

// blockTree is the block B-tree. The reserved bit of a BID is no part of the key.
func (f *File) blockTree() btree { return btree{f, f.bbt, pageBBT, ^uint64(1)} }

// lookup gives the entry with the given key and its offset. It goes from the root
// to the leaf that can hold the key. Levels must decrease by one, which bounds the
// walk in any file.
func (t *btree) lookup(key uint64) ([]byte, int64, error) {
	p, err := t.rootPage()
	if err != nil {
		return nil, 0, err
	}
	for p.level > 0 {
		i := t.search(p, key)
		if i < 0 {
			return nil, 0, noEntry(p, key)
		}
		if p, err = t.f.child(p, i, t.ptype); err != nil {
			return nil, 0, err
		}
	}
	i := t.search(p, key)
	if i < 0 || t.key(p, i) != key {
		return nil, 0, noEntry(p, key)
	}
	return p.entry(i), p.entryOffset(i), nil
}

func (t *btree) rootPage() (*page, error) {
	p, err := t.f.page(t.root, t.ptype)
	if err == nil && p.level > maxLevel {
		err = levelError(p, maxLevel)
	}
	return p, err
}

func (t *btree) key(p *page, i int) uint64 { return t.f.layout.id(p.entry(i)) & t.mask }

// search gives the last entry whose key is not above key, -1 for none.
func (t *btree) search(p *page, key uint64) int {
	return sort.Search(p.count, func(i int) bool { return t.key(p, i) > key }) - 1
}

func noEntry(p *page, key uint64) error {
	return &Error{Structure: "BTPAGE", Field: "rgentries", Offset: p.off, Problem: fmt.Sprintf("no entry for 0x%x", key), Err: ErrNotFound}
}

// child reads the page below entry i ([MS-PST] 2.2.2.7.7.2).
func (f *File) child(p *page, i int, ptype uint8) (*page, error) {
	c, err := f.page(f.below(p, i), ptype)
	if err != nil {
		return nil, err
	}
	if c.level != p.level-1 {
		return nil, levelError(c, p.level-1)
	}
	return c, nil
}

// below says where the page below entry i is.
func (f *File) below(p *page, i int) bref {
	e, l := p.entry(i), f.layout
	return bref{BID(l.id(e[l.idSize:])), int64(l.id(e[2*l.idSize:]))}
}

func levelError(p *page, want uint8) error {
	return &Error{Structure: "BTPAGE", Field: "cLevel", Offset: p.off, Problem: fmt.Sprintf("is %d where %d was expected", p.level, want)}
}
