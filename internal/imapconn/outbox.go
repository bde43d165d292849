package imapconn

import "io"

// outbox collects what goes onto a connection, so that messages share a write. What fills one is handed on as it is.
type outbox struct {
	w    io.Writer
	wire *wire // what w writes to, when there is nothing between; otherwise nil
	buf  []byte
	err  error // of w: nothing is written behind it
}

func newOutbox(w io.Writer) *outbox { return &outbox{w: w, buf: make([]byte, 0, mostWrite)} }

// Write implements io.Writer.
func (o *outbox) Write(p []byte) (n int, err error) {
	for o.err == nil && len(o.buf)+len(p) >= mostWrite {
		k := mostWrite - len(o.buf)
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
	if len(o.buf)+len(s) >= mostWrite {
		return o.Write([]byte(s))
	}
	if o.err != nil {
		return 0, o.err
	}
	o.buf = append(o.buf, s...)
	return len(s), nil
}

// mostEmptyReads is how often a reader may give nothing and no reason.
const mostEmptyReads = 100

// ReadFrom implements io.ReaderFrom: what is read needs no other place on its way.
func (o *outbox) ReadFrom(r io.Reader) (all int64, err error) {
	for empty := 0; o.err == nil; {
		n, err := r.Read(o.buf[len(o.buf):mostWrite])
		o.buf = o.buf[:len(o.buf)+n]
		all += int64(n)
		if len(o.buf) == mostWrite {
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
	if o.err == nil && len(o.buf) > 0 {
		o.send(nil)
	}
	return o.err
}

// send sends what was collected and p behind it, together no more than mostWrite.
func (o *outbox) send(p []byte) {
	switch {
	case len(p) == 0:
		_, o.err = o.w.Write(o.buf)
	case len(o.buf) == 0:
		_, o.err = o.w.Write(p)
	case o.wire != nil:
		o.err = o.wire.writeBoth(o.buf, p)
	default:
		_, o.err = o.w.Write(append(o.buf, p...))
	}
	o.buf = o.buf[:0]
}
