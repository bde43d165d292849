package psttest

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
)

// subnode is one entry of a node's own tree of nodes (SLENTRY, [MS-PST] 2.2.2.8.3.3.1.1).
type subnode struct {
	nid       uint32
	data, sub uint64
}

// part is something that was written and that a node or subnode can refer to.
type part struct {
	data, sub uint64
	size      int64 // bytes of data in it and in its subnodes
}

// subnodes collects the subnodes of one node.
type subnodes struct {
	list []subnode
	ltp  uint32 // index last issued for NID_TYPE_LTP
	size int64  // bytes of data in all of them and in their subnodes
}

// add enters a subnode; size is the number of bytes in it and below it.
func (s *subnodes) add(nid uint32, data, sub uint64, size int64) {
	s.list = append(s.list, subnode{nid, data, sub})
	s.size += size
}

// addPart enters a part of the object as a subnode.
func (s *subnodes) addPart(nid uint32, p part) { s.add(nid, p.data, p.sub, p.size) }

// addValue adds the data tree of a property value and returns its node id,
// which stands where a heap id would ([MS-PST] 2.3.3.2).
func (s *subnodes) addValue(data uint64, size int64) uint32 {
	s.ltp++
	nid := makeNID(nidLTP, firstIndex+s.ltp)
	s.add(nid, data, 0, size)
	return nid
}

// write lays the tree down, ordered by node id, and returns its root or zero
// when there are no subnodes ([MS-PST] 2.2.2.8.3.3).
func (s *subnodes) write(n *ndb) (uint64, error) {
	if len(s.list) == 0 {
		return 0, nil
	}
	slices.SortFunc(s.list, func(a, b subnode) int { return cmp.Compare(a.nid, b.nid) })
	room := n.f.blockData() - 4 - n.f.entryPad
	var first, leaves []uint64
	for part := range slices.Chunk(s.list, room/(3*n.f.idSize)) {
		first = append(first, uint64(part[0].nid))
		leaves = append(leaves, n.slblock(part))
	}
	if len(leaves) == 1 {
		return leaves[0], nil
	}
	if len(leaves) > room/(2*n.f.idSize) {
		return 0, fmt.Errorf("%d subnodes are too many for one node", len(s.list))
	}
	b := n.slHead(1, len(leaves))
	for i, bid := range leaves {
		b = n.f.appendID(n.f.appendID(b, first[i]), bid)
	}
	return n.internal(b), nil
}

func (n *ndb) slblock(entries []subnode) uint64 {
	b := n.slHead(0, len(entries))
	for _, e := range entries {
		b = n.f.appendID(b, uint64(e.nid))
		b = n.f.appendID(b, e.data)
		b = n.f.appendID(b, e.sub)
	}
	return n.internal(b)
}

func (n *ndb) slHead(level byte, count int) []byte {
	b := binary.LittleEndian.AppendUint16([]byte{typeSLBlock, level}, uint16(count))
	return n.f.appendPad(b)
}
