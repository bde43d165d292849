// Package cfbtest makes compound files ([MS-CFB]) for tests.
package cfbtest

import (
	"encoding/binary"
	"maps"
	"slices"
	"unicode/utf16"
)

const (
	sector   = 512
	mini     = 64
	cutoff   = 4096
	endChain = 0xFFFFFFFE
	fatMark  = 0xFFFFFFFD
	free     = 0xFFFFFFFF
)

// file is a compound file in the making.
type file struct {
	sectors []byte
	fat     []uint32
	mini    []byte
	miniFAT []uint32
}

// put appends data as a chain of sectors and tells where it starts.
func (f *file) put(data []byte) uint32 {
	if len(data) == 0 {
		return endChain
	}
	start := len(f.fat)
	for i := 0; i < len(data); i += sector {
		f.sectors = append(f.sectors, data[i:min(i+sector, len(data))]...)
		f.sectors = append(f.sectors, make([]byte, -len(f.sectors)&(sector-1))...)
		f.fat = append(f.fat, uint32(len(f.fat)+1))
	}
	f.fat[len(f.fat)-1] = endChain
	return uint32(start)
}

// putMini is put for the small sectors.
func (f *file) putMini(data []byte) uint32 {
	start := len(f.miniFAT)
	for i := 0; i < len(data); i += mini {
		f.mini = append(f.mini, data[i:min(i+mini, len(data))]...)
		f.mini = append(f.mini, make([]byte, -len(f.mini)&(mini-1))...)
		f.miniFAT = append(f.miniFAT, uint32(len(f.miniFAT)+1))
	}
	if len(data) > 0 {
		f.miniFAT[len(f.miniFAT)-1] = endChain
	}
	return uint32(start)
}

// Build makes a compound file of the given class with streams in its root. The
// streams hang in one line to the right, which is a valid tree if not a
// balanced one. The whole must be smaller than some 6 MB.
func Build(class [16]byte, streams map[string][]byte) []byte {
	f := &file{}
	names := slices.SortedFunc(maps.Keys(streams), func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b) // [MS-CFB] 2.6.4
		}
		return slices.Compare([]byte(a), []byte(b))
	})
	var dir []byte
	for i, name := range names {
		data := streams[name]
		start := uint32(0)
		if len(data) >= cutoff {
			start = f.put(data)
		} else {
			start = f.putMini(data)
		}
		right := uint32(free)
		if i+1 < len(names) {
			right = uint32(i + 2)
		}
		dir = append(dir, dirEntry(name, 2, right, free, start, len(data), [16]byte{})...)
	}
	child := uint32(free)
	if len(names) > 0 {
		child = 1
	}
	root := dirEntry("Root Entry", 5, free, child, f.put(f.mini), len(f.mini), class)
	return f.finish(append(root, dir...))
}

// finish adds directory and tables and puts the header before all.
func (f *file) finish(dir []byte) []byte {
	miniFAT := f.put(words(f.miniFAT))
	dirStart := f.put(dir)
	h := make([]byte, sector)
	copy(h, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	for at, v := range map[int]uint16{24: 0x3E, 26: 3, 28: 0xFFFE, 30: 9, 32: 6} {
		binary.LittleEndian.PutUint16(h[at:], v)
	}
	n := 1
	for (len(f.fat)+n)*4 > n*sector {
		n++
	}
	for i := range 109 {
		v := uint32(free)
		if i < n {
			v = uint32(len(f.fat))
			f.fat = append(f.fat, fatMark)
		}
		binary.LittleEndian.PutUint32(h[76+4*i:], v)
	}
	f.sectors = append(f.sectors, words(f.fat)...)
	for at, v := range map[int]uint32{44: uint32(n), 48: dirStart, 56: cutoff, 60: miniFAT,
		64: uint32((len(f.miniFAT)*4 + sector - 1) / sector), 68: endChain} {
		binary.LittleEndian.PutUint32(h[at:], v)
	}
	return append(h, f.sectors...)
}

// words is a table, filled up with free entries.
func words(list []uint32) []byte {
	var b []byte
	for _, n := range list {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	for len(b)%sector != 0 {
		b = append(b, 0xFF)
	}
	return b
}

func dirEntry(name string, kind byte, right, child, start uint32, size int, class [16]byte) []byte {
	b := make([]byte, 128)
	u := utf16.Encode([]rune(name))
	for i, c := range u {
		binary.LittleEndian.PutUint16(b[2*i:], c)
	}
	binary.LittleEndian.PutUint16(b[64:], uint16(2*len(u)+2))
	b[66], b[67] = kind, 1
	binary.LittleEndian.PutUint32(b[68:], free)
	binary.LittleEndian.PutUint32(b[72:], right)
	binary.LittleEndian.PutUint32(b[76:], child)
	copy(b[80:], class[:])
	binary.LittleEndian.PutUint32(b[116:], start)
	binary.LittleEndian.PutUint64(b[120:], uint64(size))
	return b
}
