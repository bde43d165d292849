package ndb

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"sync"
)

// inflater has what decompressing a block needs and is worth keeping.
type inflater struct {
	stored []byte
	src    bytes.Reader
	zlib   io.ReadCloser
}

// errMore says that a block inflates to more than it declares.
var errMore = errors.New("there is more data than that")

var inflaters = sync.Pool{New: func() any { return new(inflater) }}

// inflate decompresses a block into buf (RFC 1950). What it gives is never more
// than the block's declared size; a stream that ends early or has a wrong
// checksum is an error.
func (z *inflater) inflate(b block, stored, buf []byte) ([]byte, error) {
	bad := func(err error) error {
		return &Error{Structure: "BLOCK", Field: "zlib", Offset: b.ib, BID: b.bid,
			Problem: fmt.Sprintf("cannot be decompressed to %d bytes", b.size), Err: err}
	}
	z.src.Reset(stored)
	if err := z.reset(); err != nil {
		return nil, bad(err)
	}
	if cap(buf) < b.size {
		buf = make([]byte, b.size)
	}
	buf = buf[:b.size]
	if _, err := io.ReadFull(z.zlib, buf); err != nil {
		return nil, bad(err)
	}
	var more [1]byte
	if n, err := z.zlib.Read(more[:]); n > 0 || !errors.Is(err, io.EOF) {
		if n > 0 {
			err = errMore
		}
		return nil, bad(err)
	}
	return buf, nil
}

func (z *inflater) reset() (err error) {
	if z.zlib == nil {
		z.zlib, err = zlib.NewReader(&z.src)
		return err
	}
	return z.zlib.(zlib.Resetter).Reset(&z.src, nil)
}
