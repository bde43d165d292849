package pst_test

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// Small files that stand for huge ones: what reading them takes must stay near
// what the file has.

const rootFolder = 0x122

// bound begins to measure, and check complains of more than a small file may take.
func bound(t testing.TB) (check func()) {
	start := testneed.ProcessorTime()
	return func() {
		t.Helper()
		if d := testneed.ProcessorTime() - start; d > 20*time.Second {
			t.Errorf("it took %v of the processor's time", d)
		}
	}
}

// bounded reads a file's inventory in bounded time and memory.
func bounded(t *testing.T, b []byte) (*pst.Store, *pst.Inventory) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	inTime := bound(t)
	s := open(t, b)
	inv, err := s.Inventory()
	if err != nil {
		t.Fatal(err)
	}
	inTime()
	runtime.ReadMemStats(&after)
	if n := (after.TotalAlloc - before.TotalAlloc) >> 20; n > 300 {
		t.Errorf("a file of %d KiB takes %d MiB", len(b)>>10, n)
	}
	return s, inv
}

func rawFile(t *testing.T, r *psttest.Raw) []byte {
	t.Helper()
	b, err := r.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// folderID is the i-th folder's node.
func folderID(i int) uint32 { return uint32(0x1000+i)<<5 | 2 }

// TestChainOfLostFolders has folders that no table lists, each below the one
// before: none is lost, and none is read for each of those below it.
func TestChainOfLostFolders(t *testing.T) {
	const n = 15_000
	inv := lostFolders(t, n, func(i int) int { return i - 1 })
	if p := inv.Folders[300].Path; len(p) != 301 {
		t.Errorf("the folder at level 301 has a path of %d names", len(p))
	}
}

// TestManyFoldersFarDown has folders whose paths would be far larger than the file.
func TestManyFoldersFarDown(t *testing.T) {
	const deep, n = 450, 30_000
	lostFolders(t, n, func(i int) int { return min(i, deep) - 1 })
}

// lostFolders reads n folders that no table lists, each below another one, the first
// below the root, and asserts that none is missing.
func lostFolders(t *testing.T, n int, below func(i int) int) *pst.Inventory {
	t.Helper()
	r := psttest.Raw{Nodes: []psttest.RawNode{{NID: folderID(0), Parent: rootFolder}}}
	for i := 1; i < n; i++ {
		r.Nodes = append(r.Nodes, psttest.RawNode{NID: folderID(i), Parent: folderID(below(i))})
	}
	_, inv := bounded(t, rawFile(t, &r))
	if len(inv.Folders) != n {
		t.Errorf("%d folders of %d", len(inv.Folders), n)
	}
	return inv
}

// TestManyFoldersOneTable lets thousands of folders have one contents table.
func TestManyFoldersOneTable(t *testing.T) {
	f := psttest.Folder{Name: "folder 1"}
	for range 20 {
		f.Messages = append(f.Messages, psttest.Mail("subject", "a@example.org", "", ""))
	}
	sound, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{f}})
	if err != nil {
		t.Fatal(err)
	}
	_, folder := first(t, sound, "folder 1")
	table, _ := (&patcher{t, sound}).heapOf(folder&^0x1F | contentsTable)
	const n = 4_000 // two faults each, of 10,000 that are listed
	r := psttest.Raw{
		Blocks: []psttest.RawBlock{{Data: bytes.Clone(table)}},
	}
	for _, id := range inventory(t, open(t, sound)).Folders[1].Items {
		r.Nodes = append(r.Nodes, psttest.RawNode{NID: uint32(id), Parent: folderID(7)})
	}
	for i := range n {
		r.Nodes = append(r.Nodes, psttest.RawNode{NID: folderID(i), Parent: rootFolder},
			psttest.RawNode{NID: folderID(i)&^0x1F | contentsTable, Data: psttest.RawBID(0, false)})
	}
	s, inv := bounded(t, rawFile(t, &r))
	if data := bytes.Index(table, []byte{0xEC, 0x7C}); data != 2 {
		t.Fatal("the table is more than a block")
	}
	if len(inv.Folders) != n || inv.Messages != 20 || inv.Recovered != 0 {
		t.Errorf("%d folders, %d messages, %d recovered", len(inv.Folders), inv.Messages, inv.Recovered)
	}
	said := false
	for _, d := range s.Damage() {
		said = said || strings.Contains(d.What, "far more rows")
	}
	if !said {
		t.Error("nothing was said about it")
	}
}

// TestTreeOfTinyBlocks has a value of 3 million blocks of one byte, whose
// XBLOCKs compress to almost nothing.
func TestTreeOfTinyBlocks(t *testing.T) {
	const perBlock, xblocks = (65512 - 8) / 8, 400
	x := binary.LittleEndian.AppendUint32([]byte{1, 1, perBlock & 0xFF, perBlock >> 8}, perBlock)
	for range perBlock {
		x = binary.LittleEndian.AppendUint64(x, psttest.RawBID(0, false))
	}
	r := psttest.Raw{Options: psttest.Options{Format: psttest.FormatWide, Client: "SO"}, Blocks: []psttest.RawBlock{{Data: []byte{7}}}}
	xx := binary.LittleEndian.AppendUint32([]byte{1, 2, xblocks & 0xFF, xblocks >> 8}, perBlock*xblocks)
	for i := range xblocks {
		r.Blocks = append(r.Blocks, psttest.RawBlock{Data: x, Internal: true})
		xx = binary.LittleEndian.AppendUint64(xx, psttest.RawBID(1+i, true))
	}
	r.Blocks = append(r.Blocks, psttest.RawBlock{Data: xx, Internal: true})
	const message = 0x10001<<5 | 4
	r.Nodes = []psttest.RawNode{{NID: message, Parent: rootFolder, Data: psttest.RawBID(1+xblocks, true)}}
	s, inv := bounded(t, rawFile(t, &r))
	if inv.Messages != 1 {
		t.Errorf("%d messages", inv.Messages)
	}
	if _, err := s.Message(message); err == nil || !strings.Contains(err.Error(), "more than the file has") {
		t.Errorf("reading it gives %v", err)
	}
}

// heapBlock is a block of a heap with these items; client is 0 for one that is
// not its first.
func heapBlock(client byte, items ...[]byte) []byte {
	b := make([]byte, 2)
	if client != 0 {
		b = append(b, 0xEC, client, 0x20, 0, 0, 0, 0, 0, 0, 0) // hidUserRoot is the first item
	}
	at := []int{len(b)}
	for _, item := range items {
		b = append(b, item...)
		at = append(at, len(b))
	}
	binary.LittleEndian.PutUint16(b, uint16(len(b)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(items)))
	for _, off := range at {
		b = binary.LittleEndian.AppendUint16(b, uint16(off))
	}
	return b
}

// hidAt is the heap id of an item of a 4K file, which count from 1.
func hidAt(block, index int) uint32 { return uint32(block<<19 | index<<5) }

// tableItems are those of a table with one column of four bytes and one row,
// whose index is a tree of so many levels below the third item.
func tableItems(levels byte, index []byte) [][]byte {
	info := []byte{0x7C, 1, 4, 0, 4, 0, 4, 0, 5, 0}
	info = binary.LittleEndian.AppendUint32(info, hidAt(0, 2)) // hidRowIndex
	info = binary.LittleEndian.AppendUint32(info, hidAt(0, 4)) // hnidRows
	info = append(info, 0, 0, 0, 0, 3, 0, 1, 0x30, 0, 0, 4, 0)
	tree := binary.LittleEndian.AppendUint32([]byte{0xB5, 4, 4, levels}, hidAt(0, 3))
	return [][]byte{info, tree, index, {7, 0, 0, 0, 0x80}}
}

// tree joins the blocks behind those that r has to a data tree.
func tree(r *psttest.Raw, blocks [][]byte) uint64 {
	x := []byte{1, 1, byte(len(blocks)), byte(len(blocks) >> 8)}
	size := 0
	for _, b := range blocks {
		size += len(b)
	}
	x = binary.LittleEndian.AppendUint32(x, uint32(size))
	for _, b := range blocks {
		x = binary.LittleEndian.AppendUint64(x, psttest.RawBID(len(r.Blocks), false))
		r.Blocks = append(r.Blocks, psttest.RawBlock{Data: b})
	}
	r.Blocks = append(r.Blocks, psttest.RawBlock{Data: x, Internal: true})
	return psttest.RawBID(len(r.Blocks)-1, true)
}

// emptyProps is a property context without properties and with so many bytes
// that are none.
func emptyProps(size int) []byte {
	return heapBlock(0xBC, []byte{0xB5, 2, 6, 0, 0, 0, 0, 0}, make([]byte, size))
}

// tableMessage is a 4K file of one message with one table, beside other subnodes.
func tableMessage(t *testing.T, r *psttest.Raw, table uint32, data uint64, others ...uint64) *pst.Message {
	t.Helper()
	sl := []byte{2, 0, byte(1 + len(others)), byte((1 + len(others)) >> 8), 0, 0, 0, 0}
	entry := func(nid, data uint64) {
		for _, v := range []uint64{nid, data, 0} {
			sl = binary.LittleEndian.AppendUint64(sl, v)
		}
	}
	entry(uint64(table), data)
	for i, bid := range others {
		entry(uint64(0x8005+i*0x20), bid)
	}
	r.Blocks = append(r.Blocks, psttest.RawBlock{Data: sl, Internal: true}, psttest.RawBlock{Data: emptyProps(8)})
	n := len(r.Blocks)
	const message = 0x10001<<5 | 4
	r.Options = psttest.Options{Format: psttest.FormatWide, Client: "SO"}
	r.Nodes = []psttest.RawNode{{NID: message, Parent: rootFolder, Data: psttest.RawBID(n-1, false), Sub: psttest.RawBID(n-2, true)}}
	s, _ := bounded(t, rawFile(t, r))
	m, err := s.Message(message)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// allocated is how many MiB fn takes.
func allocated(fn func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) >> 20
}

// TestRecipientsWithoutEnd has two million rows of the recipient table that are
// all the same one, in blocks that compress to almost nothing.
func TestRecipientsWithoutEnd(t *testing.T) {
	const blocks, rows = 260, 8000
	var index []byte
	list := [][]byte{nil}
	for i := range blocks {
		index = binary.LittleEndian.AppendUint32(index, uint32(i))
		index = binary.LittleEndian.AppendUint32(index, hidAt(i+1, 1))
		list = append(list, heapBlock(0, make([]byte, rows*8)))
	}
	list[0] = heapBlock(0x7C, tableItems(1, index)...)
	var r psttest.Raw
	m := tableMessage(t, &r, 0x692, tree(&r, list))
	mib := allocated(func() {
		all, err := m.Recipients()
		if n, ok := all[0].Int(0x3001); !ok || n != 7 {
			t.Errorf("the row has %d, %v", n, ok)
		}
		if err == nil || !strings.Contains(err.Error(), "more than") || len(all) < 500_000 {
			t.Errorf("%d recipients, %v", len(all), err)
		}
	})
	if mib > 400 {
		t.Errorf("%d MiB were allocated", mib)
	}
}

// TestAttachmentsThatShare has 2,000 attachments whose properties are one block
// of 60 KB: each keeps its own.
func TestAttachmentsThatShare(t *testing.T) {
	const n = 2000
	var index []byte
	for i := range n {
		index = binary.LittleEndian.AppendUint32(index, uint32(0x8005+i*0x20))
		index = binary.LittleEndian.AppendUint32(index, 0)
	}
	r := psttest.Raw{Blocks: []psttest.RawBlock{{Data: heapBlock(0x7C, tableItems(0, index)...)}, {Data: emptyProps(60_000)}}}
	others := make([]uint64, n)
	for i := range others {
		others[i] = psttest.RawBID(1, false)
	}
	m := tableMessage(t, &r, 0x671, psttest.RawBID(0, false), others...)
	mib := allocated(func() {
		all, err := m.Attachments()
		if err == nil || !strings.Contains(err.Error(), "larger than the file") || len(all) == 0 || all[0].Err() != nil {
			t.Errorf("%d attachments, %v", len(all), err)
		}
	})
	if mib > 100 {
		t.Errorf("%d MiB were allocated", mib)
	}
}
