//go:build unix

package winetest

import (
	"bytes"
	"encoding/binary"
)

// Places in the library that forwarder makes: its one section is for the file and
// for memory at the same offset.
const (
	sectionAt   = 0x1000
	sectionSize = 0x200
)

// forwarder is a Windows library of 64 bits that has no code, only an exported
// name that leads to one of another library, "ADVAPI32.SystemFunction036"
// (Microsoft's PE Format, "Export Address Table").
func forwarder(library, name, to string) []byte {
	le := binary.LittleEndian
	file := make([]byte, sectionAt+sectionSize)
	copy(file, "MZ")
	le.PutUint32(file[0x3C:], 0x40) // where the header is

	var head bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&head, le, v) // a buffer takes everything
		}
	}
	put([]byte("PE\x00\x00"), uint16(0x8664), uint16(1), [3]uint32{}, uint16(0xF0), uint16(0x2022)) // x64, one section; a DLL
	put(uint16(0x20B), uint16(0), [3]uint32{}, uint32(0), uint32(sectionAt))                        // PE32+, no entry point
	put(uint64(0x180000000), uint32(0x1000), uint32(0x200))                                         // base, alignments
	put(uint16(6), uint16(0), uint32(0), uint16(6), uint16(0), uint32(0))                           // versions
	put(uint32(2*sectionAt), uint32(sectionAt), uint32(0), uint16(3), uint16(0x100))                // sizes, checksum, console
	put([4]uint64{1 << 20, 1 << 12, 1 << 20, 1 << 12}, uint32(0), uint32(16))                       // stack and heap, directories
	put(uint32(sectionAt), uint32(sectionSize), [15]uint64{})                                       // the first: exports
	put([]byte(".edata\x00\x00"), uint32(sectionSize), uint32(sectionAt), uint32(sectionSize), uint32(sectionAt))
	put([3]uint32{}, uint32(0x40000040)) // initialized data, readable
	copy(file[0x40:], head.Bytes())

	// The directory, the three tables of one entry each, and the texts.
	s := file[sectionAt:]
	const addresses, names, ordinals, texts = 0x28, 0x2C, 0x30, 0x34
	at := texts
	text := func(v string) uint32 {
		from := at
		at += copy(s[at:], v) + 1
		return sectionAt + uint32(from)
	}
	le.PutUint32(s[0x0C:], text(library))
	le.PutUint32(s[0x10:], 1) // the first ordinal
	le.PutUint32(s[0x14:], 1)
	le.PutUint32(s[0x18:], 1)
	le.PutUint32(s[0x1C:], sectionAt+addresses)
	le.PutUint32(s[0x20:], sectionAt+names)
	le.PutUint32(s[0x24:], sectionAt+ordinals)
	le.PutUint32(s[addresses:], text(to)) // within the directory: not code, but a name
	le.PutUint32(s[names:], text(name))
	return file
}
