package imapconn_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

// each runs a test on every kind of server.
func each(t *testing.T, test func(t *testing.T, s *imaptest.Server)) {
	t.Parallel()
	for name, start := range map[string]func(testing.TB) *imaptest.Server{
		"memory":  imaptest.Memory,
		"dovecot": func(t testing.TB) *imaptest.Server { return imaptest.Dovecot(t) },
		"dovecot prefix": func(t testing.TB) *imaptest.Server {
			return imaptest.Dovecot(t, imaptest.Maildir(), imaptest.Namespace("INBOX.", "."))
		},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, start(t)) })
	}
}

func config(s *imaptest.Server) imapconn.Config {
	return imapconn.Config{Host: s.Host, Port: s.TLSPort, RootCAs: s.Pool, User: s.User, Password: s.Password, Timeout: 30 * time.Second}
}

func dial(t *testing.T, cfg imapconn.Config) *imapconn.Conn {
	t.Helper()
	c, err := imapconn.Dial(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func message(text string, flags ...string) imapconn.Message {
	text = strings.ReplaceAll(text, "\n", "\r\n")
	return imapconn.Message{Flags: flags, Size: int64(len(text)), Body: strings.NewReader(text)}
}

// home is the name of a mailbox below the user's own prefix.
func home(c *imapconn.Conn, parts ...string) string {
	prefix, delim := c.Personal()
	return prefix + strings.Join(parts, string(delim))
}

func TestDialSecurity(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		for _, security := range []imapconn.Security{imapconn.Implicit, imapconn.StartTLS, imapconn.None} {
			cfg := config(s)
			cfg.Security = security
			if security != imapconn.Implicit {
				cfg.Port = s.Port
			}
			c := dial(t, cfg)
			if !c.Alive() || !c.Caps().Has("UIDPLUS") || c.Greeting() == "" {
				t.Errorf("%v: alive %v, greeting %q, caps %v", security, c.Alive(), c.Greeting(), c.Caps().List())
			}
			if sent, received := c.Traffic(); sent < 50 || received < 100 {
				t.Errorf("%v: counted %d bytes sent, %d received", security, sent, received)
			}
			if err := c.Logout(t.Context()); err != nil {
				t.Errorf("%v: logout: %v", security, err)
			}
			if _, err := c.Mailboxes(t.Context()); err == nil || c.Alive() {
				t.Errorf("%v: usable after logout", security)
			}
		}
	})
}

func TestMailboxes(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		c := dial(t, config(s))
		name := home(c, "Archiv & Ablage", "Größe 日本 \"x\" \\")
		if strings.HasPrefix(name, "INBOX.") {
			name = home(c, "Archiv & Ablage", "Größe 日本")
		}
		for range 2 { // creating again is no error
			if err := c.Create(t.Context(), name); err != nil {
				t.Fatal(err)
			}
		}
		list, err := c.Mailboxes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		roles, found := map[string]string{}, false
		for _, m := range list {
			if m.Role != "" {
				roles[m.Role] = m.Name
			}
			found = found || m.Name == name && m.Subscribed && !m.NoSelect
		}
		if !found {
			t.Errorf("%q is not listed as subscribed: %+v", name, list)
		}
		want := map[string]string{"inbox": "INBOX", "sent": home(c, "Sent"), "drafts": home(c, "Drafts"),
			"trash": home(c, "Trash"), "junk": home(c, "Junk")}
		if fmt.Sprint(roles) != fmt.Sprint(want) {
			t.Errorf("roles are %v, want %v", roles, want)
		}
	})
}

func TestPersonal(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		prefix, delim := dial(t, config(s)).Personal()
		if got := fmt.Sprintf("%q %q", prefix, delim); got != `"" '/'` && got != `"INBOX." '.'` {
			t.Errorf("personal name space is %s", got)
		}
	})
}

func TestAppendArrives(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		a := appender(t, config(s))
		large := "Subject: large\n\n" + strings.Repeat("0123456789 äöü\n", 20_000)
		date := time.Date(2003, 2, 1, 4, 5, 6, 789, time.FixedZone("", 3600))
		for i, m := range []imapconn.Message{
			message("Subject: one\n\nbody\n", `\seen`, `\Flagged`, "$Forwarded", "Red_Category"),
			message(large),
			message("Subject: no line end\n\n."),
		} {
			m.Date = date
			done := mustAppend(t, a, "INBOX", m)
			if done.UID != uint32(i+1) || done.UIDValidity == 0 {
				t.Errorf("message %d: %+v", i, done)
			}
		}
		got := s.Client(t).Messages("INBOX")
		if len(got) != 3 {
			t.Fatalf("%d messages arrived", len(got))
		}
		flags := strings.Fields(strings.ToLower(got[0].Flags))
		slices.Sort(flags)
		if fmt.Sprint(flags) != `[$forwarded \flagged \seen red_category]` {
			t.Errorf("flags are %v", flags)
		}
		if got[1].Body != strings.ReplaceAll(large, "\n", "\r\n") {
			t.Error("large message differs")
		}
		for _, m := range got {
			at, err := time.Parse("_2-Jan-2006 15:04:05 -0700", m.Date)
			if err != nil || !at.Equal(date.Truncate(time.Second)) {
				t.Errorf("message %d has date %s, %v", m.UID, m.Date, err)
			}
		}
	})
}

func TestSelectTellsAboutKeywords(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		c := dial(t, config(s))
		status, err := c.Select(t.Context(), "inbox")
		if err != nil || !status.KeywordsAllowed {
			t.Errorf("select: %+v, %v", status, err)
		}
		if err := c.Index(t.Context(), func(imapconn.Entry) error { return errors.New("not empty") }); err != nil {
			t.Errorf("index of an empty mailbox: %v", err)
		}
		_, err = c.Examine(t.Context(), home(c, "nowhere"))
		var refused *imapconn.CommandError
		if !errors.As(err, &refused) || refused.Status != "NO" || !c.Alive() {
			t.Errorf("examine of a missing mailbox: %v", err)
		}
	})
}

func TestAppendToMissingMailbox(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		a := appender(t, config(s))
		for _, ask := range []bool{true, false} {
			err := submit(a, &imapconn.Batch{Mailbox: s.Mailbox("nowhere"), Messages: []imapconn.Message{message("a: b\n\nx1 CREATE pwned\n")}, Ask: ask})().Err
			var refused *imapconn.AppendError
			if !errors.As(err, &refused) || refused.Code != "TRYCREATE" || refused.Closed || !a.Alive() {
				t.Errorf("append: %#v, alive %v", err, a.Alive())
			}
			if errors.Is(err, imapconn.ErrUnknownOutcome) {
				t.Error("a refusal is a known outcome")
			}
		}
	})
}

func TestCallbackErrorEndsTheConnection(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		c := dial(t, config(s))
		a := appender(t, config(s))
		for range 3 {
			mustAppend(t, a, "INBOX", message("Subject: a\n\n"+strings.Repeat("text\n", 50_000)))
		}
		mine := errors.New("disk full")
		err := readBack(t, c, imapconn.ReadBack{Mailbox: "INBOX", Whole: []uint32{1, 2, 3}}, nil, func(imapconn.Fetched) error { return mine })
		if !errors.Is(err, mine) || c.Alive() {
			t.Errorf("fetch: %v, alive %v", err, c.Alive())
		}
	})
}

func TestServerKilled(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		c := dial(t, config(s))
		s.Kill()
		_, err := c.Mailboxes(context.Background())
		var lost *imapconn.ConnectError
		if !errors.As(err, &lost) || c.Alive() {
			t.Errorf("after the server's end: %v, alive %v", err, c.Alive())
		}
	})
}

// lingerConn records how the connection was told to close.
type lingerConn struct {
	*net.TCPConn
	set *[]int
}

func (c lingerConn) SetLinger(sec int) error {
	*c.set = append(*c.set, sec)
	return c.TCPConn.SetLinger(sec)
}

// A program that gives up must not leave a buffer full of messages for the system to deliver.
func TestLingersOnlyAfterLogout(t *testing.T) {
	t.Parallel()
	s := imaptest.Memory(t)
	for logout, want := range map[bool]string{true: "[0 -1]", false: "[0]"} {
		var set []int
		cfg := config(s)
		cfg.Dialer = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return lingerConn{conn.(*net.TCPConn), &set}, nil
		}
		conn := dial(t, cfg)
		if logout {
			if err := conn.Logout(t.Context()); err != nil {
				t.Error(err)
			}
		}
		_ = conn.Close()
		if fmt.Sprint(set) != want {
			t.Errorf("logout %v: linger was set to %v, want %s", logout, set, want)
		}
	}
}
