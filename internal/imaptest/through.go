package imaptest

import (
	"net"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest/fault"
	"github.com/pst2imap/pst2imap/internal/imaptest/line"
	"github.com/pst2imap/pst2imap/internal/imaptest/selfsigned"
)

// Line is the same server at the far end of a network line, e.g. s.Line(t, line.Even(25*time.Millisecond, 12_500_000)), and
// the line, which can be broken. It ends with the test.
func (s *Server) Line(t testing.TB, o line.Options) (*Server, *line.Line) {
	t.Helper()
	l := line.New(o)
	t.Cleanup(func() { _ = l.Close() }) // connections that are cut are what a test wants
	far := *s
	for _, port := range []*int{&far.Port, &far.TLSPort} {
		var err error
		if *port, err = l.Listen(net.JoinHostPort(s.Host, strconv.Itoa(*port))); err != nil {
			t.Fatal(err)
		}
	}
	return &far, l
}

// Faults is the same server behind a relay that follows a script, e.g.
//
//	far, relay := s.Faults(t, fault.Options{})
//	relay.Script(fault.Fault{Nth: 3, When: fault.Late, Do: fault.Answer, Text: "NO [OVERQUOTA] full"})
//
// It ends with the test.
func (s *Server) Faults(t testing.TB, o fault.Options) (*Server, *fault.Relay) {
	t.Helper()
	cert, err := selfsigned.New(time.Hour, "localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	relay := fault.New(net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), cert.TLS, o)
	far := *s
	if far.Port, far.TLSPort, err = relay.Listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = relay.Close() }) // connections that are cut are what a test wants
	far.Pool, far.CAFile = cert.Pool, filepath.Join(t.TempDir(), "relay.pem")
	writeFile(t, far.CAFile, string(cert.CertPEM))
	return &far, relay
}
