package tnef

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// out writes streams: a second implementation of [MS-OXTNEF], for tests only.
type out struct{ bytes.Buffer }

func newOut(attrs ...[]byte) *out {
	var o out
	o.u32(Signature)
	o.u16(1)
	for _, a := range attrs {
		o.Write(a)
	}
	return &o
}

func (o *out) u16(n int) *out    { o.Write(binary.LittleEndian.AppendUint16(nil, uint16(n))); return o }
func (o *out) u32(n uint32) *out { o.Write(binary.LittleEndian.AppendUint32(nil, n)); return o }

func (o *out) padded(b []byte) *out {
	o.Write(b)
	o.Write(make([]byte, -len(b)&3))
	return o
}

// attr is an attribute with its checksum.
func attr(l level, id attrID, data []byte) []byte {
	var o out
	o.WriteByte(byte(l))
	o.u32(uint32(id)).u32(uint32(len(data)))
	o.Write(data)
	sum := 0
	for _, b := range data {
		sum += int(b)
	}
	return o.u16(sum).Bytes()
}

func msg(id attrID, data string) []byte { return attr(levelMessage, id, []byte(data)) }
func att(id attrID, data string) []byte { return attr(levelAttachment, id, []byte(data)) }

// rendered starts an attachment.
func rendered(kind, flags int) []byte {
	return attr(levelAttachment, attAttachRenddata, new(out).u16(kind).u32(math.MaxUint32).u32(0).u32(uint32(flags)).Bytes())
}

// prop is a property to write; values of a list are elements of value.
type prop struct {
	id    mapi.PropID
	name  *mapi.Name
	typ   mapi.PropType
	value any // []byte as stored, or [][]byte
}

func utf16z(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s + "\x00")) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func str(id mapi.PropID, s string) prop { return prop{id: id, typ: mapi.TypeString, value: utf16z(s)} }
func long(id mapi.PropID, n int) prop {
	return prop{id: id, typ: mapi.TypeInt32, value: binary.LittleEndian.AppendUint32(nil, uint32(n))}
}

// object is a value with the identifier of its interface.
func object(iid mapi.GUID, b []byte) prop {
	return prop{id: mapi.AttachData, typ: mapi.TypeObject, value: append(iid[:], b...)}
}

func (p prop) write(o *out) {
	o.u16(int(p.typ)).u16(int(p.id))
	if p.name != nil {
		o.Write(p.name.Set[:])
		if p.name.Str == "" {
			o.u32(0).u32(p.name.LID)
		} else {
			b := utf16z(p.name.Str)
			o.u32(1).u32(uint32(len(b))).padded(b)
		}
	}
	list, many := p.value.([][]byte)
	base := p.typ &^ mapi.MultiValue
	sized := base.FixedSize() == 0 && base != mapi.TypeNull
	switch {
	case many:
		o.u32(uint32(len(list)))
	case base == mapi.TypeNull:
		return
	case sized:
		o.u32(1)
	}
	if !many {
		list = [][]byte{p.value.([]byte)}
	}
	for _, b := range list {
		if sized {
			o.u32(uint32(len(b)))
		}
		o.padded(b)
	}
}

// props is a counted list.
func props(list ...prop) []byte {
	o := new(out).u32(uint32(len(list)))
	for _, p := range list {
		p.write(o)
	}
	return o.Bytes()
}

// rows is a recipient table.
func rows(list ...[]byte) []byte {
	o := new(out).u32(uint32(len(list)))
	for _, r := range list {
		o.Write(r)
	}
	return o.Bytes()
}

// dtr is a date of an old attribute.
func dtr(t time.Time) string {
	var o out
	for _, n := range []int{t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), int(t.Weekday())} {
		o.u16(n)
	}
	return o.String()
}

// read decodes and fails on what is no stream.
func read(t testing.TB, b []byte) *Message {
	t.Helper()
	m, err := Read(bytes.NewReader(b), int64(len(b)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// whole is read for a stream without a fault.
func whole(t testing.TB, attrs ...[]byte) *Message {
	t.Helper()
	m := read(t, newOut(attrs...).Bytes())
	if !m.Complete() || len(m.Faults()) != 0 {
		t.Fatalf("faults in a good stream: %v", m.Faults())
	}
	return m
}
