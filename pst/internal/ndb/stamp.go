package ndb

import (
	"encoding/binary"
	"hash/fnv"
)

// Stamp is a number that stays the same while a node's blocks do: Outlook never
// writes into a block but makes a new one. It is made of the identifiers, places
// and sizes of the node's two blocks, and none of them is read.
func (f *File) Stamp(nid NID) (uint64, error) {
	n, err := f.Node(nid)
	if err != nil {
		return 0, err
	}
	h := fnv.New64a()
	for _, bid := range []BID{n.Data, n.Sub} {
		b := block{bid: bid}
		if bid != 0 {
			if b, err = f.block(bid); err != nil {
				return 0, AtNode(err, nid)
			}
		}
		var e [24]byte
		binary.LittleEndian.PutUint64(e[:], uint64(b.bid))
		binary.LittleEndian.PutUint64(e[8:], uint64(b.ib))
		binary.LittleEndian.PutUint64(e[16:], uint64(b.cb))
		_, _ = h.Write(e[:]) // a hash does not fail
	}
	return h.Sum64(), nil
}
