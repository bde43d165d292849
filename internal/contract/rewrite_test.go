package contract_test

import (
	"bytes"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/imaptest/fault"
	"github.com/pst2imap/pst2imap/internal/report"
)

// gateway does to every message what servers and scanners do: it stamps it, folds a
// field anew and writes others in another case, before or behind our own line.
func gateway(message []byte) []byte {
	head, body, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	lines := strings.Split(string(head), "\r\n")
	for i, line := range lines {
		name, value, ok := strings.Cut(line, ": ")
		switch {
		case ok && strings.EqualFold(name, "Subject") && strings.Contains(value, " "):
			lines[i] = "SUBJECT:  " + strings.Replace(value, " ", "\r\n ", 1)
		case ok && strings.EqualFold(name, "MIME-Version"):
			lines[i] = "Mime-Version: 1.0 (gateway)"
		}
	}
	lines = append([]string{"Received: from a by b; Mon, 30 Nov 2026 08:00:00 +0000"}, append(lines, "X-Scanned: yes")...)
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n" + string(body))
}

// forger changes what the messages say: who wrote them.
func forger(message []byte) []byte {
	return bytes.Replace(message, []byte("\r\nFrom: "), []byte("\r\nFrom: Mallory <mallory@example.net>\r\nX-From: "), 1)
}

// some changes every message that says so.
func some(change func([]byte) []byte, mark string, changed *atomic.Int64) func([]byte) []byte {
	return func(message []byte) []byte {
		if !bytes.Contains(message, []byte(mark)) {
			return message
		}
		changed.Add(1)
		return change(message)
	}
}

// A server that rewrites headers, of what it stores or of what it gives out, is
// found out message by message, the fields are named, and nothing else is said.
func TestServerThatRewrites(t *testing.T) {
	t.Parallel()
	const mark = "Content-Type: text/plain"
	for name, start := range map[string]func(testing.TB) *imaptest.Server{
		"dovecot": func(t testing.TB) *imaptest.Server { return imaptest.Dovecot(t) },
		"cyrus":   func(t testing.TB) *imaptest.Server { return imaptest.Cyrus(t) },
	} {
		for _, what := range []string{"appended", "fetched"} {
			t.Run(name+", "+what, func(t *testing.T) {
				t.Parallel()
				s, path, changed := start(t), demo(t), new(atomic.Int64)
				var far *imaptest.Server
				if what == "appended" {
					far, _ = s.Faults(t, fault.Options{Appended: some(gateway, mark, changed)})
				} else {
					far, _ = s.Faults(t, fault.Options{Fetched: some(gateway, mark, changed)})
				}
				if r := uploadAll(t, far, path); r.Totals.Uploaded != 38 {
					t.Fatalf("%+v", r.Totals)
				}
				if what == "fetched" {
					changed.Store(0)
				}
				r := verifyAll(t, far, path)
				n := int(changed.Load())
				if what == "fetched" {
					n /= 2 // each of them is looked at twice
				}
				v := r.Verify
				if n < 5 || v.Rewritten != n || v.Match != 38-n || v.Checked != 38 || r.ExitCode() != report.ExitOK || !r.Complete || len(r.Items) != n {
					t.Errorf("%d were rewritten: %+v, exit code %d, %q", n, *v, r.ExitCode(), r.NotSafeBecause)
				}
				for _, it := range r.Items {
					if it.State != report.Rewritten || it.Reason != "the same content in other bytes; other header fields: received, x-scanned" {
						t.Errorf("%+v", it)
					}
				}
			})
		}
	}
}

// One that changes who wrote a message does not keep it.
func TestServerThatForges(t *testing.T) {
	t.Parallel()
	s, path, changed := imaptest.Dovecot(t), demo(t), new(atomic.Int64)
	far, _ := s.Faults(t, fault.Options{Appended: some(forger, "Content-Type: text/plain", changed)})
	uploadAll(t, far, path)
	r, n := verifyAll(t, s, path), int(changed.Load())
	if r.Verify.Different != n || n < 5 || r.ExitCode() != report.ExitDifferent || len(r.Items) != n {
		t.Errorf("%d were forged: %+v", n, *r.Verify)
	}
	for _, it := range r.Items {
		if want := "different on the server: the field from"; it.Reason != want {
			t.Errorf("got %q, want %q", it.Reason, want)
		}
	}
}
