package cfb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// ErrFormat says that bytes are no compound file that can be read.
var ErrFormat = errors.New("not a compound file")

const (
	signature  = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
	headerSize = 512
	entrySize  = 128
	miniSector = 64
	inHeader   = 109 // sectors of the FAT that the header lists

	maxRegular = 0xFFFFFFFA // the highest number of a sector ([MS-CFB] 2.1)

	typeStream = 2
	typeRoot   = 5
)

// File is a compound file.
type File struct {
	data      []byte
	size      int // of a sector
	cutoff    uint64
	fat, mini []uint32
	miniData  []byte
	entries   []entry
	clsid     [16]byte
}

// entry is a directory entry ([MS-CFB] 2.6.1).
type entry struct {
	name               string
	kind               byte
	left, right, child uint32
	start              uint32
	size               uint64
}

// Is tells whether bytes begin like a compound file.
func Is(b []byte) bool { return strings.HasPrefix(string(b[:min(len(b), 8)]), signature) }

// Open reads header, allocation tables and directory. The error wraps
// [ErrFormat]. b must not be changed while the file is used.
func Open(b []byte) (*File, error) {
	if len(b) < headerSize || !Is(b) {
		return nil, fmt.Errorf("%w: no signature", ErrFormat)
	}
	shift := binary.LittleEndian.Uint16(b[30:])
	if shift != 9 && shift != 12 {
		return nil, fmt.Errorf("%w: sectors of 2^%d bytes", ErrFormat, shift)
	}
	f := &File{data: b, size: 1 << shift, cutoff: uint64(binary.LittleEndian.Uint32(b[56:]))}
	f.fat = f.numbers(f.fatSectors())
	f.entries = parseEntries(f.chain(binary.LittleEndian.Uint32(b[48:])))
	if len(f.entries) == 0 || f.entries[0].kind != typeRoot {
		return nil, fmt.Errorf("%w: no root entry", ErrFormat)
	}
	f.mini = numbers(f.chain(binary.LittleEndian.Uint32(b[60:])))
	root := f.entries[0]
	f.miniData = clip(f.chain(root.start), root.size)
	copy(f.clsid[:], f.chain(binary.LittleEndian.Uint32(b[48:]))[80:96])
	return f, nil
}

// sector is a sector of the file, cut off where the file ends; nil beyond it.
func (f *File) sector(n uint32) []byte {
	at := (uint64(n) + 1) * uint64(f.size)
	if n > maxRegular || at >= uint64(len(f.data)) {
		return nil
	}
	return f.data[at:min(at+uint64(f.size), uint64(len(f.data)))]
}

// fatSectors are the sectors of the FAT: those in the header, then those in the
// sectors of the double-indirect table ([MS-CFB] 2.5).
func (f *File) fatSectors() []uint32 {
	out := numbers(f.data[76 : 76+4*inHeader])
	next := binary.LittleEndian.Uint32(f.data[68:])
	for range len(f.data) / f.size {
		s := f.sector(next)
		if len(s) < f.size {
			break
		}
		out = append(out, numbers(s[:f.size-4])...)
		next = binary.LittleEndian.Uint32(s[f.size-4:])
	}
	return out
}

// numbers joins sectors of numbers. No more are read than the file can have.
func (f *File) numbers(sectors []uint32) []uint32 {
	var out []uint32
	most := len(f.data)/f.size + f.size/4
	for _, n := range sectors {
		if n <= maxRegular && len(out) < most {
			out = append(out, numbers(f.sector(n))...)
		}
	}
	return out
}

func numbers(b []byte) []uint32 {
	out := make([]uint32, len(b)/4)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return out
}

// chain joins the sectors of a chain in the FAT, as far as it leads.
func (f *File) chain(n uint32) []byte {
	var out []byte
	for range len(f.data) / f.size {
		s := f.sector(n)
		if s == nil {
			break
		}
		out = append(out, s...)
		if uint64(n) >= uint64(len(f.fat)) {
			break
		}
		n = f.fat[n]
	}
	return out
}

// miniChain is chain for the small sectors inside the root's stream.
func (f *File) miniChain(n uint32) []byte {
	var out []byte
	for range len(f.miniData)/miniSector + 1 {
		at := uint64(n) * miniSector
		if at >= uint64(len(f.miniData)) {
			break
		}
		out = append(out, f.miniData[at:min(at+miniSector, uint64(len(f.miniData)))]...)
		if uint64(n) >= uint64(len(f.mini)) {
			break
		}
		n = f.mini[n]
	}
	return out
}

func clip(b []byte, size uint64) []byte { return b[:min(uint64(len(b)), size)] }

func parseEntries(b []byte) []entry {
	var out []entry
	for ; len(b) >= entrySize; b = b[entrySize:] {
		n := min(int(binary.LittleEndian.Uint16(b[64:])), 64)
		var name []uint16
		for i := 0; i+3 < n; i += 2 { // without the NUL at the end
			name = append(name, binary.LittleEndian.Uint16(b[i:]))
		}
		out = append(out, entry{name: string(utf16.Decode(name)), kind: b[66],
			left: binary.LittleEndian.Uint32(b[68:]), right: binary.LittleEndian.Uint32(b[72:]),
			child: binary.LittleEndian.Uint32(b[76:]), start: binary.LittleEndian.Uint32(b[116:]),
			size: binary.LittleEndian.Uint64(b[120:])})
	}
	return out
}

// Class is the class of the object, in the byte order of the file.
func (f *File) Class() [16]byte { return f.clsid }

// children are the entries beside the root, each once.
func (f *File) children() []*entry {
	var out []*entry
	seen := make([]bool, len(f.entries))
	todo := []uint32{f.entries[0].child}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if uint64(n) >= uint64(len(f.entries)) || seen[n] {
			continue
		}
		seen[n] = true
		e := &f.entries[n]
		out = append(out, e)
		todo = append(todo, e.left, e.right)
	}
	return out
}

// Streams are the names of the streams of the root storage, sorted.
func (f *File) Streams() []string {
	var out []string
	for _, e := range f.children() {
		if e.kind == typeStream {
			out = append(out, e.name)
		}
	}
	slices.Sort(out)
	return out
}

// Stream is the contents of a stream of the root storage; letter case does not
// matter. ok is false when there is none of that name or not all of it.
func (f *File) Stream(name string) (data []byte, ok bool) {
	for _, e := range f.children() {
		if e.kind == typeStream && strings.EqualFold(e.name, name) {
			return f.read(e)
		}
	}
	return nil, false
}

func (f *File) read(e *entry) ([]byte, bool) {
	size := e.size
	if f.size == headerSize {
		size &= 0xFFFFFFFF // [MS-CFB] 2.6.1: in version 3 the upper half may be anything
	}
	b := f.chain
	if size < f.cutoff {
		b = f.miniChain
	}
	out := clip(b(e.start), size)
	return out, uint64(len(out)) == size
}
