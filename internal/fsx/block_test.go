package fsx

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
	"unsafe"
)

func TestBlock(t *testing.T) {
	for range 100 {
		b := Block(2 * sector)
		if len(b) != 2*sector || uintptr(unsafe.Pointer(&b[0]))%sector != 0 {
			t.Fatalf("%d bytes at %p", len(b), &b[0])
		}
	}
}

// strict refuses to read where a sector does not begin.
type strict struct {
	r     *bytes.Reader
	off   int
	early bool // tells the end with the last bytes
}

func (s *strict) Read(b []byte) (int, error) {
	if s.off%sector != 0 || len(b)%sector != 0 {
		return 0, errors.New("not at the beginning of a sector")
	}
	n, err := s.r.Read(b[:min(len(b), sector)]) // and never more than one
	s.off += n
	if s.early && s.r.Len() == 0 {
		err = io.EOF
	}
	return n, err
}

func TestReadBlock(t *testing.T) {
	in := bytes.Repeat([]byte("0123456789"), sector)
	for _, size := range []int{1, sector - 1, sector, sector + 1, 3*sector + 5, 4 * sector} {
		for _, early := range []bool{false, true} {
			s, got, b := &strict{r: bytes.NewReader(in[:size]), early: early}, []byte(nil), Block(2*sector)
			for len(got) < size {
				n, err := ReadBlock(s, b)
				if err != nil {
					t.Fatalf("%d bytes, %v: %v", size, early, err)
				}
				got = append(got, b[:n]...)
			}
			if !bytes.Equal(got, in[:size]) {
				t.Errorf("%d bytes come out as %d others", size, len(got))
			}
		}
	}
	if n, err := ReadBlock(bytes.NewReader(nil), Block(sector)); n != 0 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("at the end: %d, %v", n, err)
	}
	if n, err := ReadBlock(iotest.ErrReader(io.ErrClosedPipe), Block(sector)); n != 0 || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("an error: %d, %v", n, err)
	}
}
