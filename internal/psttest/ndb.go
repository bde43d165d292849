package psttest

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// ndb writes the node database: blocks, nodes, B-trees and the header
// ([MS-PST] 2.2). Write errors are kept in the space and reported by close.
type ndb struct {
	f        *format
	s        *space
	method   byte
	magic    string // wMagicClient
	encode   cipher
	nextPage uint64
	blocks   []blockEntry // in order of their BIDs, block i has number bidBase+i+1
	nodes    []nodeEntry
	bidBase  uint64 // number of the block before the first
}

// blockEntry is a BBTENTRY ([MS-PST] 2.2.2.7.7.3).
type blockEntry struct {
	bid, ib  uint64
	cb, refs uint16
	inflated uint16 // bytes of data, more than cb when it is compressed
}

// nodeEntry is an NBTENTRY ([MS-PST] 2.2.2.7.7.4).
type nodeEntry struct {
	nid, parent uint32
	data, sub   uint64
}

// internalBID is the bit of a BID that marks a block of structure, which is
// never encrypted ([MS-PST] 2.2.2.2).
const internalBID = 0x2

func newNDB(w io.WriterAt, f *format, method byte) (*ndb, error) {
	encode, err := cipherFor(method)
	if err != nil {
		return nil, err
	}
	return &ndb{f: f, s: newSpace(w, f), method: method, magic: "SM", encode: encode}, nil
}

// block writes one data block of at most blockData bytes.
func (n *ndb) block(data []byte) uint64 { return n.write(data, 0, n.encode) }

// internal writes one block of structure.
func (n *ndb) internal(data []byte) uint64 { return n.write(data, internalBID, ciphers[EncryptNone]) }

// write places a block, its padding and its trailer ([MS-PST] 2.2.2.8). It
// starts with one reference from the B-tree and one from its owner.
func (n *ndb) write(data []byte, kind uint64, encode cipher) uint64 {
	inflated := len(data)
	data, err := n.f.packed(data)
	if err != nil && n.s.err == nil {
		n.s.err = err
	}
	size := n.f.padded(len(data))
	ib, b := n.s.alloc(size, n.f.blockAlign)
	bid := n.nextBlock()<<2 | kind
	copy(b, data)
	encode(b[:len(data)], bid)
	n.f.blockTrailer(b[size-n.f.blockTail:], uint16(len(data)), signature(ib, bid), checksum(b[:len(data)]), bid)
	n.f.inflatedSize(b[size-n.f.blockTail:], inflated)
	n.blocks = append(n.blocks, blockEntry{bid: bid, ib: ib, cb: uint16(len(data)), refs: 2, inflated: uint16(inflated)})
	return bid
}

// share counts one more owner of a block.
func (n *ndb) share(bid uint64) uint64 {
	n.blocks[n.index(bid)].refs++
	return bid
}

// size is the number of data bytes of a block.
func (n *ndb) size(bid uint64) uint64 { return uint64(n.blocks[n.index(bid)].inflated) }

// nextBlock is the number of the next block, without the low bits of a BID.
func (n *ndb) nextBlock() uint64 { return n.bidBase + uint64(len(n.blocks)) + 1 }

// index is where the entry of a block is in the list.
func (n *ndb) index(bid uint64) uint64 { return bid>>2 - 1 - n.bidBase }

// node adds a node; it may have no data and no subnodes.
func (n *ndb) node(nid, parent uint32, p part) {
	n.nodes = append(n.nodes, nodeEntry{nid, parent, p.data, p.sub})
}

// blockLeaf is the bytes of the i-th BBTENTRY.
func (n *ndb) blockLeaf(i int) btEntry {
	e := n.blocks[i]
	b := n.f.appendID(nil, e.bid)
	b = n.f.appendID(b, e.ib)
	return btEntry{e.bid, n.f.blockSizes(b, e)}
}

// nodeLeaf is the bytes of the i-th NBTENTRY.
func (n *ndb) nodeLeaf(i int) btEntry {
	e := n.nodes[i]
	b := n.f.appendID(nil, uint64(e.nid))
	b = n.f.appendID(b, e.data)
	b = n.f.appendID(b, e.sub)
	b = binary.LittleEndian.AppendUint32(b, e.parent)
	return btEntry{uint64(e.nid), n.f.appendPad(b)}
}

func (n *ndb) sortNodes() {
	slices.SortFunc(n.nodes, func(a, b nodeEntry) int { return cmp.Compare(a.nid, b.nid) })
}

// close writes the B-trees, the last section, the density list and the header.
func (n *ndb) close(lastNID [32]uint32) error {
	n.sortNodes()
	for i := 1; i < len(n.nodes); i++ {
		if n.nodes[i].nid == n.nodes[i-1].nid {
			return fmt.Errorf("node %#x was written twice", n.nodes[i].nid)
		}
	}
	return n.complete(lastNID)
}

// complete is close without a look at the nodes.
func (n *ndb) complete(lastNID [32]uint32) error {
	n.sortNodes()
	id, pad := n.f.idSize, n.f.entryPad
	nbt := n.btree(pageNBT, len(n.nodes), 3*id+4+pad, n.nodeLeaf)
	bbt := n.btree(pageBBT, len(n.blocks), 2*id+4+pad, n.blockLeaf)
	n.s.flush()
	n.s.freeMaps()
	dlist := n.dlist()
	h := n.f.header(&header{
		f: n.f, method: n.method, magic: n.magic, lastNID: lastNID, nbt: nbt, bbt: bbt,
		nextPage: n.nextPage + 1, nextBID: n.nextBlock() << 2,
		size: n.s.end(), lastAMap: n.s.base, free: n.s.free,
	})
	head := make([]byte, n.f.amapAt())
	copy(head, h)
	copy(head[dlistOffset:], dlist)
	n.s.writeAt(head, 0, "header")
	return n.s.err
}
