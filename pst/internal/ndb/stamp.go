package ndb

import (
	"cmp"
	"encoding/binary"
	"hash/fnv"
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
	var of [2]block
	for i, bid := range []BID{n.Data, n.Sub} {
		of[i].bid = bid
		if bid != 0 {
			if of[i], err = f.block(bid); err != nil {
				return 0, AtNode(err, nid)
			}
		}
	}
	return stampOf(of), nil
}

func stampOf(blocks [2]block) uint64 {
	h := fnv.New64a()
	for _, b := range blocks {
		var e [24]byte
		binary.LittleEndian.PutUint64(e[:], uint64(b.bid))
		binary.LittleEndian.PutUint64(e[8:], uint64(b.ib))
		binary.LittleEndian.PutUint64(e[16:], uint64(b.cb))
		_, _ = h.Write(e[:]) // a hash does not fail
	}
	return h.Sum64()
}

// stampsAtOnce bounds the memory of [File.Stamps].
const stampsAtOnce = 1 << 14

// Stamps gives the [File.Stamp] of many nodes, many times as fast as one by one:
// what is near in the file is looked up together. Where there is none it is 0.
func (f *File) Stamps(nids []NID) []uint64 {
	order := make([]int, len(nids))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(nids[a], nids[b]) })
	out := make([]uint64, len(nids))
	for some := range slices.Chunk(order, stampsAtOnce) {
		f.stampSome(nids, some, out)
	}
	return out
}

// wantedBlock is one of the two blocks of a node.
type wantedBlock struct {
	bid   BID
	of    int // index of the node
	which int
}

// stampSome stamps the nodes with the given indices, which are in the order of
// the nodes.
func (f *File) stampSome(nids []NID, some []int, out []uint64) {
	blocks := make([][2]block, len(some))
	found := make([]bool, len(some))
	var wanted []wantedBlock
	nodes := f.nodeCursor()
	for i, at := range some {
		n, err := f.node(&nodes, nids[at])
		found[i] = err == nil
		blocks[i] = [2]block{{bid: n.Data}, {bid: n.Sub}}
		for which, b := range blocks[i] {
			if found[i] && b.bid != 0 {
				wanted = append(wanted, wantedBlock{b.bid, i, which})
			}
		}
	}
	slices.SortFunc(wanted, func(a, b wantedBlock) int { return cmp.Compare(a.bid.key(), b.bid.key()) })
	c := f.blockCursor()
	for _, w := range wanted {
		b, err := f.blockAt(&c, w.bid)
		blocks[w.of][w.which] = b
		found[w.of] = found[w.of] && err == nil
	}
	for i, at := range some {
		if found[i] {
			out[at] = stampOf(blocks[i])
		}
	}
}
