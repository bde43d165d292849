package imaptest

import (
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
