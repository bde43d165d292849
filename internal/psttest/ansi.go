package psttest

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Format is a variant of the file.
type Format string

// Formats that can be written.
const (
	FormatUnicode Format = ""           // Outlook 2003 and later
	FormatANSI    Format = "ansi"       // Outlook 97 to 2002
	FormatWide    Format = "unicode-4k" // .ost files since Outlook 2013
)

// ansi is the format of Outlook 97 to 2002 ([MS-PST] 2.2, "ANSI").
func ansi(codePage int) (*format, error) {
	enc, ok := codePages[codePage]
	if !ok {
		return nil, fmt.Errorf("code page %d cannot be written", codePage)
	}
	return &format{
		version: 14, client: 19,
		idSize: 4, entryPad: 0,
		pageSize: 512, pageTail: 12, btEntries: 496,
		blockAlign: 64, blockMax: 8192, blockTail: 12,
		rowIndex: 2, mapPad: 4, hidBits: 11, encode8: enc,
		pageTrailer: ansiPageTrailer, blockTrailer: ansiBlockTrailer, header: ansiHeader,
	}, nil
}

// codePages are those that strings of ANSI files can be written in; 0 is 1252.
var codePages = map[int]encoding.Encoding{
	0: charmap.Windows1252, 1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252, 932: japanese.ShiftJIS,
}

func (o Options) format() (*format, error) {
	switch o.Format {
	case FormatUnicode:
		return unicode, nil
	case FormatANSI:
		return ansi(o.CodePage)
	case FormatWide:
		return wide, nil
	}
	return nil, fmt.Errorf("format %q cannot be written", o.Format)
}

// native is a property as the format stores it: ANSI files have no Unicode
// strings. What the code page lacks becomes "?".
func (f *format) native(t mapi.PropType, data []byte) (mapi.PropType, []byte) {
	if f.encode8 == nil || t != mapi.TypeString {
		return t, data
	}
	b, err := encoding.ReplaceUnsupported(f.encode8.NewEncoder()).Bytes([]byte(mapi.UTF16(data)))
	if err != nil {
		b = []byte("?")
	}
	return mapi.TypeString8, bytes.ReplaceAll(b, []byte{0x1A}, []byte("?"))
}

// nativeTag is the tag of a column as the format stores it.
func (f *format) nativeTag(tag mapi.Tag) mapi.Tag {
	t, _ := f.native(tag.Type(), nil)
	return mapi.MakeTag(tag.ID(), t)
}

// ansiPageTrailer fills a PAGETRAILER ([MS-PST] 2.2.2.7.1).
func ansiPageTrailer(t []byte, kind pageKind, sig uint16, crc uint32, bid uint64) {
	t[0], t[1] = byte(kind), byte(kind)
	binary.LittleEndian.PutUint16(t[2:], sig)
	binary.LittleEndian.PutUint32(t[4:], uint32(bid))
	binary.LittleEndian.PutUint32(t[8:], crc)
}

// ansiBlockTrailer fills a BLOCKTRAILER ([MS-PST] 2.2.2.8.1).
func ansiBlockTrailer(t []byte, cb, sig uint16, crc uint32, bid uint64) {
	binary.LittleEndian.PutUint16(t[0:], cb)
	binary.LittleEndian.PutUint16(t[2:], sig)
	binary.LittleEndian.PutUint32(t[4:], uint32(bid))
	binary.LittleEndian.PutUint32(t[8:], crc)
}

// ansiHeader lays out HEADER with ROOT in the width of ANSI files.
func ansiHeader(h *header) []byte {
	b := make([]byte, 512)
	le := binary.LittleEndian
	h.begin(b)
	le.PutUint32(b[24:], uint32(h.nextBID))
	le.PutUint32(b[28:], uint32(h.nextPage))
	le.PutUint32(b[32:], 1) // dwUnique
	for i, n := range h.lastNID {
		le.PutUint32(b[36+4*i:], n)
	}
	for i, v := range []uint64{h.size, h.lastAMap, h.free, 0, h.nbt.bid, h.nbt.ib, h.bbt.bid, h.bbt.ib} {
		le.PutUint32(b[168+4*i:], uint32(v)) // ROOT
	}
	b[200] = validAMap2
	copy(b[204:], bytes.Repeat([]byte{deprecatedFF}, 256)) // rgbFM, rgbFP
	b[460] = 0x80                                          // bSentinel
	b[461] = h.method
	le.PutUint32(b[4:], checksum(b[8:8+471])) // dwCRCPartial
	return b
}
