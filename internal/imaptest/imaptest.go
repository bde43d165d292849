// Package imaptest provides IMAP servers for tests, and a way of looking into them that the product does not share.
//
//   - [Dovecot] is a private Dovecot, the second opinion on everything; [Cyrus] and [Courier] are two that differ from it.
//   - [Memory] is a server in memory, quick and available everywhere.
//   - [Script] is a server that says what a test tells it to, for all that real servers do too rarely.
//   - [Client] is a small IMAP client written apart from the product and from its IMAP library, to count what arrived.
package imaptest

import (
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest/memserver"
	"github.com/pst2imap/pst2imap/internal/imaptest/selfsigned"
)

// User and Password are those of every server's first account. Further ones have the same password; see [Users].
const (
	User     = "anna@example.org"
	Password = `S3cret "quoted" \ value`
)

// Server is a running server and what is needed to sign in.
type Server struct {
	Name     string // "dovecot", "cyrus", "courier" or "memory"
	Host     string
	Port     int // plain text and STARTTLS
	TLSPort  int // implicit TLS
	CAFile   string
	Pool     *x509.CertPool // the same as CAFile
	User     string
	Password string

	// Prefix and Delim are those of the user's own mailboxes, e.g. "INBOX." and "."; see [Server.Mailbox].
	Prefix, Delim string

	users   []string
	key     string   // file with the certificate's key
	doveadm []string // command that reaches the server's administration; Dovecot only
	control control
}

// control starts and ends what a server runs on.
type control interface {
	start(t testing.TB)
	stop()
	kill()
}

// newServer finds ports and makes a certificate for a server that will keep its files in dir.
func newServer(t testing.TB, name string, setup *setup, dir string) *Server {
	t.Helper()
	s := &Server{Name: name, Host: "127.0.0.1", Port: freePort(t), TLSPort: freePort(t), CAFile: filepath.Join(dir, "cert.pem"),
		User: User, Password: Password, users: setup.users,
		Prefix: setup.prefix, Delim: setup.separator, key: filepath.Join(dir, "key.pem")}
	cert, err := selfsigned.New(setup.validFor, setup.hosts...)
	if err != nil {
		t.Fatal(err)
	}
	s.Pool = cert.Pool
	writeFile(t, s.CAFile, string(cert.CertPEM))
	writeFile(t, s.key, string(cert.KeyPEM))
	return s
}

// run starts the program of the server, which ends with the test.
func (s *Server) run(t testing.TB, p *process) {
	t.Helper()
	s.control = p
	for _, port := range []int{s.Port, s.TLSPort} {
		p.addrs = append(p.addrs, net.JoinHostPort(s.Host, strconv.Itoa(port)))
	}
	t.Cleanup(func() {
		p.stop()
		if t.Failed() {
			t.Logf("%s's log:\n%s", p.name, &p.log)
		}
	})
	p.start(t)
}

// Kill ends the server at once, as a crash would. Its connections break.
func (s *Server) Kill() { s.control.kill() }

// Stop ends the server in good order, as its administrator would.
func (s *Server) Stop() { s.control.stop() }

// Start starts a server again that was killed or stopped: with the same ports, accounts and mail.
func (s *Server) Start(t testing.TB) { t.Helper(); s.control.start(t) }

// Mailbox is the name of a mailbox in the user's own name space, e.g. s.Mailbox("Work", "2019").
func (s *Server) Mailbox(levels ...string) string { return s.Prefix + strings.Join(levels, s.Delim) }

// As is the same server for another of its users.
func (s *Server) As(t testing.TB, user string) *Server {
	t.Helper()
	if !slices.Contains(s.users, user) {
		t.Fatalf("%s has no user %s", s.Name, user)
	}
	other := *s
	other.User = user
	return &other
}

// Memory starts a server in memory; it ends with the test.
func Memory(t testing.TB) *Server { t.Helper(); return MemoryFor(t) }

// MemoryFor starts a server in memory with more users; see [Users].
func MemoryFor(t testing.TB, users ...string) *Server {
	t.Helper()
	setup := newSetup([]Option{Users(users...)})
	m, err := memserver.StartOn(freePort(t), freePort(t), User, Password)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range users {
		if err := m.AddUser(u, Password); err != nil {
			t.Fatal(err)
		}
	}
	caFile := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(caFile, m.CertPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Server{Name: "memory", Host: m.Host, Port: m.Port, TLSPort: m.TLSPort, CAFile: caFile, Pool: m.Pool, Delim: "/",
		User: User, Password: Password, users: setup.users, control: memory{m}}
	t.Cleanup(s.Kill)
	return s
}

// memory controls a server in memory, which keeps its mail while it does not listen.
type memory struct{ server *memserver.Server }

func (m memory) start(t testing.TB) {
	t.Helper()
	if err := m.server.Listen(); err != nil {
		t.Fatal(err)
	}
}

func (m memory) stop() {
	_ = m.server.Close() // connections that are cut are what a test wants
	m.awaitRefusal(m.server.Port)
	m.awaitRefusal(m.server.TLSPort)
}

// awaitRefusal waits until nobody listens any more: a program that another test starts at
// this moment has the listener too, until it runs.
func (m memory) awaitRefusal(port int) {
	addr := net.JoinHostPort(m.server.Host, strconv.Itoa(port))
	for range 1000 {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		_ = conn.Close() // nothing was said
		time.Sleep(5 * time.Millisecond)
	}
}

func (m memory) kill() { m.stop() }
