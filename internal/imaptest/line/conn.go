package line

import (
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// conn is one connection over the line: its ends are the client's and the server's.
type conn struct {
	line   *Line
	ends   [2]net.Conn
	once   sync.Once
	dead   chan struct{} // closed when nothing is passed on any more
	frozen atomic.Bool
}

// queued is a piece on its way; the last one has no data.
type queued struct {
	data  *[]byte
	n     int
	due   time.Time
	reset bool // the sender has not just finished, its connection broke
}

// atOnce is how long it takes at most to read what is there already.
const atOnce = time.Millisecond

// queueLength is how many pieces can be on their way: enough for 4 GB/s at 30 ms.
const queueLength = 4096

var buffers = sync.Pool{New: func() any { b := make([]byte, maxPiece); return &b }}

// run passes on both directions until both are at their end.
func (c *conn) run() {
	var all sync.WaitGroup
	for d, w := range c.line.ways {
		queue := make(chan queued, queueLength)
		all.Go(func() { c.receive(w, c.ends[d], queue) })
		all.Go(func() { c.deliver(w, c.ends[1-d], queue) })
	}
	all.Wait()
	if !c.frozen.Load() {
		c.end(Finish)
	}
}

// receive takes in what one end sends.
func (c *conn) receive(w *way, from net.Conn, queue chan<- queued) {
	defer close(queue)
	piece, first := w.piece(), true
	for {
		data := buffers.Get().(*[]byte)
		woke := time.Now()
		n, err := from.Read((*data)[:piece])
		if c.isDead() {
			return
		}
		now := time.Now()
		if n > 0 {
			busy := !first && n == piece && now.Sub(woke) < atOnce
			due, wait := w.accept(n, now, busy)
			first = false
			if !c.put(queue, queued{data: data, n: n, due: due}) || !c.sleep(wait) {
				return
			}
		}
		if err != nil {
			due, _ := w.accept(0, now, false)
			c.put(queue, queued{due: due, reset: !errors.Is(err, io.EOF)})
			return
		}
	}
}

func (c *conn) put(queue chan<- queued, q queued) bool {
	select {
	case queue <- q:
		return true
	case <-c.dead:
		return false
	}
}

// deliver hands out what has arrived at the other end.
func (c *conn) deliver(w *way, to net.Conn, queue <-chan queued) {
	for q := range queue {
		if !c.sleep(time.Until(q.due)) {
			return
		}
		if q.data == nil {
			c.pass(to, q.reset)
			continue
		}
		n, cut := w.arrive(q.n)
		_, err := to.Write((*q.data)[:n])
		buffers.Put(q.data)
		switch {
		case cut != nil:
			c.line.cut(c, *cut)
			return
		case err != nil:
			c.end(Reset) // nobody is there any more, and the sender learns that too
			return
		}
	}
}

// pass ends one direction, as the sender did.
func (c *conn) pass(to net.Conn, broken bool) {
	if half, ok := to.(interface{ CloseWrite() error }); ok && !broken {
		_ = half.CloseWrite() // the other side may be gone too
		return
	}
	c.end(Reset)
}

// end breaks the connection. Only the first call counts, except that a frozen connection can still be closed.
func (c *conn) end(how How) {
	c.once.Do(func() {
		c.frozen.Store(how == Freeze)
		close(c.dead)
	})
	switch how {
	case Freeze:
		for _, end := range c.ends {
			_ = end.SetDeadline(time.Unix(1, 0)) // wakes receive and deliver; the connection stays as it is
		}
	case Reset:
		reset(c.ends[0])
		reset(c.ends[1])
	case Finish:
		for _, end := range c.ends {
			_ = end.Close() // may be closed already
		}
	}
}

// reset closes a connection without taking leave.
func reset(c net.Conn) {
	if tcp, ok := c.(interface{ SetLinger(sec int) error }); ok {
		_ = tcp.SetLinger(0) // fails on a closed connection
	}
	_ = c.Close()
}

func (c *conn) isDead() bool {
	select {
	case <-c.dead:
		return true
	default:
		return false
	}
}

// sleep waits, and says whether the connection is still there then.
func (c *conn) sleep(d time.Duration) bool {
	if d <= 0 {
		return !c.isDead()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-c.dead:
		return false
	}
}
