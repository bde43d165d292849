package psttest

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
)

// wide is the format of .ost files since Outlook 2013. [MS-PST] does not have
// it; these are the sizes seen in such files.
var wide = &format{
	version: 36, client: 23,
	idSize: 8, entryPad: 4,
	pageSize: 4096, pageTail: 24, btEntries: 4056,
	blockAlign: 512, blockMax: 65536, blockTail: 24,
	rowIndex: 4, hidBits: 14, wide: true,
	pageTrailer:  widePageTrailer,
	blockTrailer: unicodeBlockTrailer,
	header:       unicodeHeader,
}

// widePageTrailer is that of Unicode files and eight bytes more, of which one is set.
func widePageTrailer(t []byte, kind pageKind, sig uint16, crc uint32, bid uint64) {
	unicodePageTrailer(t, kind, sig, crc, bid)
	t[16] = 1
}

// inflatedSize is what the trailer of a block has behind that of Unicode files.
func (f *format) inflatedSize(t []byte, size int) {
	if f.wide {
		t[16] = 2
		binary.LittleEndian.PutUint16(t[18:], uint16(size))
	}
}

// pageMeta fills the counts of a BTPAGE ([MS-PST] 2.2.2.7.7.1).
func (f *format) pageMeta(b []byte, count, most, size, level int) {
	if !f.wide {
		b[0], b[1], b[2], b[3] = byte(count), byte(most), byte(size), byte(level)
		return
	}
	binary.LittleEndian.PutUint16(b, uint16(count))
	binary.LittleEndian.PutUint16(b[2:], uint16(most))
	b[4], b[5] = byte(size), byte(level)
}

// blockSizes are the fields of BBTENTRY behind BREF ([MS-PST] 2.2.2.7.7.3).
func (f *format) blockSizes(b []byte, e blockEntry) []byte {
	b = binary.LittleEndian.AppendUint16(b, e.cb)
	if !f.wide {
		return f.appendPad(binary.LittleEndian.AppendUint16(b, e.refs))
	}
	b = binary.LittleEndian.AppendUint16(b, e.inflated)
	b = binary.LittleEndian.AppendUint16(b, e.refs)
	return append(b, 0, 0)
}

// packed is the data as a block holds it: compressed (RFC 1950) where the format
// has that and the block takes less of the file for it. Blocks of structure are
// no exception: an SLBLOCK of 536 bytes is seen compressed in a real file.
func (f *format) packed(data []byte) ([]byte, error) {
	if !f.wide || f.padded(len(data)) == f.blockAlign {
		return data, nil
	}
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if f.padded(b.Len()) >= f.padded(len(data)) {
		return data, nil
	}
	return b.Bytes(), nil
}

// padded is how many bytes of the file a block of size bytes takes.
func (f *format) padded(size int) int { return roundUp(size+f.blockTail, f.blockAlign) }

// amapAt is the offset of the first allocation map. Pages are aligned to their
// own size.
func (f *format) amapAt() uint64 { return uint64(roundUp(amapOffset, f.pageSize)) }
