package ndb

import (
	"fmt"
	"sync"
)

// Page types ([MS-PST] 2.2.2.7.1).
const (
	pageBBT uint8 = 0x80
	pageNBT uint8 = 0x81
)

// page is a checked BTPAGE.
type page struct {
	off       int64
	ptype     uint8 // as which it was read
	level     uint8
	count     int
	entrySize int
	entries   []byte
}

func (p *page) entry(i int) []byte { return p.entries[i*p.entrySize : (i+1)*p.entrySize] }

// entryOffset says where in the file an entry is.
func (p *page) entryOffset(i int) int64 { return p.off + int64(i*p.entrySize) }

// page reads and checks one BTPAGE ([MS-PST] 2.2.2.7.7.1). Faults of trailer
// and checksum are damage; counts that do not fit are an error.
func (f *File) page(ref bref, ptype uint8) (*page, error) {
	// Both B-trees of a damaged file can lead to one page, whose entries then
	// have another size in each.
	if p := f.pages.get(ref.ib); p != nil && p.ptype == ptype {
		return p, nil
	}
	b := make([]byte, f.layout.pageSize)
	if err := f.readAt(b, ref.ib, "BTPAGE"); err != nil {
		return nil, err
	}
	p := new(page)
	if err := f.checkedPage(p, b, ref, ptype); err != nil {
		return nil, err
	}
	f.pages.put(ref.ib, p)
	return p, nil
}

// checkedPage makes a page of the bytes that were read for it.
func (f *File) checkedPage(p *page, b []byte, ref bref, ptype uint8) (err error) {
	f.checkPage(b, ref, ptype)
	*p, err = f.parsePage(b, ref, ptype)
	return err
}

func (f *File) parsePage(b []byte, ref bref, ptype uint8) (page, error) {
	l := f.layout
	n, size, level := l.pageHead(b)
	least := l.btEntry
	if level == 0 {
		least = l.bbtEntry
		if ptype == pageNBT {
			least = l.nbtEntry
		}
	}
	if size < least {
		if n > 0 {
			f.Log.AddFault(&Error{Structure: "BTPAGE", Field: "cbEnt", Offset: ref.ib, BID: ref.bid,
				Problem: fmt.Sprintf("says %d bytes an entry, the format has %d", size, least)})
		}
		size = least
	}
	if n*size > l.pageEntries {
		return page{}, &Error{Structure: "BTPAGE", Field: "cEnt", Offset: ref.ib, BID: ref.bid,
			Problem: fmt.Sprintf("%d entries of %d bytes do not fit a page", n, size)}
	}
	return page{off: ref.ib, ptype: ptype, level: level, count: n, entrySize: size, entries: b[:n*size]}, nil
}

// checkPage compares the PAGETRAILER with what was asked for ([MS-PST] 2.2.2.7.1).
func (f *File) checkPage(b []byte, ref bref, ptype uint8) {
	end := f.layout.pageSize - f.layout.pageTrailer
	t := f.layout.trailer(b[end:])
	note := func(field, format string, args ...any) {
		f.Log.AddFault(&Error{Structure: "PAGETRAILER", Field: field, Offset: ref.ib + int64(end), BID: ref.bid, Problem: fmt.Sprintf(format, args...)})
	}
	if t.head != uint16(ptype)|uint16(ptype)<<8 {
		note("ptype", "is 0x%04x, expected 0x%02x twice", t.head, ptype)
	}
	if got := CRC(b[:end]); t.crc != got {
		note("dwCRC", "checksum is 0x%08x, computed 0x%08x", t.crc, got)
	}
	if t.bid.key() != ref.bid.key() {
		note("bid", "is %s", t.bid)
	} else if want := Signature(ref.ib, t.bid); t.sig != want {
		note("wSig", "is 0x%04x, computed 0x%04x", t.sig, want)
	}
}

// cachedPages bounds each of the two generations of the page cache: together
// about 5 MB, enough for the upper levels of the B-trees of any file.
const cachedPages = 4096

// pageCache keeps checked pages by offset. When the young generation is full
// it becomes the old one, so that pages in use stay and memory is bounded.
type pageCache struct {
	mu         sync.Mutex
	young, old map[int64]*page
}

func (c *pageCache) get(off int64) *page {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.young[off]; p != nil {
		return p
	}
	p := c.old[off]
	if p != nil {
		c.add(off, p)
	}
	return p
}

func (c *pageCache) put(off int64, p *page) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(off, p)
}

func (c *pageCache) add(off int64, p *page) {
	if c.young == nil || len(c.young) >= cachedPages {
		c.young, c.old = make(map[int64]*page), c.young
	}
	c.young[off] = p
}
