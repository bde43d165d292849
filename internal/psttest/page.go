package psttest

import "encoding/binary"

// pageKind is ptype of PAGETRAILER ([MS-PST] 2.2.2.7.1).
type pageKind byte

const (
	pageBBT   pageKind = 0x80
	pageNBT   pageKind = 0x81
	pageFMap  pageKind = 0x82
	pagePMap  pageKind = 0x83
	pageAMap  pageKind = 0x84
	pageFPMap pageKind = 0x85
	pageDList pageKind = 0x86
)

// unsigned are the pages whose wSig is zero.
var unsigned = map[pageKind]bool{pageAMap: true, pagePMap: true, pageFMap: true, pageFPMap: true}

// sealPage writes the trailer of the page at offset ib.
func (f *format) sealPage(page []byte, kind pageKind, ib, bid uint64) {
	data := page[:f.pageSize-f.pageTail]
	sig := signature(ib, bid)
	if unsigned[kind] {
		sig = 0
	}
	f.pageTrailer(page[len(data):], kind, sig, checksum(data), bid)
}

// bref points to a page ([MS-PST] 2.2.2.4).
type bref struct{ bid, ib uint64 }

// btEntry is one record of a B-tree page: its key and its bytes.
type btEntry struct {
	key  uint64
	data []byte
}

// btree writes the pages of one of the two B-trees, leaves first, and returns
// its root ([MS-PST] 2.2.2.7.7). entry yields the i-th of n leaf records in
// ascending order of keys; all have leafSize bytes.
func (n *ndb) btree(kind pageKind, count, leafSize int, entry func(i int) btEntry) bref {
	level := 0
	for {
		perPage := n.f.btEntries / leafSize
		var upper []btEntry
		var last bref
		for i := 0; i == 0 || i < count; i += perPage {
			size := min(perPage, count-i)
			last = n.btPage(kind, level, leafSize, size, func(j int) btEntry { return entry(i + j) })
			if size > 0 {
				upper = append(upper, n.indexEntry(entry(i).key, last))
			}
		}
		if len(upper) <= 1 {
			return last
		}
		entry = func(i int) btEntry { return upper[i] }
		count, leafSize, level = len(upper), 3*n.f.idSize, level+1
	}
}

// indexEntry is a BTENTRY ([MS-PST] 2.2.2.7.7.2).
func (n *ndb) indexEntry(key uint64, child bref) btEntry {
	b := n.f.appendID(nil, key)
	b = n.f.appendID(b, child.bid)
	return btEntry{key, n.f.appendID(b, child.ib)}
}

// btPage writes one BTPAGE ([MS-PST] 2.2.2.7.7.1).
func (n *ndb) btPage(kind pageKind, level, size, count int, entry func(i int) btEntry) bref {
	ib, page := n.s.alloc(n.f.pageSize, n.f.pageSize)
	at := 0
	for i := range count {
		at += copy(page[at:], entry(i).data)
	}
	n.f.pageMeta(page[n.f.btEntries:], count, n.f.btEntries/size, size, level)
	n.nextPage++
	n.f.sealPage(page, kind, ib, n.nextPage)
	return bref{n.nextPage, ib}
}

// dlist is the density list page. It is left empty, as Outlook writes it for a
// new file: the list is a hint that is rebuilt from the AMaps ([MS-PST] 2.2.2.7.4).
func (n *ndb) dlist() []byte {
	page := make([]byte, n.f.pageSize)
	n.nextPage++
	n.f.sealPage(page, pageDList, dlistOffset, n.nextPage)
	return page
}

// putBREF lays out a BREF of the header of Unicode files.
func putBREF(b []byte, r bref) {
	binary.LittleEndian.PutUint64(b, r.bid)
	binary.LittleEndian.PutUint64(b[8:], r.ib)
}
