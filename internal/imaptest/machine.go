package imaptest

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// serverDir makes a folder that the mail user can reach: t.TempDir is closed to others. Its folder "home" belongs to that user.
func serverDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "imaptest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := removeAll(dir); err != nil {
			t.Errorf("remove server's folder: %v", err)
		}
	})
	if os.Getuid() == 0 {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	mailDir(t, filepath.Join(dir, "home"))
	return dir
}

// mailDir makes a folder of the mail user's.
func mailDir(t testing.TB, dir string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		uid, gid := mailUser(t)
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
}

// removeAll removes a folder that killed workers may still be writing to for a moment.
func removeAll(dir string) error {
	var err error
	for range 50 {
		if err = os.RemoveAll(dir); err == nil {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

// mailUser is who owns the mail: the servers refuse to work for root.
func mailUser(t testing.TB) (uid, gid int) {
	t.Helper()
	u := mailAccount(t)
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err1 != nil || err2 != nil {
		t.Fatalf("user %s has no numeric ids", u.Username)
	}
	return uid, gid
}

func mailAccount(t testing.TB) *user.User {
	t.Helper()
	u, err := user.Current()
	if err == nil && u.Uid == "0" {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func writeFile(t testing.TB, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// ready returns once the server accepts connections on both ports and, on the plain one, greets.
func (s *Server) ready(exited <-chan struct{}) error {
	for _, port := range []int{s.Port, s.TLSPort} {
		if err := waitForPort(net.JoinHostPort(s.Host, strconv.Itoa(port)), port == s.Port, exited); err != nil {
			return err
		}
	}
	return nil
}

func waitForPort(addr string, greets bool, exited <-chan struct{}) error {
	var last error
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		select {
		case <-exited:
			return errors.New("it ended")
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
