package imaptest

import (
	"fmt"
	"os"
	"os/user"
	"strings"
	"testing"
	"time"
)

// Option changes how [Dovecot] is set up.
type Option func(*dovecotSetup)

type dovecotSetup struct {
	location  string
	prefix    string
	separator string
	extra     []string
	validFor  time.Duration
	hosts     []string
}

// Maildir stores mail as Maildir instead of mdbox. It refuses some names that mdbox takes.
func Maildir() Option { return func(s *dovecotSetup) { s.location = "maildir:~/Maildir" } }

// Namespace sets the prefix of personal mailboxes and the hierarchy delimiter, e.g. "INBOX." and ".".
func Namespace(prefix, separator string) Option {
	return func(s *dovecotSetup) { s.prefix, s.separator = prefix, separator }
}

// Config appends lines to dovecot.conf.
func Config(lines ...string) Option {
	return func(s *dovecotSetup) { s.extra = append(s.extra, lines...) }
}

// Quota limits storage and the size of one message, e.g. "3M" and "1M"; "" is no limit.
func Quota(storage, message string) Option {
	lines := []string{"mail_plugins = $mail_plugins quota", "protocol imap {", "  mail_plugins = $mail_plugins quota imap_quota", "}",
		"plugin {", "  quota = count:User quota", "  quota_vsizes = yes"}
	if storage != "" {
		lines = append(lines, "  quota_rule = *:storage="+storage)
	}
	if message != "" {
		lines = append(lines, "  quota_max_mail_size = "+message)
	}
	return Config(append(lines, "}")...)
}

// Certificate makes the server's certificate valid for the given time and host names.
func Certificate(validFor time.Duration, hosts ...string) Option {
	return func(s *dovecotSetup) { s.validFor, s.hosts = validFor, hosts }
}

// config is a dovecot.conf for one user with a static password.
func (setup *dovecotSetup) config(t testing.TB, s *Server, dir string) string {
	t.Helper()
	uid, gid := mailUser(t)
	lines := []string{
		"base_dir = " + dir + "/run",
		"state_dir = " + dir + "/state",
		"log_path = /dev/stderr",
		"protocols = imap",
		"listen = 127.0.0.1",
		"ssl = yes",
		"ssl_cert = <" + dir + "/cert.pem",
		"ssl_key = <" + dir + "/key.pem",
		"disable_plaintext_auth = no",
		"auth_mechanisms = plain login",
		"auth_failure_delay = 0",
		"service anvil {\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}", // no waiting after a wrong password either
		"mail_location = " + setup.location,
		"mail_fsync = never",
		"mail_max_userip_connections = 100",
		"first_valid_uid = 1",
		"first_valid_gid = 1",
		"default_vsz_limit = 0",
		fmt.Sprintf("passdb {\n  driver = passwd-file\n  args = scheme=PLAIN username_format=%%u %s/users\n}", dir),
		fmt.Sprintf("userdb {\n  driver = static\n  args = uid=%d gid=%d home=%s/home allow_all_users=yes\n}", uid, gid, dir),
		fmt.Sprintf("service imap-login {\n  inet_listener imap {\n    port = %d\n  }\n  inet_listener imaps {\n    port = %d\n    ssl = yes\n  }\n}",
			s.Port, s.TLSPort),
		setup.namespace(),
	}
	if os.Getuid() != 0 {
		lines = append(lines, unprivileged(t)...)
	}
	return strings.Join(append(lines, setup.extra...), "\n") + "\n"
}

// namespace makes the four special mailboxes exist from the start.
func (setup *dovecotSetup) namespace() string {
	var b strings.Builder
	fmt.Fprintf(&b, "namespace inbox {\n  inbox = yes\n  prefix = %s\n  separator = %s\n", setup.prefix, setup.separator)
	for _, name := range []string{"Sent", "Drafts", "Trash", "Junk"} {
		fmt.Fprintf(&b, "  mailbox %s {\n    auto = subscribe\n    special_use = \\%s\n  }\n", name, name)
	}
	return b.String() + "}"
}

// unprivileged lets an ordinary user run the server.
func unprivileged(t testing.TB) []string {
	t.Helper()
	u, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	g, err := user.LookupGroupId(u.Gid)
	if err != nil {
		t.Fatal(err)
	}
	return []string{
		"default_login_user = " + u.Username,
		"default_internal_user = " + u.Username,
		"default_internal_group = " + g.Name,
		"service anvil {\n  chroot =\n}",
		"service imap-login {\n  chroot =\n}",
	}
}
