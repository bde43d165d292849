package ltp

import (
	"encoding/binary"
	"fmt"
	"iter"
)

// bth is a BTree-on-heap ([MS-PST] 2.3.2).
type bth struct {
	heap    *heap
	keySize int
	entSize int
	levels  int
	root    hid
}

// maxBTHLevel is far more than any heap can fill: each level multiplies by at
// least 150.
const maxBTHLevel = 8

// openBTH reads a BTHHEADER ([MS-PST] 2.3.2.1).
func openBTH(h *heap, id hid, keySize int, entSizes ...int) (*bth, error) {
	b, err := h.item(id)
	if err != nil {
		return nil, err
	}
	if len(b) < 8 || b[0] != sigBTH {
		return nil, h.node.fault("BTHHEADER", "bType", "this is no BTree-on-heap")
	}
	t := &bth{heap: h, keySize: int(b[1]), entSize: int(b[2]), levels: int(b[3]), root: hid(binary.LittleEndian.Uint32(b[4:]))}
	if t.keySize != keySize {
		return nil, h.node.fault("BTHHEADER", "cbKey", fmt.Sprintf("is %d, expected %d", t.keySize, keySize))
	}
	ok := false
	for _, s := range entSizes {
		ok = ok || s == t.entSize
	}
	if !ok {
		return nil, h.node.fault("BTHHEADER", "cbEnt", fmt.Sprintf("is %d, expected %v", t.entSize, entSizes))
	}
	if t.levels > maxBTHLevel {
		return nil, h.node.fault("BTHHEADER", "bIdxLevels", fmt.Sprintf("%d levels", t.levels))
	}
	return t, nil
}

// most is how many records a tree of one level has; of a deeper one, which is
// rare where it is asked for, nothing is known.
func (t *bth) most() int {
	if t.levels > 0 {
		return 0
	}
	b, err := t.heap.item(t.root)
	if err != nil {
		return 0
	}
	return len(b) / (t.keySize + t.entSize)
}

// records yields the leaf records, key and data together, in order. A heap item
// that cannot be read yields one error, and the walk goes on behind it.
func (t *bth) records() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		if t.root != 0 {
			w := bthWalk{bth: t, seen: map[hid]bool{}, room: t.heap.node.Data.Size(), yield: yield}
			w.walk(t.root, t.levels)
		}
	}
}

// bthWalk visits each heap item once, and no more bytes of items than the heap
// has: in a hostile one all items can be the same bytes.
type bthWalk struct {
	*bth
	seen  map[hid]bool
	room  int64
	yield func([]byte, error) bool
}

func (t *bthWalk) walk(id hid, level int) bool {
	if t.seen[id] {
		return t.yield(nil, t.heap.node.fault("BTH", "hidNextLevel", fmt.Sprintf("item 0x%x is listed twice", uint32(id))))
	}
	t.seen[id] = true
	b, err := t.heap.item(id)
	if err != nil {
		return t.yield(nil, err)
	}
	if t.room -= int64(len(b)); t.room < 0 {
		t.yield(nil, t.heap.node.fault("BTH", "", "the items together are larger than the heap"))
		return false
	}
	size := t.keySize + t.entSize
	if level > 0 {
		size = t.keySize + 4
	}
	for ; len(b) >= size; b = b[size:] {
		if level > 0 {
			if !t.walk(hid(binary.LittleEndian.Uint32(b[t.keySize:])), level-1) {
				return false
			}
		} else if !t.yield(b[:size], nil) {
			return false
		}
	}
	return true
}
