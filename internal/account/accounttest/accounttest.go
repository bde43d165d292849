// Package accounttest is a small Internet on the loopback interface, for tests of what looks servers up: a name server, web
// servers with certificates, and a dialer that knows which of the test's servers stands for which host.
package accounttest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest/selfsigned"
)

// Net is the Internet of one test.
type Net struct {
	CertPEM []byte // what has to be trusted
	Pool    *x509.CertPool

	t    testing.TB
	cert tls.Certificate
	dns  *nameServer

	mu    sync.Mutex
	hosts map[string]string
}

// New starts a name server that knows nothing yet, and makes a certificate for the hosts; "*.example.test" is possible.
func New(t testing.TB, hosts ...string) *Net {
	t.Helper()
	cert, err := selfsigned.New(time.Hour, hosts...)
	if err != nil {
		t.Fatal(err)
	}
	return &Net{CertPEM: cert.CertPEM, Pool: cert.Pool, t: t, cert: cert.TLS, dns: newNameServer(t), hosts: map[string]string{}}
}

// MX lets the name server say that host receives the mail of domain.
func (n *Net) MX(domain, host string) { n.dns.addMX(domain, host) }

// SRV lets the name server say where the service of a domain is; name is such as "_imaps._tcp.example.test".
func (n *Net) SRV(name, host string, port uint16) { n.dns.addSRV(name, host, port) }

// Asked are the questions that the name server was asked, such as "MX example.test".
func (n *Net) Asked() []string { return n.dns.questions() }

// At puts the server that listens at addr in the place of host and port.
func (n *Net) At(host string, port int, addr string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.hosts[net.JoinHostPort(host, strconv.Itoa(port))] = addr
}

// Web starts a web server with TLS in the place of host.
func (n *Net) Web(host string, h http.Handler) {
	s := httptest.NewUnstartedServer(h)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{n.cert}}
	s.Config.ErrorLog = nil
	s.StartTLS()
	n.t.Cleanup(s.Close)
	n.At(host, 443, s.Listener.Addr().String())
}

// Protect puts TLS with the net's certificate in front of a server that speaks plain text at addr, in the place of host and port.
func (n *Net) Protect(host string, port int, addr string) {
	ln, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{n.cert}})
	if err != nil {
		n.t.Fatal(err)
	}
	n.At(host, port, ln.Addr().String())
	var running sync.WaitGroup
	n.t.Cleanup(func() {
		_ = ln.Close()
		running.Wait()
	})
	running.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			running.Go(func() { join(conn, addr) })
		}
	})
}

// join carries bytes between a client and the server at addr until one of them is gone.
func join(client net.Conn, addr string) {
	defer client.Close()
	server, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer server.Close()
	var both sync.WaitGroup
	for _, pair := range [][2]net.Conn{{client, server}, {server, client}} {
		both.Go(func() {
			_, _ = io.Copy(pair[0], pair[1])
			_ = pair[0].Close()
			_ = pair[1].Close()
		})
	}
	both.Wait()
}

// Map is what another process needs to be on this Internet.
type Map struct {
	NameServer string
	Hosts      map[string]string // "host:port" to where the server listens
}

// Map gives it.
func (n *Net) Map() Map {
	n.mu.Lock()
	defer n.mu.Unlock()
	hosts := map[string]string{}
	for k, v := range n.hosts {
		hosts[k] = v
	}
	return Map{NameServer: n.dns.addr, Hosts: hosts}
}

// JSON is the map as text, for an environment variable.
func (m Map) JSON() string {
	b, _ := json.Marshal(m) // strings can always be written
	return string(b)
}

// Resolver asks the name server.
func (m Map) Resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", m.NameServer)
	}}
}

// Dial connects to the server that stands for addr, or to this machine by its loopback address. Another host does not exist, another
// port of a known one refuses.
func (m Map) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if at, ok := m.Hosts[addr]; ok {
		return new(net.Dialer).DialContext(ctx, network, at)
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		return new(net.Dialer).DialContext(ctx, network, addr)
	}
	for known := range m.Hosts {
		if h, _, _ := net.SplitHostPort(known); h == host {
			return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
		}
	}
	return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
}
