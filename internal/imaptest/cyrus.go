package imaptest

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const cyrusBin = "usr/lib/cyrus/bin/"

// Cyrus starts a private Cyrus on free ports of the loopback interface; it ends with the test. The test is skipped where
// "make deps" has not unpacked it. What differs from [Dovecot]: mailboxes are below "INBOX/", names and limits are stricter,
// MULTIAPPEND and APPENDLIMIT are there.
func Cyrus(t testing.TB, opts ...Option) *Server {
	t.Helper()
	u := newUnpacked(t, "cyrus", cyrusBin+"imapd")
	setup := newSetup(append([]Option{Namespace("INBOX/", "/")}, opts...))
	setup.unless(t, setup.format == "", "format")
	setup.unless(t, setup.prefix == "" || setup.prefix == "INBOX"+setup.separator, "Namespace with such a prefix")
	dir := serverDir(t)
	s := newServer(t, "cyrus", setup, dir)
	home := filepath.Join(dir, "home")
	for _, name := range strings.Fields("conf conf/db conf/proc conf/socket conf/log conf/msg conf/ptclient conf/quota conf/user conf/sieve spool run") {
		mailDir(t, filepath.Join(home, name))
	}
	config, services := filepath.Join(dir, "imapd.conf"), filepath.Join(dir, "cyrus.conf")
	writeFile(t, config, setup.cyrusConfig(t, s, home))
	writeFile(t, services, cyrusServices(u, s, config))
	saslauthd(t, filepath.Join(home, "run", "mux"), s)
	s.run(t, &process{
		name: "cyrus",
		command: func() *exec.Cmd {
			return u.command(cyrusBin+"master", "-D", "-C", config, "-M", services, "-p", home+"/run/pid", "-L", home+"/run/log")
		},
		ready: s.ready,
	})
	return s
}

// cyrusConfig is an imapd.conf.
func (setup *setup) cyrusConfig(t testing.TB, s *Server, home string) string {
	t.Helper()
	yes := map[bool]string{true: "yes", false: "no"}
	lines := []string{
		"configdirectory: " + home + "/conf",
		"partition-default: " + home + "/spool",
		"defaultpartition: default",
		"cyrus_user: " + mailAccount(t).Username,
		"sasl_pwcheck_method: saslauthd",
		"sasl_saslauthd_path: " + home + "/run/mux",
		"sasl_mech_list: PLAIN LOGIN",
		"allowplaintext: yes",
		"virtdomains: userid", // a user may be called like a mail address
		"unixhierarchysep: " + yes[setup.separator != "."],
		"altnamespace: " + yes[setup.prefix == ""],
		"autocreate_quota: " + strconv.FormatInt(size(t, setup.storage)>>10, 10),
		"autocreate_post: yes",
		"autocreate_inbox_folders: " + strings.Join(special, "|"),
		"autocreate_subscribe_folders: " + strings.Join(special, "|"),
		"specialusealways: yes",
		"maxlogins_per_user: 100",
		"proc_path: " + home + "/run/proc",
		"lmtpsocket: " + home + "/run/lmtp",
		"idlesocket: " + home + "/run/idle",
		"notifysocket: " + home + "/run/notify",
		"tls_server_cert: " + s.CAFile,
		"tls_server_key: " + s.key,
		"tls_sessions_db_path: " + home + "/conf/tls_sessions.db",
		"skiplist_unsafe: yes", // a test's mail need not survive a power cut
	}
	for _, name := range special {
		lines = append(lines, fmt.Sprintf("xlist-%s: %s", strings.ToLower(name), name))
	}
	limit := size(t, setup.message)
	if limit == 0 {
		limit = 20 << 20
	}
	lines = append(lines, "maxmessagesize: "+strconv.FormatInt(limit, 10))
	return strings.Join(append(lines, setup.extra...), "\n") + "\n"
}

// cyrusServices is a cyrus.conf.
func cyrusServices(u *unpacked, s *Server, config string) string {
	bin := u.path(cyrusBin)
	service := func(name, args string, port int) string {
		return fmt.Sprintf("  %s cmd=\"%s/imapd -C %s%s\" listen=\"127.0.0.1:%d\" prefork=0\n", name, bin, config, args, port)
	}
	return fmt.Sprintf("START {\n  recover cmd=\"%s/ctl_cyrusdb -C %s -r\"\n}\nSERVICES {\n", bin, config) +
		service("imap", "", s.Port) + service("imaps", " -s", s.TLSPort) + "}\nEVENTS {\n}\n"
}

// size reads a limit such as "3M"; "" is 0.
func size(t testing.TB, s string) int64 {
	t.Helper()
	if s == "" {
		return 0
	}
	shift, ok := map[byte]int{'K': 10, 'M': 20, 'G': 30}[s[len(s)-1]]
	n, err := strconv.ParseInt(s[:len(s)-1], 10, 32)
	if !ok || err != nil {
		t.Fatalf("%q is no size such as 3M", s)
	}
	return n << shift
}
