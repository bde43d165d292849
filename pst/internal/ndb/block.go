package ndb

import (
	"errors"
	"fmt"
)

func asError(err error, e **Error) bool { return errors.As(err, e) }

// readBlock reads, checks and decodes the data of a block into buf, which
// grows when it is too small ([MS-PST] 2.2.2.8).
func (f *File) readBlock(b block, buf []byte) ([]byte, error) {
	l := f.layout
	padded := (b.cb + l.blockTrailer + l.blockAlign - 1) / l.blockAlign * l.blockAlign
	if cap(buf) < padded {
		buf = make([]byte, padded)
	}
	buf = buf[:padded]
	if err := f.readAt(buf, b.ib, "BLOCK"); err != nil {
		return f.readCutBlock(b, buf, err)
	}
	data := buf[:b.cb]
	f.checkBlock(b, data, l.trailer(buf[padded-l.blockTrailer:]))
	if !b.bid.Internal() {
		f.decode(data, b.bid)
	}
	return data, nil
}

// readCutBlock saves a block whose trailer, but not its data, is beyond the
// end of a cut-off file.
func (f *File) readCutBlock(b block, buf []byte, cause error) ([]byte, error) {
	var at *Error
	if asError(cause, &at) {
		at.BID = b.bid
	}
	data := buf[:b.cb]
	if b.ib < 0 || b.ib > f.size-int64(b.cb) || f.readAt(data, b.ib, "BLOCK") != nil {
		return nil, cause
	}
	f.Log.AddFault(&Error{Structure: "BLOCKTRAILER", Offset: b.ib, BID: b.bid, Problem: "lies outside the file, the block is unchecked"})
	if !b.bid.Internal() {
		f.decode(data, b.bid)
	}
	return data, nil
}

// checkBlock compares the BLOCKTRAILER with the data ([MS-PST] 2.2.2.8.1).
func (f *File) checkBlock(b block, data []byte, t trailer) {
	note := func(field, format string, args ...any) {
		f.Log.AddFault(&Error{Structure: "BLOCKTRAILER", Field: field, Offset: b.ib, BID: b.bid, Problem: fmt.Sprintf(format, args...)})
	}
	if int(t.head) != b.cb {
		note("cb", "is %d, BBTENTRY says %d", t.head, b.cb)
	}
	if got := CRC(data); t.crc != got {
		note("dwCRC", "checksum is 0x%08x, computed 0x%08x", t.crc, got)
	}
	if t.bid.key() != b.bid.key() {
		note("bid", "is %s", t.bid)
	} else if want := Signature(b.ib, t.bid); t.sig != want {
		note("wSig", "is 0x%04x, computed 0x%04x", t.sig, want)
	}
}
