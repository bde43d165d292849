package imapconn

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxWrite is the most that is written at once on a line that is not fast, and the least that has to go under one
	// deadline: a slower line than maxWrite per Timeout counts as dead.
	maxWrite = 64 << 10

	// mostWrite is the most that is written at once on a fast line, where each call of the system, and each time that the
	// server wakes up, costs more than the bytes. A line is fast while such a call takes less than fastWrite.
	mostWrite = 1 << 20
	fastWrite = 100 * time.Millisecond

	// The system takes up to maxUnsent bytes off our hands at once and sends them long after Write returned. While it may
	// still do so, at slowestLine bytes per second, the silence of the server proves nothing.
	maxUnsent   = 4 << 20
	slowestLine = 16 << 10
)

// wire is the network connection below TLS. While a call is under way every read and write that makes progress extends its
// deadlines; between calls there is none, for a server may be silent as long as nobody asks it anything. It remembers why it
// was closed, since the layers above report only that it was.
type wire struct {
	net.Conn
	timeout time.Duration

	chunk int              // what is written at once; of the one who writes
	now   func() time.Time // by which a line is fast

	sent, received atomic.Int64
	unanswered     atomic.Int64 // bytes written since the last byte was read

	mu     sync.Mutex
	busy   bool
	closed bool
	cause  error
}

// newWire takes over conn. Until logout closing it discards what the system has not sent yet, so that a server does not go on
// storing messages after the program gave up (SO_LINGER 0).
func newWire(conn net.Conn, timeout time.Duration) *wire {
	w := &wire{Conn: conn, timeout: timeout, chunk: maxWrite, now: time.Now}
	w.setLinger(0)
	return w
}

func (w *wire) setLinger(seconds int) {
	if l, ok := w.Conn.(interface{ SetLinger(int) error }); ok {
		// Failing leaves the system's default, which only matters to a server that keeps storing after we are gone.
		_ = l.SetLinger(seconds)
	}
}

// begin starts a call: deadlines run, and the end of ctx closes the connection. The caller calls the result when done.
func (w *wire) begin(ctx context.Context) (end func()) {
	stop := context.AfterFunc(ctx, func() { w.kill(ctx.Err()) })
	w.setBusy(true)
	return func() {
		stop()
		w.setBusy(false)
	}
}

func (w *wire) setBusy(busy bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy = busy
	if busy {
		w.extendLocked()
	} else {
		_ = w.SetDeadline(time.Time{}) // fails only on a closed connection
	}
}

// extend gives the server another timeout from now on.
func (w *wire) extend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.busy {
		w.extendLocked()
	}
}

func (w *wire) extendLocked() {
	inFlight := time.Duration(min(w.unanswered.Load(), maxUnsent)) * time.Second / slowestLine
	_ = w.SetDeadline(time.Now().Add(w.timeout + inFlight)) // fails only on a closed connection
}

// Read implements net.Conn.
func (w *wire) Read(p []byte) (int, error) {
	w.extend()
	n, err := w.Conn.Read(p)
	if n > 0 {
		w.received.Add(int64(n))
		w.unanswered.Store(0)
	}
	if err != nil {
		w.fail(err)
	}
	return n, err
}

// Write implements net.Conn.
func (w *wire) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	return w.writeAll(net.Buffers{p})
}

// writeAll writes buffers, none of them empty, as if they were one, by one call of the system where that is not too much.
func (w *wire) writeAll(all net.Buffers) (n int, err error) {
	for len(all) > 0 && err == nil {
		var chunk net.Buffers
		chunk, all = cut(all, w.chunk)
		var k int64
		k, err = w.write(chunk)
		n += int(k)
	}
	return n, err
}

// cut gives the first n bytes of all and the rest.
func cut(all net.Buffers, n int) (first, rest net.Buffers) {
	for i, p := range all {
		if n < len(p) {
			first = append(slices.Clone(all[:i]), p[:n])
			all[i] = p[n:]
			return first, all[i:]
		}
		n -= len(p)
	}
	return all, nil
}

// write writes what is no more than a chunk, and finds out how fast the line is.
func (w *wire) write(p net.Buffers) (n int64, err error) {
	start := w.now()
	for len(p) > 0 && err == nil {
		w.extend()
		var k int64
		k, err = p.WriteTo(w.Conn)
		w.sent.Add(k)
		w.unanswered.Add(k)
		if n += k; k >= maxWrite && errors.Is(err, os.ErrDeadlineExceeded) {
			err = nil // it is slow, and not dead
		}
	}
	if w.chunk = min(2*w.chunk, mostWrite); w.now().Sub(start) > fastWrite {
		w.chunk = maxWrite
	}
	if err != nil {
		w.fail(err)
	}
	return n, err
}

// fail remembers the first error; nothing can be sent or received after it.
func (w *wire) fail(err error) {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = fmt.Errorf("%w (waited %v)", ErrTimeout, w.timeout)
	case errors.Is(err, io.EOF):
		err = errors.New("server closed the connection")
	}
	w.kill(err)
}

// kill closes the connection for the given reason; the first reason stays.
func (w *wire) kill(cause error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	w.closed, w.cause = true, cause
	_ = w.Conn.Close() // there is nothing to be done about it, and the cause is known
}

// Close implements net.Conn.
func (w *wire) Close() error {
	w.kill(errClosed)
	return nil
}

func (w *wire) state() (closed bool, cause error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed, w.cause
}
