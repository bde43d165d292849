package psttest

import (
	"encoding/binary"
	"fmt"
)

// Client signatures of a heap ([MS-PST] 2.3.1.2, bClientSig).
const (
	heapTable = 0x7C
	heapProps = 0xBC
)

const (
	heapSig     = 0xEC // bSig
	maxHeapItem = 3580 // larger values go to a subnode ([MS-PST] 2.3.3.3)
)

// hid is the id of a heap item: 27 bits of index and block, 11 of them index in
// most formats ([MS-PST] 2.3.1.1).
type hid uint32

// heap writes a heap-on-node ([MS-PST] 2.3.1). A block that is full goes to the
// file at once, except those whose head tells the fill levels of later blocks.
type heap struct {
	n       *ndb
	client  byte
	leaves  []uint64       // by block; 0 while pending
	pending map[int][]byte // blocks that wait for their fill levels
	fill    []byte         // fill level by block
	cur     []byte
	offsets []uint16 // rgibAlloc of the current block
}

func newHeap(n *ndb, client byte) *heap {
	h := &heap{n: n, client: client, pending: map[int][]byte{}}
	h.begin()
	return h
}

// holdsFillLevels tells whether block i starts with fill levels: the first one
// (HNHDR, for 8 blocks), the ninth and every 128th after it (HNBITMAPHDR).
func holdsFillLevels(i int) bool { return i == 0 || i >= 8 && (i-8)%128 == 0 }

// headSize is the number of bytes before the items of block i ([MS-PST] 2.3.1.2
// to 2.3.1.4).
func headSize(i int) int {
	switch {
	case i == 0:
		return 12 // HNHDR
	case holdsFillLevels(i):
		return 66 // HNBITMAPHDR
	default:
		return 2 // HNPAGEHDR
	}
}

// begin starts a block with the room for its head.
func (h *heap) begin() {
	size := headSize(len(h.leaves))
	h.cur = make([]byte, size, h.n.f.blockData())
	h.offsets = append(h.offsets[:0], uint16(size))
	h.leaves = append(h.leaves, 0)
}

// fits tells whether a block has room for its page map when so many bytes are
// used by so many items.
func (h *heap) fits(used, items int) bool {
	return used+h.mapSize(used, items) <= h.n.f.blockData() && items < 1<<h.n.f.hidBits
}

// length is the number of bytes that the heap will have once items of the given
// sizes have been added.
func (h *heap) length(sizes []int) int64 {
	block, used, items := len(h.leaves)-1, len(h.cur), len(h.offsets)-1
	for _, size := range sizes {
		if size > 0 && !h.fits(used+size, items+1) {
			block++
			used, items = headSize(block), 0
		}
		if size > 0 {
			used, items = used+size, items+1
		}
	}
	return int64(block)*int64(h.n.f.blockData()) + int64(used+h.mapSize(used, items))
}

// mapSize is the number of bytes of HNPAGEMAP for so many items, with the
// padding in front of it ([MS-PST] 2.3.1.5).
func (h *heap) mapSize(used, items int) int { return used%2 + 4 + 2*(items+1) }

// alloc stores one item. An empty item needs none and has id 0.
func (h *heap) alloc(item []byte) (hid, error) {
	if len(item) == 0 {
		return 0, nil
	}
	if len(item) > maxHeapItem {
		return 0, fmt.Errorf("heap item of %d bytes is larger than %d", len(item), maxHeapItem)
	}
	if !h.fits(len(h.cur)+len(item), len(h.offsets)) {
		if err := h.seal(true); err != nil {
			return 0, err
		}
		h.begin()
	}
	h.cur = append(h.cur, item...)
	h.offsets = append(h.offsets, uint16(len(h.cur)))
	return hid(uint32(len(h.leaves)-1)<<(5+h.n.f.hidBits) | uint32(len(h.offsets)-1)<<5), nil
}

// seal ends the current block with its page map. Blocks that others follow are
// padded, since only the last block of a data tree may be short.
func (h *heap) seal(more bool) error {
	i := len(h.leaves) - 1
	if most := 1<<(27-h.n.f.hidBits) - 1; i >= most {
		return fmt.Errorf("heap has more than %d blocks", most)
	}
	used := len(h.cur)
	size := used + h.mapSize(used, len(h.offsets)-1)
	h.fill = append(h.fill, fillLevel(h.n.f.blockData()-size))
	b := append(h.cur, make([]byte, used%2)...)
	binary.LittleEndian.PutUint16(b, uint16(len(b))) // ibHnpm
	b = binary.LittleEndian.AppendUint16(b, uint16(len(h.offsets)-1))
	b = binary.LittleEndian.AppendUint16(b, 0) // cFree
	for _, o := range h.offsets {
		b = binary.LittleEndian.AppendUint16(b, o)
	}
	if more {
		b = append(b, make([]byte, h.n.f.blockData()-len(b))...)
	}
	if holdsFillLevels(i) {
		h.pending[i] = b
		return nil
	}
	h.leaves[i] = h.n.block(b)
	return nil
}

// finish writes what is left and returns the data tree of the heap, whose user
// starts at root.
func (h *heap) finish(root hid) (uint64, error) {
	if err := h.seal(false); err != nil {
		return 0, err
	}
	for i := range h.leaves {
		b, ok := h.pending[i]
		if !ok {
			continue
		}
		if i == 0 {
			b[2], b[3] = heapSig, h.client
			binary.LittleEndian.PutUint32(b[4:], uint32(root))
			h.fillLevels(b[8:12], 0)
		} else {
			h.fillLevels(b[2:66], i)
		}
		h.leaves[i] = h.n.block(b)
	}
	return h.n.tree(h.leaves)
}

// fillLevels packs the fill levels from block first on, two in a byte, the
// lower block in the lower half ([MS-PST] 2.3.1.2, rgbFillLevel).
func (h *heap) fillLevels(b []byte, first int) {
	for i := range 2 * len(b) {
		if first+i < len(h.fill) {
			b[i/2] |= h.fill[first+i] << (4 * (i % 2))
		}
	}
}

// fillSteps are the free bytes from which each level below "full" applies
// ([MS-PST] 2.3.1.2).
var fillSteps = [15]int{3584, 2560, 2048, 1792, 1536, 1280, 1024, 768, 512, 256, 128, 64, 32, 16, 8}

// fillLevel is 0 for an empty block and 15 for a full one.
func fillLevel(free int) byte {
	for level, least := range fillSteps {
		if free >= least {
			return byte(level)
		}
	}
	return byte(len(fillSteps))
}
