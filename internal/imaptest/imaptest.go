// Package imaptest provides IMAP servers for tests, and a way of looking into them that the product does not share.
//
//   - [Dovecot] is a private Dovecot, the second opinion on everything.
//   - [Memory] is a server in memory, quick and available everywhere.
//   - [Script] is a server that says what a test tells it to, for all that real servers do too rarely.
//   - [Client] is a small IMAP client written apart from the product and from its IMAP library, to count what arrived.
package imaptest

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imaptest/memserver"
)

// User and Password are those of every server's one account.
const (
	User     = "anna@example.org"
	Password = `S3cret "quoted" \ value`
)

// Server is a running server and what is needed to sign in.
type Server struct {
	Host     string
	Port     int // plain text and STARTTLS
	TLSPort  int // implicit TLS
	CAFile   string
	Pool     *x509.CertPool // the same as CAFile
	User     string
	Password string

	doveadm []string // command that reaches the server's administration; Dovecot only
	kill    func()
}

// Memory starts a server in memory; it ends with the test.
func Memory(t testing.TB) *Server {
	t.Helper()
	m, err := memserver.Start(User, Password)
	if err != nil {
		t.Fatal(err)
	}
	closed := false
	end := func() {
		if !closed {
			closed = true
			_ = m.Close() // connections that are cut are what a test wants
		}
	}
	t.Cleanup(end)
	caFile := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(caFile, m.CertPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	return &Server{Host: m.Host, Port: m.Port, TLSPort: m.TLSPort, CAFile: caFile, Pool: m.Pool,
		User: User, Password: Password, kill: end}
}

// Kill ends the server at once, as a crash would. Its connections break.
func (s *Server) Kill() { s.kill() }
