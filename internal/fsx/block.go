package fsx

import (
	"errors"
	"io"
	"unsafe"
)

// sector is what an address, a length and a place in a file must be a multiple of
// where reading goes past the cache (Windows: FILE_FLAG_NO_BUFFERING); drives have 512
// or 4096.
const sector = 4096

// Block is memory that can be read into past the cache. size is a multiple of 4096.
func Block(size int) []byte {
	b := make([]byte, size+sector)
	skip := 0
	if over := int(uintptr(unsafe.Pointer(unsafe.SliceData(b))) % sector); over > 0 {
		skip = sector - over
	}
	return b[skip : skip+size : skip+size]
}

// ReadBlock reads until b, a [Block], is full or the file ends. It never reads where a
// sector does not begin: the system would refuse it, and only the end of a file is
// there. n is 0 only with an error, which is io.ErrUnexpectedEOF at the end.
func ReadBlock(r io.Reader, b []byte) (n int, err error) {
	for n < len(b) && n%sector == 0 && err == nil {
		var k int
		k, err = r.Read(b[n:])
		n += k
	}
	switch {
	case n > 0 && (err == nil || errors.Is(err, io.EOF)):
		return n, nil
	case errors.Is(err, io.EOF):
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}
