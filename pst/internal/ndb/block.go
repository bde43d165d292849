package ndb

import (
	"errors"
	"fmt"
)

func asError(err error, e **Error) bool { return errors.As(err, e) }

// readBlock reads, checks and decodes the data of a block into buf, which
// grows when it is too small ([MS-PST] 2.2.2.8).
func (f *File) readBlock(b block, buf []byte) ([]byte, error) {
	if b.size == b.cb {
		return f.readStored(b, buf)
	}
	z := inflaters.Get().(*inflater)
	defer inflaters.Put(z)
	stored, err := f.readStored(b, z.stored)
	if err != nil {
		return nil, err
	}
	z.stored = stored
	return z.inflate(b, stored, buf)
}

// padded is how many bytes of the file a block of cb bytes takes.
func (f *File) padded(cb int) int {
	l := f.layout
	return (cb + l.blockTrailer + l.blockAlign - 1) / l.blockAlign * l.blockAlign
}

// readStored reads a block as it is in the file, checked and decoded.
func (f *File) readStored(b block, buf []byte) ([]byte, error) {
	padded := f.padded(b.cb)
	if cap(buf) < padded {
		buf = make([]byte, padded)
	}
	buf = buf[:padded]
	if err := f.readAt(buf, b.ib, "BLOCK"); err == nil {
		return f.decoded(b, buf)
	} else if err := f.readCut(b, buf[:b.cb], err); err != nil {
		return nil, err
	}
	return f.plain(b, buf[:b.cb]), nil
}

// decoded checks the bytes that a block has in the file, with its trailer, and
// decodes them in place.
func (f *File) decoded(b block, raw []byte) ([]byte, error) {
	data, t := raw[:b.cb], f.layout.trailer(raw[len(raw)-f.layout.blockTrailer:])
	if b.deep && !t.proves(b, data) {
		return nil, &Error{Structure: "BLOCKTRAILER", Offset: b.ib, BID: b.bid, Problem: "the block has been overwritten"}
	}
	f.checkBlock(b, data, t)
	return f.plain(b, data), nil
}

// plain undoes the encoding, which blocks of structure do not have.
func (f *File) plain(b block, data []byte) []byte {
	if !b.bid.Internal() {
		f.decode(data, b.bid)
	}
	return data
}

// readCut saves a block whose trailer, but not its data, is beyond the end of
// a cut-off file.
func (f *File) readCut(b block, data []byte, cause error) error {
	var at *Error
	if asError(cause, &at) {
		at.BID = b.bid
	}
	if b.ib < 0 || b.ib > f.size-int64(b.cb) || f.readAt(data, b.ib, "BLOCK") != nil {
		return cause
	}
	f.Log.AddFault(&Error{Structure: "BLOCKTRAILER", Offset: b.ib, BID: b.bid, Problem: "lies outside the file, the block is unchecked"})
	return nil
}

// proves tells whether the trailer is that of the block and fits its data.
func (t trailer) proves(b block, data []byte) bool {
	return t.bid.key() == b.bid.key() && t.crc == CRC(data)
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
