package tnef

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// property is one property and where its value is.
type property struct {
	id   mapi.PropID
	typ  mapi.PropType
	name mapi.Name // of a named property; its id is only one of this list
	iid  mapi.GUID // of an object: what the bytes are
	old  bool      // from an old attribute, so that others win

	at   section // without length fields and padding; with both for lists of values
	data []byte  // instead of at
}

// value finds the value of a property, and tells whether it is all there
// ([MS-OXTNEF] 2.1.3.4).
func (p *property) value(c *cursor) bool {
	switch {
	case c.err != nil:
		return false
	case p.typ.IsMultiple():
		return p.values(c)
	case p.typ == mapi.TypeNull || p.typ == mapi.TypeUnspecified:
		return true
	}
	if size := fixedSize(p.typ); size > 0 {
		p.at = c.skip(size)
		c.pad(size)
		return c.err == nil
	}
	if !counted(p.typ) || c.u32() != 1 {
		return false
	}
	p.at = variable(c)
	if p.typ == mapi.TypeObject {
		return p.object(c)
	}
	return c.err == nil
}

// object takes the identifier of the interface off the value of an object.
func (p *property) object(c *cursor) bool {
	inner := newCursor(c.r, p.at)
	p.iid = inner.guid()
	c.fail(inner.err)
	p.at = inner.skip(inner.left())
	return c.err == nil
}

// values finds a list of values. It stays as it is, see [Properties.Value].
func (p *property) values(c *cursor) bool {
	base := p.typ &^ mapi.MultiValue
	size, start := fixedSize(base), c.pos
	if size == 0 && !counted(base) {
		return false
	}
	n := int64(c.u32())
	if size > 0 {
		c.skip(n * (size + -size&3))
	} else {
		for ; n > 0 && c.err == nil; n-- {
			variable(c)
		}
	}
	p.at = section{start, c.pos - start}
	return c.err == nil
}

// variable finds a value with its length before it.
func variable(c *cursor) section {
	size := int64(c.u32())
	s := c.skip(size)
	c.pad(size)
	return s
}

// fixedSize is the number of bytes of a value without its padding; a boolean has
// two here.
func fixedSize(t mapi.PropType) int64 {
	if t == mapi.TypeBool {
		return 2
	}
	return int64(t.FixedSize())
}

// counted tells whether values of a type have a length.
func counted(t mapi.PropType) bool {
	switch t {
	case mapi.TypeString8, mapi.TypeString, mapi.TypeBinary, mapi.TypeObject, mapi.TypeServerID:
		return true
	}
	return false
}

// maxValue bounds what [Properties.Value] holds in memory.
const maxValue = 64 << 20

// unreadable tells whether the value is of a type that is of no use as a stream,
// and too large for anything else.
func (p *property) unreadable() bool {
	return p.at.size > maxValue && p.typ != mapi.TypeBinary && p.typ != mapi.TypeObject
}

var errLarge = errors.New("too large to be held in memory")

// bytes are those of the value as a data file stores them.
func (p *property) bytes(r io.ReaderAt) ([]byte, error) {
	if p.data != nil || p.at.size == 0 {
		return p.data, nil
	}
	if p.at.size > maxValue {
		return nil, errLarge
	}
	if p.typ.IsMultiple() {
		return p.listBytes(r)
	}
	b := make([]byte, p.at.size)
	n, err := readFull(r, b, p.at.off)
	if p.typ == mapi.TypeBool {
		return oneByte(b), err
	}
	return b[:n], err
}

// oneByte is a boolean of two bytes as one of one byte.
func oneByte(b []byte) []byte {
	if len(b) >= 2 && binary.LittleEndian.Uint16(b) != 0 {
		return []byte{1}
	}
	return []byte{0}
}

// listBytes are a list of values in the form of [MS-PST] 2.3.3.4.
func (p *property) listBytes(r io.ReaderAt) ([]byte, error) {
	raw := make([]byte, p.at.size)
	if _, err := readFull(r, raw, p.at.off); err != nil {
		return nil, err
	}
	n, rest := int(binary.LittleEndian.Uint32(raw)), raw[4:]
	base := p.typ &^ mapi.MultiValue
	if size := fixedSize(base); size > 0 {
		return packFixed(base, rest, int(size)), nil
	}
	out := binary.LittleEndian.AppendUint32(make([]byte, 0, len(raw)+4), uint32(n))
	out = append(out, make([]byte, 4*n)...)
	for i := range n {
		binary.LittleEndian.PutUint32(out[4+4*i:], uint32(len(out)))
		size := int(binary.LittleEndian.Uint32(rest))
		out = append(out, rest[4:4+size]...)
		rest = rest[min(4+size+-size&3, len(rest)):]
	}
	return out, nil
}

// packFixed drops the padding of values of one size.
func packFixed(base mapi.PropType, b []byte, size int) []byte {
	step := size + -size&3
	out := make([]byte, 0, len(b)/step*size)
	for ; len(b) >= step; b = b[step:] {
		if base == mapi.TypeBool {
			out = append(out, oneByte(b)...)
			continue
		}
		out = append(out, b[:size]...)
	}
	return out
}
