package ltp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"sort"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// ErrNoProperty says that an object does not have a property.
var ErrNoProperty = mapi.ErrNoProperty

// Entry says where a property of an object or row is.
type Entry struct {
	ID   mapi.PropID
	Type mapi.PropType
	hnid uint32 // value of up to four bytes, HID or NID
	cell []byte // value stored in a row
}

// Props are the properties of one object: a property context, or a row of a
// table context. The list is ascending by id. Props is safe for concurrent use.
type Props struct {
	heap *heap
	list []Entry
}

// List is every property, ascending by id; it must not be changed.
func (p *Props) List() []Entry { return p.list }

// Find looks a property up by its id, whatever its type.
func (p *Props) Find(id mapi.PropID) (Entry, bool) {
	i := sort.Search(len(p.list), func(i int) bool { return p.list[i].ID >= id })
	if i < len(p.list) && p.list[i].ID == id {
		return p.list[i], true
	}
	return Entry{}, false
}

// Read gives the bytes of a value as stored, little-endian. They must not be
// changed. On error the bytes before the fault may be returned too.
func (p *Props) Read(e Entry) ([]byte, error) {
	if inline, ok := p.inline(e); ok {
		return inline, nil
	}
	if e.hnid&0x1F == 0 {
		b, err := p.heap.item(hid(e.hnid))
		return b, p.at(e, err)
	}
	n, err := p.heap.node.Sub(ndb.NID(e.hnid))
	if err != nil {
		return nil, p.at(e, err)
	}
	b, err := n.Data.ReadAll()
	return b, p.at(e, err)
}

// Open streams a value, so that a large one need not be in memory, and tells
// its size in bytes. Of an Object it streams the data of the subnode.
func (p *Props) Open(e Entry) (io.Reader, int64, error) {
	if e.Type == mapi.TypeObject {
		n, _, err := p.Object(e)
		if err != nil {
			return nil, 0, err
		}
		return n.Data.Reader(), n.Data.Size(), nil
	}
	if _, ok := p.inline(e); ok || e.hnid&0x1F == 0 {
		b, err := p.Read(e)
		return bytes.NewReader(b), int64(len(b)), err
	}
	n, err := p.heap.node.Sub(ndb.NID(e.hnid))
	if err != nil {
		return nil, 0, p.at(e, err)
	}
	return n.Data.Reader(), n.Data.Size(), nil
}

// Object gives the subnode that a value of type Object stands for, and the
// size it claims ([MS-PST] 2.3.3.5).
func (p *Props) Object(e Entry) (*Node, int64, error) {
	b, err := p.heap.item(hid(e.hnid))
	if err != nil {
		return nil, 0, p.at(e, err)
	}
	if len(b) < 8 {
		return nil, 0, p.at(e, p.heap.node.fault("PtypObject", "", fmt.Sprintf("%d of 8 bytes", len(b))))
	}
	n, err := p.heap.node.Sub(ndb.NID(binary.LittleEndian.Uint32(b)))
	return n, int64(binary.LittleEndian.Uint32(b[4:])), p.at(e, err)
}

// inline is a value that is stored in the entry itself.
func (p *Props) inline(e Entry) ([]byte, bool) {
	if e.cell != nil {
		return e.cell, true
	}
	size := e.Type.FixedSize()
	if size == 0 || size > 4 {
		return nil, false
	}
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], e.hnid)
	return b[:size], true
}

// at says which property an error is about.
func (p *Props) at(e Entry, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("property %s: %w", e.ID, ndb.AtNode(err, p.heap.node.NID))
}
