package ndb

import (
	"encoding/binary"
	"fmt"
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
	e, _, err := f.lookup(f.nbt, pageNBT, uint64(nid), nodeKey)
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
	e, off, err := f.lookup(f.bbt, pageBBT, bid.key(), blockKey)
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

// nodeKey and blockKey drop what is not part of a key: the upper half of a
// widened NID, the reserved bit of a BID.
func nodeKey(k uint64) uint64  { return k & 0xFFFFFFFF }
func blockKey(k uint64) uint64 { return k &^ 1 }

// lookup walks from the root to the leaf that can hold key. Levels must
// decrease by one, which bounds the walk in any file.
func (f *File) lookup(root bref, ptype uint8, key uint64, norm func(uint64) uint64) ([]byte, int64, error) {
	p, err := f.page(root, ptype)
	if err != nil {
		return nil, 0, err
	}
	if p.level > maxLevel {
		return nil, 0, levelError(p, maxLevel)
	}
	for {
		i := sort.Search(p.count, func(i int) bool { return norm(f.layout.id(p.entry(i))) > key }) - 1
		off := p.off + int64(max(i, 0)*p.entrySize)
		if i < 0 || p.level == 0 && norm(f.layout.id(p.entry(i))) != key {
			return nil, off, &Error{Structure: "BTPAGE", Field: "rgentries", Offset: p.off, Problem: fmt.Sprintf("no entry for 0x%x", key), Err: ErrNotFound}
		}
		if p.level == 0 {
			return p.entry(i), off, nil
		}
		if p, err = f.child(p, i, ptype); err != nil {
			return nil, off, err
		}
	}
}

// child reads the page below entry i ([MS-PST] 2.2.2.7.7.2).
func (f *File) child(p *page, i int, ptype uint8) (*page, error) {
	e, l := p.entry(i), f.layout
	c, err := f.page(bref{BID(l.id(e[l.idSize:])), int64(l.id(e[2*l.idSize:]))}, ptype)
	if err != nil {
		return nil, err
	}
	if c.level != p.level-1 {
		return nil, levelError(c, p.level-1)
	}
	return c, nil
}

func levelError(p *page, want uint8) error {
	return &Error{Structure: "BTPAGE", Field: "cLevel", Offset: p.off, Problem: fmt.Sprintf("is %d where %d was expected", p.level, want)}
}
