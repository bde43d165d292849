package ndb

import (
	"cmp"
	"context"
	"io"
	"slices"
)

// deepScan is what a search of the whole file for B-tree leaf pages found that
// the B-trees themselves do not lead to: what an overwritten root lost, and
// older versions of pages, whose entries are of deleted nodes.
type deepScan struct {
	nodes  map[NID]deepNode
	blocks map[uint64]deepBlock // by BID without its reserved bit
	only   []Node               // nodes, ascending, once the scan is complete
}

type deepNode struct {
	Node
	page BID // of the page: the higher, the newer
}

type deepBlock struct {
	block
	page BID
}

func (d *deepScan) onlyNodes() []Node {
	if d == nil {
		return nil
	}
	return d.only
}

// scanStep is how pages are aligned at least; scanChunk how much is read at once.
const (
	scanStep  = 512
	scanChunk = 1 << 20
)

// DeepScan searches the whole file for leaf pages of both B-trees and keeps
// their entries for nodes and blocks that the B-trees do not have. From then on
// lookups fall back to them, and [File.Nodes] yields the nodes too. Blocks that
// are only found this way count only if their trailer proves that they are
// still there. progress, which may be nil, is told how many bytes were searched.
//
// It must be called before the file is used by several goroutines.
func (f *File) DeepScan(ctx context.Context, progress func(done, total int64)) error {
	d := &deepScan{nodes: map[NID]deepNode{}, blocks: map[uint64]deepBlock{}}
	buf := make([]byte, scanChunk+f.layout.pageSize)
	for off := int64(0); off < f.size; off += scanChunk {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := f.r.ReadAt(buf[:min(int64(len(buf)), f.size-off)], off)
		if err != nil && err != io.EOF {
			f.Log.AddLoss(&Error{Structure: "file", Offset: off, Problem: "read error", Err: err})
		}
		for at := 0; at < min(n, scanChunk) && at+f.layout.pageSize <= n; at += scanStep {
			f.scanPage(d, buf[at:at+f.layout.pageSize], off+int64(at))
		}
		if progress != nil {
			progress(min(off+scanChunk, f.size), f.size)
		}
	}
	d.settle()
	f.deep = d
	return nil
}

// scanPage takes the entries of what proves to be a leaf page.
func (f *File) scanPage(d *deepScan, b []byte, off int64) {
	l := f.layout
	end := l.pageSize - l.pageTrailer
	t := l.trailer(b[end:])
	ptype := uint8(t.head)
	if t.head>>8 != t.head&0xFF || ptype != pageNBT && ptype != pageBBT {
		return
	}
	n, _, level := l.pageHead(b)
	if level != 0 || n == 0 || t.crc != CRC(b[:end]) || t.sig != Signature(off, t.bid) {
		return
	}
	p, err := f.parsePage(slices.Clone(b), bref{t.bid, off}, ptype)
	if err != nil {
		return
	}
	for i := range p.count {
		if ptype == pageNBT {
			f.scanNode(d, f.parseNode(p.entry(i)), t.bid)
		} else if b, err := f.parseBlock(p.entry(i), off); err == nil {
			f.scanBlock(d, b, t.bid)
		}
	}
}

func (f *File) scanNode(d *deepScan, n Node, page BID) {
	if old, ok := d.nodes[n.NID]; ok && old.page >= page {
		return
	}
	t := f.nodeTree()
	if _, _, err := t.lookup(uint64(n.NID)); err == nil {
		return
	}
	n.Deep = true
	d.nodes[n.NID] = deepNode{n, page}
}

func (f *File) scanBlock(d *deepScan, b block, page BID) {
	if old, ok := d.blocks[b.bid.key()]; ok && old.page >= page {
		return
	}
	t := f.blockTree()
	if _, _, err := t.lookup(b.bid.key()); err == nil {
		return
	}
	b.deep = true
	d.blocks[b.bid.key()] = deepBlock{b, page}
}

func (d *deepScan) settle() {
	for _, n := range d.nodes {
		d.only = append(d.only, n.Node)
	}
	slices.SortFunc(d.only, func(a, b Node) int { return cmp.Compare(a.NID, b.NID) })
}

// deepNode is a node that only the scan found.
func (f *File) deepNode(nid NID) (Node, bool) {
	if f.deep == nil {
		return Node{}, false
	}
	n, ok := f.deep.nodes[nid]
	return n.Node, ok
}

func (f *File) deepBlock(bid BID) (block, bool) {
	if f.deep == nil {
		return block{}, false
	}
	b, ok := f.deep.blocks[bid.key()]
	return b.block, ok
}
