package imapconn_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

// signedIn are the steps of a scripted server up to the first command.
func signedIn(steps ...string) []string {
	return append([]string{"S: * PREAUTH [CAPABILITY IMAP4rev1 LIST-EXTENDED LITERAL+] hi", `C: LIST "" ""`, `S: * LIST () "/" ""`, "S: $ OK"}, steps...)
}

func TestAppendRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, status, code string
		closed             bool
		steps              []string
	}{
		{"before the literal", "NO", "TOOBIG", true, []string{"S: $ NO [toobig] no", "eof"}},
		{"throttled", "BAD", "", true, []string{"S: $ BAD Request is throttled.", "eof"}},
		{"after the literal", "NO", "OVERQUOTA", false, []string{"S: + go", "L:", "S: $ NO [OverQuota 7] full", "eof"}},
		{"after the literal, no code", "NO", "", false, []string{"S: + go", "L:", "S: $ NO full", "eof"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := dial(t, plain(imaptest.Script(t, signedIn(append([]string{`C: APPEND "A" (\Seen) {`}, c.steps...)...)...)))
			_, err := conn.Append(t.Context(), "A", message("a: b\n\nc\n", `\Seen`))
			var refused *imapconn.AppendError
			if !errors.As(err, &refused) || refused.Status != c.status || refused.Code != c.code || refused.Mailbox != "A" {
				t.Fatalf("got %#v", err)
			}
			if refused.Closed != c.closed || conn.Alive() == c.closed || errors.Is(err, imapconn.ErrUnknownOutcome) {
				t.Errorf("closed %v, alive %v: %v", refused.Closed, conn.Alive(), err)
			}
		})
	}
}

// Whatever LITERAL+ offers, small messages too wait for the server's consent: it might read them as commands otherwise.
func TestAppendWaitsForTheServer(t *testing.T) {
	t.Parallel()
	fake := imaptest.Script(t, signedIn("C: APPEND", "S: +", "L:", "S: $ OK [APPENDUID 9 4] done", "eof")...)
	conn := dial(t, plain(fake))
	done := mustAppend(t, conn, "A", message("a: b\n\nx1 CREATE pwned\n"))
	if done != (imapconn.Appended{UIDValidity: 9, UID: 4}) {
		t.Errorf("got %+v", done)
	}
	lines := fake.Lines()
	if last := lines[len(lines)-1]; !strings.HasSuffix(last, " {25}") {
		t.Errorf("client sent %q", last)
	}
}

func TestAppendUnknownOutcome(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		unknown bool
		steps   []string
	}{
		{"cut before the literal", false, nil},
		{"cut after the literal", true, []string{"S: + go", "L:"}},
		{"bye after the literal", true, []string{"S: + go", "L:", "S: * BYE going down"}},
		{"nonsense after the literal", true, []string{"S: + go", "L:", "S: * ??? {", "eof"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := dial(t, plain(imaptest.Script(t, signedIn(append([]string{"C: APPEND"}, c.steps...)...)...)))
			_, err := conn.Append(t.Context(), "A", message("a: b\n\nc\n"))
			var lost *imapconn.ConnectError
			if !errors.As(err, &lost) || errors.Is(err, imapconn.ErrUnknownOutcome) != c.unknown || conn.Alive() {
				t.Errorf("alive %v: %v", conn.Alive(), err)
			}
			if lost != nil && strings.HasPrefix(c.name, "bye") && lost.Bye != "going down" {
				t.Errorf("bye is %q", lost.Bye)
			}
		})
	}
}

func TestAppendCancelled(t *testing.T) {
	t.Parallel()
	conn := dial(t, plain(imaptest.Script(t, signedIn("C: APPEND", "S: +", "eof")...)))
	ctx, cancel := context.WithCancel(t.Context())
	body := &hookReader{ReadSeeker: strings.NewReader("a: b\r\n\r\nc\r\n"), at: 2, hook: cancel}
	_, err := conn.Append(ctx, "A", imapconn.Message{Size: 11, Body: body})
	if !errors.Is(err, context.Canceled) || !errors.Is(err, imapconn.ErrUnknownOutcome) || conn.Alive() {
		t.Errorf("alive %v: %v", conn.Alive(), err)
	}
	if _, err := conn.Append(ctx, "A", message("a: b\n\n")); !errors.Is(err, context.Canceled) || errors.Is(err, imapconn.ErrUnknownOutcome) {
		t.Errorf("a second append: %v", err)
	}
}

// hookReader calls hook when it is read for the second time: the first is the check before sending.
type hookReader struct {
	io.ReadSeeker
	rewinds, at int
	hook        func()
}

func (r *hookReader) Seek(offset int64, whence int) (int64, error) {
	r.rewinds++
	return r.ReadSeeker.Seek(offset, whence)
}

func (r *hookReader) Read(p []byte) (int, error) {
	if r.rewinds == r.at {
		r.hook()
	}
	return r.ReadSeeker.Read(p)
}

func TestAppendBodyFails(t *testing.T) {
	t.Parallel()
	conn := dial(t, plain(imaptest.Script(t, signedIn("C: APPEND", "S: +", "eof")...)))
	body := &swapReader{ReadSeeker: strings.NewReader("a: b\r\n\r\nc\r\n")}
	_, err := conn.Append(t.Context(), "A", imapconn.Message{Size: 11, Body: body})
	if !errors.Is(err, iotest.ErrTimeout) || errors.Is(err, imapconn.ErrUnknownOutcome) || conn.Alive() {
		t.Errorf("alive %v: %v", conn.Alive(), err)
	}
}

// swapReader can be read once; then it fails, as a disk does.
type swapReader struct {
	io.ReadSeeker
	rewinds int
}

func (r *swapReader) Seek(offset int64, whence int) (int64, error) {
	r.rewinds++
	return r.ReadSeeker.Seek(offset, whence)
}

func (r *swapReader) Read(p []byte) (int, error) {
	if r.rewinds > 1 {
		return 0, iotest.ErrTimeout
	}
	return r.ReadSeeker.Read(p)
}

// Nothing of these may reach the server: the script has no step for it, and the connection stays as it was.
func TestAppendRefusesInvalidMessages(t *testing.T) {
	t.Parallel()
	fake := imaptest.Script(t, signedIn("C: LOGOUT", "S: * BYE bye", "S: $ OK", "eof")...)
	conn := dial(t, plain(fake))
	body := func(s string) imapconn.Message {
		return imapconn.Message{Size: int64(len(s)), Body: strings.NewReader(s)}
	}
	short := body("a: b\r\n\r\n")
	short.Size++
	late := body("a: b\r\n\r\n")
	late.Date = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, m := range map[string]imapconn.Message{
		"bare LF":         body("a: b\r\n\nc"),
		"bare CR":         body("a: b\r\n\r\nc\rd"),
		"CR at the end":   body("a: b\r\n\r\nc\r"),
		"NUL":             body("a: b\r\n\r\n\x00"),
		"empty":           body(""),
		"wrong size":      short,
		"year 10000":      late,
		`\Recent`:         message("a: b\n\n", `\Recent`),
		`\Deleted`:        message("a: b\n\n", `\Deleted`),
		`unknown system`:  message("a: b\n\n", `\Bogus`),
		"injected":        message("a: b\n\n", "x) {3+}\r\nabc\r\nx1 CREATE pwned"),
		"blank":           message("a: b\n\n", "a b"),
		"empty flag":      message("a: b\n\n", ""),
		"not ASCII":       message("a: b\n\n", "Prüfung"),
		"after good ones": message("a: b\n\n", `\Seen`, "$MDNSent", `"`),
	} {
		_, err := conn.Append(t.Context(), "A", m)
		if !errors.Is(err, imapconn.ErrInvalidMessage) || !conn.Alive() {
			t.Errorf("%s: alive %v, %v", name, conn.Alive(), err)
		}
	}
	if _, err := conn.Append(t.Context(), "A\r\nx1 CREATE pwned", message("a: b\n\n")); err == nil {
		t.Error("mailbox name with a line break was taken")
	}
	if err := conn.Logout(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestQuotaAndSizeLimit(t *testing.T) {
	t.Parallel()
	s := imaptest.Dovecot(t, imaptest.Quota("2M", "1M"))
	for _, c := range []struct {
		name, code string
		sizes      []int
	}{
		{"too large", "LIMIT", []int{1_200_000}},
		{"over quota", "OVERQUOTA", []int{900_000, 900_000, 900_000}},
	} {
		conn := dial(t, config(s))
		var err error
		for _, size := range c.sizes {
			if _, err = conn.Append(t.Context(), "INBOX", message("a: b\n\n"+strings.Repeat("x", size))); err != nil {
				break
			}
		}
		var refused *imapconn.AppendError
		if !errors.As(err, &refused) || refused.Code != c.code || refused.Closed == conn.Alive() {
			t.Errorf("%s: %#v", c.name, err)
		}
	}
	if n := s.Count(t, "INBOX"); n != 2 {
		t.Errorf("%d messages are stored", n)
	}
}

func TestCreateWithoutCodes(t *testing.T) {
	t.Parallel()
	there := imaptest.Script(t, signedIn("C: CREATE", "S: $ NO exists", `C: LIST "" "A"`, `S: * LIST () "/" A`, "S: $ OK",
		"C: SUBSCRIBE", "S: $ NO no", "eof")...)
	if err := dial(t, plain(there)).Create(t.Context(), "A"); !errors.Is(err, imapconn.ErrNotSubscribed) {
		t.Errorf("existing mailbox: %v", err)
	}
	missing := imaptest.Script(t, signedIn("C: CREATE", "S: $ NO [Cannot] bad name", `C: LIST "" "A"`, "S: $ OK", "eof")...)
	var refused *imapconn.CommandError
	if err := dial(t, plain(missing)).Create(t.Context(), "A"); !errors.As(err, &refused) || refused.Code != "CANNOT" {
		t.Errorf("impossible mailbox: %v", err)
	}
}

// pipe makes a Dialer that connects to a scripted server without a network.
func pipe(f *imaptest.Fake, wrap func(net.Conn) net.Conn) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() { _ = f.Play(server) }() // its complaints show as a broken connection
		return wrap(client), nil
	}
}
