// Package line is a network line on this machine: it passes on what clients and a server send each other, with the delay and
// the rate of a real one, and with its ways of breaking.
//
// All connections share the line, as those of one household do. TCP's own handshake costs nothing here; all else does.
package line

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Direction is one of the two ways over a line.
type Direction int

const (
	// Up is from the client to the server.
	Up Direction = iota
	// Down is from the server to the client.
	Down
)

// Way is what one direction is like. The zero value is no obstacle.
type Way struct {
	Delay time.Duration
	Rate  int64 // bytes in a second over all connections; 0 is no limit
}

// Options say what a line is like.
type Options struct{ Up, Down Way }

// Even is a line with the same delay and rate each way, e.g. Even(25*time.Millisecond, 12_500_000): a round trip of 50 ms and
// 100 Mbit/s.
func Even(delay time.Duration, rate int64) Options {
	w := Way{delay, rate}
	return Options{w, w}
}

// How is a way of breaking.
type How int

const (
	// Reset breaks the connection on both sides at once. What is on the way is lost.
	Reset How = iota
	// Finish ends the connection on both sides in good order.
	Finish
	// Freeze passes nothing on any more and tells nobody: a connection that is half open.
	Freeze
)

// Cut breaks a connection at a certain byte.
type Cut struct {
	In    Direction
	After int64 // bytes that this direction carries from now on, over all connections, before it breaks
	How   How
	All   bool          // break all connections, not only the one that carried the byte
	Pause time.Duration // refuse new connections for so long; 0 is not at all
}

// Line is a line with any number of connections.
type Line struct {
	ways [2]*way

	mu        sync.Mutex
	listeners []*listener
	conns     map[*conn]bool
	refusing  bool
	closed    bool
	readmit   *time.Timer

	accepted atomic.Int64
	broken   atomic.Int64
	running  sync.WaitGroup
}

// listener is a port whose connections go to target.
type listener struct {
	addr, target string
	ln           net.Listener // nil while connections are refused
}

// New makes a line without connections. End it with [Line.Close].
func New(o Options) *Line {
	return &Line{ways: [2]*way{{Way: o.Up}, {Way: o.Down}}, conns: map[*conn]bool{}}
}

// Listen opens a free port on the loopback interface, connections to which reach the target, "127.0.0.1:143".
func (l *Line) Listen(target string) (port int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &listener{addr: "127.0.0.1:0", target: target}
	if err := l.open(p); err != nil {
		return 0, err
	}
	l.listeners = append(l.listeners, p)
	return p.ln.Addr().(*net.TCPAddr).Port, nil
}

// open listens; l.mu is held.
func (l *Line) open(p *listener) error {
	ln, err := net.Listen("tcp", p.addr)
	if err != nil {
		return fmt.Errorf("open line: %w", err)
	}
	p.addr, p.ln = ln.Addr().String(), ln
	l.running.Go(func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			l.running.Go(func() { l.connect(client, p.target) })
		}
	})
	return nil
}

func (l *Line) connect(client net.Conn, target string) {
	server, err := net.Dial("tcp", target)
	if err != nil {
		reset(client) // as if nobody listened
		return
	}
	l.join(client, server)
}

// join passes on what two connections send each other until one of them ends.
func (l *Line) join(client, server net.Conn) {
	c := &conn{line: l, ends: [2]net.Conn{client, server}, dead: make(chan struct{})}
	l.mu.Lock()
	if l.closed || l.refusing {
		l.mu.Unlock()
		c.end(Reset)
		return
	}
	l.conns[c] = true
	l.mu.Unlock()
	l.accepted.Add(1)
	c.run()
	l.mu.Lock()
	if !c.frozen.Load() { // those stay open until the line is closed
		delete(l.conns, c)
	}
	l.mu.Unlock()
}

// Cut arms a cut. Any number can be armed; each happens once.
func (l *Line) Cut(c Cut) { l.ways[c.In].arm(c) }

// Break breaks all connections at once.
func (l *Line) Break(how How) {
	l.mu.Lock()
	conns := make([]*conn, 0, len(l.conns))
	for c := range l.conns {
		conns = append(conns, c)
	}
	l.mu.Unlock()
	for _, c := range conns {
		c.end(how)
	}
}

// cut does what an armed cut says to the connection that carried its byte.
func (l *Line) cut(c *conn, cut Cut) {
	l.broken.Add(1)
	if cut.Pause > 0 {
		l.Refuse(cut.Pause)
	}
	c.end(cut.How)
	if cut.All {
		l.Break(cut.How)
	}
}

// Refuse refuses new connections for some time, as a server that is down does.
func (l *Line) Refuse(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.refusing = true
	for _, p := range l.listeners {
		if p.ln != nil {
			_ = p.ln.Close() // ends its loop
			p.ln = nil
		}
	}
	if l.readmit != nil {
		l.readmit.Stop()
	}
	l.readmit = time.AfterFunc(d, l.admit)
}

// admit opens the same ports again. Should another program have taken one in the meantime, it is tried until it is free.
func (l *Line) admit() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.refusing = false
	for _, p := range l.listeners {
		if p.ln == nil && l.open(p) != nil {
			l.readmit = time.AfterFunc(20*time.Millisecond, l.admit)
		}
	}
}

// Carried is the number of bytes that have arrived at the far end of each direction.
func (l *Line) Carried() (up, down int64) { return l.ways[Up].carried(), l.ways[Down].carried() }

// Accepted is the number of connections so far.
func (l *Line) Accepted() int64 { return l.accepted.Load() }

// Broken is the number of cuts that have happened.
func (l *Line) Broken() int64 { return l.broken.Load() }

// Close breaks all connections and closes the ports.
func (l *Line) Close() error {
	l.mu.Lock()
	l.closed = true
	if l.readmit != nil {
		l.readmit.Stop()
	}
	var errs []error
	for _, p := range l.listeners {
		if p.ln != nil {
			errs = append(errs, p.ln.Close())
			p.ln = nil
		}
	}
	l.mu.Unlock()
	l.Break(Reset)
	l.running.Wait()
	return errors.Join(errs...)
}
