package contract_test

import (
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

// each runs a test on every server.
func each(t *testing.T, test func(t *testing.T, s *imaptest.Server)) {
	t.Parallel()
	for name, start := range map[string]func(testing.TB) *imaptest.Server{
		"memory":  imaptest.Memory,
		"dovecot": func(t testing.TB) *imaptest.Server { return imaptest.Dovecot(t) },
		"dovecot maildir": func(t testing.TB) *imaptest.Server {
			return imaptest.Dovecot(t, imaptest.Maildir(), imaptest.Namespace("INBOX.", "."))
		},
		"cyrus":   func(t testing.TB) *imaptest.Server { return imaptest.Cyrus(t) },
		"courier": func(t testing.TB) *imaptest.Server { return imaptest.Courier(t) },
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, start(t)) })
	}
}

func dial(t *testing.T, s *imaptest.Server, security imapconn.Security) *imapconn.Conn {
	t.Helper()
	cfg := imapconn.Config{Host: s.Host, Port: s.TLSPort, Security: security, RootCAs: s.Pool, User: s.User, Password: s.Password,
		Timeout: time.Minute}
	if security != imapconn.Implicit {
		cfg.Port = s.Port
	}
	c, err := imapconn.Dial(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}
