package imaptest

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest/selfsigned"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// Dovecot starts a private Dovecot on free ports of the loopback interface; it ends with the test. The test is skipped where
// Dovecot is not installed.
func Dovecot(t testing.TB, opts ...Option) *Server {
	t.Helper()
	binary := dovecotBinary(t)
	setup := &dovecotSetup{location: "mdbox:~/mdbox", separator: "/", validFor: time.Hour, hosts: []string{"localhost", "127.0.0.1"}}
	for _, opt := range opts {
		opt(setup)
	}
	dir := serverDir(t)
	s := &Server{Host: "127.0.0.1", Port: freePort(t), TLSPort: freePort(t), CAFile: filepath.Join(dir, "cert.pem"),
		User: User, Password: Password}
	cert, err := selfsigned.New(setup.validFor, setup.hosts...)
	if err != nil {
		t.Fatal(err)
	}
	s.Pool = cert.Pool
	config := filepath.Join(dir, "dovecot.conf")
	writeFile(t, s.CAFile, string(cert.CertPEM))
	writeFile(t, filepath.Join(dir, "key.pem"), string(cert.KeyPEM))
	writeFile(t, filepath.Join(dir, "users"), User+":{PLAIN}"+Password+"\n")
	writeFile(t, config, setup.config(t, s, dir))
	s.doveadm = []string{"doveadm", "-c", config}
	s.kill = startDovecot(t, binary, config, s)
	return s
}

func dovecotBinary(t testing.TB) string {
	const usual = "/usr/sbin/dovecot" // not in every user's PATH
	if _, err := os.Stat(usual); err == nil {
		return usual
	}
	return testneed.Tool(t, "dovecot")
}

// serverDir makes a folder that the mail user can reach: t.TempDir is closed to others.
func serverDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "imaptest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("remove server's folder: %v", err)
		}
	})
	home := filepath.Join(dir, "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		uid, gid := mailUser(t)
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(home, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// mailUser is who owns the mail: Dovecot refuses to work for root.
func mailUser(t testing.TB) (uid, gid int) {
	t.Helper()
	name := "nobody"
	u, err := user.Current()
	if err == nil && u.Uid == "0" {
		u, err = user.Lookup(name)
	}
	if err != nil {
		t.Fatal(err)
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err1 != nil || err2 != nil {
		t.Fatalf("user %s has no numeric ids", u.Username)
	}
	return uid, gid
}

// freePort finds a port that was free a moment ago.
func freePort(t testing.TB) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := ln.Addr().(*net.TCPAddr).Port
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	return port
}

func writeFile(t testing.TB, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// startDovecot runs the server until the test ends and returns the function that kills it.
func startDovecot(t testing.TB, binary, config string, s *Server) (kill func()) {
	t.Helper()
	log := &logBuffer{}
	cmd := exec.Command(binary, "-F", "-c", config)
	cmd.Stdout, cmd.Stderr = log, log
	group(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait() // how it ended is in the log
		close(exited)
	}()
	t.Cleanup(func() {
		terminate(cmd, exited)
		if t.Failed() {
			t.Logf("dovecot's log:\n%s", log)
		}
	})
	for _, port := range []int{s.Port, s.TLSPort} {
		if err := waitForPort(net.JoinHostPort(s.Host, strconv.Itoa(port)), port == s.Port, exited); err != nil {
			t.Fatalf("dovecot does not start: %v\n%s", err, log)
		}
	}
	return func() { killGroup(cmd, exited) }
}

// waitForPort returns once the server accepts connections and, on the plain port, greets.
func waitForPort(addr string, greets bool, exited <-chan struct{}) error {
	var last error
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		select {
		case <-exited:
			return fmt.Errorf("it ended")
		default:
		}
		if last = greeting(addr, greets); last == nil {
			return nil
		}
	}
	return last
}

func greeting(addr string, greets bool) error {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // it has served its purpose
	if !greets {
		return nil
	}
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second)) // the read below shows any failure
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err == nil && !strings.HasPrefix(line, "* OK") {
		err = fmt.Errorf("greeting is %q", line)
	}
	return err
}

// Doveadm runs Dovecot's administration command for the server's user and returns what it prints, e.g.
// Doveadm(t, "mailbox", "status", "-u", s.User, "messages", "*").
func (s *Server) Doveadm(t testing.TB, args ...string) string {
	t.Helper()
	if s.doveadm == nil {
		t.Fatal("this server is no Dovecot")
	}
	command := append(append([]string(nil), s.doveadm...), args...)
	out, err := exec.Command(command[0], command[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, out)
	}
	return string(out)
}

// logBuffer is a buffer that a process writes while a test reads it.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

// String returns what was written so far.
func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
