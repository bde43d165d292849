package psttest

import (
	"bytes"
	"encoding/binary"
)

// header is what the first bytes of the file say ([MS-PST] 2.2.2.6).
type header struct {
	f        *format
	nextPage uint64     // bidNextP
	nextBID  uint64     // bidNextB
	lastNID  [32]uint32 // rgnid: the index last issued for each node type
	size     uint64     // ibFileEof
	lastAMap uint64
	free     uint64 // cbAMapFree
	nbt, bbt bref
	method   byte   // bCryptMethod
	magic    string // wMagicClient
}

// validAMap2 says that the allocation maps can be trusted ([MS-PST] 2.2.2.5).
const validAMap2 = 0x02

// unicodeHeader lays out HEADER with ROOT in the width of Unicode files.
func unicodeHeader(h *header) []byte {
	b := make([]byte, 564)
	le := binary.LittleEndian
	h.begin(b)
	le.PutUint64(b[32:], h.nextPage)
	le.PutUint32(b[40:], 1) // dwUnique
	for i, n := range h.lastNID {
		le.PutUint32(b[44+4*i:], n)
	}
	unicodeRoot(b[180:252], h)
	copy(b[256:], bytes.Repeat([]byte{deprecatedFF}, 256)) // rgbFM, rgbFP
	b[512] = 0x80                                          // bSentinel
	b[513] = h.method
	le.PutUint64(b[516:], h.nextBID)
	le.PutUint32(b[4:], checksum(b[8:8+471]))   // dwCRCPartial
	le.PutUint32(b[524:], checksum(b[8:8+516])) // dwCRCFull
	return b
}

// begin lays out what has the same place in both widths.
func (h *header) begin(b []byte) {
	copy(b, "!BDN")
	copy(b[8:], h.magic)
	binary.LittleEndian.PutUint16(b[10:], h.f.version)
	binary.LittleEndian.PutUint16(b[12:], h.f.client)
	b[14], b[15] = 1, 1 // bPlatformCreate, bPlatformAccess
}

// unicodeRoot lays out ROOT ([MS-PST] 2.2.2.5).
func unicodeRoot(b []byte, h *header) {
	le := binary.LittleEndian
	le.PutUint64(b[4:], h.size)
	le.PutUint64(b[12:], h.lastAMap)
	le.PutUint64(b[20:], h.free)
	putBREF(b[36:], h.nbt)
	putBREF(b[52:], h.bbt)
	b[68] = validAMap2
}
