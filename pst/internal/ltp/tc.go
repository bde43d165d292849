package ltp

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// Table is a table context ([MS-PST] 2.3.4). Unlike the rest of this package it
// is not safe for concurrent use: it keeps the block of the row read last.
type Table struct {
	matrix  *Node  // subnode of the row matrix, once opened
	last    []byte // block of the row read last
	lastNum int

	node  *Node
	heap  *heap
	cols  []column
	ends  [4]int // TCI_4b, TCI_2b, TCI_1b, TCI_bm
	index *bth   // RowIndex
	rows  uint32 // hnidRows
}

// column is a TCOLDESC ([MS-PST] 2.3.4.2).
type column struct {
	tag    mapi.Tag
	offset int // ibData
	size   int // cbData
	bit    int // iBit
}

// OpenTable reads TCINFO and the column descriptions of a node's table
// ([MS-PST] 2.3.4.1).
func OpenTable(n *Node) (*Table, error) {
	h, err := openHeap(n, sigTC)
	if err != nil {
		return nil, err
	}
	b, err := h.item(h.root)
	if err != nil {
		return nil, err
	}
	if len(b) < 22 || b[0] != sigTC {
		return nil, n.fault("TCINFO", "bType", "this is no table context")
	}
	t := &Table{node: n, heap: h, rows: binary.LittleEndian.Uint32(b[14:])}
	for i := range t.ends {
		t.ends[i] = int(binary.LittleEndian.Uint16(b[2+2*i:]))
	}
	count := int(b[1])
	if len(b) < 22+8*count {
		return nil, n.fault("TCINFO", "cCols", fmt.Sprintf("%d columns do not fit %d bytes", count, len(b)))
	}
	for c := b[22:]; count > 0; c, count = c[8:], count-1 {
		t.cols = append(t.cols, column{
			tag:    mapi.Tag(binary.LittleEndian.Uint32(c)),
			offset: int(binary.LittleEndian.Uint16(c[4:])), size: int(c[6]), bit: int(c[7]),
		})
	}
	t.index, err = openBTH(h, hid(binary.LittleEndian.Uint32(b[10:])), 4, 4, 2)
	return t, err
}

// Row is an entry of the RowIndex ([MS-PST] 2.3.4.3.1): the identifier of a
// row, which is a NID in hierarchy and contents tables, and its place.
type Row struct {
	ID    ndb.NID
	index int
}

// Rows yields the rows of the RowIndex in its order. It does not touch the row
// matrix, so listing a million messages costs their identifiers only.
func (t *Table) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for rec, err := range t.index.records() {
			if err != nil {
				if !yield(Row{}, err) {
					return
				}
				continue
			}
			r := Row{ID: ndb.NID(binary.LittleEndian.Uint32(rec)), index: int(binary.LittleEndian.Uint16(rec[4:]))}
			if t.index.entSize == 4 {
				r.index = int(binary.LittleEndian.Uint32(rec[4:]))
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Row reads the properties of a row ([MS-PST] 2.3.4.4).
func (t *Table) Row(r Row) (*Props, error) {
	b, err := t.cells(r.index)
	if err != nil {
		return nil, err
	}
	p := &Props{heap: t.heap}
	exists := b[t.ends[2]:]
	for _, c := range t.cols {
		if c.bit/8 >= len(exists) || exists[c.bit/8]&(0x80>>(c.bit%8)) == 0 {
			continue
		}
		if c.offset+c.size > len(b) {
			t.node.File.Log.AddLoss(t.node.fault("TCOLDESC", "ibData", fmt.Sprintf("column %s lies outside the row of %d bytes", c.tag.ID(), len(b))))
			continue
		}
		p.list = append(p.list, c.entry(b[c.offset:c.offset+c.size]))
	}
	p.order()
	return p, nil
}

// entry takes a cell as value when the type is of fixed size, as HNID
// otherwise ([MS-PST] 2.3.4.4.1).
func (c column) entry(cell []byte) Entry {
	e := Entry{ID: c.tag.ID(), Type: c.tag.Type()}
	if size := e.Type.FixedSize(); size > 0 && size <= 8 && len(cell) >= size {
		e.cell = cell[:size:size]
		return e
	}
	if len(cell) >= 4 {
		e.hnid = binary.LittleEndian.Uint32(cell)
	}
	return e
}

// cells finds the bytes of one row: in a heap item, or in the blocks of a
// subnode, whose rows never cross a block.
func (t *Table) cells(i int) ([]byte, error) {
	size := t.ends[3]
	bad := func(field, format string, args ...any) error {
		return t.node.fault("TCINFO", field, fmt.Sprintf(format, args...))
	}
	if size < t.ends[2] || size < 4 {
		return nil, bad("rgib", "a row of %d bytes", size)
	}
	b, first, err := t.matrixBlock(i, size)
	if err != nil {
		return nil, err
	}
	off := (i - first) * size
	if off < 0 || off+size > len(b) {
		return nil, bad("hnidRows", "row %d lies outside the row matrix", i)
	}
	return b[off : off+size : off+size], nil
}

// matrixBlock gives the part of the row matrix that holds row i and the number
// of its first row.
func (t *Table) matrixBlock(i, size int) (b []byte, first int, err error) {
	if t.rows&0x1F == 0 {
		b, err = t.heap.item(hid(t.rows))
		return b, 0, err
	}
	if t.matrix == nil {
		if t.matrix, err = t.node.Sub(ndb.NID(t.rows)); err != nil {
			return nil, 0, err
		}
	}
	per := t.node.File.MaxBlock() / size
	if per == 0 {
		return nil, 0, t.node.fault("TCINFO", "rgib", fmt.Sprintf("a row of %d bytes is more than a block has", size))
	}
	if t.last == nil || t.lastNum != i/per {
		b, err = t.matrix.Data.Block(i/per, nil)
		if err != nil {
			return nil, 0, ndb.AtNode(err, t.node.NID)
		}
		t.last, t.lastNum = b, i/per
	}
	return t.last, i / per * per, nil
}

// InPlace sorts rows by their place in the row matrix. Read in this order, each
// block of it is read once.
func InPlace(rows []Row) {
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Compare(a.index, b.index) })
}
