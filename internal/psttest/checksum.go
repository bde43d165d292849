package psttest

import "hash/crc32"

// checksum is the CRC of [MS-PST] 5.3: the reflected polynomial 0xEDB88320
// starting from zero and without the usual inversions.
func checksum(b []byte) uint32 { return ^crc32.Update(^uint32(0), crc32.IEEETable, b) }

// signature is wSig of a page or block at offset ib with id bid ([MS-PST] 5.5).
func signature(ib, bid uint64) uint16 {
	x := uint32(ib) ^ uint32(bid)
	return uint16(x>>16) ^ uint16(x)
}
