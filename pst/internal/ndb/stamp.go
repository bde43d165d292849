package ndb

import (
	"math/bits"
	"slices"
)

// Stamp is a number that stays the same while a node's blocks do: Outlook never
// writes into a block but makes a new one. It is made of the identifiers, places
// and sizes of the node's two blocks, and none of them is read.
func (f *File) Stamp(nid NID) (uint64, error) {
	n, err := f.Node(nid)
	if err != nil {
		return 0, err
	}
	var of [2]stamped
	for i, bid := range []BID{n.Data, n.Sub} {
		if bid == 0 {
			continue
		}
		b, err := f.block(bid)
		if err != nil {
			return 0, AtNode(err, nid)
		}
		of[i] = stampedOf(b)
	}
	return stampOf(of), nil
}

// stamped is what a stamp says of a block: zeros for none.
type stamped struct {
	bid    BID
	ib, cb uint64
}

func stampedOf(b block) stamped { return stamped{b.bid, uint64(b.ib), uint64(b.cb)} }

func stampOf(blocks [2]stamped) uint64 {
	h := fnvOffset
	for _, b := range blocks {
		h = fnv1a(fnv1a(fnv1a(h, uint64(b.bid)), b.ib), b.cb)
	}
	return h
}

// The parameters of 64-bit FNV-1a.
const (
	fnvOffset uint64 = 14695981039346656037
	fnvPrime  uint64 = 1099511628211
)

// fnvZeros are the powers of the prime: what so many bytes that are zero do.
var fnvZeros = func() (p [9]uint64) {
	p[0] = 1
	for i := range p[1:] {
		p[i+1] = p[i] * fnvPrime
	}
	return p
}()

// fnv1a adds the eight bytes of v, the lowest first. The upper ones are mostly zero.
func fnv1a(h, v uint64) uint64 {
	left := 8
	for ; v != 0; v >>= 8 {
		h = (h ^ v&0xFF) * fnvPrime
		left--
	}
	return h * fnvZeros[left]
}

// stampsAtOnce bounds the memory of [File.Stamps].
const stampsAtOnce = 1 << 15

// Stamps gives the [File.Stamp] of many nodes, many times as fast as one by one:
// what is near in the file is looked up together. Where there is none it is 0.
func (f *File) Stamps(nids []NID) []uint64 {
	out := make([]uint64, len(nids))
	s := stamper{f: f, nodes: newCursor(f.nodeTree()), blocks: newCursor(f.blockTree())}
	var order sorter[NID]
	for some := range slices.Chunk(order.sort(nids), stampsAtOnce) {
		s.stamp(nids, some, out)
	}
	return out
}

// stamper has what one part of the nodes after the other needs.
type stamper struct {
	f             *File
	nodes, blocks *cursor

	found []bool
	bids  []BID // two of each node
	of    [][2]stamped
	order sorter[BID]
}

// stamp stamps the nodes with the given indices, which are in the order of the nodes.
func (s *stamper) stamp(nids []NID, some []uint32, out []uint64) {
	s.found, s.bids = slices.Grow(s.found[:0], len(some)), slices.Grow(s.bids[:0], 2*len(some))
	for _, at := range some {
		n, ok := s.node(nids[at])
		s.found = append(s.found, ok)
		s.bids = append(s.bids, n.Data, n.Sub)
	}
	s.of = slices.Grow(s.of[:0], len(some))[:len(some)]
	for _, i := range s.order.sort(s.bids) {
		b, ok := stamped{}, true
		if s.bids[i] != 0 {
			b, ok = s.block(s.bids[i])
		}
		s.of[i/2][i%2] = b
		s.found[i/2] = s.found[i/2] && ok
	}
	for i, at := range some {
		if s.found[i] {
			out[at] = stampOf(s.of[i])
		}
	}
}

// node is [File.Node]; it has no blocks where there is none.
func (s *stamper) node(nid NID) (Node, bool) {
	if e, _, ok := s.nodes.find(uint64(nid)); ok {
		return s.f.parseNode(e), true
	}
	return s.f.deepNode(nid)
}

// block is [File.block].
func (s *stamper) block(bid BID) (stamped, bool) {
	e, off, ok := s.blocks.find(bid.key())
	if !ok {
		b, ok := s.f.deepBlock(bid)
		return stampedOf(b), ok
	}
	b, err := s.f.parseBlock(e, off)
	b.bid = bid
	return stampedOf(b), err == nil
}

// sorter puts keys in order, digit by digit, since a comparison at a time is what
// would take the most of the time of [File.Stamps].
type sorter[K ~uint32 | ~uint64] struct {
	order, spare []uint32
}

// digit is how many bits are sorted by at once.
const digit = 11

// sort gives the indices of the keys in ascending order of these, until the next call.
func (s *sorter[K]) sort(keys []K) []uint32 {
	n := len(keys)
	s.order = slices.Grow(s.order[:0], n)[:n]
	for i := range s.order {
		s.order[i] = uint32(i)
	}
	if slices.IsSorted(keys) {
		return s.order
	}
	s.spare = slices.Grow(s.spare[:0], n)[:n]
	var differ K
	for _, k := range keys {
		differ |= k ^ keys[0]
	}
	for shift := bits.TrailingZeros64(uint64(differ)); differ>>shift != 0; shift += digit {
		s.byDigit(keys, shift)
	}
	return s.order
}

// byDigit puts the indices in the order of one digit of the keys and leaves those
// of equal ones as they are.
func (s *sorter[K]) byDigit(keys []K, shift int) {
	var start [1 << digit]uint32
	of := func(i uint32) K { return keys[i] >> shift & (1<<digit - 1) }
	for _, i := range s.order {
		start[of(i)]++
	}
	sum := uint32(0)
	for d, n := range start {
		start[d], sum = sum, sum+n
	}
	for _, i := range s.order {
		d := of(i)
		s.spare[start[d]] = i
		start[d]++
	}
	s.order, s.spare = s.spare, s.order
}
