package ndb

import (
	"math"
	"slices"
	"sort"
)

// cursor looks entries up in one of the B-trees. It keeps the way to the leaf
// found last and goes up no further than it must, so that keys in ascending order
// cost next to nothing. What it finds is what [btree.lookup] finds, in any file and
// in any order of the keys.
type cursor struct {
	btree
	path  []step // from the root to the leaf; empty for none
	leafs leafReader
	next  uint64 // where the keys of the leaf read last end

	keys []uint64 // of the leaf
	at   int      // entry found last
}

// step is a page on the way, and from where to where the keys are with which a
// walk from the root comes to it.
type step struct {
	*page
	low, high uint64
	sorted    bool // its keys are in order
}

func newCursor(t btree) *cursor {
	return &cursor{btree: t, leafs: leafReader{f: t.f, ptype: t.ptype}}
}

// find gives the entry with the given key, until the next call, and its offset.
func (c *cursor) find(key uint64) (e []byte, off int64, ok bool) {
	n := len(c.path)
	for n > 0 && (key < c.path[n-1].low || key >= c.path[n-1].high) {
		n--
	}
	if n == 0 || n < len(c.path) {
		if !c.descend(n, key) {
			c.path = c.path[:0]
			return nil, 0, false
		}
	}
	leaf := &c.path[len(c.path)-1]
	i := c.seek(leaf, key)
	if i < 0 || c.keys[i] != key {
		return nil, 0, false
	}
	return leaf.entry(i), leaf.entryOffset(i), true
}

// descend goes to the leaf that can hold key from the n-th page of the path.
func (c *cursor) descend(n int, key uint64) bool {
	c.path = c.path[:n]
	if n == 0 {
		p, err := c.rootPage()
		if err != nil {
			return false
		}
		c.enter(p, 0, math.MaxUint64)
	}
	for {
		at := c.path[len(c.path)-1]
		if at.level == 0 {
			c.next = at.high
			return true
		}
		i := c.search(at.page, key)
		if i < 0 {
			return false
		}
		low, high := c.reach(at, i)
		p, err := c.below(at.page, i, low)
		if err != nil {
			return false
		}
		c.enter(p, low, high)
	}
}

// enter takes the next page on the way.
func (c *cursor) enter(p *page, low, high uint64) {
	c.at, c.keys = 0, c.keys[:0]
	for i := range p.count {
		c.keys = append(c.keys, c.key(p, i))
	}
	c.path = append(c.path, step{p, low, high, slices.IsSorted(c.keys)})
}

// reach gives the keys with which a walk comes to the page below entry i: none for
// sure where the entries are out of order.
func (c *cursor) reach(s step, i int) (low, high uint64) {
	if !s.sorted {
		return math.MaxUint64, 0
	}
	low, high = max(s.low, c.key(s.page, i)), s.high
	if i+1 < s.count {
		high = min(high, c.key(s.page, i+1))
	}
	return low, high
}

// below reads the page below entry i. A leaf next to the one before is one of many.
func (c *cursor) below(p *page, i int, low uint64) (*page, error) {
	if p.level == 1 && low == c.next {
		return c.leafs.child(p, i)
	}
	return c.f.child(p, i, c.ptype)
}

// seek is [btree.search] in the leaf, from the entry found last on.
func (c *cursor) seek(leaf *step, key uint64) int {
	if !leaf.sorted || len(c.keys) == 0 || key < c.keys[c.at] {
		return sort.Search(len(c.keys), func(i int) bool { return c.keys[i] > key }) - 1
	}
	for c.at+1 < len(c.keys) && c.keys[c.at+1] <= key {
		c.at++
	}
	return c.at
}

// leafReader reads leaf pages one after the other, several at once where they lie
// close together. It keeps them out of the cache, which holds no more than a part of
// those of a large file.
type leafReader struct {
	f     *File
	ptype uint8
	page  page   // given out last
	buf   []byte // of the file
	at    int64  // where in the file
	alone bool   // each page by itself, since there are some that cannot be read
}

// leafGap is how many bytes between two pages cost less than a read of its own.
const leafGap = 4 << 10

// child is [File.child] for the pages of the level above the leafs. The page is
// valid until the next call.
func (r *leafReader) child(p *page, i int) (*page, error) {
	ref := r.f.below(p, i)
	size := int64(r.f.layout.pageSize)
	if ref.ib < r.at || ref.ib-r.at > int64(len(r.buf))-size {
		if err := r.read(p, i, ref.ib); err != nil {
			return nil, err
		}
	}
	b := r.buf[ref.ib-r.at:][:size]
	if err := r.f.checkedPage(&r.page, b, ref, r.ptype); err != nil {
		return nil, err
	}
	if r.page.level != p.level-1 {
		return nil, levelError(&r.page, p.level-1)
	}
	return &r.page, nil
}

// read reads the page at off, which is below entry i, with those that follow it.
func (r *leafReader) read(p *page, i int, off int64) error {
	size := int64(r.f.layout.pageSize)
	if n := r.run(p, i, off); n > size {
		if r.fill(off, n) == nil {
			return nil
		}
		r.alone = true
	}
	return r.fill(off, size) // which is also how an error is found out
}

// run tells how many bytes from off on are worth a read.
func (r *leafReader) run(p *page, i int, off int64) int64 {
	size := int64(r.f.layout.pageSize)
	last := r.f.size - size // where a page can be
	if r.alone || off < 0 || off > last {
		return size
	}
	end := off + size
	for i++; i < p.count; i++ {
		next := r.f.below(p, i).ib
		if next < end || next > end+leafGap || next > last || next+size-off > readAhead {
			break
		}
		end = next + size
	}
	return end - off
}

func (r *leafReader) fill(off, n int64) error {
	if int64(cap(r.buf)) < n {
		r.buf = make([]byte, n)
	}
	r.buf, r.at = r.buf[:n], off
	err := r.f.readAt(r.buf, off, "BTPAGE")
	if err != nil {
		r.buf = r.buf[:0]
	}
	return err
}
