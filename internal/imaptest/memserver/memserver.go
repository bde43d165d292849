// Package memserver is an IMAP server in memory on the loopback interface, for tests and for demonstrations. Each user has
// the mailboxes INBOX, Sent, Drafts, Trash and Junk, the last four with their special use (RFC 6154).
//
// Limits of the library underneath: the delimiter is always "/", keywords come back in lower case, and nothing that is appended
// is checked. [Server.Close] ends it; the mail lives as long as the process.
package memserver

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"

	"github.com/pst2imap/pst2imap/internal/imaptest/selfsigned"
)

// Server is a running server.
type Server struct {
	Host    string         // "127.0.0.1"
	Port    int            // plain text and STARTTLS
	TLSPort int            // implicit TLS
	Pool    *x509.CertPool // trusts the server's certificate, made at the start
	CertPEM []byte         // the same as a file's content

	tls *tls.Config

	mu       sync.Mutex
	accounts map[string]*account
	imap     *imapserver.Server // nil when closed

	done sync.WaitGroup
}

// caps are what the memory backend can do beyond IMAP4rev1.
var caps = imap.CapSet{
	imap.CapIMAP4rev1: {}, imap.CapNamespace: {}, imap.CapUIDPlus: {}, imap.CapESearch: {}, imap.CapListExtended: {},
	imap.CapListStatus: {}, imap.CapMove: {}, imap.CapStatusSize: {}, imap.CapSpecialUse: {}, imap.CapCreateSpecialUse: {},
	imap.CapLiteralPlus: {},
}

// Start starts a server with one user on free ports.
func Start(user, pass string) (*Server, error) { return StartOn(0, 0, user, pass) }

// StartOn is Start on certain ports; 0 is any free one.
func StartOn(port, tlsPort int, user, pass string) (*Server, error) {
	cert, err := selfsigned.New(24*time.Hour, "localhost", "127.0.0.1", "::1")
	if err != nil {
		return nil, err
	}
	s := &Server{
		Host: "127.0.0.1", Port: port, TLSPort: tlsPort, Pool: cert.Pool, CertPEM: cert.CertPEM,
		tls: &tls.Config{Certificates: []tls.Certificate{cert.TLS}}, accounts: map[string]*account{},
	}
	if err := s.AddUser(user, pass); err != nil {
		return nil, err
	}
	return s, s.Listen()
}

// Where tells other processes how to reach the server.
type Where struct {
	Host    string `json:"host"`
	Port    int    `json:"port"`
	TLSPort int    `json:"tlsPort"`
	CertPEM string `json:"certificate"`
}

// Where is how to reach the server.
func (s *Server) Where() Where { return Where{s.Host, s.Port, s.TLSPort, string(s.CertPEM)} }

// AddUser makes another account.
func (s *Server) AddUser(user, pass string) error {
	a, err := newAccount(user, pass)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts[user] = a
	return nil
}

func (s *Server) account(user string) *account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accounts[user]
}

// Listen opens both ports, or none. After [Server.Close] it opens the same ones again, with the mail as it was.
func (s *Server) Listen() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.imap != nil {
		return errors.New("start server: it runs already")
	}
	plain, err := s.listen(s.Port)
	if err != nil {
		return fmt.Errorf("start server: %w", err)
	}
	secure, err := s.listen(s.TLSPort)
	if err != nil {
		return fmt.Errorf("start server: %w", errors.Join(err, plain.Close()))
	}
	s.Port, s.TLSPort = portOf(plain), portOf(secure)
	s.imap = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &session{server: s}, nil, nil
		},
		Caps:         caps,
		TLSConfig:    s.tls,
		InsecureAuth: true, // loopback only
		Logger:       log.New(io.Discard, "", 0),
	})
	for _, ln := range []net.Listener{plain, tls.NewListener(secure, s.tls)} {
		server := s.imap
		s.done.Go(func() { _ = server.Serve(ln) }) // ends when the listener is closed
	}
	return nil
}

func (s *Server) listen(port int) (net.Listener, error) {
	return net.Listen("tcp", net.JoinHostPort(s.Host, strconv.Itoa(port)))
}

func portOf(ln net.Listener) int { return ln.Addr().(*net.TCPAddr).Port }

// Close ends the server and all its connections.
func (s *Server) Close() error {
	s.mu.Lock()
	server := s.imap
	s.imap = nil
	s.mu.Unlock()
	if server == nil {
		return nil
	}
	err := server.Close()
	s.done.Wait()
	return err
}
