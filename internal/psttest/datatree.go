package psttest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// blockType is btype of the blocks of structure ([MS-PST] 2.2.2.8.3).
const (
	typeXBlock  = 0x01 // data tree, cLevel 1 for XBLOCK and 2 for XXBLOCK
	typeSLBlock = 0x02 // subnode tree, cLevel 0 for SLBLOCK and 1 for SIBLOCK
)

// tree joins the leaf blocks of a data tree and returns what a node refers to:
// nothing, the only leaf, an XBLOCK or an XXBLOCK ([MS-PST] 2.2.2.8.3.2).
func (n *ndb) tree(leaves []uint64) (uint64, error) {
	switch len(leaves) {
	case 0:
		return 0, nil
	case 1:
		return leaves[0], nil
	}
	perBlock := (n.f.blockData() - 8) / n.f.idSize
	var xblocks []uint64
	var total uint64
	for part := range slices.Chunk(leaves, perBlock) {
		var size uint64
		for _, bid := range part {
			size += n.size(bid)
		}
		total += size
		xblocks = append(xblocks, n.xblock(1, part, size))
	}
	if total > math.MaxUint32 || len(xblocks) > perBlock {
		return 0, fmt.Errorf("%d bytes are too many for one data tree", total)
	}
	if len(xblocks) == 1 {
		return xblocks[0], nil
	}
	return n.xblock(2, xblocks, total), nil
}

// xblock writes one XBLOCK or XXBLOCK.
func (n *ndb) xblock(level byte, bids []uint64, total uint64) uint64 {
	b := []byte{typeXBlock, level}
	b = binary.LittleEndian.AppendUint16(b, uint16(len(bids)))
	b = binary.LittleEndian.AppendUint32(b, uint32(total))
	for _, bid := range bids {
		b = n.f.appendID(b, bid)
	}
	return n.internal(b)
}

// stream writes all of r as a data tree, one block in memory at a time, and
// returns its id and its length in bytes.
func (n *ndb) stream(r io.Reader) (bid uint64, size int64, err error) {
	buf := make([]byte, n.f.blockData())
	var leaves []uint64
	for {
		k, err := io.ReadFull(r, buf)
		if k > 0 {
			leaves = append(leaves, n.block(buf[:k]))
			size += int64(k)
		}
		if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return 0, size, fmt.Errorf("data after %d bytes: %w", size, err)
		}
	}
	bid, err = n.tree(leaves)
	return bid, size, err
}
