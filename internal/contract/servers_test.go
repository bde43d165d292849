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

func config(s *imaptest.Server) imapconn.Config {
	return imapconn.Config{Host: s.Host, Port: s.TLSPort, RootCAs: s.Pool, User: s.User, Password: s.Password, Timeout: time.Minute}
}

func dial(t *testing.T, s *imaptest.Server, security imapconn.Security) *imapconn.Conn {
	t.Helper()
	cfg := config(s)
	cfg.Security = security
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

// appender signs in and gives a function that stores one message.
func appender(t *testing.T, s *imaptest.Server) func(string, imapconn.Message) (imapconn.Appended, error) {
	t.Helper()
	a, err := imapconn.DialAppender(t.Context(), config(s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Abandon)
	return func(mailbox string, m imapconn.Message) (done imapconn.Appended, err error) {
		outcome := make(chan imapconn.Outcome, 1)
		b := &imapconn.Batch{Mailbox: mailbox, Messages: []imapconn.Message{m}, Ask: true}
		if err := a.Send(b, func(o imapconn.Outcome) { outcome <- o }); err != nil {
			return done, err
		}
		o := <-outcome
		if len(o.Appended) == 1 {
			done = o.Appended[0]
		}
		return done, o.Err
	}
}
