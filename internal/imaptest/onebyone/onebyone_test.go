package onebyone_test

import (
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/imaptest/onebyone"
)

func TestAppend(t *testing.T) {
	s := imaptest.Memory(t)
	m := onebyone.Message{Flags: []string{`\Seen`}, Date: time.Date(2024, 3, 5, 8, 9, 10, 0, time.UTC), Body: []byte("a: b\r\n\r\nc\r\n")}
	addr := net.JoinHostPort(s.Host, strconv.Itoa(s.Port))
	if err := onebyone.Append(addr, s.User, s.Password, "INBOX", []onebyone.Message{m, m}); err != nil {
		t.Fatal(err)
	}
	if n := s.Count(t, "INBOX"); n != 2 {
		t.Errorf("%d messages have arrived", n)
	}
	if err := onebyone.Append(addr, s.User, s.Password, "none", []onebyone.Message{m}); err == nil {
		t.Error("no error for a mailbox that is not there")
	}
}
