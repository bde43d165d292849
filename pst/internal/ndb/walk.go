package ndb

import "iter"

// Nodes yields every node of the node B-tree in ascending order, and after them
// those that only [File.DeepScan] found. A page that cannot be read yields one
// error, and the walk goes on behind it.
func (f *File) Nodes() iter.Seq2[Node, error] {
	return func(yield func(Node, error) bool) {
		w := pageWalk{f: f, ptype: pageNBT, fail: func(err error) bool { return yield(Node{}, err) }}
		w.leaf = func(p *page) bool {
			for i := range p.count {
				if !yield(f.parseNode(p.entry(i)), nil) {
					return false
				}
			}
			return true
		}
		if !w.from(f.nbt) {
			return
		}
		for _, n := range f.deep.onlyNodes() {
			if !yield(n, nil) {
				return
			}
		}
	}
}

// blocks yields every entry of the block B-tree in ascending order.
func (f *File) blocks() iter.Seq2[block, error] {
	return func(yield func(block, error) bool) {
		w := pageWalk{f: f, ptype: pageBBT, fail: func(err error) bool { return yield(block{}, err) }}
		w.leaf = func(p *page) bool {
			for i := range p.count {
				if !yield(f.parseBlock(p.entry(i), p.off)) {
					return false
				}
			}
			return true
		}
		w.from(f.bbt)
	}
}

// pageWalk visits each page of a B-tree once, and no more pages than fit the
// file, since those of a hostile one can overlap. Otherwise a small file could
// stand for a huge tree.
type pageWalk struct {
	f     *File
	ptype uint8
	leaf  func(*page) bool
	fail  func(error) bool
	seen  map[int64]struct{}
	leafs leafReader
}

// from walks the tree below a root and tells whether to go on.
func (w *pageWalk) from(root bref) bool {
	p, err := w.f.page(root, w.ptype)
	if err == nil && p.level > maxLevel {
		err = levelError(p, maxLevel)
	}
	if err != nil {
		return w.fail(err)
	}
	w.seen = map[int64]struct{}{p.off: {}}
	w.leafs = leafReader{f: w.f, ptype: w.ptype}
	return w.walk(p)
}

// full tells whether the pages visited would fill the file.
func (w *pageWalk) full() bool {
	return int64(len(w.seen)) >= w.f.size/int64(w.f.layout.pageSize)
}

func (w *pageWalk) walk(p *page) bool {
	if p.level == 0 {
		return w.leaf(p)
	}
	for i := range p.count {
		c, err := w.child(p, i)
		if err == nil {
			if _, dup := w.seen[c.off]; dup {
				err = &Error{Structure: "BTPAGE", Field: "ib", Offset: c.off, Problem: "the page is listed twice"}
			}
		}
		if err != nil {
			if !w.fail(err) {
				return false
			}
			continue
		}
		if w.full() {
			w.fail(&Error{Structure: "BTPAGE", Field: "rgentries", Offset: p.off, Problem: "the tree lists more pages than the file has room for"})
			return false
		}
		w.seen[c.off] = struct{}{}
		if !w.walk(c) {
			return false
		}
	}
	return true
}

func (w *pageWalk) child(p *page, i int) (*page, error) {
	if p.level == 1 {
		return w.leafs.child(p, i)
	}
	return w.f.child(p, i, w.ptype)
}
