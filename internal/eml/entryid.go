package eml

import "encoding/binary"

// flatEntries splits a FlatEntryList ([MS-OXCDATA] 2.3.3). Entries that can be
// located are returned even when complete is false.
func flatEntries(b []byte) (out [][]byte, complete bool) {
	if len(b) < 8 {
		return nil, len(b) == 0
	}
	n := binary.LittleEndian.Uint32(b)
	b = b[8:]
	for range n {
		if len(b) < 4 {
			return out, false
		}
		size := uint64(binary.LittleEndian.Uint32(b))
		b = b[4:]
		if size > uint64(len(b)) {
			return out, false
		}
		out = append(out, b[:size:size])
		b = b[min((size+3)&^3, uint64(len(b))):]
	}
	return out, true
}
