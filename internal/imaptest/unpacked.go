package imaptest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

// unpacked is a server that servers.sh has unpacked.
type unpacked struct {
	t    testing.TB
	root string
	env  []string
}

func newUnpacked(t testing.TB, name, program string) *unpacked {
	t.Helper()
	u := &unpacked{t: t, root: testneed.Server(t, name, program)}
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH] + "-linux-gnu"
	var libs []string
	for _, dir := range []string{"usr/lib/" + arch, "lib/" + arch, "usr/lib/courier-authlib", "usr/lib"} {
		libs = append(libs, filepath.Join(u.root, dir))
	}
	u.env = []string{"LD_LIBRARY_PATH=" + strings.Join(libs, ":"), "PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	return u
}

// path is where a file of the server is.
func (u *unpacked) path(name string) string { return filepath.Join(u.root, name) }

// command runs one of the server's programs as the mail user.
func (u *unpacked) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(u.path(program), args...)
	cmd.Env = u.env
	if os.Getuid() == 0 {
		uid, gid := mailUser(u.t)
		as(cmd, uid, gid)
	}
	return cmd
}
