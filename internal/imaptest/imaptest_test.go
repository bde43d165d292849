package imaptest

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
)

// both runs a test on each kind of server.
func both(t *testing.T, test func(t *testing.T, s *Server)) {
	t.Run("memory", func(t *testing.T) { t.Parallel(); test(t, Memory(t)) })
	t.Run("dovecot", func(t *testing.T) { t.Parallel(); test(t, Dovecot(t)) })
	t.Run("cyrus", func(t *testing.T) { t.Parallel(); test(t, Cyrus(t)) })
	t.Run("courier", func(t *testing.T) { t.Parallel(); test(t, Courier(t)) })
}

func TestServersStartWithSpecialMailboxes(t *testing.T) {
	both(t, func(t *testing.T, s *Server) {
		list := ""
		if s.Name != "courier" {
			list = strings.Join(s.Client(t).Do(`LIST "" "*" RETURN (SPECIAL-USE)`), "\n")
		}
		wants := []string{`\Sent`, `\Drafts`, `\Trash`, `\Junk`, "INBOX"}
		if s.Name == "courier" {
			list, wants = strings.Join(s.Client(t).List(), "\n"), []string{"INBOX.Sent", "INBOX.Drafts", "INBOX.Trash", "INBOX.Junk"}
		}
		for _, want := range wants {
			if !strings.Contains(strings.ToLower(list), strings.ToLower(want)) {
				t.Errorf("LIST lacks %s:\n%s", want, list)
			}
		}
		if n := s.Count(t, "INBOX"); n != 0 {
			t.Errorf("INBOX starts with %d messages", n)
		}
	})
}

func TestClientReadsBackWhatItAppends(t *testing.T) {
	both(t, func(t *testing.T, s *Server) {
		c := s.Client(t)
		sent := s.Mailbox("Sent")
		// The body looks like a response, so that a client that mixes the two up is found out.
		body := "Subject: a\r\n\r\nFLAGS (\\Seen) UID 77 BODY[] {3}\r\n"
		c.Append(sent, `\Flagged`, "01-Feb-2003 04:05:06 +0000", body)
		got := c.Messages(sent)
		if len(got) != 1 || got[0].Body != body || got[0].UID != 1 || !strings.EqualFold(got[0].Flags, `\flagged`) {
			t.Fatalf("got %+v", got)
		}
		if ids := c.Everywhere("subject"); len(ids) != 1 || ids["a"] != 1 {
			t.Errorf("subjects %v", ids)
		}
		if !strings.Contains(got[0].Date, "Feb-2003 04:05:06 +0000") {
			t.Errorf("date is %s", got[0].Date)
		}
	})
}

func TestDovecotOptions(t *testing.T) {
	t.Parallel()
	s := Dovecot(t, Maildir(), Namespace("INBOX.", "."))
	list := strings.Join(s.Client(t).List(), "\n")
	if !strings.Contains(list, `"." INBOX.Sent`) {
		t.Errorf("prefix and separator are not in\n%s", list)
	}
	if out := s.Doveadm(t, "mailbox", "status", "-u", s.User, "messages", "INBOX"); !strings.Contains(out, "messages=0") {
		t.Errorf("doveadm says %q", out)
	}
}

// A server that is stopped or killed refuses connections, and has its mail when it is started again.
func TestServersCanBeRestarted(t *testing.T) {
	both(t, func(t *testing.T, s *Server) {
		s.Client(t).Append("INBOX", "", "01-Feb-2003 04:05:06 +0000", "Subject: a\r\n\r\n")
		for name, end := range map[string]func(){"stop": s.Stop, "kill": s.Kill} {
			end()
			if conn, err := net.Dial("tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port))); err == nil {
				_ = conn.Close()
				t.Errorf("%s: it still listens", name)
			}
			s.Start(t)
			if n := s.Count(t, "INBOX"); n != 1 {
				t.Errorf("%s: %d messages are there", name, n)
			}
		}
	})
}

// Users are apart from each other.
func TestUsers(t *testing.T) {
	t.Parallel()
	const ben = "ben@example.org"
	for name, start := range map[string]func(t *testing.T) *Server{
		"memory":         func(t *testing.T) *Server { return MemoryFor(t, ben) },
		"memory process": func(t *testing.T) *Server { return MemoryProcess(t, ben) },
		"dovecot":        func(t *testing.T) *Server { return Dovecot(t, Users(ben), Sdbox()) },
		"cyrus":          func(t *testing.T) *Server { return Cyrus(t, Users(ben)) },
		"courier":        func(t *testing.T) *Server { return Courier(t, Users(ben)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.As(t, ben).Client(t).Append("INBOX", "", "01-Feb-2003 04:05:06 +0000", "Subject: a\r\n\r\n")
			if n, m := s.Count(t, "INBOX"), s.As(t, ben).Count(t, "INBOX"); n != 0 || m != 1 {
				t.Errorf("%d and %d messages, want 0 and 1", n, m)
			}
		})
	}
}

// Limits are those that were asked for, in the words of each server.
func TestQuota(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		start       func(t *testing.T) *Server
		full, large string
	}{
		"dovecot": {func(t *testing.T) *Server { return Dovecot(t, Quota("200K", "100K")) }, "NO [OVERQUOTA]", "NO [LIMIT]"},
		"cyrus":   {func(t *testing.T) *Server { return Cyrus(t, Quota("200K", "100K")) }, "NO Over quota", "NO [TOOBIG]"},
		"courier": {func(t *testing.T) *Server { return Courier(t, Quota("200K", "")) }, "NO ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := tc.start(t)
			for _, c := range []struct {
				size, count int
				want        string
			}{{150_000, 1, tc.large}, {90_000, 3, tc.full}} {
				if c.want == "" {
					continue
				}
				body := "Subject: a\r\n\r\n" + strings.Repeat("x", c.size) + "\r\n"
				k, said := talk(t, s, true), ""
				for i := range c.count {
					k.say("t%d APPEND INBOX {%d}\r\n", i, len(body))
					said = k.untilAny("+", fmt.Sprintf("t%d ", i))
					if strings.HasPrefix(said, "+") {
						k.say("%s\r\n", body)
						said = k.untilAny(fmt.Sprintf("t%d ", i))
					}
				}
				if !strings.Contains(said, c.want) {
					t.Errorf("%d messages of %d bytes: %s", c.count, c.size, said)
				}
			}
		})
	}
}
