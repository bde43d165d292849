package tnef

import (
	"bytes"
	"cmp"
	"io"
	"iter"
	"slices"
	"time"

	"github.com/pst2imap/pst2imap/internal/codepage"
	"github.com/pst2imap/pst2imap/internal/mapi"
)

// ErrNoProperty says that an object does not have a property.
var ErrNoProperty = mapi.ErrNoProperty

// Properties are those of a message, recipient or attachment, with the getters
// that an item of a data file has. Those without an error answer ok=false for
// a property that is absent, of another type, or unreadable.
//
// Identifiers of named properties mean nothing outside of the list: ask for them
// with [Properties.NamedID].
type Properties struct {
	d      *decoder
	parent *Properties // for the code page of 8-bit strings
	oem    int         // attOemCodepage, 0 without
	list   []property
	ids    map[mapi.PropID]int // where in the list
	names  map[mapi.Name]mapi.PropID
}

var _ mapi.Properties = (*Properties)(nil)

func newProperties(d *decoder, parent *Properties) *Properties {
	return &Properties{d: d, parent: parent, ids: map[mapi.PropID]int{}, names: map[mapi.Name]mapi.PropID{}}
}

// add takes a property. It tells whether nothing was lost: some writers repeat a
// property, which does no harm as long as it says the same.
func (p *Properties) add(e property) bool {
	if e.name != (mapi.Name{}) {
		id, ok := p.names[e.name]
		if !ok {
			if len(p.names) >= maxNames {
				return false
			}
			id = mapi.FirstNamed + mapi.PropID(len(p.names))
			p.names[e.name] = id
		}
		e.id = id
	}
	if i, ok := p.ids[e.id]; ok {
		return p.same(p.list[i], e)
	}
	p.ids[e.id] = len(p.list)
	p.list = append(p.list, e)
	return true
}

// maxNames is how many identifiers there are for named properties.
const maxNames = 0x7FFE

// same tells whether two properties have the same value.
func (p *Properties) same(a, b property) bool {
	if a.typ != b.typ || a.iid != b.iid || a.at.size != b.at.size {
		return false
	}
	x, errX := a.bytes(p.d.r)
	y, errY := b.bytes(p.d.r)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// old takes a property that an old attribute tells.
func (p *Properties) old(id mapi.PropID, t mapi.PropType, data []byte) {
	p.list = append(p.list, property{id: id, typ: t, data: data, old: true})
}

// oldAt is old for a value that stays in the stream.
func (p *Properties) oldAt(id mapi.PropID, t mapi.PropType, at section) {
	p.list = append(p.list, property{id: id, typ: t, at: at, old: true})
}

// settle sorts the properties and drops what old attributes repeat.
func (p *Properties) settle() {
	slices.SortStableFunc(p.list, func(a, b property) int {
		return cmp.Or(cmp.Compare(a.id, b.id), compareBool(a.old, b.old))
	})
	p.list = slices.CompactFunc(p.list, func(a, b property) bool { return a.id == b.id })
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func (p *Properties) find(id mapi.PropID) (*property, bool) {
	i, ok := slices.BinarySearchFunc(p.list, id, func(e property, id mapi.PropID) int { return cmp.Compare(e.id, id) })
	if !ok {
		return nil, false
	}
	return &p.list[i], true
}

// All yields identifiers and types in ascending order.
func (p *Properties) All() iter.Seq2[mapi.PropID, mapi.PropType] {
	return func(yield func(mapi.PropID, mapi.PropType) bool) {
		for _, e := range p.list {
			if !yield(e.id, e.typ) {
				return
			}
		}
	}
}

// Has tells whether the property exists, readable or not.
func (p *Properties) Has(id mapi.PropID) bool {
	_, ok := p.find(id)
	return ok
}

// Type is the type of a property, TypeUnspecified when it is absent.
func (p *Properties) Type(id mapi.PropID) mapi.PropType {
	if e, ok := p.find(id); ok {
		return e.typ
	}
	return mapi.TypeUnspecified
}

// NamedID tells which identifier a named property has in this list.
func (p *Properties) NamedID(n mapi.Name) (mapi.PropID, bool) {
	id, ok := p.names[n]
	return id, ok
}

// NameOf is the inverse of NamedID.
func (p *Properties) NameOf(id mapi.PropID) (mapi.Name, bool) {
	e, ok := p.find(id)
	if !ok || e.name == (mapi.Name{}) {
		return mapi.Name{}, false
	}
	return e.name, true
}

// Value reads a property whole. The error wraps [ErrNoProperty] when it is
// absent.
func (p *Properties) Value(id mapi.PropID) (mapi.Value, error) {
	e, ok := p.find(id)
	if !ok {
		return mapi.Value{}, ErrNoProperty
	}
	b, err := e.bytes(p.d.r)
	return mapi.Value{Type: e.typ, Data: b}, err
}

// Open streams the bytes of a property and tells their number. The error wraps
// [ErrNoProperty] when it is absent.
func (p *Properties) Open(id mapi.PropID) (io.Reader, int64, error) {
	e, ok := p.find(id)
	if !ok {
		return nil, 0, ErrNoProperty
	}
	if e.data != nil || e.typ.IsMultiple() || e.typ == mapi.TypeBool {
		b, err := e.bytes(p.d.r)
		return bytes.NewReader(b), int64(len(b)), err
	}
	return io.NewSectionReader(p.d.r, e.at.off, e.at.size), e.at.size, nil
}

// Int is a whole number or boolean.
func (p *Properties) Int(id mapi.PropID) (int64, bool) {
	v, err := p.Value(id)
	if err != nil {
		return 0, false
	}
	return v.Int()
}

// Bool tells whether a boolean (or number) is there and true.
func (p *Properties) Bool(id mapi.PropID) bool {
	n, ok := p.Int(id)
	return ok && n != 0
}

// Time is a point in time, UTC; the stored values that mean "none" are absent.
func (p *Properties) Time(id mapi.PropID) (time.Time, bool) {
	v, err := p.Value(id)
	if err != nil {
		return time.Time{}, false
	}
	return v.Time()
}

// Bytes are the bytes of a binary, string or object property.
func (p *Properties) Bytes(id mapi.PropID) ([]byte, bool) {
	v, err := p.Value(id)
	if err != nil || !counted(v.Type) && v.Type != mapi.TypeGUID {
		return nil, false
	}
	return v.Data, true
}

// Text is a string up to its first NUL: UTF-16, or 8-bit in the code page of the
// stream, or else that of the stream around it.
func (p *Properties) Text(id mapi.PropID) (string, bool) {
	v, err := p.Value(id)
	if err != nil {
		return "", false
	}
	return p.text(v)
}

// Texts are the elements of a multi-value string; a single string is a list of one.
func (p *Properties) Texts(id mapi.PropID) []string {
	v, err := p.Value(id)
	if err != nil {
		return nil
	}
	if s, ok := p.text(v); ok {
		return []string{s}
	}
	values, _ := v.Elements() // its form was checked when the stream was read
	var out []string
	for _, e := range values {
		if s, ok := p.text(e); ok {
			out = append(out, s)
		}
	}
	return out
}

func (p *Properties) text(v mapi.Value) (string, bool) {
	switch v.Type {
	case mapi.TypeString:
		return mapi.UTF16(v.Data), true
	case mapi.TypeString8:
		return p.decode8(v.Data), true
	}
	return "", false
}

// decode8 decodes an 8-bit string up to its first NUL (P1, P2).
func (p *Properties) decode8(b []byte) string {
	b, _, _ = bytes.Cut(b, []byte{0})
	page := p.CodePage()
	if s, ok := codepage.DecodeStrict(page, b); ok {
		return s
	}
	if n, valid := codepage.MultibyteUTF8(b); valid && n >= 2 {
		return string(b)
	}
	if s, ok := codepage.DecodeStrict(codepage.Windows1252, b); ok {
		return s
	}
	s, _ := codepage.Decode(page, b)
	return s
}

// CodePage is the Windows code page of 8-bit strings: that of the stream
// (attOemCodepage), of the message's properties, of what is around it, of the
// options, or 1252.
func (p *Properties) CodePage() int {
	for o := p; o != nil; o = o.parent {
		message, _ := o.Int(mapi.MessageCodepage)
		internet, _ := o.Int(mapi.InternetCodepage)
		for _, cp := range []int{o.oem, int(message), int(internet)} {
			if usable8(cp) {
				return cp
			}
		}
	}
	if cp := p.d.o.codePage(); usable8(cp) {
		return cp
	}
	return codepage.Windows1252
}

// usable8 tells whether a code page can be that of an 8-bit string (P1).
func usable8(cp int) bool {
	_, ok := codepage.Lookup(cp)
	return ok && cp != codepage.UTF16LE && cp != codepage.UTF16BE && cp != codepage.ASCII
}
