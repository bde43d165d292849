package imaptest

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest/fault"
)

// talker writes what it likes and reads line by line.
type talker struct {
	t    *testing.T
	conn net.Conn
	br   *bufio.Reader
}

func talk(t *testing.T, s *Server, secure bool) *talker {
	t.Helper()
	port := s.Port
	if secure {
		port = s.TLSPort
	}
	conn, err := net.Dial("tcp", net.JoinHostPort(s.Host, strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second)) // the reads show any failure
	if secure {
		conn = tls.Client(conn, &tls.Config{RootCAs: s.Pool, ServerName: s.Host})
	}
	k := &talker{t, conn, bufio.NewReader(conn)}
	k.until("* OK")
	k.say("a LOGIN %s %s\r\n", quoted(s.User), quoted(s.Password))
	k.until("a OK")
	return k
}

func (k *talker) say(format string, args ...any) {
	k.t.Helper()
	if _, err := fmt.Fprintf(k.conn, format, args...); err != nil {
		k.t.Fatal(err)
	}
}

// until reads up to a line that begins so, and returns all lines.
func (k *talker) until(prefix string) string {
	k.t.Helper()
	var all strings.Builder
	for {
		line, err := k.br.ReadString('\n')
		all.WriteString(line)
		if err != nil {
			k.t.Fatalf("waiting for %q: %v after\n%s", prefix, err, all.String())
		}
		if strings.HasPrefix(line, prefix) {
			return all.String()
		}
	}
}

// untilAny reads up to a line with one of the beginnings, and returns it.
func (k *talker) untilAny(prefixes ...string) string {
	k.t.Helper()
	for {
		line, err := k.br.ReadString('\n')
		if err != nil {
			k.t.Fatalf("waiting for %q: %v", prefixes, err)
		}
		for _, prefix := range prefixes {
			if strings.HasPrefix(line, prefix) {
				return line
			}
		}
	}
}

const small = "Subject: a\r\n\r\nx\r\n"

func TestFaultsAnswer(t *testing.T) {
	t.Parallel()
	s := Dovecot(t)
	far, relay := s.Faults(t, fault.Options{Hide: []string{"MULTIAPPEND"}, Offer: []string{"APPENDLIMIT=99"}})
	k := talk(t, far, true)
	k.say("b CAPABILITY\r\n")
	caps := k.until("b OK")
	if strings.Contains(caps, "MULTIAPPEND") || strings.Contains(caps, "COMPRESS") || !strings.Contains(caps, " APPENDLIMIT=99") {
		t.Errorf("capabilities are %s", caps)
	}
	script := []fault.Fault{
		{Nth: 2, Do: fault.Answer, Text: "NO [TOOBIG] early"},
		{Nth: 3, When: fault.Late, Do: fault.Answer, Text: "NO [OVERQUOTA] late"},
		{Nth: 4, When: fault.Done, Do: fault.Answer, Text: "NO stored all the same"},
		{Mailbox: "Nowhere", Do: fault.Answer, Text: "NO [ALREADYEXISTS] what?"},
		{Command: "CREATE", Do: fault.Answer, Text: "BAD Request is throttled. Suggested Backoff Time: 9 milliseconds"},
	}
	relay.Script(script...)
	// Pipelined with non-synchronizing literals, then one by one with synchronizing ones.
	for _, plus := range []string{"+", ""} {
		for i := 1; i <= 5; i++ {
			k.say("%s%d APPEND INBOX {%d%s}\r\n", "t"+strings.ReplaceAll(plus, "+", "p"), i, len(small), plus)
			if plus == "" && i != 2 {
				k.until("+")
			}
			if plus == "+" || i != 2 {
				k.say("%s\r\n", small)
			}
			if plus == "" {
				k.until(map[int]string{1: "t1 OK", 2: "t2 NO [TOOBIG] early", 3: "t3 NO [OVERQUOTA] late", 4: "t4 NO stored", 5: "t5 OK"}[i])
			}
		}
		if plus == "+" {
			for _, want := range []string{"tp1 OK", "tp2 NO [TOOBIG] early", "tp3 NO [OVERQUOTA] late", "tp4 NO stored", "tp5 OK"} {
				k.until(want)
			}
			relay.Script(script...)
		}
	}
	k.say("n APPEND \"Nowhere\" {%d+}\r\n%s\r\nc CREATE x\r\n", len(small), small)
	k.until("n NO [ALREADYEXISTS]")
	k.until("c BAD Request is throttled")
	k.say("d NOOP\r\n")
	k.until("d OK")
	if n := s.Count(t, "INBOX"); n != 6 {
		t.Errorf("%d messages are stored, want 6", n)
	}
	if n := len(relay.Commands("APPEND")); n != 11 {
		t.Errorf("%d commands were seen", n)
	}
	if fired := relay.Fired(); len(fired) != 8 {
		t.Errorf("fired: %q", fired)
	}
}

// A server that refuses a synchronizing literal itself is followed by the client's next command.
func TestFaultsFollowTheServer(t *testing.T) {
	t.Parallel()
	s := Dovecot(t)
	far, _ := s.Faults(t, fault.Options{})
	k := talk(t, far, false)
	k.say("b APPEND Nowhere {%d}\r\n", len(small))
	k.until("b NO [TRYCREATE]")
	k.say("c APPEND INBOX {%d}\r\n", len(small))
	k.until("+")
	k.say("%s\r\nd SELECT INBOX\r\ne FETCH 1 BODY[]\r\nf IDLE\r\n", small)
	if out := k.until("+"); !strings.Contains(out, small) {
		t.Errorf("got %s", out)
	}
	k.say("DONE\r\ng LOGOUT\r\n")
	k.until("g OK")
}

func TestFaultsEndTheConnection(t *testing.T) {
	s := Dovecot(t)
	for name, tc := range map[string]struct {
		f      fault.Fault
		secure bool
		ends   func(said string, err error) bool
		stored int
	}{
		"bye":        {fault.Fault{Do: fault.Bye, Text: "[UNAVAILABLE] later"}, false, saysBye, 0},
		"late bye":   {fault.Fault{When: fault.Late, Do: fault.Bye, Text: "[UNAVAILABLE] later"}, true, saysBye, 0},
		"reset":      {fault.Fault{When: fault.Late, Do: fault.Reset}, true, isReset, 0},
		"finish":     {fault.Fault{When: fault.Late, Do: fault.Finish}, false, func(_ string, err error) bool { return errors.Is(err, io.EOF) }, 0},
		"alert":      {fault.Fault{When: fault.Late, Do: fault.Alert}, true, isAlert, 0},
		"lost":       {fault.Fault{When: fault.Done, Do: fault.Reset}, true, isReset, 1},
		"lost later": {fault.Fault{When: fault.Done, Do: fault.Silence}, true, isSilent, 1},
		"silence":    {fault.Fault{When: fault.Late, Do: fault.Silence}, false, isSilent, 0},
	} {
		t.Run(name, func(t *testing.T) {
			before := s.Count(t, "INBOX")
			far, relay := s.Faults(t, fault.Options{})
			relay.Script(tc.f)
			k := talk(t, far, tc.secure)
			k.say("b APPEND INBOX {%d+}\r\n%s\r\n", len(small), small)
			if tc.f.Do == fault.Silence {
				_ = k.conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond)) // nothing comes, however long it is
			}
			said, err := k.br.ReadString('\n')
			if !tc.ends(said, err) {
				t.Errorf("the client sees %q, %v", said, err)
			}
			for end := time.Now().Add(10 * time.Second); s.Count(t, "INBOX") != before+tc.stored; time.Sleep(10 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("%d messages are stored, want %d", s.Count(t, "INBOX")-before, tc.stored)
				}
			}
		})
	}
}

func saysBye(said string, _ error) bool { return said == "* BYE [UNAVAILABLE] later\r\n" }

func isReset(said string, err error) bool {
	return said == "" && err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, os.ErrDeadlineExceeded)
}

func isAlert(_ string, err error) bool {
	var remote *net.OpError
	return errors.As(err, &remote) && remote.Op == "remote error"
}

func isSilent(said string, err error) bool {
	return said == "" && errors.Is(err, os.ErrDeadlineExceeded)
}
