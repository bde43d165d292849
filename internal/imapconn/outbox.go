package imapconn

import (
	"io"
	"net"
	"slices"
)

// outbox collects what goes onto a connection, so that messages share a write. What fills one is handed on as it is.
type outbox struct {
	w    io.Writer
	wire *wire  // what w writes to, when there is nothing between; otherwise nil
	buf  []byte // what was copied
	err  error  // of w: nothing is written behind it

	// What goes out next, where not all of it was copied.
	out  net.Buffers // without the end of buf
	from int         // where that begins
	kept int         // bytes of out that are not of buf
}

func newOutbox(w io.Writer) *outbox { return &outbox{w: w} }

// left is how many bytes may be added until all is sent.
func (o *outbox) left() int { return mostWrite - o.kept - len(o.buf) }

// Write implements io.Writer.
func (o *outbox) Write(p []byte) (n int, err error) {
	for o.err == nil && len(p) >= o.left() {
		k := o.left()
		o.send(p[:k])
		n, p = n+k, p[k:]
	}
	if o.err != nil {
		return n, o.err
	}
	o.buf = append(o.buf, p...)
	return n + len(p), nil
}

// WriteString implements io.StringWriter.
func (o *outbox) WriteString(s string) (int, error) {
	if len(s) >= o.left() {
		return o.Write([]byte(s))
	}
	if o.err != nil {
		return 0, o.err
	}
	o.buf = append(o.buf, s...)
	return len(s), nil
}

// keep is Write for what stays as it is until Flush: it need not be copied.
func (o *outbox) keep(p []byte) (n int, err error) {
	if o.wire == nil || len(p) == 0 || len(p) >= o.left() || o.err != nil {
		return o.Write(p)
	}
	o.seal()
	o.out, o.kept = append(o.out, p), o.kept+len(p)
	return len(p), nil
}

// seal puts what was copied behind what goes out before it.
func (o *outbox) seal() {
	if o.from < len(o.buf) {
		o.out, o.from = append(o.out, o.buf[o.from:]), len(o.buf)
	}
}

// mostEmptyReads is how often a reader may give nothing and no reason.
const mostEmptyReads = 100

// ReadFrom implements io.ReaderFrom: what is read needs no other place on its way.
func (o *outbox) ReadFrom(r io.Reader) (all int64, err error) {
	for empty := 0; o.err == nil; {
		if len(o.buf) == cap(o.buf) {
			o.buf = slices.Grow(o.buf, min(maxWrite, o.left()))
		}
		n, err := r.Read(o.buf[len(o.buf):min(cap(o.buf), len(o.buf)+o.left())])
		o.buf = o.buf[:len(o.buf)+n]
		all += int64(n)
		if o.left() == 0 {
			o.send(nil)
		}
		if err == io.EOF {
			return all, o.err
		}
		if err != nil {
			return all, err
		}
		if empty++; n > 0 {
			empty = 0
		} else if empty == mostEmptyReads {
			return all, io.ErrNoProgress
		}
	}
	return all, o.err
}

// Flush sends what was written.
func (o *outbox) Flush() error {
	if o.err == nil && o.left() < mostWrite {
		o.send(nil)
	}
	return o.err
}

// send sends what was collected and p behind it, together no more than mostWrite.
func (o *outbox) send(p []byte) {
	switch {
	case o.wire != nil:
		if o.seal(); len(p) > 0 {
			o.out = append(o.out, p)
		}
		_, o.err = o.wire.writeAll(o.out)
	case len(p) == 0:
		_, o.err = o.w.Write(o.buf)
	case len(o.buf) == 0:
		_, o.err = o.w.Write(p)
	default:
		_, o.err = o.w.Write(append(o.buf, p...))
	}
	o.buf, o.out, o.from, o.kept = o.buf[:0], o.out[:0], 0, 0
}
