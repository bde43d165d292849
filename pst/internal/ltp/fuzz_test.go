package ltp

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// fuzzNode is a node whose heap has two blocks and whose one subnode has one.
func fuzzNode(t *testing.T, wide bool, first, second, sub []byte) *Node {
	t.Helper()
	var r psttest.Raw
	if wide {
		r.Options = psttest.Options{Format: psttest.FormatWide, Client: "SO"}
	}
	x := binary.LittleEndian.AppendUint32([]byte{1, 1, 2, 0}, uint32(len(first)+len(second)))
	x = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(x, psttest.RawBID(0, false)), psttest.RawBID(1, false))
	sl := binary.LittleEndian.AppendUint64([]byte{2, 0, 1, 0, 0, 0, 0, 0}, fuzzSubnode)
	sl = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(sl, psttest.RawBID(2, false)), 0)
	r.Blocks = []psttest.RawBlock{{Data: first}, {Data: second}, {Data: sub}, {Data: x, Internal: true}, {Data: sl, Internal: true}}
	r.Nodes = []psttest.RawNode{{NID: 0x200024, Data: psttest.RawBID(3, true), Sub: psttest.RawBID(4, true)}}
	b, err := r.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	f, err := ndb.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	n, err := OpenNode(f, 0x200024)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// fuzzSubnode is the node id with which heaps of psttest name their first subnode.
const fuzzSubnode = 0x8003F

// seeds are the first blocks of a message's property context, with a value in a
// subnode, and of a contents table.
func seeds(f *testing.F) [][]byte {
	_, message, table := mailbox(f, 12)
	var out [][]byte
	for _, n := range []*Node{message, table} {
		b, err := n.Data.Block(0, nil)
		if err != nil {
			f.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

// FuzzHeap takes a heap and its BTrees apart: what they give lies in the heap,
// and is not more than the heap.
func FuzzHeap(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b, b[:len(b)/2], uint32(0x20), false)
		f.Add(b, b, uint32(0x10040), true)
	}
	f.Fuzz(func(t *testing.T, first, second []byte, id uint32, wide bool) {
		n := fuzzNode(t, wide, first, second, nil)
		for _, client := range []byte{sigPC, sigTC} {
			h, err := openHeap(n, client)
			if err != nil {
				continue
			}
			size := int(n.Data.Size())
			for _, id := range []hid{hid(id), h.root} {
				if b, err := h.item(id); err == nil && len(b) > n.File.MaxBlock() {
					t.Errorf("an item of %d bytes", len(b))
				}
				for _, shape := range [][2]int{{2, 6}, {4, 2}, {4, 4}} {
					tree, err := openBTH(h, id, shape[0], shape[1])
					if err != nil {
						continue
					}
					total := 0
					for rec, err := range tree.records() {
						if err == nil {
							total += len(rec)
						}
					}
					if total > size {
						t.Errorf("%d bytes of records in a heap of %d", total, size)
					}
				}
			}
		}
	})
}

// FuzzPC reads every property of a property context: in order, and the same in
// one piece and as a stream.
func FuzzPC(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b, []byte("a value"), false)
		f.Add(b, []byte("a value"), true)
	}
	f.Fuzz(func(t *testing.T, heap, sub []byte, wide bool) {
		n := fuzzNode(t, wide, heap, nil, sub)
		p, err := OpenPC(n)
		if err != nil {
			return
		}
		readProps(t, p)
		for i := 1; i < len(p.List()); i++ {
			if p.List()[i].ID < p.List()[i-1].ID {
				t.Error("not in order")
			}
		}
	})
}

func readProps(t *testing.T, p *Props) {
	for _, e := range p.List() {
		whole, err := p.Read(e)
		r, size, oerr := p.Open(e)
		if e.Type == mapi.TypeObject || err != nil || oerr != nil {
			if (err == nil) != (oerr == nil) && e.Type != mapi.TypeObject {
				t.Errorf("property %s: %v in one piece, %v as a stream", e.ID, err, oerr)
			}
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(b, whole) || int64(len(b)) != size {
			t.Errorf("property %s: %d bytes in one piece, %d of %d as a stream, %v", e.ID, len(whole), len(b), size, err)
		}
	}
}

// FuzzTable reads every row of a table context: no more rows than the index has
// room for, and the same twice.
func FuzzTable(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b, bytes.Repeat([]byte{0xFF}, 400), false)
		f.Add(b, make([]byte, 400), true)
	}
	f.Fuzz(func(t *testing.T, heap, matrix []byte, wide bool) {
		n := fuzzNode(t, wide, heap, nil, matrix)
		table, err := OpenTable(n)
		if err != nil {
			return
		}
		rows := 0
		for row, err := range table.Rows() {
			if err != nil {
				continue
			}
			rows++
			p, err := table.Row(row)
			again, aerr := table.Row(row)
			if (err == nil) != (aerr == nil) {
				t.Errorf("row %v: %v, then %v", row, err, aerr)
			}
			if err != nil {
				continue
			}
			if len(p.List()) != len(again.List()) || len(p.List()) > 255 {
				t.Errorf("row %v: %d cells, then %d", row, len(p.List()), len(again.List()))
			}
			if rows < 100 {
				readProps(t, p)
			}
		}
		if rows > int(n.Data.Size())/6 {
			t.Errorf("%d rows in a heap of %d bytes", rows, n.Data.Size())
		}
	})
}

// FuzzWritten writes values with the writer of the tests: each comes back.
func FuzzWritten(f *testing.F) {
	f.Add([]byte("short"), "subject", uint32(7))
	f.Add(bytes.Repeat([]byte("long "), 2000), "", uint32(1<<31))
	f.Fuzz(func(t *testing.T, value []byte, text string, number uint32) {
		for _, format := range []psttest.Format{psttest.FormatUnicode, psttest.FormatWide} {
			m := psttest.Mail("x", "ann@example.org", "", "").With(
				psttest.Bin(0x6100, value), psttest.Int32(0x6101, int(int32(number))), psttest.Str(0x6102, text))
			b, err := psttest.Bytes(&psttest.Tree{Options: psttest.Options{Format: format}, Folders: []psttest.Folder{{Name: "Inbox", Messages: []*psttest.Message{m}}}})
			if err != nil {
				t.Skip(err) // text that has no UTF-16
			}
			checkWritten(t, b, value, number)
		}
	})
}

func checkWritten(t *testing.T, b, value []byte, number uint32) {
	t.Helper()
	f, err := ndb.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for n, err := range f.Nodes() {
		if err != nil || n.NID.Type() != ndb.TypeMessage {
			continue
		}
		node, err := OpenNode(f, n.NID)
		if err != nil {
			t.Fatal(err)
		}
		p, err := OpenPC(node)
		if err != nil {
			t.Fatal(err)
		}
		readProps(t, p)
		for id, want := range map[mapi.PropID][]byte{0x6100: value, 0x6101: binary.LittleEndian.AppendUint32(nil, number)} {
			e, ok := p.Find(id)
			if !ok {
				t.Fatalf("no property %s", id)
			}
			if got, err := p.Read(e); err != nil || !bytes.Equal(got, want) {
				t.Errorf("property %s: %d bytes of %d, %v", id, len(got), len(want), err)
			}
		}
	}
	if damage := f.Log.List(); len(damage) > 0 {
		t.Errorf("damage %v", damage)
	}
}
