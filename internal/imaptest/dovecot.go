package imaptest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

// Dovecot starts a private Dovecot on free ports of the loopback interface; it ends with the test. The test is skipped where
// Dovecot is not installed.
func Dovecot(t testing.TB, opts ...Option) *Server {
	t.Helper()
	binary := dovecotBinary(t)
	setup := newSetup(opts)
	dir := serverDir(t)
	s := newServer(t, "dovecot", setup, dir)
	config := filepath.Join(dir, "dovecot.conf")
	var users strings.Builder
	for _, u := range s.users {
		users.WriteString(u + ":{PLAIN}" + Password + "\n")
	}
	writeFile(t, filepath.Join(dir, "users"), users.String())
	writeFile(t, config, setup.dovecotConfig(t, s, dir))
	s.doveadm = []string{"doveadm", "-c", config}
	s.run(t, &process{
		name:    "dovecot",
		command: func() *exec.Cmd { return exec.Command(binary, "-F", "-c", config) },
		ready:   s.ready,
	})
	return s
}

func dovecotBinary(t testing.TB) string {
	const usual = "/usr/sbin/dovecot" // not in every user's PATH
	if _, err := os.Stat(usual); err == nil {
		return usual
	}
	return testneed.Tool(t, "dovecot")
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
