package imaptest

import (
	"fmt"
	"os"
	"os/user"
	"strings"
	"testing"
)

// dovecotConfig is a dovecot.conf for users with a static password.
func (setup *setup) dovecotConfig(t testing.TB, s *Server, dir string) string {
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
		"mail_location = " + locations[setup.format],
		"service anvil {\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}", // no waiting after a wrong password either
		"mail_fsync = never",
		"mail_max_userip_connections = 100",
		"first_valid_uid = 1",
		"first_valid_gid = 1",
		"default_vsz_limit = 0",
		fmt.Sprintf("passdb {\n  driver = passwd-file\n  args = scheme=PLAIN username_format=%%u %s/users\n}", dir),
		fmt.Sprintf("userdb {\n  driver = static\n  args = uid=%d gid=%d home=%s/home/%%u allow_all_users=yes\n}", uid, gid, dir),
		fmt.Sprintf("service imap-login {\n  inet_listener imap {\n    port = %d\n  }\n  inet_listener imaps {\n    port = %d\n    ssl = yes\n  }\n}",
			s.Port, s.TLSPort),
		setup.dovecotNamespace(),
		setup.dovecotQuota(),
	}
	if os.Getuid() != 0 {
		lines = append(lines, unprivileged(t)...)
	}
	return strings.Join(append(lines, setup.extra...), "\n") + "\n"
}

// locations are mail_location for each format.
var locations = map[string]string{"": "mdbox:~/mdbox", "sdbox": "sdbox:~/sdbox", "maildir": "maildir:~/Maildir"}

func (setup *setup) dovecotQuota() string {
	if setup.storage == "" && setup.message == "" {
		return ""
	}
	lines := []string{"mail_plugins = $mail_plugins quota", "protocol imap {", "  mail_plugins = $mail_plugins quota imap_quota", "}",
		"plugin {", "  quota = count:User quota", "  quota_vsizes = yes"}
	if setup.storage != "" {
		lines = append(lines, "  quota_rule = *:storage="+setup.storage)
	}
	if setup.message != "" {
		lines = append(lines, "  quota_max_mail_size = "+setup.message)
	}
	return strings.Join(append(lines, "}"), "\n")
}

// dovecotNamespace makes the four special mailboxes exist from the start.
func (setup *setup) dovecotNamespace() string {
	var b strings.Builder
	fmt.Fprintf(&b, "namespace inbox {\n  inbox = yes\n  prefix = %s\n  separator = %s\n", setup.prefix, setup.separator)
	for _, name := range special {
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
