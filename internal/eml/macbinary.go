package eml

import (
	"encoding/binary"
	"io"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// macBinary marks data in MacBinary ([MS-OXCMSG] 2.2.2.11).
const macBinary = "\x2A\x86\x48\x86\xF7\x14\x03\x0B\x01"

const macHeader = 128 // octets; both forks are padded to a multiple of it

// macFile is the header of a file in MacBinary.
type macFile struct {
	name           string // in Mac Roman
	finder         [32]byte
	data, resource int64 // sizes
}

// parseMac reads the header of MacBinary data of the given size.
func parseMac(b []byte, size int64) (f macFile, ok bool) {
	if len(b) < macHeader || b[0] != 0 || b[74] != 0 || b[82] != 0 || b[1] == 0 || b[1] > 63 {
		return f, false
	}
	f.name = string(b[2 : 2+b[1]])
	f.data, f.resource = int64(binary.BigEndian.Uint32(b[83:])), int64(binary.BigEndian.Uint32(b[87:]))
	copy(f.finder[:8], b[65:73]) // type and creator
	f.finder[8], f.finder[9] = b[73], b[101]
	return f, f.resourceStart()+f.resource <= size && macHeader+f.data <= size
}

// resourceStart is where the resource fork begins.
func (f macFile) resourceStart() int64 { return macHeader + (f.data+macHeader-1)/macHeader*macHeader }

// unpackMac finds the data fork, and the resource fork if there is one (A16).
// Data that is no MacBinary stays as it is.
func (it *item) unpackMac(a *attachment) *unpacked {
	b, err := a.first(macHeader + headSize)
	f, ok := parseMac(b, a.data.size)
	if err != nil || !ok {
		it.run.warn("A16", "attachment %d is said to be in MacBinary and is not; it is attached as it is", a.index)
		return &unpacked{mediaType: octetStream, head: a.data.head, write: a.write}
	}
	u := &unpacked{head: b[macHeader:min(int64(len(b)), macHeader+f.data)]}
	if id, ok := a.NamedID(mapi.NameMacContentType); ok {
		u.mediaType, _ = a.Text(id)
	}
	u.write = func(w io.Writer) error { return a.copySection(w, macHeader, f.data) }
	if f.resource > 0 {
		u.resource = func(w io.Writer) error {
			if _, err := w.Write(f.appleDouble()); err != nil {
				return err
			}
			return a.copySection(w, f.resourceStart(), f.resource)
		}
	}
	return u
}

// appleDouble is the header of an AppleDouble file with name, Finder information
// and, following it, the resource fork (RFC 1740, appendix A).
func (f macFile) appleDouble() []byte {
	const magic, version, fixed, entry = 0x00051607, 0x00020000, 26, 12
	const realName, resourceFork, finderInfo = 3, 2, 9
	at := uint32(fixed + 3*entry)
	b := binary.BigEndian.AppendUint32(nil, magic)
	b = binary.BigEndian.AppendUint32(b, version)
	b = append(b, make([]byte, 16)...)
	b = binary.BigEndian.AppendUint16(b, 3)
	for _, e := range []struct {
		id   uint32
		size int64
	}{{realName, int64(len(f.name))}, {finderInfo, int64(len(f.finder))}, {resourceFork, f.resource}} {
		b = binary.BigEndian.AppendUint32(b, e.id)
		b = binary.BigEndian.AppendUint32(b, at)
		b = binary.BigEndian.AppendUint32(b, uint32(e.size))
		at += uint32(e.size)
	}
	b = append(b, f.name...)
	return append(b, f.finder[:]...)
}
