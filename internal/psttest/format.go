package psttest

import (
	"encoding/binary"

	"golang.org/x/text/encoding"
)

// format is what differs between the variants of the file: widths, sizes and
// the order of fields in the records that carry checksums. Everything else is
// written with these numbers and knows of no variant.
type format struct {
	version    uint16 // wVer of the header ([MS-PST] 2.2.2.6)
	client     uint16 // wVerClient
	idSize     int    // bytes of a BID, an IB and a B-tree key
	entryPad   int    // bytes that fill a leaf entry or SLBLOCK head up to idSize alignment
	pageSize   int
	pageTail   int // bytes of PAGETRAILER
	btEntries  int // bytes of rgentries in a BTPAGE
	blockAlign int
	blockMax   int  // largest block with its trailer
	blockTail  int  // bytes of BLOCKTRAILER
	rowIndex   int  // bytes of dwRowIndex in TCROWID ([MS-PST] 2.3.4.3.1)
	mapPad     int  // bytes before the bits of an allocation map
	hidBits    uint // bits of hidIndex in a HID ([MS-PST] 2.3.1.1)

	// wide is the format of .ost files since Outlook 2013: counts of pages have
	// 16 bits, and blocks may be compressed, for which BBTENTRY has two sizes.
	wide bool

	// encode8 is the encoding of strings, nil where they are UTF-16.
	encode8 encoding.Encoding

	pageTrailer  func(tail []byte, kind pageKind, sig uint16, crc uint32, bid uint64)
	blockTrailer func(tail []byte, cb, sig uint16, crc uint32, bid uint64)
	header       func(h *header) []byte
}

// unicode is the format of Outlook 2003 and later ([MS-PST] 2.2, "Unicode").
var unicode = &format{
	version: 23, client: 19,
	idSize: 8, entryPad: 4,
	pageSize: 512, pageTail: 16, btEntries: 488,
	blockAlign: 64, blockMax: 8192, blockTail: 16,
	rowIndex: 4, hidBits: 11,
	pageTrailer:  unicodePageTrailer,
	blockTrailer: unicodeBlockTrailer,
	header:       unicodeHeader,
}

// blockData is the number of data bytes that fit in one block.
func (f *format) blockData() int { return f.blockMax - f.blockTail }

// appendID appends a BID, IB or B-tree key in the width of the format.
func (f *format) appendID(b []byte, v uint64) []byte {
	return binary.LittleEndian.AppendUint64(b, v)[:len(b)+f.idSize]
}

// appendPad appends the padding of a leaf entry.
func (f *format) appendPad(b []byte) []byte { return append(b, make([]byte, f.entryPad)...) }

// unicodePageTrailer fills a PAGETRAILER ([MS-PST] 2.2.2.7.1).
func unicodePageTrailer(t []byte, kind pageKind, sig uint16, crc uint32, bid uint64) {
	t[0], t[1] = byte(kind), byte(kind)
	binary.LittleEndian.PutUint16(t[2:], sig)
	binary.LittleEndian.PutUint32(t[4:], crc)
	binary.LittleEndian.PutUint64(t[8:], bid)
}

// unicodeBlockTrailer fills a BLOCKTRAILER ([MS-PST] 2.2.2.8.1).
func unicodeBlockTrailer(t []byte, cb, sig uint16, crc uint32, bid uint64) {
	binary.LittleEndian.PutUint16(t[0:], cb)
	binary.LittleEndian.PutUint16(t[2:], sig)
	binary.LittleEndian.PutUint32(t[4:], crc)
	binary.LittleEndian.PutUint64(t[8:], bid)
}
