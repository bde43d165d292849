package pst_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// patcher changes structures of an unencrypted Unicode file and makes their
// checksums right again, so that the reader believes them.
type patcher struct {
	t *testing.T
	b []byte
}

// leafEntries calls fn for each leaf entry of a B-tree, with its page.
func (p *patcher) leafEntries(root, size int, fn func(entry, page []byte)) {
	var walk func(off uint64)
	walk = func(off uint64) {
		page := p.b[off : off+512]
		for i := range int(page[488]) {
			if page[491] > 0 {
				walk(binary.LittleEndian.Uint64(page[24*i+16:]))
			} else {
				fn(page[size*i:size*i+size], page)
			}
		}
	}
	walk(binary.LittleEndian.Uint64(p.b[root:]))
}

func sealPage(page []byte) { binary.LittleEndian.PutUint32(page[500:], crc(page[:496])) }

// block is the data of a block; seal corrects its checksum.
func (p *patcher) block(bid uint64) (data []byte, seal func()) {
	p.t.Helper()
	p.leafEntries(ibBBT, 24, func(e, _ []byte) {
		if binary.LittleEndian.Uint64(e) != bid {
			return
		}
		ib, cb := binary.LittleEndian.Uint64(e[8:]), uint64(binary.LittleEndian.Uint16(e[16:]))
		end := ib + (cb+16+63)/64*64
		data = p.b[ib : ib+cb]
		seal = func() { binary.LittleEndian.PutUint32(p.b[end-12:], crc(p.b[ib:ib+cb])) }
	})
	if data == nil {
		p.t.Fatalf("no block %#x", bid)
	}
	return data, seal
}

// node is the entry of a node; seal corrects its page.
func (p *patcher) node(nid uint32) (entry []byte, seal func()) {
	p.t.Helper()
	p.leafEntries(ibNBT, 32, func(e, page []byte) {
		if binary.LittleEndian.Uint32(e) == nid {
			entry, seal = e, func() { sealPage(page) }
		}
	})
	if entry == nil {
		p.t.Fatalf("no node %#x", nid)
	}
	return entry, seal
}

// internalBlocks are the ids of blocks of structure of one type and level.
func (p *patcher) internalBlocks(btype, level byte) (list []uint64) {
	p.leafEntries(ibBBT, 24, func(e, _ []byte) {
		bid, ib := binary.LittleEndian.Uint64(e), binary.LittleEndian.Uint64(e[8:])
		if bid&2 != 0 && p.b[ib] == btype && p.b[ib+1] == level {
			list = append(list, bid)
		}
	})
	if len(list) == 0 {
		p.t.Fatalf("no block of type %d, level %d", btype, level)
	}
	return list
}

// fillIDs makes every entry of an XBLOCK the same.
func (p *patcher) fillIDs(bid, with uint64) {
	data, seal := p.block(bid)
	for at := 8; at+8 <= len(data); at += 8 {
		binary.LittleEndian.PutUint64(data[at:], with)
	}
	seal()
}

// heapOf is the first block of a node's heap.
func (p *patcher) heapOf(nid uint32) (data []byte, seal func()) {
	e, _ := p.node(nid)
	return p.block(binary.LittleEndian.Uint64(e[8:]))
}

// item is a heap item of a block.
func heapItem(data []byte, index int) []byte {
	m := data[binary.LittleEndian.Uint16(data):]
	return data[binary.LittleEndian.Uint16(m[2+2*index:]):binary.LittleEndian.Uint16(m[4+2*index:])]
}

func hostileBase(t *testing.T) []byte {
	t.Helper()
	var folders []psttest.Folder
	for i := range 3 {
		f := psttest.Folder{Name: fmt.Sprint("folder ", i)}
		for k := range 4 {
			f.Messages = append(f.Messages, psttest.Mail(fmt.Sprint(i, k), "a@example.org", "b@example.org", "text", psttest.Keywords("red")))
		}
		folders = append(folders, f)
	}
	folders[0].Messages[0].Attach(psttest.ByValue("big.bin", "", bytes.Repeat([]byte("0123456789abcdef"), 550_000))) // an XXBLOCK
	folders[0].Messages[1].Attach(psttest.ByValue("some.bin", "", make([]byte, 100_000)))                            // an XBLOCK
	for i := range 400 {
		folders[0].Messages[2].Attach(psttest.ByValue(fmt.Sprint(i), "", []byte("x"))) // an SIBLOCK
	}
	b, err := psttest.Bytes(&psttest.Tree{Folders: folders})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// first is the first message of a folder and the folder.
func first(t *testing.T, b []byte, name string) (message, folder uint32) {
	t.Helper()
	for _, f := range inventory(t, open(t, b)).Folders {
		if f.Path[len(f.Path)-1] == name {
			return uint32(f.Items[0]), uint32(f.ID)
		}
	}
	t.Fatalf("no folder %q", name)
	return 0, 0
}

const (
	hierarchyTable = 0x0D
	contentsTable  = 0x0E
)

func TestHostileStructures(t *testing.T) {
	base := hostileBase(t)
	all := inventory(t, open(t, base)).Messages
	for name, tc := range map[string]struct {
		change   func(*patcher)
		messages int // that must still be found
		readable int // and read, embedded ones not counted
	}{
		"an XXBLOCK that lists itself": {func(p *patcher) { x := p.internalBlocks(1, 2)[0]; p.fillIDs(x, x) }, 12, 12},
		"an XBLOCK that lists itself": {func(p *patcher) {
			for _, x := range p.internalBlocks(1, 1) {
				p.fillIDs(x, x)
			}
		}, 12, 12},
		"a data-tree bomb": {func(p *patcher) {
			xx, x := p.internalBlocks(1, 2)[0], p.internalBlocks(1, 1)[0]
			p.fillIDs(x, 4)
			p.fillIDs(xx, x)
		}, 12, 12},
		"a block listed a thousand times": {func(p *patcher) { p.fillIDs(p.internalBlocks(1, 1)[0], 4) }, 12, 12},
		"an XBLOCK with too many entries": {func(p *patcher) {
			data, seal := p.block(p.internalBlocks(1, 1)[0])
			binary.LittleEndian.PutUint16(data[2:], 0xFFFF)
			seal()
		}, 12, 12},
		"an SIBLOCK that lists itself": {func(p *patcher) {
			si := p.internalBlocks(2, 1)[0]
			data, seal := p.block(si)
			for at := 16; at+8 <= len(data); at += 16 {
				binary.LittleEndian.PutUint64(data[at:], si)
			}
			seal()
		}, 12, 12},
		"a node B-tree page that points to itself": {func(p *patcher) {
			root := binary.LittleEndian.Uint64(p.b[ibNBT:])
			page := p.b[root : root+512]
			if page[491] == 0 {
				p.t.Fatal("the root is a leaf")
			}
			for i := range int(page[488]) {
				binary.LittleEndian.PutUint64(page[24*i+16:], root)
			}
			sealPage(page)
		}, 0, 0},
		"a block B-tree page that points to itself": {func(p *patcher) {
			root := binary.LittleEndian.Uint64(p.b[ibBBT:])
			page := p.b[root : root+512]
			for i := range int(page[488]) {
				binary.LittleEndian.PutUint64(page[24*i+16:], root)
			}
			sealPage(page)
		}, 12, 0},
		"a node B-tree that is the block B-tree": {func(p *patcher) { copy(p.b[ibNBT-8:ibNBT+8], p.b[ibBBT-8:ibBBT+8]) }, 0, 0},
		"a block B-tree that is the node B-tree": {func(p *patcher) { copy(p.b[ibBBT-8:ibBBT+8], p.b[ibNBT-8:ibNBT+8]) }, 0, 0},
		"a node B-tree that leads into the block B-tree": {func(p *patcher) {
			nbt, bbt := binary.LittleEndian.Uint64(p.b[ibNBT:]), binary.LittleEndian.Uint64(p.b[ibBBT:])
			for p.b[bbt+491] > p.b[nbt+491]-1 {
				bbt = binary.LittleEndian.Uint64(p.b[bbt+16:])
			}
			page := p.b[nbt : nbt+512]
			for i := range int(page[488]) {
				binary.LittleEndian.PutUint64(page[24*i+16:], bbt)
			}
			sealPage(page)
		}, 0, 0},
		"a page with too many entries": {func(p *patcher) {
			root := binary.LittleEndian.Uint64(p.b[ibNBT:])
			p.b[root+488] = 255
			sealPage(p.b[root : root+512])
		}, 0, 0},
		"a heap id whose block is the number of blocks": {func(p *patcher) {
			m, _ := first(p.t, p.b, "folder 1")
			data, seal := p.heapOf(m)
			binary.LittleEndian.PutUint32(data[4:], 1<<16|0x20) // hidUserRoot
			seal()
		}, 12, 11},
		"a page map beyond the block": {func(p *patcher) {
			m, _ := first(p.t, p.b, "folder 1")
			data, seal := p.heapOf(m)
			binary.LittleEndian.PutUint16(data, uint16(len(data)-1))
			seal()
		}, 12, 11},
		"a BTree-on-heap that lists itself": {func(p *patcher) {
			m, _ := first(p.t, p.b, "folder 1")
			data, seal := p.heapOf(m)
			root := binary.LittleEndian.Uint32(data[4:])
			header := heapItem(data, int(root>>5)-1)
			header[3] = 200 // bIdxLevels
			seal()
		}, 12, 11},
		"a level too many": {func(p *patcher) {
			m, _ := first(p.t, p.b, "folder 1")
			data, seal := p.heapOf(m)
			root := binary.LittleEndian.Uint32(data[4:])
			header := heapItem(data, int(root>>5)-1)
			header[3] = 3
			seal()
		}, 12, 11},
		"a contents table that is none": {func(p *patcher) {
			_, f := first(p.t, p.b, "folder 1")
			data, seal := p.heapOf(f&^0x1F | contentsTable)
			data[3] = 0xBC
			seal()
		}, 12, 12},
		"a hierarchy table that is none": {func(p *patcher) {
			data, seal := p.heapOf(0x8022&^0x1F | hierarchyTable)
			clear(data[:12])
			seal()
		}, 12, 12},
		"a folder that is its own parent": {func(p *patcher) {
			_, f := first(p.t, p.b, "folder 1")
			e, seal := p.node(f)
			binary.LittleEndian.PutUint32(e[24:], f)
			seal()
			data, seal := p.heapOf(0x8022&^0x1F | hierarchyTable)
			clear(data[:12])
			seal()
		}, 12, 12},
		"a folder without a name": {func(p *patcher) {
			_, f := first(p.t, p.b, "folder 1")
			data, seal := p.heapOf(f)
			data[3] = 0
			seal()
		}, 12, 12},
		"no name-to-id map": {func(p *patcher) {
			data, seal := p.heapOf(0x61)
			clear(data[:12])
			seal()
		}, 12, 12},
		"no store object": {func(p *patcher) {
			data, seal := p.heapOf(0x21)
			clear(data[:12])
			seal()
		}, 12, 12},
	} {
		t.Run(name, func(t *testing.T) {
			p := &patcher{t, bytes.Clone(base)}
			tc.change(p)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			inTime := bound(t)
			found, readable, damage := survey(t, p.b)
			inTime()
			runtime.ReadMemStats(&after)
			if n := (after.TotalAlloc - before.TotalAlloc) >> 20; n > 400 {
				t.Errorf("%d MiB were allocated", n)
			}
			if found < tc.messages || readable < tc.readable {
				t.Errorf("%d items of %d found, %d read; want %d and %d", found, all, readable, tc.messages, tc.readable)
			}
			if damage == 0 {
				t.Error("nothing was said about it")
			}
		})
	}
}

// survey reads everything, and says how many faults were told, errors among them.
func survey(t *testing.T, b []byte) (found, readable, faults int) {
	t.Helper()
	s := open(t, b)
	inv, err := s.Inventory()
	if err != nil {
		return 0, 0, 1
	}
	_, _ = s.Named(mapi.Name{Set: mapi.PSPublicStrings, Str: "Keywords"})
	for _, f := range inv.Folders {
		found += len(f.Items)
		for _, id := range f.Items {
			m, err := s.Message(id)
			if err != nil {
				faults++
				continue
			}
			if text, _ := m.Text(mapi.Subject); text != "" {
				readable++
			}
			readMessage(t, m, 0)
			if _, err := m.Attachments(); err != nil {
				faults++
			}
			list, _ := m.Attachments()
			for _, a := range list {
				if a.Err() != nil {
					faults++
				} else if _, err := a.Value(mapi.AttachData); err != nil {
					faults++
				}
			}
		}
	}
	return found, readable, faults + len(s.Damage())
}

// TestManyOfEverything has sizes at which tables and trees get another level.
func TestManyOfEverything(t *testing.T) {
	m := psttest.Mail("many", "a@example.org", "", "x")
	for i := range 600 {
		m.With(psttest.Str(mapi.PropID(0x6100+i), fmt.Sprint("value ", i)))
	}
	for i := range 500 {
		m.Attach(psttest.ByValue(fmt.Sprint(i), "", []byte(fmt.Sprint("data ", i))))
		m.WithRecipients(psttest.To(fmt.Sprint("name ", i), fmt.Sprintf("r%d@example.org", i)))
	}
	for _, o := range variants {
		got := only(t, o, m)
		for i := range 600 {
			if v, _ := got.Text(mapi.PropID(0x6100 + i)); v != fmt.Sprint("value ", i) {
				t.Fatalf("%+v: property %d is %q", o, i, v)
			}
		}
		list, err := got.Attachments()
		if err != nil || len(list) != 500 {
			t.Fatalf("%+v: %d attachments, %v", o, len(list), err)
		}
		if b, _ := list[499].Bytes(mapi.AttachData); string(b) != "data 499" {
			t.Errorf("%+v: last attachment %q", o, b)
		}
		rows, err := got.Recipients()
		if err != nil || len(rows) != 500 {
			t.Fatalf("%+v: %d recipients, %v", o, len(rows), err)
		}
		if name, _ := rows[499].Text(mapi.DisplayName); name != "name 499" {
			t.Errorf("%+v: last recipient %q", o, name)
		}
	}
}
