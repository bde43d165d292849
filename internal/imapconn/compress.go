package imapconn

import (
	"bufio"
	"compress/flate"
	"fmt"
	"io"
)

// squeeze is a COMPRESS command (RFC 4978) on its way.
type squeeze struct {
	tag      string
	answered chan bool
}

// CanCompress tells whether [Appender.Compress] may be asked for.
func (a *Appender) CanCompress() bool { return a.caps.Has("COMPRESS=DEFLATE") && a.z == nil }

// Compress has everything that follows compressed, in both directions. Mail becomes smaller by a quarter at least, for base64
// has only six bits to a byte; it takes the processors, the server's too, so it is for slow lines. It must not be called while
// a batch is under way. A server that refuses leaves things as they are. The error is that of the connection.
func (a *Appender) Compress() error {
	a.sending.Lock()
	defer a.sending.Unlock()
	if !a.CanCompress() {
		return nil
	}
	c := &squeeze{answered: make(chan bool, 1)}
	if err := a.enlistSqueeze(c); err != nil {
		return err
	}
	_, err := io.WriteString(a.bw, c.tag+" COMPRESS DEFLATE\r\n")
	if err == nil {
		err = a.flush()
	}
	if err != nil {
		a.wire.kill(err) // the listener tells
	}
	done := <-c.answered
	a.mu.Lock()
	gone := a.gone
	a.mu.Unlock()
	a.rest()
	if gone != nil || !done {
		a.caps = a.caps.without("COMPRESS=DEFLATE")
		return gone
	}
	a.z, err = flate.NewWriter(a.out, flate.DefaultCompression)
	if err != nil {
		return fmt.Errorf("compress: %w", err) // cannot be: the level is a good one
	}
	a.bw = newOutbox(a.z)
	return nil
}

func (a *Appender) enlistSqueeze(c *squeeze) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.gone != nil {
		return a.gone
	}
	if len(a.pending) > 0 {
		return fmt.Errorf("compress: %d commands are under way", len(a.pending))
	}
	a.tags++
	c.tag = fmt.Sprintf("a%d", a.tags)
	a.squeeze = c
	a.wire.setBusy(true)
	return nil
}

// compressed takes the answer to COMPRESS: what the server sends behind an OK is compressed.
func (a *Appender) compressed(r response) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.squeeze == nil || a.squeeze.tag != r.tag {
		return false
	}
	if r.kind == "OK" {
		a.br = bufio.NewReader(flate.NewReader(a.br))
	}
	a.squeeze.answered <- r.kind == "OK"
	a.squeeze = nil
	return true
}

// flush sends what was written.
func (a *Appender) flush() error {
	if err := a.bw.Flush(); err != nil || a.z == nil {
		return err
	}
	return a.z.Flush()
}

// without is the same capabilities but one.
func (c Caps) without(name string) Caps {
	out := Caps{}
	for n := range c {
		if n != name {
			out[n] = true
		}
	}
	return out
}
