package pst_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/pst"
)

// Offsets in the header of a Unicode file ([MS-PST] 2.2.2.5, 2.2.2.6).
const (
	ibNBT = 224
	ibBBT = 240
)

func manyFolders(t testing.TB) []byte {
	t.Helper()
	var folders []psttest.Folder
	for i := range 5 {
		f := psttest.Folder{Name: fmt.Sprint("folder ", i)}
		for k := range 10 {
			f.Messages = append(f.Messages, psttest.Mail(fmt.Sprint(i, " ", k), "a@example.org", "b@example.org", "text"))
		}
		folders = append(folders, f)
	}
	b, err := psttest.Bytes(&psttest.Tree{Folders: folders})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func open(t testing.TB, b []byte) *pst.Store {
	t.Helper()
	s, err := pst.New(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func page(b []byte, ref int) []byte {
	off := binary.LittleEndian.Uint64(b[ref:])
	return b[off : off+512]
}

func TestDeepScanFindsWhatARootLost(t *testing.T) {
	for name, ref := range map[string]int{"node B-tree": ibNBT, "block B-tree": ibBBT} {
		t.Run(name, func(t *testing.T) {
			b := manyFolders(t)
			clear(page(b, ref))
			s := open(t, b)
			if inv, err := s.Inventory(); err == nil && inv.Messages > 0 && readAll(t, s) > 0 {
				t.Fatalf("without the root %d messages were read", readAll(t, s))
			}
			s = open(t, b)
			var done int64
			if err := s.DeepScan(context.Background(), func(n, _ int64) { done = n }); err != nil {
				t.Fatal(err)
			}
			if done != int64(len(b)) {
				t.Errorf("searched %d of %d bytes", done, len(b))
			}
			if n := readAll(t, s); n != 50 {
				t.Errorf("%d messages of 50", n)
			}
			folders := 0
			for _, f := range inventory(t, s).Folders {
				if len(f.Items) == 10 && !f.Virtual {
					folders++
				}
			}
			if folders != 5 {
				t.Errorf("%d folders of 5 have their items", folders)
			}
		})
	}
}

// crc is the checksum of [MS-PST] 5.3.
func crc(b []byte) uint32 { return ^crc32.Update(^uint32(0), crc32.IEEETable, b) }

// TestDeepScanFindsDeletedItems takes an item out of the node B-tree, as
// deleting does, and leaves the old page in free space.
func TestDeepScanFindsDeletedItems(t *testing.T) {
	b := manyFolders(t)
	s := open(t, b)
	inv := inventory(t, s)
	var victim pst.NodeID
	for _, f := range inv.Folders {
		if len(f.Items) > 0 {
			victim = f.Items[len(f.Items)-1]
		}
	}
	leaf := leafWith(t, b, uint64(victim))
	old := bytes.Clone(leaf)
	removeEntry(leaf, uint64(victim))
	// The old version of the page, at the end of the file.
	off := uint64(len(b))
	bid := binary.LittleEndian.Uint64(old[504:])
	sig := uint32(off) ^ uint32(bid)
	binary.LittleEndian.PutUint16(old[498:], uint16(sig>>16)^uint16(sig))
	b = append(b, old...)

	s = open(t, b)
	if inv := inventory(t, s); inv.Messages != 49 {
		t.Fatalf("%d messages, one is deleted", inv.Messages)
	}
	s = open(t, b)
	if err := s.DeepScan(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	inv = inventory(t, s)
	last := inv.Folders[len(inv.Folders)-1]
	if inv.Messages != 50 || inv.Deep != 1 {
		t.Fatalf("%d messages, %d from the scan", inv.Messages, inv.Deep)
	}
	m, err := s.Message(victim)
	if err != nil {
		t.Fatal(err)
	}
	if subject, _ := m.Text(mapi.Subject); subject != "4 9" {
		t.Errorf("subject %q", subject)
	}
	if !last.Virtual || last.Path[0] != pst.DeepName || len(last.Items) != 1 || last.Items[0] != victim {
		t.Errorf("the deleted item is not in %q: %+v", pst.DeepName, last)
	}
}

// leafWith is the leaf page of the node B-tree that has the key.
func leafWith(t *testing.T, b []byte, key uint64) []byte {
	t.Helper()
	p := page(b, ibNBT)
	for p[491] > 0 { // cLevel
		next := -1
		for i := range int(p[488]) {
			if binary.LittleEndian.Uint64(p[24*i:]) <= key {
				next = i
			}
		}
		off := binary.LittleEndian.Uint64(p[24*next+16:])
		p = b[off : off+512]
	}
	return p
}

// removeEntry takes an entry out of a leaf page and corrects its checksum.
func removeEntry(p []byte, key uint64) {
	n := int(p[488])
	for i := range n {
		if binary.LittleEndian.Uint64(p[32*i:]) == key {
			copy(p[32*i:], p[32*(i+1):32*n])
			clear(p[32*(n-1) : 32*n])
			break
		}
	}
	p[488] = byte(n - 1)
	binary.LittleEndian.PutUint32(p[500:], crc(p[:496]))
}

func TestCheckFindsChangedBlocks(t *testing.T) {
	b := manyFolders(t)
	s := open(t, b)
	nodes, blocks, err := s.Check(context.Background(), nil)
	if err != nil || nodes < 60 || blocks < 60 || len(s.Damage()) != 0 {
		t.Fatalf("%d nodes, %d blocks, %v, damage %v", nodes, blocks, err, s.Damage())
	}
	text := []byte{'t', 0, 'e', 0, 'x', 0, 't', 0}
	b[bytes.LastIndex(b, text)] = 'T'
	s = open(t, b)
	if _, _, err := s.Check(context.Background(), nil); err != nil || len(s.Damage()) != 1 {
		t.Errorf("damage %v, %v", s.Damage(), err)
	}
}

func TestCodePageOfTheStore(t *testing.T) {
	folder := psttest.Folder{Name: "x", Messages: []*psttest.Message{
		psttest.Mail("1", "a@example.org", "", "x", psttest.Int32(mapi.MessageCodepage, 1251)),
		psttest.Mail("2", "a@example.org", "", "x", psttest.Int32(mapi.MessageCodepage, 1251)),
		psttest.Mail("3", "a@example.org", "", "x", psttest.Int32(mapi.MessageCodepage, 1252)),
		psttest.Mail("4", "a@example.org", "", "x", psttest.Int32(mapi.MessageCodepage, 1200), psttest.Int32(mapi.InternetCodepage, 20127),
			psttest.Str8(0x6003, "\xcf\xf0\xe8\xe2\xe5\xf2"), psttest.Str8(0x6004, "Gr\xc3\xbc\xc3\x9fe \x81")),
	}}
	for _, tc := range []struct {
		set  int
		want string
	}{{0, "Привет"}, {1252, "Ïðèâåò"}, {1200, "Привет"}} {
		s := store(t, &psttest.Tree{Folders: []psttest.Folder{folder}})
		if ok := tc.set == 0 || s.SetCodePage(tc.set); ok == (tc.set == 1200) {
			t.Errorf("SetCodePage(%d) is %v", tc.set, ok)
		}
		var got string
		for _, f := range inventory(t, s).Folders {
			for _, id := range f.Items {
				m, err := s.Message(id)
				if err != nil {
					t.Fatal(err)
				}
				if v, ok := m.Text(0x6003); ok {
					got = v
				}
			}
		}
		if got != tc.want {
			t.Errorf("code page %d: %q, want %q", tc.set, got, tc.want)
		}
	}
}
