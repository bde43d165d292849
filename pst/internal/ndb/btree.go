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
	c := f.nodeCursor()
	return f.node(&c, nid)
}

func (f *File) node(c *cursor, nid NID) (Node, error) {
	e, _, err := c.lookup(uint64(nid))
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
	c := f.blockCursor()
	return f.blockAt(&c, bid)
}

func (f *File) blockAt(c *cursor, bid BID) (block, error) {
	e, off, err := c.lookup(bid.key())
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

// cursor looks entries up in one of the B-trees. Where keys come in ascending
// order it seldom walks.
type cursor struct {
	f     *File
	root  bref
	ptype uint8
	norm  func(uint64) uint64 // key of an identifier

	leaf  *page  // found last; nil for none
	bound uint64 // the leaf holds no key from there on
}

func (f *File) nodeCursor() cursor { return cursor{f: f, root: f.nbt, ptype: pageNBT, norm: nodeKey} }

func (f *File) blockCursor() cursor { return cursor{f: f, root: f.bbt, ptype: pageBBT, norm: blockKey} }

// lookup gives the entry with the given key and its offset.
func (c *cursor) lookup(key uint64) ([]byte, int64, error) {
	if c.leaf == nil || c.leaf.count == 0 || key < c.key(c.leaf, 0) || key >= c.bound {
		if err := c.walk(key); err != nil {
			c.leaf = nil
			return nil, 0, err
		}
	}
	i := c.search(c.leaf, key)
	if i < 0 || c.key(c.leaf, i) != key {
		return nil, 0, noEntry(c.leaf, key)
	}
	return c.leaf.entry(i), c.leaf.off + int64(i*c.leaf.entrySize), nil
}

// walk goes from the root to the leaf that can hold key. Levels must decrease by
// one, which bounds the walk in any file.
func (c *cursor) walk(key uint64) error {
	p, err := c.f.page(c.root, c.ptype)
	if err != nil {
		return err
	}
	if p.level > maxLevel {
		return levelError(p, maxLevel)
	}
	for c.bound = math.MaxUint64; p.level > 0; {
		i := c.search(p, key)
		if i < 0 {
			return noEntry(p, key)
		}
		if i+1 < p.count {
			c.bound = min(c.bound, c.key(p, i+1))
		}
		if p, err = c.f.child(p, i, c.ptype); err != nil {
			return err
		}
	}
	c.leaf = p
	return nil
}

func (c *cursor) key(p *page, i int) uint64 { return c.norm(c.f.layout.id(p.entry(i))) }

// search gives the last entry whose key is not above key, -1 for none.
func (c *cursor) search(p *page, key uint64) int {
	return sort.Search(p.count, func(i int) bool { return c.key(p, i) > key }) - 1
}

func noEntry(p *page, key uint64) error {
	return &Error{Structure: "BTPAGE", Field: "rgentries", Offset: p.off, Problem: fmt.Sprintf("no entry for 0x%x", key), Err: ErrNotFound}
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
