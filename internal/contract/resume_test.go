package contract_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/imaptest/fault"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/verify"
)

// sitting is one run of a verification.
func sitting(t *testing.T, s *imaptest.Server, path, dir string) (*report.Report, error) {
	t.Helper()
	m, err := verify.OpenMemory(dir, "account", false)
	if err != nil {
		t.Fatal(err)
	}
	j := jobtest.Open(t, s, path)
	gone := errors.New("gone for good")
	j.SleepFunc = func(context.Context, time.Duration) error { return gone }
	rec := report.NewRecorder("verify")
	j.Declare(rec)
	if _, err := verify.Run(context.Background(), j, verify.Options{Memory: m}, rec); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return j.Conclude(rec), m.Finish()
}

// A verification that is cut off goes on where it stopped, says so, and still sees
// what has happened since.
func TestVerifyGoesOn(t *testing.T) {
	t.Parallel()
	s := imaptest.Dovecot(t)
	folder := func(name string, n int) psttest.Folder {
		f := psttest.Folder{Name: name}
		for i := range n {
			f.Messages = append(f.Messages, psttest.Mail(fmt.Sprintf("%s %d", name, i), "a@example.org", "b@example.org", "text"))
		}
		return f
	}
	path, dir := jobtest.File(t, folder("A", 5), folder("B", 3)), t.TempDir()
	uploadAll(t, s, path)
	far, relay := s.Faults(t, fault.Options{})
	read := func() (bodies string) { // the UIDs of what was read whole
		for _, line := range relay.Commands("UID FETCH") {
			if set, _, whole := strings.Cut(line[strings.Index(line, "FETCH ")+6:], " (UID FLAGS INTERNALDATE BODY"); whole {
				bodies += set + " "
			}
		}
		return bodies
	}

	relay.Script(fault.Fault{Command: "UID FETCH", Nth: 2 + indexed(s, t), When: fault.Early, Do: fault.Finish}, fault.Fault{Command: "AUTHENTICATE", From: 2, When: fault.Early, Do: fault.Reset})
	if _, err := sitting(t, far, path, dir); err == nil {
		t.Fatal("it was not cut off")
	}
	if got := read(); got != "1:5 1:3 " {
		t.Fatalf("the first run asked for %q", got)
	}
	relay.Script()
	c := s.Client(t)
	for _, command := range []string{"SELECT A", `UID STORE 2 +FLAGS (\Flagged)`, `UID STORE 4 +FLAGS (\Deleted)`, "EXPUNGE"} {
		c.Do(command)
	}
	r, err := sitting(t, far, path, dir)
	if err != nil {
		t.Fatal(err)
	}
	v := r.Verify
	if got := strings.TrimPrefix(read(), "1:5 1:3 "); got != "1:3 " || v.Resumed == nil || v.Resumed.Messages != 4 || v.Match != 6 || v.StateChanged != 1 || v.Missing != 1 {
		t.Errorf("the second run read %q: %+v, %+v", got, *v, v.Resumed)
	}
	if text := v.Sentence(); !strings.Contains(text, "4 of them had been read by the verification that was begun on") {
		t.Errorf("it says %q", text)
	}

	// What is done is done; the next one begins anew.
	if _, err := os.Stat(filepath.Join(dir, verify.MemoryName)); err == nil {
		t.Error("the memory is still there")
	}
	if r, err := sitting(t, far, path, dir); err != nil || r.Verify.Resumed != nil || r.Verify.Match != 6 {
		t.Errorf("the third run: %+v, %v", r.Verify, err)
	}
}

// indexed is how many mailboxes are asked for their index.
func indexed(s *imaptest.Server, t *testing.T) int { return len(s.Client(t).Mailboxes()) }
