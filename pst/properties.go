package pst

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"time"

	"github.com/pst2imap/pst2imap/internal/codepage"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst/internal/ltp"
	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// Properties are those of an item, folder, attachment, recipient or store.
//
// The getters that give no error answer ok=false for a property that is absent
// or of another type, and also for one that is there but cannot be read: such
// a fault is added to [Properties.Faults].
type Properties struct {
	store  *Store
	node   NodeID
	props  *ltp.Props
	parent *Properties // for the code page of 8-bit strings
	faults []error
}

var _ mapi.Properties = (*Properties)(nil)

func (s *Store) properties(p *ltp.Props, nid NodeID, parent *Properties) *Properties {
	return &Properties{store: s, node: nid, props: p, parent: parent}
}

// All yields identifiers and types in ascending order.
func (p *Properties) All() iter.Seq2[mapi.PropID, mapi.PropType] {
	return func(yield func(mapi.PropID, mapi.PropType) bool) {
		for _, e := range p.props.List() {
			if !yield(e.ID, e.Type) {
				return
			}
		}
	}
}

// Has tells whether the property exists, readable or not.
func (p *Properties) Has(id mapi.PropID) bool {
	_, ok := p.props.Find(id)
	return ok
}

// Type is the type of a property, TypeUnspecified when it is absent.
func (p *Properties) Type(id mapi.PropID) mapi.PropType {
	e, _ := p.props.Find(id)
	return e.Type
}

// NamedID tells which identifier a named property has in this store.
func (p *Properties) NamedID(n mapi.Name) (mapi.PropID, bool) { return p.store.Named(n) }

// NameOf tells what an identifier from 0x8000 on stands for in this store.
func (p *Properties) NameOf(id mapi.PropID) (mapi.Name, bool) { return p.store.NameOf(id) }

// Faults lists what the getters without an error could not read.
func (p *Properties) Faults() []error { return p.faults }

// Value reads a property whole. The error wraps [ErrNoProperty] when it is
// absent. The bytes must not be changed.
func (p *Properties) Value(id mapi.PropID) (mapi.Value, error) {
	e, ok := p.props.Find(id)
	if !ok {
		return mapi.Value{}, ErrNoProperty
	}
	b, err := p.props.Read(e)
	return mapi.Value{Type: e.Type, Data: b}, err
}

// Open streams the bytes of a property as stored and tells their number, for
// values too large to hold in memory. The error wraps [ErrNoProperty] when it
// is absent; an error of Read means that the bytes before it are good.
func (p *Properties) Open(id mapi.PropID) (io.Reader, int64, error) {
	e, ok := p.props.Find(id)
	if !ok {
		return nil, 0, ErrNoProperty
	}
	return p.props.Open(e)
}

// get is Value for the getters without an error.
func (p *Properties) get(id mapi.PropID) (mapi.Value, bool) {
	v, err := p.Value(id)
	if err == nil {
		return v, true
	}
	if !errors.Is(err, ErrNoProperty) {
		p.faults = append(p.faults, err)
		p.store.file.Log.AddLoss(err)
	}
	return mapi.Value{}, false
}

// Int is a whole number or boolean.
func (p *Properties) Int(id mapi.PropID) (int64, bool) {
	v, ok := p.get(id)
	if !ok {
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
	v, ok := p.get(id)
	if !ok {
		return time.Time{}, false
	}
	return v.Time()
}

// Bytes are the stored bytes of a binary or string property.
func (p *Properties) Bytes(id mapi.PropID) ([]byte, bool) {
	v, ok := p.get(id)
	if !ok {
		return nil, false
	}
	switch v.Type {
	case mapi.TypeBinary, mapi.TypeString, mapi.TypeString8, mapi.TypeObject, mapi.TypeServerID, mapi.TypeGUID:
		return v.Data, true
	}
	return nil, false
}

// Text is a string up to its first NUL: UTF-16, or 8-bit in the code page that
// the item or else the object around it names, or else the one that most items
// of the store name (see [Store.SetCodePage]), or else windows-1252.
func (p *Properties) Text(id mapi.PropID) (string, bool) {
	v, ok := p.get(id)
	if !ok {
		return "", false
	}
	return p.text(id, v)
}

// Texts are the elements of a multi-value string; a single string is a list of one.
func (p *Properties) Texts(id mapi.PropID) []string {
	v, ok := p.get(id)
	if !ok {
		return nil
	}
	if s, ok := p.text(id, v); ok {
		return []string{s}
	}
	if !v.Type.IsMultiple() {
		return nil
	}
	values, err := v.Elements()
	if err != nil {
		err = &ndb.Error{Structure: "property", Field: id.String(), Offset: -1, NID: p.node, Err: err}
		p.faults = append(p.faults, err)
		p.store.file.Log.AddLoss(err)
	}
	var out []string
	for _, e := range values {
		if s, ok := p.text(id, e); ok {
			out = append(out, s)
		}
	}
	return out
}

func (p *Properties) text(id mapi.PropID, v mapi.Value) (string, bool) {
	switch v.Type {
	case mapi.TypeString:
		return mapi.UTF16(v.Data), true
	case mapi.TypeString8:
		return p.decode8(id, v.Data), true
	}
	return "", false
}

// decode8 decodes an 8-bit string up to its first NUL. A text that the chosen
// page cannot decode but that is UTF-8 throughout, with more than one character
// beyond ASCII, is taken as such: some writers ignore the page.
func (p *Properties) decode8(id mapi.PropID, b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	if ascii(b) && p.asciiSafe(id) {
		return string(b)
	}
	first := p.codepage(id)
	if s, ok := codepage.DecodeStrict(first, b); ok {
		return s
	}
	if n, valid := codepage.MultibyteUTF8(b); valid && n >= 2 {
		return string(b)
	}
	// The page of the internet form is not always that of the stored strings.
	for _, cp := range []int{p.store.codepage(), defaultCodepage} {
		if s, ok := codepage.DecodeStrict(cp, b); ok {
			return s
		}
	}
	s, _ := codepage.Decode(first, b)
	return s
}

// ascii tells whether b has no byte beyond 0x7F and no escape, which begins
// other characters in some pages.
func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 || c == 0x1B || c == 0x0E {
			return false
		}
	}
	return true
}

// asciiSafe tells whether the item's own code page has ASCII in its lower half,
// so that an ASCII text need not ask what page the store uses.
func (p *Properties) asciiSafe(id mapi.PropID) bool {
	switch p.ownCodepage(id) {
	case 65000, 52936, 37, 500, 1047:
		return false
	}
	return true
}

// codepage is the Windows code page of an 8-bit string property: that of the
// message, for bodies that of the internet form first; else that of the object
// around it, else the one most used in the store.
func (p *Properties) codepage(id mapi.PropID) int {
	if cp := p.ownCodepage(id); cp != 0 {
		return cp
	}
	return p.store.codepage()
}

func (p *Properties) ownCodepage(id mapi.PropID) int {
	order := [2]mapi.PropID{mapi.MessageCodepage, mapi.InternetCodepage}
	if id == mapi.HTML || id == mapi.Body {
		order[0], order[1] = order[1], order[0]
	}
	for o := p; o != nil; o = o.parent {
		for _, id := range order {
			if e, ok := o.props.Find(id); ok {
				if cp := o.number(e); usable8(cp) {
					return cp
				}
			}
		}
	}
	return 0
}

func (p *Properties) number(e ltp.Entry) int {
	b, err := p.props.Read(e)
	if err != nil {
		return 0
	}
	n, _ := mapi.Value{Type: e.Type, Data: b}.Int()
	return int(n)
}

// usable8 tells whether a code page can be that of an 8-bit string: UTF-16
// cannot, and what claims to be US-ASCII never is worth more than windows-1252.
func usable8(cp int) bool {
	if cp == 1200 || cp == 1201 || cp == 20127 || cp <= 0 {
		return false
	}
	_, ok := codepage.Lookup(cp)
	return ok
}
