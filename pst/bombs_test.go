package pst_test

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/pst"
)

// Small files that stand for huge ones: what reading them takes must stay near
// what the file has.

const rootFolder = 0x122

// bounded reads a file's inventory in bounded time and memory.
func bounded(t *testing.T, b []byte) (*pst.Store, *pst.Inventory) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	s := open(t, b)
	inv, err := s.Inventory()
	if err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("a file of %d KiB takes %v", len(b)>>10, d)
	}
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
	var r psttest.Raw
	for i := range n {
		parent := folderID(i - 1)
		if i == 0 {
			parent = rootFolder
		}
		r.Nodes = append(r.Nodes, psttest.RawNode{NID: folderID(i), Parent: parent})
	}
	_, inv := bounded(t, rawFile(t, &r))
	if len(inv.Folders) != n {
		t.Errorf("%d folders of %d", len(inv.Folders), n)
	}
	if p := inv.Folders[300].Path; len(p) != 301 {
		t.Errorf("the folder at level 301 has a path of %d names", len(p))
	}
}

// TestManyFoldersFarDown has folders whose paths would be far larger than the file.
func TestManyFoldersFarDown(t *testing.T) {
	const deep, n = 450, 30_000
	var r psttest.Raw
	for i := range n {
		parent := folderID(min(i, deep) - 1)
		if i == 0 {
			parent = rootFolder
		}
		r.Nodes = append(r.Nodes, psttest.RawNode{NID: folderID(i), Parent: parent})
	}
	_, inv := bounded(t, rawFile(t, &r))
	if len(inv.Folders) != n {
		t.Errorf("%d folders of %d", len(inv.Folders), n)
	}
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
