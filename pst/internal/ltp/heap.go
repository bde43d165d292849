package ltp

import (
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// hid identifies an item of a heap ([MS-PST] 2.3.1.1).
type hid uint32

// Client signatures of heaps ([MS-PST] 2.3.1.2).
const (
	sigTC  = 0x7C
	sigBTH = 0xB5
	sigPC  = 0xBC
)

// heap is a heap-on-node ([MS-PST] 2.3.1).
type heap struct {
	node   *Node
	client byte // bClientSig
	root   hid  // hidUserRoot

	mu     sync.Mutex
	blocks map[int]*heapBlock
}

// heapBlock is a block of a heap with its page map ([MS-PST] 2.3.1.5).
type heapBlock struct {
	data   []byte
	allocs []byte // rgibAlloc
	count  int    // cAlloc
}

// cachedHeapBlocks bounds what a heap keeps in memory: 64 × 8 KiB.
const cachedHeapBlocks = 64

// openHeap reads HNHDR and checks the client signature.
func openHeap(n *Node, client byte) (*heap, error) {
	if n.Data.Blocks() == 0 {
		return nil, n.fault("HNHDR", "", "the node has no data")
	}
	h := &heap{node: n, blocks: make(map[int]*heapBlock)}
	b, err := h.block(0)
	if err != nil {
		return nil, err
	}
	if len(b.data) < 12 || b.data[2] != 0xEC {
		return nil, n.fault("HNHDR", "bSig", "this is no heap")
	}
	if h.client = b.data[3]; h.client != client {
		return nil, n.fault("HNHDR", "bClientSig", fmt.Sprintf("is 0x%02x, expected 0x%02x", h.client, client))
	}
	h.root = hid(binary.LittleEndian.Uint32(b.data[4:]))
	return h, nil
}

func (h *heap) block(i int) (*heapBlock, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if b := h.blocks[i]; b != nil {
		return b, nil
	}
	raw, err := h.node.Data.Block(i, nil)
	if err != nil {
		return nil, ndb.AtNode(err, h.node.NID)
	}
	b, err := h.parse(raw)
	if err != nil {
		return nil, err
	}
	if len(h.blocks) >= cachedHeapBlocks {
		clear(h.blocks)
	}
	h.blocks[i] = b
	return b, nil
}

// parse finds the HNPAGEMAP of a block ([MS-PST] 2.3.1.5); ibHnpm is the first
// field of HNHDR, HNPAGEHDR and HNBITMAPHDR alike.
func (h *heap) parse(raw []byte) (*heapBlock, error) {
	if len(raw) < 2 {
		return nil, h.node.fault("HNPAGEHDR", "", "the block is too short")
	}
	at := int(binary.LittleEndian.Uint16(raw))
	if at < 2 || at+4 > len(raw) {
		return nil, h.node.fault("HNPAGEHDR", "ibHnpm", fmt.Sprintf("%d lies outside the block of %d bytes", at, len(raw)))
	}
	n := int(binary.LittleEndian.Uint16(raw[at:]))
	if at+4+2*(n+1) > len(raw) {
		return nil, h.node.fault("HNPAGEMAP", "cAlloc", fmt.Sprintf("%d items do not fit the block of %d bytes", n, len(raw)))
	}
	return &heapBlock{data: raw[:at:at], allocs: raw[at+4:], count: n}, nil
}

// split takes a heap identifier apart. index counts from 1.
func (h *heap) split(id hid) (block, index int) {
	bits := h.node.File.HIDIndexBits()
	return int(id >> (5 + bits)), int(id>>5) & (1<<bits - 1)
}

// item gives the bytes of a heap item; they must not be changed.
func (h *heap) item(id hid) ([]byte, error) {
	if id == 0 {
		return nil, nil
	}
	block, index := h.split(id)
	bad := func(format string, args ...any) error {
		return h.node.fault("HID", fmt.Sprintf("0x%x", uint32(id)), fmt.Sprintf(format, args...))
	}
	if id&0x1F != 0 {
		return nil, bad("this is no heap identifier")
	}
	if block >= h.node.Data.Blocks() {
		return nil, bad("block %d of %d", block, h.node.Data.Blocks())
	}
	b, err := h.block(block)
	if err != nil {
		return nil, err
	}
	if index < 1 || index > b.count {
		return nil, bad("item %d of %d", index, b.count)
	}
	start := int(binary.LittleEndian.Uint16(b.allocs[2*index-2:]))
	end := int(binary.LittleEndian.Uint16(b.allocs[2*index:]))
	if start > end || end > len(b.data) {
		return nil, bad("bytes %d to %d of %d", start, end, len(b.data))
	}
	return b.data[start:end:end], nil
}
