package psttest

import "encoding/binary"

const bthType = 0xB5

// bth writes a BTree-on-heap over records that are in ascending order of their
// keys, and returns the id of its BTHHEADER ([MS-PST] 2.3.2).
func (h *heap) bth(keySize, dataSize int, records []byte) (hid, error) {
	size := keySize + dataSize
	levels := 0
	for len(records) > maxHeapItem/size*size {
		upper, err := h.bthLevel(records, size, keySize)
		if err != nil {
			return 0, err
		}
		records, size, levels = upper, keySize+4, levels+1
	}
	root, err := h.alloc(records)
	if err != nil {
		return 0, err
	}
	b := []byte{bthType, byte(keySize), byte(dataSize), byte(levels)}
	return h.alloc(binary.LittleEndian.AppendUint32(b, uint32(root)))
}

// bthSizes are the sizes of the heap items that bth makes for n records.
func bthSizes(keySize, dataSize, n int) (sizes []int) {
	size := keySize + dataSize
	for n > maxHeapItem/size {
		per, items := maxHeapItem/size, 0
		for left := n; left > 0; left -= per {
			sizes = append(sizes, min(per, left)*size)
			items++
		}
		n, size = items, keySize+4
	}
	return append(sizes, n*size, 8)
}

// bthLevel stores records in heap items and returns the index records above
// them: the first key of each item and its id ([MS-PST] 2.3.2.2).
func (h *heap) bthLevel(records []byte, size, keySize int) ([]byte, error) {
	var upper []byte
	per := maxHeapItem / size * size
	for len(records) > 0 {
		part := records[:min(per, len(records))]
		records = records[len(part):]
		id, err := h.alloc(part)
		if err != nil {
			return nil, err
		}
		upper = append(upper, part[:keySize]...)
		upper = binary.LittleEndian.AppendUint32(upper, uint32(id))
	}
	return upper, nil
}
