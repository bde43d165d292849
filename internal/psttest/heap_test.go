package psttest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// heapItem reads an item back by the page maps ([MS-PST] 2.3.1.5).
func heapItem(blocks [][]byte, id hid) ([]byte, error) {
	block, index := int(id>>16), int(id>>5&0x7FF)
	if block >= len(blocks) || id&0x1F != 0 {
		return nil, fmt.Errorf("heap id %#x", uint32(id))
	}
	b := blocks[block]
	m := b[le.Uint16(b):]
	if index < 1 || index > int(le.Uint16(m)) {
		return nil, fmt.Errorf("heap id %#x of %d items", uint32(id), le.Uint16(m))
	}
	return b[le.Uint16(m[2+2*index:]):le.Uint16(m[4+2*index:])], nil
}

// heapBlocks are the data blocks of a heap in a finished file.
func heapBlocks(c *checker, bid uint64) [][]byte {
	k := c.blocks[bid]
	b := c.b[k.ib : k.ib+uint64(k.cb)]
	if bid&2 == 0 {
		return [][]byte{b}
	}
	var out [][]byte
	for i := range int(le.Uint16(b[2:])) {
		out = append(out, heapBlocks(c, le.Uint64(b[8+8*i:]))...)
	}
	return out
}

// finished closes the file m, with a heap as its only node, and checks it; the data
// blocks of the heap come back.
func finished(t *testing.T, h *heap, root hid, m *memory) [][]byte {
	t.Helper()
	data, err := h.finish(root)
	if err != nil {
		t.Fatal(err)
	}
	h.n.node(0x21, 0, part{data: data})
	if err := h.n.close(initialIndexes()); err != nil {
		t.Fatal(err)
	}
	c, err := checkFile(*m)
	if err != nil {
		t.Fatal(err)
	}
	return heapBlocks(c, data)
}

// TestHeap stores items of all sizes and reads them back.
func TestHeap(t *testing.T) {
	for _, count := range []int{0, 1, 40, 300, 3000} {
		var m memory
		n, err := newNDB(&m, unicode, EncryptNone)
		if err != nil {
			t.Fatal(err)
		}
		h := newHeap(n, heapProps)
		r := rand.New(rand.NewPCG(1, uint64(count)))
		items := map[hid][]byte{}
		var sizes []int
		for range count {
			item := bytesOf(r.IntN(maxHeapItem + 1))
			before := h.length([]int{len(item)})
			id, err := h.alloc(item)
			if err != nil {
				t.Fatal(err)
			}
			if got := h.length(nil); got != before {
				t.Fatalf("length %d was foretold as %d", got, before)
			}
			sizes = append(sizes, len(item))
			items[id] = item
		}
		delete(items, 0) // empty items have no place
		if got := newHeap(n, heapProps).length(sizes); got != h.length(nil) {
			t.Errorf("length %d was foretold as %d", h.length(nil), got)
		}
		length := h.length(nil)
		blocks := finished(t, h, 0x20, &m)
		if got := int64(len(bytes.Join(blocks, nil))); got != length {
			t.Errorf("%d bytes, %d were foretold", got, length)
		}
		for id, want := range items {
			if got, err := heapItem(blocks, id); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("item %#x of %d: %d bytes, want %d (%v)", uint32(id), count, len(got), len(want), err)
			}
		}
		checkFillLevels(t, blocks)
	}
}

// checkFillLevels holds the fill levels against the room that each block has.
func checkFillLevels(t *testing.T, blocks [][]byte) {
	t.Helper()
	if blocks[0][2] != 0xEC || blocks[0][3] != heapProps || le.Uint32(blocks[0][4:]) != 0x20 {
		t.Errorf("HNHDR % x", blocks[0][:12])
	}
	for i, b := range blocks {
		holder, at, first := blocks[0], 8, 0
		if i >= 8 {
			first = 8 + (i-8)/128*128
			holder, at = blocks[first], 2
		}
		level := holder[at+(i-first)/2] >> (4 * ((i - first) % 2)) & 0xF
		m := int(le.Uint16(b))
		free := 8176 - (m + 4 + 2*(int(le.Uint16(b[m:]))+1))
		low := []int{3584, 2560, 2048, 1792, 1536, 1280, 1024, 768, 512, 256, 128, 64, 32, 16, 8, 0}[level]
		if free < low || level > 0 && free >= []int{1 << 20, 3584, 2560, 2048, 1792, 1536, 1280, 1024, 768, 512, 256, 128, 64, 32, 16, 8}[level] {
			t.Errorf("block %d has level %d with %d bytes free", i, level, free)
		}
	}
}

// TestBTH reads trees of one to three levels back.
func TestBTH(t *testing.T) {
	for _, count := range []int{0, 1, 447, 448, 200000} {
		var m memory
		n, err := newNDB(&m, unicode, EncryptNone)
		if err != nil {
			t.Fatal(err)
		}
		var records []byte
		for i := range count {
			records = le.AppendUint32(records, uint32(2*i))
			records = le.AppendUint32(records, uint32(i))
		}
		h := newHeap(n, heapTable)
		foretold := h.length(bthSizes(4, 4, count))
		root, err := h.bth(4, 4, records)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.length(nil); got != foretold {
			t.Errorf("%d records: %d bytes, %d were foretold", count, got, foretold)
		}
		if got, err := bthRecords(finished(t, h, root, &m), root); err != nil || !bytes.Equal(got, records) {
			t.Errorf("%d records: %d bytes came back of %d (%v)", count, len(got), len(records), err)
		}
	}
}

// bthRecords reads all records of a BTH ([MS-PST] 2.3.2).
func bthRecords(blocks [][]byte, header hid) ([]byte, error) {
	head, err := heapItem(blocks, header)
	if err != nil {
		return nil, err
	}
	ids := []hid{hid(le.Uint32(head[4:]))}
	for range head[3] {
		var next []hid
		for _, id := range ids {
			b, err := heapItem(blocks, id)
			if err != nil {
				return nil, err
			}
			for i := int(head[1]); i < len(b); i += int(head[1]) + 4 {
				next = append(next, hid(le.Uint32(b[i:])))
			}
		}
		ids = next
	}
	var out []byte
	for _, id := range ids {
		if id == 0 {
			continue
		}
		b, err := heapItem(blocks, id)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, nil
}

func TestRowLayout(t *testing.T) {
	l := newLayout([]mapi.Tag{0x0001000B, 0x00020040, 0x00030002, 0x00040003, 0x0005001F, 0x00060048, 0x00071003, 0x0008000B})
	if want := [4]int{32, 34, 36, 38}; l.rgib != want {
		t.Errorf("groups end at %v, want %v", l.rgib, want)
	}
	places := map[int]bool{}
	bits := map[int]bool{}
	for i, c := range l.cols {
		if i > 0 && c.tag <= l.cols[i-1].tag {
			t.Errorf("column %#x is out of order", uint32(c.tag))
		}
		for at := c.at; at < c.at+c.size; at++ {
			if places[at] || at >= l.rgib[2] {
				t.Errorf("column %#x: byte %d is taken or outside", uint32(c.tag), at)
			}
			places[at] = true
		}
		if bits[c.bit] {
			t.Errorf("column %#x: bit %d is taken", uint32(c.tag), c.bit)
		}
		bits[c.bit] = true
	}
	if len(places) != l.rgib[2] || len(bits) != len(l.cols) {
		t.Errorf("%d of %d bytes and %d of %d bits are used", len(places), l.rgib[2], len(bits), len(l.cols))
	}
}
