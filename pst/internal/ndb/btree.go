package ndb

import (
	"encoding/binary"
	"fmt"
	"iter"
	"sort"
)

// Node is an entry of the node B-tree ([MS-PST] 2.2.2.7.7.4).
type Node struct {
	NID    NID
	Data   BID // block or data tree of the node
	Sub    BID // subnode tree, 0 for none
	Parent NID
}

// block is an entry of the block B-tree ([MS-PST] 2.2.2.7.7.3).
type block struct {
	bid  BID
	ib   int64
	cb   int // bytes in the file
	size int // bytes of data; more than cb when it is compressed
}

// maxLevel is how deep a B-tree of pages may be. The smallest legal fan-out
// makes seven levels enough for 2^32 entries.
const maxLevel = 16

// Node looks a node up in the node B-tree. The error wraps ErrNotFound when
// the file has no such node.
func (f *File) Node(nid NID) (Node, error) {
	e, off, err := f.lookup(f.nbt, pageNBT, uint64(nid), nodeKey)
	if err != nil {
		return Node{}, AtNode(err, nid)
	}
	return f.parseNode(e, off), nil
}

func (f *File) parseNode(e []byte, _ int64) Node {
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
		var at *Error
		if asError(err, &at) {
			at.BID = bid
		}
		return block{}, err
	}
	l := f.layout
	b := block{bid: bid, ib: int64(l.id(e[l.idSize:])), cb: int(binary.LittleEndian.Uint16(e[2*l.idSize:]))}
	if b.size = b.cb; l.compressed {
		b.size = int(binary.LittleEndian.Uint16(e[2*l.idSize+2:]))
	}
	if most := max(b.cb, b.size); most > l.maxData {
		return b, &Error{Structure: "BBTENTRY", Field: "cb", Offset: off, BID: bid, Problem: fmt.Sprintf("%d bytes are more than a block has", most)}
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

// Nodes yields every node of the node B-tree in ascending order. A page that
// cannot be read yields one error, and the walk goes on behind it.
func (f *File) Nodes() iter.Seq2[Node, error] {
	return func(yield func(Node, error) bool) {
		root, err := f.page(f.nbt, pageNBT)
		if err == nil && root.level > maxLevel {
			err = levelError(root, maxLevel)
		}
		if err != nil {
			yield(Node{}, err)
			return
		}
		w := nodeWalk{f: f, yield: yield, seen: map[int64]bool{root.off: true}}
		w.walk(root)
	}
}

// nodeWalk visits each page once: a page reached twice would otherwise let a
// small file stand for a huge tree.
type nodeWalk struct {
	f     *File
	yield func(Node, error) bool
	seen  map[int64]bool
}

func (w *nodeWalk) walk(p *page) bool {
	for i := range p.count {
		if p.level == 0 {
			if !w.yield(w.f.parseNode(p.entry(i), p.off), nil) {
				return false
			}
			continue
		}
		c, err := w.f.child(p, i, pageNBT)
		if err == nil && w.seen[c.off] {
			err = &Error{Structure: "BTPAGE", Field: "ib", Offset: c.off, Problem: "the page is listed twice"}
		}
		if err != nil {
			if !w.yield(Node{}, err) {
				return false
			}
			continue
		}
		w.seen[c.off] = true
		if !w.walk(c) {
			return false
		}
	}
	return true
}
