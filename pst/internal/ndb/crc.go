package ndb

import "hash/crc32"

// CRC is the checksum of headers, pages and blocks ([MS-PST] 5.3): the
// polynomial of IEEE 802.3, reflected, starting at 0 and without the final
// inversion, both of which hash/crc32 has.
func CRC(b []byte) uint32 { return ^crc32.Update(^uint32(0), crc32.IEEETable, b) }

// Signature is the wSig of pages and blocks ([MS-PST] 5.5).
func Signature(ib int64, bid BID) uint16 {
	v := uint32(ib) ^ uint32(bid)
	return uint16(v>>16) ^ uint16(v)
}
