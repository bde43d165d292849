package ndb

import "encoding/binary"

// layout is what differs between the formats of data files: sizes and offsets
// of on-disk structures. It is chosen once, when a file is opened, so that no
// reading function asks for the format.
type layout struct {
	name string // as in "inspect --json"

	// HEADER and ROOT ([MS-PST] 2.2.2.5, 2.2.2.6).
	headerSize  int
	crcFull     int // offset of dwCRCFull, 0 when the format has none
	ibFileEOF   int
	brefNBT     int
	brefBBT     int
	fAMapValid  int
	cryptMethod int

	// BTPAGE ([MS-PST] 2.2.2.7.7.1).
	pageSize    int
	pageEntries int // bytes of rgentries
	cEnt        int // offset of cEnt, cEntMax, cbEnt, cLevel
	wideCount   bool
	pageTrailer int

	// Entries ([MS-PST] 2.2.2.7.7.2 to 2.2.2.7.7.4).
	btEntry  int
	nbtEntry int
	bbtEntry int

	// Blocks ([MS-PST] 2.2.2.8).
	idSize       int // bytes of a BID, IB or BREF half
	blockAlign   int
	blockTrailer int
	maxData      int // data bytes of a full block

	// SLBLOCK and SIBLOCK ([MS-PST] 2.2.2.8.3.3).
	subHeader int
	slEntry   int
	siEntry   int

	// compressed tells that BBTENTRY has the inflated size after cb, and that a
	// block where the two differ is a zlib stream (RFC 1950).
	compressed bool

	// Heap-on-node ([MS-PST] 2.3.1.1): bits of hidIndex.
	hidIndexBits uint
}

// unicodeLayout is the format of Outlook 2003 and later (wVer 23).
var unicodeLayout = layout{
	name:       "unicode",
	headerSize: 564, crcFull: 524, ibFileEOF: 184, brefNBT: 216, brefBBT: 232, fAMapValid: 248, cryptMethod: 513,
	pageSize: 512, pageEntries: 488, cEnt: 488, pageTrailer: 16,
	btEntry: 24, nbtEntry: 32, bbtEntry: 24,
	idSize: 8, blockAlign: 64, blockTrailer: 16, maxData: 8176,
	subHeader: 8, slEntry: 24, siEntry: 16,
	hidIndexBits: 11,
}

// ansiLayout is the format of Outlook 97 to 2002 (wVer 14 and 15).
var ansiLayout = layout{
	name:       "ansi",
	headerSize: 512, ibFileEOF: 168, brefNBT: 184, brefBBT: 192, fAMapValid: 200, cryptMethod: 461,
	pageSize: 512, pageEntries: 496, cEnt: 496, pageTrailer: 12,
	btEntry: 12, nbtEntry: 16, bbtEntry: 12,
	idSize: 4, blockAlign: 64, blockTrailer: 12, maxData: 8180,
	subHeader: 4, slEntry: 12, siEntry: 8,
	hidIndexBits: 11,
}

// wideLayout is the format of .ost files since Outlook 2013 (wVer 36). [MS-PST]
// does not describe it: pages of 4 KiB, blocks of up to 64 KiB that may be
// compressed, wider heap indexes.
var wideLayout = layout{
	name:       "unicode-4k",
	headerSize: 564, crcFull: 524, ibFileEOF: 184, brefNBT: 216, brefBBT: 232, fAMapValid: 248, cryptMethod: 513,
	pageSize: 4096, pageEntries: 4056, cEnt: 4056, wideCount: true, pageTrailer: 24,
	btEntry: 24, nbtEntry: 32, bbtEntry: 24,
	idSize: 8, blockAlign: 512, blockTrailer: 24, maxData: 65512,
	subHeader: 8, slEntry: 24, siEntry: 16,
	hidIndexBits: 14, compressed: true,
}

// id reads a BID, IB or the like of the format's width.
func (l *layout) id(b []byte) uint64 {
	if l.idSize == 4 {
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return binary.LittleEndian.Uint64(b)
}

// pageHead reads the counts of a BTPAGE.
func (l *layout) pageHead(p []byte) (entries, entrySize int, level uint8) {
	h := p[l.cEnt:]
	if l.wideCount {
		return int(binary.LittleEndian.Uint16(h)), int(h[4]), h[5]
	}
	return int(h[0]), int(h[2]), h[3]
}

// trailer is what BLOCKTRAILER and PAGETRAILER have in common ([MS-PST] 2.2.2.7.1, 2.2.2.8.1).
type trailer struct {
	head uint16 // cb of a block; ptype and ptypeRepeat of a page
	sig  uint16
	crc  uint32
	bid  BID
}

func (l *layout) trailer(b []byte) trailer {
	t := trailer{head: binary.LittleEndian.Uint16(b), sig: binary.LittleEndian.Uint16(b[2:])}
	if l.idSize == 4 {
		t.bid, t.crc = BID(binary.LittleEndian.Uint32(b[4:])), binary.LittleEndian.Uint32(b[8:])
		return t
	}
	t.crc, t.bid = binary.LittleEndian.Uint32(b[4:]), BID(binary.LittleEndian.Uint64(b[8:]))
	return t
}
