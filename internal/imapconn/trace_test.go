package imapconn_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

// lockedBuffer may be read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// The trace has commands and answers, and neither mail nor secrets, however the
// sign-in is done and whatever the server repeats of it.
func TestTrace(t *testing.T) {
	t.Parallel()
	const secret = "hunter2 is long"
	for name, steps := range map[string][]string{
		"plain": {"S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR LIST-EXTENDED] hi", "C: AUTHENTICATE PLAIN", "S: $ NO [AUTHENTICATIONFAILED] no such password " + secret, "eof"},
		"asked": {"S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN LIST-EXTENDED] hi", "C: AUTHENTICATE PLAIN", "S: + ", "C+ ", "S: $ NO wrong", "eof"},
		"alert": {"S: * OK [CAPABILITY IMAP4rev1 LIST-EXTENDED] hi", "C: LOGIN", "S: * NO [ALERT] LOGIN anna " + secret, "S: $ NO wrong", "eof"},
		"bye":   {"S: * OK [CAPABILITY IMAP4rev1 LIST-EXTENDED] hi", "C: LOGIN", "S: * BYE not with " + secret},
		"login": {"S: * OK [CAPABILITY IMAP4rev1 LIST-EXTENDED] hi", "C: LOGIN", "S: $ NO wrong: " + secret, "eof"},
	} {
		t.Run(name, func(t *testing.T) {
			out := &lockedBuffer{}
			cfg := plain(imaptest.Script(t, steps...))
			cfg.Trace, cfg.Password = imapconn.NewTrace(out), secret
			if _, err := imapconn.Dial(t.Context(), cfg); err == nil {
				t.Fatal("signed in")
			}
			text := out.String()
			for _, leak := range []string{secret, "hunter2", "AGFubmF", "aHVudGVy"} {
				if strings.Contains(text, leak) {
					t.Errorf("the trace has %q:\n%s", leak, text)
				}
			}
			if !strings.Contains(text, " < * OK [CAPABILITY") || !strings.Contains(text, "***") {
				t.Errorf("the trace has not what it should:\n%s", text)
			}
		})
	}
}

func TestTraceLeavesMailOut(t *testing.T) {
	t.Parallel()
	out := &lockedBuffer{}
	cfg := plain(imaptest.Script(t, "S: * PREAUTH [CAPABILITY IMAP4rev1 LIST-EXTENDED LITERAL+] hi", `C: LIST "" ""`, `S: * LIST () "/" ""`, "S: $ OK", "C: APPEND", "S: + go", "L:", "S: $ OK [APPENDUID 1 2] done", "eof"))
	cfg.Trace = imapconn.NewTrace(out)
	a, err := imapconn.DialAppender(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan imapconn.Outcome, 1)
	m := message("Subject: for nobody's eyes\n\nbody\n")
	if err := a.Send(&imapconn.Batch{Mailbox: "A", Messages: []imapconn.Message{m}, Ask: true}, func(o imapconn.Outcome) { answered <- o }); err != nil {
		t.Fatal(err)
	}
	if o := <-answered; o.Err != nil {
		t.Fatal(o.Err)
	}
	a.Abandon()
	text := out.String()
	if strings.Contains(text, "eyes") || strings.Contains(text, "body") {
		t.Errorf("the trace has mail:\n%s", text)
	}
	for _, want := range []string{`> a1 APPEND "A" {`, "< + go", "< a1 OK [APPENDUID 1 2] done"} {
		if !strings.Contains(text, want) {
			t.Errorf("the trace has no %q:\n%s", want, text)
		}
	}
}
