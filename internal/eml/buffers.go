package eml

import (
	"bytes"
	"math/bits"
	"sync"
)

// Data of attachments is most of what a conversion needs memory for, and it is soon done
// with. Memory that is asked for anew each time has to be cleared, and on many systems
// given back and got again first.
const (
	leastKept = 12      // bits of a size: what is smaller is cheap to get
	mostKept  = 20      // maxSpool
	keptBytes = 8 << 20 // of all that are free
)

// buffers are those that are free. A sync.Pool would not do: the collector empties it,
// and runs every few messages.
var buffers struct {
	sync.Mutex
	free  [mostKept + 1][]*bytes.Buffer // by the power of two that they hold at least
	bytes int
}

// newBuffer gives an empty buffer with room for so many bytes, maxSpool at most.
func newBuffer(size int64) *bytes.Buffer {
	class := bits.Len64(uint64(max(size, 1) - 1))
	if class < leastKept || class > mostKept {
		b := new(bytes.Buffer)
		b.Grow(int(size))
		return b
	}
	if b := takeBuffer(class); b != nil {
		return b
	}
	b := new(bytes.Buffer)
	b.Grow(1 << class)
	return b
}

// takeBuffer gives a free buffer, nil when there is none.
func takeBuffer(class int) *bytes.Buffer {
	buffers.Lock()
	defer buffers.Unlock()
	free := buffers.free[class]
	if len(free) == 0 {
		return nil
	}
	b := free[len(free)-1]
	buffers.free[class] = free[:len(free)-1]
	buffers.bytes -= b.Cap()
	return b
}

// freeBuffer takes back a buffer whose bytes nobody looks at any more.
func freeBuffer(b *bytes.Buffer) {
	class := bits.Len(uint(b.Cap())) - 1
	if class < leastKept || class > mostKept {
		return
	}
	b.Reset()
	buffers.Lock()
	defer buffers.Unlock()
	if buffers.bytes+b.Cap() <= keptBytes {
		buffers.free[class] = append(buffers.free[class], b)
		buffers.bytes += b.Cap()
	}
}
