package imaptest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imaptest/selfsigned"
)

// Courier starts a private Courier on free ports of the loopback interface; it ends with the test. The test is skipped where
// "make deps" has not unpacked it. What differs from [Dovecot]: mailboxes are below "INBOX." with "." as delimiter, there are
// neither SPECIAL-USE nor any kind of LITERAL+, and some characters are refused in names.
//
// Courier's own programs for listening, TLS and passwords have their paths compiled in. This package does their work and
// hands the connection to Courier's imapd when the user is known, as they do.
func Courier(t testing.TB, opts ...Option) *Server {
	t.Helper()
	u := newUnpacked(t, "courier", "usr/bin/imapd")
	setup := newSetup(opts)
	setup.unless(t, setup.format == "", "format")
	setup.unless(t, setup.prefix == "" && setup.separator == "/", "Namespace")
	setup.unless(t, setup.message == "" && len(setup.extra) == 0, "Config or limit of a message")
	dir := serverDir(t)
	s := &Server{Name: "courier", Host: "127.0.0.1", CAFile: filepath.Join(dir, "cert.pem"), User: User, Password: Password,
		Prefix: "INBOX.", Delim: ".", users: setup.users}
	cert, err := selfsigned.New(setup.validFor, setup.hosts...)
	if err != nil {
		t.Fatal(err)
	}
	s.Pool = cert.Pool
	writeFile(t, s.CAFile, string(cert.CertPEM))
	c := &courier{unpacked: u, server: s, home: filepath.Join(dir, "home"), storage: size(t, setup.storage), notifier: filepath.Base(dir)}
	fakeNotifier(t, c.notifier)
	for _, user := range s.users {
		c.makeAccount(t, user)
	}
	front := &front{tls: &cert.TLS, backend: c}
	s.control = front
	t.Cleanup(func() {
		front.stop()
		if t.Failed() {
			t.Logf("courier's log:\n%s", &c.log)
		}
	})
	front.start(t)
	s.Port, s.TLSPort = front.ports[0], front.ports[1]
	return s
}

// courier runs one imapd for each connection.
type courier struct {
	*unpacked
	server   *Server
	home     string
	storage  int64
	notifier string
	log      logBuffer
}

// makeAccount makes the Maildir of a user. LIST shows no role of the special mailboxes: Courier has no word for it.
func (c *courier) makeAccount(t testing.TB, user string) {
	t.Helper()
	mailDir(t, filepath.Join(c.home, user))
	maildir := filepath.Join(c.home, user, "Maildir")
	calls := [][]string{{maildir}}
	var subscribed strings.Builder
	for _, name := range special {
		calls = append(calls, []string{"-f", name, maildir})
		subscribed.WriteString("INBOX." + name + "\n")
	}
	if c.storage > 0 {
		calls = append(calls, []string{"-q", strconv.FormatInt(c.storage, 10) + "S", maildir})
	}
	for _, args := range calls {
		cmd := c.command("usr/bin/maildirmake.courier", args...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", cmd, err, out)
		}
	}
	file := filepath.Join(maildir, "courierimapsubscribed")
	writeFile(t, file, subscribed.String())
	if os.Getuid() == 0 {
		uid, gid := mailUser(t)
		if err := os.Chown(file, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
}

// courierCapability is what Debian configures, courierEnv the rest of its settings that matter.
const courierCapability = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE"

var courierEnv = []string{
	"IMAP_CAPABILITY=" + courierCapability, "IMAP_KEYWORDS=1", "IMAP_ACL=1", "IMAP_IDLE_TIMEOUT=60", "IMAP_MAILBOX_SANITY_CHECK=1",
	"IMAP_UMASK=022", "IMAP_ULIMITD=0", "IMAP_USELOCKS=0", "IMAP_TRASHFOLDERNAME=Trash", "TCPREMOTEIP=127.0.0.1",
}

// session runs imapd for a user who has signed in, up to its greeting, which is not passed on.
func (c *courier) session(user string) (*courierSession, error) {
	cmd := c.command("usr/bin/imapd", "Maildir")
	home := filepath.Join(c.home, user)
	cmd.Env = append(append(cmd.Env, courierEnv...), "AUTHENTICATED="+user, "AUTHADDR="+user, "HOME="+home, "GAM_CLIENT_ID="+c.notifier)
	cmd.Dir, cmd.Stderr = home, &c.log
	group(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &courierSession{in: in, out: bufio.NewReader(out), cmd: cmd}
	for {
		line, err := s.out.ReadString('\n')
		if err != nil {
			s.kill()
			return nil, fmt.Errorf("courier's imapd does not greet: %w", err)
		}
		if strings.HasPrefix(line, "* PREAUTH") {
			return s, nil
		}
	}
}

// courierSession is a running imapd.
type courierSession struct {
	in  io.WriteCloser
	out *bufio.Reader
	cmd *exec.Cmd
}

// kill ends it; it may have ended by itself.
func (s *courierSession) kill() {
	exited := make(chan struct{})
	go func() {
		_ = s.cmd.Wait()
		close(exited)
	}()
	killGroup(s.cmd, exited)
}

// fakeNotifier stands in for the daemon that tells imapd of changes in folders. Without one each sign-in would try to start it
// for more than a second, and without changes nothing has to be told.
func fakeNotifier(t testing.TB, id string) {
	t.Helper()
	const pathSize = 108 // of sockaddr_un; the client pads the abstract name with NULs
	name := "@/tmp/fam-" + mailAccount(t).Username + "-" + id
	ln, err := net.Listen("unix", name+strings.Repeat("\x00", pathSize-len(name)))
	if err != nil {
		t.Fatal(err)
	}
	serveAll(t, ln, func(conn net.Conn) {
		_, _ = io.Copy(io.Discard, conn) // until imapd ends
		_ = conn.Close()
	})
}
