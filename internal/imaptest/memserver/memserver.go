// Package memserver is an IMAP server in memory on the loopback interface, for tests and for demonstrations. It has one user and
// the mailboxes INBOX, Sent, Drafts, Trash and Junk, the last four with their special use (RFC 6154).
//
// Limits of the library underneath: the delimiter is always "/", keywords come back in lower case, and nothing that is appended
// is checked. [Server.Close] ends it and everything in it.
package memserver

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"github.com/pst2imap/pst2imap/internal/imaptest/selfsigned"
)

// Server is a running server.
type Server struct {
	Host    string         // "127.0.0.1"
	Port    int            // plain text and STARTTLS
	TLSPort int            // implicit TLS
	Pool    *x509.CertPool // trusts the server's certificate, made at the start
	CertPEM []byte         // the same as a file's content

	imap *imapserver.Server
	done sync.WaitGroup
}

// caps are what the memory backend can do beyond IMAP4rev1.
var caps = imap.CapSet{
	imap.CapIMAP4rev1: {}, imap.CapNamespace: {}, imap.CapUIDPlus: {}, imap.CapESearch: {}, imap.CapListExtended: {},
	imap.CapListStatus: {}, imap.CapMove: {}, imap.CapStatusSize: {}, imap.CapSpecialUse: {}, imap.CapCreateSpecialUse: {},
	imap.CapLiteralPlus: {},
}

// Start starts a server with one user.
func Start(user, pass string) (*Server, error) {
	cert, err := selfsigned.New(24*time.Hour, "localhost", "127.0.0.1", "::1")
	if err != nil {
		return nil, err
	}
	account, err := newAccount(user, pass)
	if err != nil {
		return nil, err
	}
	s := &Server{Host: "127.0.0.1", Pool: cert.Pool, CertPEM: cert.CertPEM}
	tlsConfig := &tls.Config{Certificates: []tls.Certificate{cert.TLS}}
	s.imap = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &session{UserSession: imapmemserver.NewUserSession(account.user), account: account}, nil, nil
		},
		Caps:         caps,
		TLSConfig:    tlsConfig,
		InsecureAuth: true, // loopback only
		Logger:       log.New(io.Discard, "", 0),
	})
	return s, s.listen(tlsConfig)
}

// listen opens both ports, or none.
func (s *Server) listen(tlsConfig *tls.Config) error {
	plain, err := net.Listen("tcp", net.JoinHostPort(s.Host, "0"))
	if err != nil {
		return fmt.Errorf("start server: %w", err)
	}
	secure, err := tls.Listen("tcp", net.JoinHostPort(s.Host, "0"), tlsConfig)
	if err != nil {
		return fmt.Errorf("start server: %w", errors.Join(err, plain.Close()))
	}
	s.Port, s.TLSPort = portOf(plain), portOf(secure)
	for _, ln := range []net.Listener{plain, secure} {
		s.done.Go(func() { _ = s.imap.Serve(ln) }) // ends when the listener is closed
	}
	return nil
}

func portOf(ln net.Listener) int { return ln.Addr().(*net.TCPAddr).Port }

// Close ends the server and all its connections.
func (s *Server) Close() error {
	err := s.imap.Close()
	s.done.Wait()
	return err
}
