package ndb

import (
	"context"
	"fmt"
)

// Allocation maps lie at fixed places ([MS-PST] 2.2.2.7.2): the first AMap at
// firstAMap, one in every section, and a PMap behind every eighth of them.
const (
	firstAMap   = 0x4400
	sectionSize = 496 * 8 * 64
	pageAMap    = 0x84
	amapInvalid = 0
)

// Check reads every page and every block and notes what is wrong with them. It
// gives the number of pages of the B-trees' leafs and of blocks that it read.
// progress, which may be nil, is told how many blocks were read.
func (f *File) Check(ctx context.Context, progress func(blocks int)) (nodes, blocks int, err error) {
	for _, err := range f.Nodes() {
		if err != nil {
			f.Log.AddLoss(err)
			continue
		}
		nodes++
	}
	var buf []byte
	for b, err := range f.blocks() {
		if err := ctx.Err(); err != nil {
			return nodes, blocks, err
		}
		if err == nil {
			var data []byte
			if data, err = f.readBlock(b, buf); err == nil {
				buf = data
			}
		}
		if err != nil {
			f.Log.AddLoss(err)
			continue
		}
		if blocks++; progress != nil {
			progress(blocks)
		}
	}
	f.checkAMaps()
	return nodes, blocks, nil
}

// checkAMaps checks the allocation maps of a file that says that they are
// valid. They matter to who writes the file, not to who reads it.
func (f *File) checkAMaps() {
	if f.amapValid == amapInvalid || f.layout.compressed {
		return
	}
	b := make([]byte, f.layout.pageSize)
	end := f.layout.pageSize - f.layout.pageTrailer
	for off := int64(firstAMap); off+int64(len(b)) <= min(f.size, f.FileEOF); off += sectionSize {
		if err := f.readAt(b, off, "AMAPPAGE"); err != nil {
			f.Log.AddLoss(err)
			continue
		}
		t := f.layout.trailer(b[end:])
		if t.head != pageAMap|pageAMap<<8 || t.crc != CRC(b[:end]) {
			f.Log.AddFault(&Error{Structure: "AMAPPAGE", Offset: off,
				Problem: fmt.Sprintf("type is 0x%04x, checksum is 0x%08x, computed 0x%08x", t.head, t.crc, CRC(b[:end]))})
		}
	}
}
