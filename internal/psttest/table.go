package psttest

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// maxColumns is what cCols of TCINFO can count.
const maxColumns = 255

// column is a TCOLDESC with its place in the row ([MS-PST] 2.3.4.2).
type column struct {
	tag  mapi.Tag
	at   int // ibData
	size int // cbData
	bit  int // iBit
}

// rowLayout is the shape of the rows of a table context: its columns in order
// of their tags and where each group of equal width ends (rgib, [MS-PST] 2.3.4.1).
type rowLayout struct {
	cols []column
	rgib [4]int
}

func (l *rowLayout) rowSize() int { return l.rgib[3] }

// cellSize is what a value of type t takes in the row: fixed sizes up to 8
// bytes themselves, everything else a HNID.
func cellSize(t mapi.PropType) int {
	if size := t.FixedSize(); size > 0 && size <= 8 && !t.IsMultiple() {
		return size
	}
	return 4
}

// newLayout places the columns: the row id and version first, then those of 4
// and 8 bytes, of 2, of 1, and the bitmap of cells that exist ([MS-PST] 2.3.4.4.1).
func newLayout(tags []mapi.Tag) *rowLayout {
	rowID, rowVer := mapi.MakeTag(mapi.LtpRowID, mapi.TypeInt32), mapi.MakeTag(mapi.LtpRowVer, mapi.TypeInt32)
	order := slices.Clone(tags)
	order = slices.DeleteFunc(order, func(t mapi.Tag) bool { return t == rowID || t == rowVer })
	order = append([]mapi.Tag{rowID, rowVer}, order...)
	l := &rowLayout{}
	at := 0
	for group, sizes := range [][]int{{4, 8}, {2}, {1}} {
		for bit, tag := range order {
			if size := cellSize(tag.Type()); slices.Contains(sizes, size) {
				l.cols = append(l.cols, column{tag, at, size, bit})
				at += size
			}
		}
		l.rgib[group] = at
	}
	l.rgib[3] = at + (len(order)+7)/8
	slices.SortFunc(l.cols, func(a, b column) int { return cmp.Compare(a.tag, b.tag) })
	return l
}

// table writes a table context, one row at a time ([MS-PST] 2.3.4).
type table struct {
	*rowLayout
	h      *heap
	sub    *subnodes
	rows   []byte   // the unfinished block of the row matrix
	leaves []uint64 // its finished blocks
	index  []byte   // TCROWID records
	count  int
}

func newTable(n *ndb, l *rowLayout) *table {
	return &table{rowLayout: l, h: newHeap(n, heapTable), sub: &subnodes{}}
}

// cell looks up the value of a column; ok is false when the row has none.
type cell func(tag mapi.Tag) (data []byte, ok bool, err error)

// add appends a row. Row ids must ascend. The row matrix is cut so that no row
// crosses a block ([MS-PST] 2.3.4.4).
func (t *table) add(id uint32, value cell) error {
	row := make([]byte, t.rowSize())
	for _, c := range t.cols {
		data, ok, err := t.fixedCell(id, c, value)
		if err != nil {
			return fmt.Errorf("column %v: %w", c.tag.ID(), err)
		}
		if ok {
			copy(row[c.at:c.at+c.size], data)
			row[t.rgib[2]+c.bit/8] |= 0x80 >> (c.bit % 8)
		}
	}
	t.index = binary.LittleEndian.AppendUint32(t.index, id)
	t.index = append(t.index, binary.LittleEndian.AppendUint32(nil, uint32(t.count))[:t.h.n.f.rowIndex]...)
	t.count++
	if full := t.h.n.f.blockData(); len(t.rows)+len(row) > full {
		t.rows = append(t.rows, make([]byte, full-len(t.rows))...)
		t.leaves = append(t.leaves, t.h.n.block(t.rows))
		t.rows = t.rows[:0]
	}
	t.rows = append(t.rows, row...)
	return nil
}

// fixedCell is what stands in the row itself for one column.
func (t *table) fixedCell(id uint32, c column, value cell) (data []byte, ok bool, err error) {
	switch c.tag.ID() {
	case mapi.LtpRowID:
		return binary.LittleEndian.AppendUint32(nil, id), true, nil
	case mapi.LtpRowVer:
		return binary.LittleEndian.AppendUint32(nil, uint32(t.count+1)), true, nil
	}
	data, ok, err = value(c.tag)
	_, data = t.h.n.f.native(c.tag.Type(), data)
	if err != nil || !ok || cellSize(c.tag.Type()) == c.tag.Type().FixedSize() {
		return data, ok, err
	}
	ref, err := t.h.value(t.sub, data)
	return binary.LittleEndian.AppendUint32(nil, ref), true, err
}

// finish writes the table and its subnodes.
func (t *table) finish() (part, error) {
	if len(t.cols) > maxColumns {
		return part{}, fmt.Errorf("%d columns are more than a table can have", len(t.cols))
	}
	rows, err := t.rowMatrix()
	if err != nil {
		return part{}, err
	}
	index, err := t.h.bth(4, t.h.n.f.rowIndex, t.index)
	if err != nil {
		return part{}, err
	}
	root, err := t.h.alloc(t.info(uint32(index), rows))
	if err != nil {
		return part{}, err
	}
	return t.h.part(root, t.sub)
}

// rowMatrix stores the rows in the heap when they fit, else in a subnode.
func (t *table) rowMatrix() (hnid uint32, err error) {
	if len(t.leaves) == 0 && len(t.rows) <= maxHeapItem {
		id, err := t.h.alloc(t.rows)
		return uint32(id), err
	}
	bid, err := t.h.n.tree(append(t.leaves, t.h.n.block(t.rows)))
	if err != nil {
		return 0, err
	}
	size := int64(len(t.leaves))*int64(t.h.n.f.blockData()) + int64(len(t.rows))
	return t.sub.addValue(bid, size), nil
}

// info is TCINFO with its TCOLDESC array ([MS-PST] 2.3.4.1).
func (t *table) info(index, rows uint32) []byte {
	b := []byte{heapTable, byte(len(t.cols))}
	for _, at := range t.rgib {
		b = binary.LittleEndian.AppendUint16(b, uint16(at))
	}
	b = binary.LittleEndian.AppendUint32(b, index)
	b = binary.LittleEndian.AppendUint32(b, rows)
	b = binary.LittleEndian.AppendUint32(b, 0) // hidIndex, no longer used
	for _, c := range t.cols {
		b = binary.LittleEndian.AppendUint32(b, uint32(t.h.n.f.nativeTag(c.tag)))
		b = binary.LittleEndian.AppendUint16(b, uint16(c.at))
		b = append(b, byte(c.size), byte(c.bit))
	}
	return b
}
