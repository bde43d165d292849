package psttest

import (
	"fmt"
	"io"
)

// Places that the format fixes ([MS-PST] 2.2.2.7). They hold for pages of 512
// bytes; a format with other pages brings its own layout.
const (
	dlistOffset  = 0x4200 // density list
	amapOffset   = 0x4400 // first allocation map
	mapBytes     = 496    // bits of one AMap, in bytes
	pmapEvery    = 8      // one PMap per so many AMaps
	fmapFirst    = 128    // the header's rgbFM covers the sections before
	fmapEvery    = 496
	fpmapFirst   = 8192 // the header's rgbFP covers the sections before
	fpmapEvery   = 8 * 8 * 496
	deprecatedFF = 0xFF // content of the maps that nothing reads any more
)

// space hands out room in the file at increasing offsets. It holds one section,
// the stretch that one AMap describes, and writes it in one piece when the next
// one begins, so that only the header and the few
// FMap pages are written out of order.
type space struct {
	w        io.WriterAt
	f        *format
	base     uint64 // offset of the current section
	buf      []byte // the section, its maps first
	next     int    // first free byte in buf
	sections int
	free     uint64 // bytes free in the sections written so far
	longest  []byte // longest free run in each of them, in slots, 255 for more
	err      error
}

// sectionSize is the number of bytes that one AMap covers, itself included.
func (f *format) sectionSize() int { return mapBytes * 8 * f.blockAlign }

func newSpace(w io.WriterAt, f *format) *space {
	s := &space{w: w, f: f, buf: make([]byte, f.sectionSize())}
	s.begin()
	return s
}

// begin starts the section after the current one with the maps that belong there.
func (s *space) begin() {
	s.base = s.f.amapAt() + uint64(s.sections)*uint64(len(s.buf))
	clear(s.buf)
	s.next = s.f.pageSize // the AMap, filled in by flush
	s.mark(0, s.f.pageSize)
	n := s.sections
	s.deprecated(pagePMap, n%pmapEvery == 0)
	s.deprecated(pageFMap, n >= fmapFirst && (n-fmapFirst)%fmapEvery == 0) // freeMaps writes it again
	s.deprecated(pageFPMap, n >= fpmapFirst && (n-fpmapFirst)%fpmapEvery == 0)
	s.sections++
}

// deprecated writes a map that readers ignore but whose place is fixed
// ([MS-PST] 2.2.2.7.3, 2.2.2.7.5, 2.2.2.7.6). Its page id is its own offset.
func (s *space) deprecated(kind pageKind, due bool) {
	if !due {
		return
	}
	ib, page := s.alloc(s.f.pageSize, s.f.pageSize)
	for i := range page[:mapBytes] {
		page[i] = deprecatedFF
	}
	s.f.sealPage(page, kind, ib, ib)
}

// alloc reserves n bytes and returns their offset in the file and the bytes
// themselves, zeroed, to be filled in before the next call.
func (s *space) alloc(n, align int) (ib uint64, b []byte) {
	at := roundUp(s.next, align)
	if at+n > len(s.buf) {
		s.flush()
		s.begin()
		at = roundUp(s.next, align)
	}
	s.mark(at, n)
	s.next = at + n
	return s.base + uint64(at), s.buf[at : at+n : at+n]
}

// mark sets the bits of the AMap for n bytes at offset at of the section. The
// highest bit of a byte stands for the lowest offset ([MS-PST] 2.2.2.7.2.1).
func (s *space) mark(at, n int) {
	for slot := at / s.f.blockAlign; slot < (at+n)/s.f.blockAlign; slot++ {
		s.buf[slot/8] |= 0x80 >> (slot % 8)
	}
}

// flush completes the AMap and writes the section.
func (s *space) flush() {
	used, run, longest := 0, 0, 0
	for slot := range 8 * mapBytes {
		if s.buf[slot/8]&(0x80>>(slot%8)) != 0 {
			used, run = used+s.f.blockAlign, 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	s.free += uint64(len(s.buf) - used)
	s.longest = append(s.longest, byte(min(longest, 0xFF)))
	if pad := s.f.mapPad; pad > 0 {
		copy(s.buf[pad:], s.buf[:mapBytes])
		clear(s.buf[:pad])
	}
	s.f.sealPage(s.buf[:s.f.pageSize], pageAMap, s.base, s.base)
	s.writeAt(s.buf, s.base, "section")
}

func (s *space) writeAt(b []byte, ib uint64, what string) {
	if s.err != nil {
		return
	}
	if _, err := s.w.WriteAt(b, int64(ib)); err != nil {
		s.err = fmt.Errorf("%s at %#x: %w", what, ib, err)
	}
}

// freeMaps writes the FMap pages, which tell the longest free run of each of the
// sections that follow and so can only be known at the end ([MS-PST] 2.2.2.7.5).
func (s *space) freeMaps() {
	for n := fmapFirst; n < s.sections; n += fmapEvery {
		ib := s.f.amapAt() + uint64(n)*uint64(len(s.buf)) + 2*uint64(s.f.pageSize)
		page := make([]byte, s.f.pageSize)
		copy(page[:mapBytes], s.longest[n:])
		s.f.sealPage(page, pageFMap, ib, ib)
		s.writeAt(page, ib, "free map")
	}
}

// end is the size of the file when the current section is its last one.
func (s *space) end() uint64 { return s.base + uint64(len(s.buf)) }

func roundUp(n, align int) int { return (n + align - 1) / align * align }
