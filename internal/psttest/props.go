package psttest

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// stored is a property whose value already has its place in the file.
type stored struct {
	id   mapi.PropID
	typ  mapi.PropType
	hnid uint32 // the value itself, a heap id or a subnode id
}

// context collects the properties of one object for a property context
// ([MS-PST] 2.3.3).
type context struct {
	h     *heap
	sub   *subnodes
	props []stored
	size  int64 // bytes of all values
}

func newContext(n *ndb, sub *subnodes) *context {
	return &context{h: newHeap(n, heapProps), sub: sub}
}

// put stores a value where [MS-PST] 2.3.3.3 wants it: in place up to 4 bytes of
// a fixed size, in the heap up to 3580 bytes, in a subnode beyond.
func (c *context) put(id mapi.PropID, t mapi.PropType, data []byte) error {
	t, data = c.h.n.f.native(t, data)
	c.size += int64(len(data))
	if size := t.FixedSize(); size > 0 && size <= 4 {
		var b [4]byte
		copy(b[:], data)
		c.props = append(c.props, stored{id, t, binary.LittleEndian.Uint32(b[:])})
		return nil
	}
	ref, err := c.h.value(c.sub, data)
	c.props = append(c.props, stored{id, t, ref})
	return err
}

// value stores bytes of any length and returns where they are.
func (h *heap) value(sub *subnodes, data []byte) (hnid uint32, err error) {
	if len(data) <= maxHeapItem {
		id, err := h.alloc(data)
		return uint32(id), err
	}
	bid, size, err := h.n.stream(bytes.NewReader(data))
	if err != nil {
		return 0, err
	}
	return sub.addValue(bid, size), nil
}

// putStream stores a binary value that is read only once and never held whole.
func (c *context) putStream(id mapi.PropID, r io.Reader) error {
	head, err := io.ReadAll(io.LimitReader(r, maxHeapItem+1))
	if err != nil {
		return err
	}
	if len(head) <= maxHeapItem {
		return c.put(id, mapi.TypeBinary, head)
	}
	bid, size, err := c.h.n.stream(io.MultiReader(bytes.NewReader(head), r))
	if err != nil {
		return err
	}
	c.size += size
	c.props = append(c.props, stored{id, mapi.TypeBinary, c.sub.addValue(bid, size)})
	return nil
}

// putProps stores properties given by the caller, named ones through names.
func (c *context) putProps(props []Prop, names *nameMap) error {
	for _, p := range props {
		id, err := names.resolve(p)
		if err != nil {
			return err
		}
		t, data, err := encodeProp(p)
		if err != nil {
			return fmt.Errorf("property %v: %w", id, err)
		}
		if err := c.put(id, t, data); err != nil {
			return fmt.Errorf("property %v: %w", id, err)
		}
	}
	return nil
}

// putSize stores, as the last property, how many bytes the object takes: its
// property context and all its subnodes. That is what Outlook stores as the size
// of a message, and what its repair tool holds against the message.
func (c *context) putSize(id mapi.PropID) (int, error) {
	total := c.h.length(bthSizes(2, 6, len(c.props)+1)) + c.sub.size
	n := int(min(total, math.MaxInt32))
	return n, c.put(id, mapi.TypeInt32, binary.LittleEndian.AppendUint32(nil, uint32(n)))
}

// finish writes the property context and its subnodes ([MS-PST] 2.3.3.1).
func (c *context) finish() (part, error) {
	slices.SortFunc(c.props, func(a, b stored) int { return cmp.Compare(a.id, b.id) })
	var records []byte
	for i, p := range c.props {
		if i > 0 && p.id == c.props[i-1].id {
			return part{}, fmt.Errorf("property %v is given twice", p.id)
		}
		records = binary.LittleEndian.AppendUint16(records, uint16(p.id))
		records = binary.LittleEndian.AppendUint16(records, uint16(p.typ))
		records = binary.LittleEndian.AppendUint32(records, p.hnid)
	}
	root, err := c.h.bth(2, 6, records)
	if err != nil {
		return part{}, err
	}
	return c.h.part(root, c.sub)
}

// part completes the heap and its subnodes.
func (h *heap) part(root hid, sub *subnodes) (part, error) {
	size := h.length(nil) + sub.size
	data, err := h.finish(root)
	if err != nil {
		return part{}, err
	}
	tree, err := sub.write(h.n)
	return part{data, tree, size}, err
}
