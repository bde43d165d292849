package fault

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
)

// ports are a relay's listeners and what came in through them.
type ports struct {
	mu        sync.Mutex
	listeners []net.Listener
	conns     map[*session]bool
	closed    bool
	running   sync.WaitGroup
}

// Listen opens two free ports of the loopback interface: for plain text and for TLS.
func (r *Relay) Listen() (plain, secure int, err error) {
	var found [2]int
	for i := range found {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return 0, 0, fmt.Errorf("open relay: %w", errors.Join(err, r.Close()))
		}
		found[i] = ln.Addr().(*net.TCPAddr).Port
		r.ports.mu.Lock()
		r.ports.listeners = append(r.ports.listeners, ln)
		r.ports.mu.Unlock()
		r.ports.running.Go(func() { r.accept(ln, i == 1) })
	}
	return found[0], found[1], nil
}

func (r *Relay) accept(ln net.Listener, secure bool) {
	for {
		client, err := ln.Accept()
		if err != nil {
			return
		}
		r.ports.running.Go(func() { r.serve(client, secure) })
	}
}

func (r *Relay) serve(raw net.Conn, secure bool) {
	server, err := net.Dial("tcp", r.target)
	if err != nil {
		reset(raw) // as if nobody listened
		return
	}
	s := newSession(r, raw, server)
	if secure {
		s.bad = &poisoned{Conn: raw}
		s.client = tls.Server(s.bad, r.tls)
	}
	p := &r.ports
	p.mu.Lock()
	if p.closed {
		s.end(true)
	}
	p.conns[s] = true
	p.mu.Unlock()
	s.run()
	p.mu.Lock()
	delete(p.conns, s)
	p.mu.Unlock()
}

// Close breaks all connections and closes the ports.
func (r *Relay) Close() error {
	p := &r.ports
	p.mu.Lock()
	p.closed = true
	var errs []error
	for _, ln := range p.listeners {
		errs = append(errs, ln.Close())
	}
	p.listeners = nil
	for s := range p.conns {
		s.end(true)
	}
	p.mu.Unlock()
	p.running.Wait()
	return errors.Join(errs...)
}

// reset closes a connection without taking leave.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // fails on a closed connection
	}
	_ = c.Close()
}

// poisoned is the connection below TLS. Once it is bad, the next record that TLS reads is none: TLS then tells the client so
// by a fatal alert, encrypted as it must be.
type poisoned struct {
	net.Conn
	bad bool
}

// Read implements net.Conn.
func (p *poisoned) Read(b []byte) (int, error) {
	if !p.bad {
		return p.Conn.Read(b)
	}
	const record = "\x17\x03\x03\x00\x20" // application data (RFC 8446 5.1) that nothing can decrypt
	return copy(b, record+"00000000000000000000000000000000"), nil
}
