package contract_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/imaptest/fault"
	"github.com/pst2imap/pst2imap/internal/imaptest/line"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/upload"
	"github.com/pst2imap/pst2imap/verify"
)

// demo is the demonstration mailbox.
func demo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demo.pst")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := psttest.Demo(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func uploadAll(t *testing.T, s *imaptest.Server, path string) *report.Report {
	t.Helper()
	j := jobtest.Open(t, s, path)
	rec := report.NewRecorder("upload")
	j.Declare(rec)
	if _, err := upload.Run(context.Background(), j, upload.Options{}, rec); err != nil {
		t.Fatal(err)
	}
	return j.Conclude(rec)
}

func verifyAll(t *testing.T, s *imaptest.Server, path string) *report.Report {
	t.Helper()
	j := jobtest.Open(t, s, path)
	rec := report.NewRecorder("verify")
	j.Declare(rec)
	if _, err := verify.Run(context.Background(), j, verify.Options{}, rec); err != nil {
		t.Fatal(err)
	}
	return j.Conclude(rec)
}

// migrate uploads, uploads again and verifies; on the server there is each item once.
func migrate(t *testing.T, s *imaptest.Server, path string) {
	t.Helper()
	r := uploadAll(t, s, path)
	n := r.Totals.Found
	if n == 0 || r.Totals.Uploaded != n {
		t.Fatalf("upload: %+v, failed %v, %+v", r.Totals, r.FailedByReason, r.Items)
	}
	if r := uploadAll(t, s, path); r.Totals.Present != n {
		t.Errorf("again: %+v, %+v", r.Totals, r.Items)
	}
	if r := verifyAll(t, s, path); r.Verify.Match != n || r.ExitCode() != report.ExitOK {
		t.Errorf("verify: %+v, %+v", *r.Verify, r.Items)
	}
	ids := s.Client(t).Everywhere("X-Pst2imap-Id")
	for id, count := range ids {
		if id == "" || count != 1 {
			t.Errorf("id %q is there %d times", id, count)
		}
	}
	if len(ids) != n {
		t.Errorf("%d messages are on the server, want %d", len(ids), n)
	}
}

func TestDemo(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		migrate(t, s, demo(t))
		names := strings.Join(s.Client(t).Mailboxes(), "\n")
		for _, want := range []string{s.Mailbox("Sent"), s.Mailbox("Projekte", "K&APw-che &- Bad", "2019"), s.Mailbox("Sp&AOQ-ter lesen")} {
			if !strings.Contains("\n"+names+"\n", "\n"+want+"\n") {
				t.Errorf("there is no %s in\n%s", want, names)
			}
		}
		for _, unwanted := range []string{s.Mailbox("Sent Items"), s.Mailbox("Deleted Items"), s.Mailbox("Junk E-mail")} {
			if strings.Contains(names, unwanted) {
				t.Errorf("special mail went to %s:\n%s", unwanted, names)
			}
		}
	})
}

// Folders may be called anything; their mail arrives all the same.
func TestAwkwardNames(t *testing.T) {
	names := []string{
		"a.b", "c/d", "100 %", "a*b", `quo"te`, `back\slash`, "INBOX", "inbox", "#news", "~tilde", ".hidden", "..", "end.", " blank ", "a  b",
		"日本語", "Grüße", "e\u0301", "😀 Ferien", "&", "&AOQ-", "tab\tname", "line\nbreak", "(round)", "[square]", "{curly}", "<angle>",
		"semi;colon", "a|b", "a^b", "a`b", "a$b", "a!b", "a:b", "a?b", "a'b", "a,b", "a=b", "user", "Sent", "CON", "-dash", "\u200bzero", "nb\u00a0sp",
		strings.Repeat("long name ", 12), strings.Repeat("漢", 60),
	}
	var folders []psttest.Folder
	for i, name := range names {
		id := string(rune('a'+i/26)) + string(rune('a'+i%26))
		folders = append(folders, psttest.Folder{Name: name, Messages: []*psttest.Message{
			psttest.Mail("in "+id, "a@example.org", "b@example.org", "body of "+id),
		}})
	}
	each(t, func(t *testing.T, s *imaptest.Server) { migrate(t, s, jobtest.File(t, folders...)) })
}

// A slow line and a relay that only looks on change nothing.
func TestDemoFromAfar(t *testing.T) {
	t.Parallel()
	s := imaptest.Dovecot(t)
	far, relay := s.Faults(t, fault.Options{})
	farther, l := far.Line(t, line.Even(time.Millisecond, 12_500_000))
	migrate(t, farther, demo(t))
	if up, down := l.Carried(); up < 50_000 || down < 50_000 || l.Accepted() < 3 || len(relay.Commands("APPEND")) == 0 {
		t.Errorf("the line carried %d and %d bytes over %d connections", up, down, l.Accepted())
	}
}
