package ndb

import "io"

// Reader streams the bytes; at most readAhead of them, or a block, are in
// memory at one time. It has WriteTo, so that io.Copy needs no buffer.
func (d *Data) Reader() io.Reader { return &dataReader{d: d} }

// readAhead is how many bytes of the file are read at once where the blocks of
// a value follow each other, as they mostly do.
const readAhead = 64 << 10

type dataReader struct {
	d    *Data
	next int    // block
	rest []byte // decoded and not given out yet
	buf  []byte
	err  error

	ahead []byte // of the file, from the next block on
	at    int64  // where in the file
	runs  []byte // what ahead is a part of
}

// Read implements io.Reader.
func (r *dataReader) Read(p []byte) (int, error) {
	if more, err := r.fill(); err != nil {
		return 0, err
	} else if !more {
		r.freeRuns()
		return 0, io.EOF
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// WriteTo implements io.WriterTo.
func (r *dataReader) WriteTo(w io.Writer) (total int64, err error) {
	for {
		if more, err := r.fill(); !more {
			r.freeRuns()
			return total, err
		}
		n, err := w.Write(r.rest)
		total, r.rest = total+int64(n), r.rest[n:]
		if err != nil {
			return total, err
		}
	}
}

// fill sees to it that there is something to give out; more is false at the end
// and on an error.
func (r *dataReader) fill() (more bool, err error) {
	for len(r.rest) == 0 {
		if r.err != nil || r.next >= len(r.d.leafs) {
			return false, r.err
		}
		r.rest, r.err = r.block(r.next)
		r.next++
	}
	return true, nil
}

// block reads a block, with those that follow it in the file where there are any.
func (r *dataReader) block(i int) ([]byte, error) {
	l := &r.d.leafs[i]
	if raw := r.stored(i); raw != nil {
		return r.d.f.decoded(l.block, raw)
	}
	b, err := r.d.Block(i, r.buf)
	r.buf = b
	return b, err
}

// stored takes a block's bytes with its trailer out of what was read ahead, and
// reads ahead when i is the first of a run. It is nil for a block that has to be
// read by itself, which is also how an error is found out. No byte is given
// twice, whatever the tree lists, because it is decoded in place.
func (r *dataReader) stored(i int) []byte {
	l := &r.d.leafs[i]
	if l.err != nil || l.size != l.cb {
		return nil
	}
	n := r.d.f.padded(l.cb)
	if (l.ib != r.at || len(r.ahead) < n) && !r.readRun(i) {
		return nil
	}
	raw := r.ahead[:n:n]
	r.ahead, r.at = r.ahead[n:], r.at+int64(n)
	return raw
}

// readRun reads the blocks from i on that follow each other, if they are at
// least two.
func (r *dataReader) readRun(i int) bool {
	f, leafs := r.d.f, r.d.leafs[i:]
	size, blocks := 0, 0
	for _, l := range leafs {
		n := f.padded(l.cb)
		if l.err != nil || l.size != l.cb || l.ib != leafs[0].ib+int64(size) || size+n > readAhead {
			break
		}
		size, blocks = size+n, blocks+1
	}
	if blocks < 2 {
		return false
	}
	if cap(r.runs) < size {
		r.runs = newRuns(size)
	}
	r.ahead, r.at = nil, 0
	if f.readAt(r.runs[:size], leafs[0].ib, "BLOCK") != nil {
		return false
	}
	r.ahead, r.at = r.runs[:size], leafs[0].ib
	return true
}

// leastShared is the size from which on buffers for runs serve one reader after the
// other: to clear a new one takes as long as to read into it.
const leastShared = 16 << 10

// sharedRuns are buffers of readAhead bytes that no reader has. The collector would empty
// a sync.Pool every few messages.
var sharedRuns = make(chan []byte, 8)

func newRuns(size int) []byte {
	if size < leastShared {
		return make([]byte, size)
	}
	select {
	case b := <-sharedRuns:
		return b
	default:
		return make([]byte, readAhead)
	}
}

// freeRuns gives the buffer to other readers. Nothing of it is given out any more.
func (r *dataReader) freeRuns() {
	if cap(r.runs) == readAhead {
		select {
		case sharedRuns <- r.runs[:readAhead]:
		default: // there are enough
		}
	}
	r.ahead, r.runs = nil, nil
}
