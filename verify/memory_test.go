package verify_test

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
	"github.com/pst2imap/pst2imap/upload"
	"github.com/pst2imap/pst2imap/verify"
)

// sitting is one run of a verification.
func sitting(t *testing.T, s *imaptest.Server, path, dir string, fresh bool) (*report.Report, error) {
	t.Helper()
	m, err := verify.OpenMemory(dir, "account", fresh)
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
	s := imaptest.Dovecot(t)
	folder := func(name string, n int) psttest.Folder {
		f := psttest.Folder{Name: name}
		for i := range n {
			f.Messages = append(f.Messages, psttest.Mail(fmt.Sprintf("%s %d", name, i), "a@example.org", "b@example.org", "text"))
		}
		return f
	}
	path, dir := jobtest.File(t, folder("A", 5), folder("B", 3)), t.TempDir()
	j := jobtest.Open(t, s, path)
	if _, err := upload.Run(t.Context(), j, upload.Options{}, report.NewRecorder("upload")); err != nil {
		t.Fatal(err)
	}
	far, relay := s.Faults(t, fault.Options{})
	read := func() (bodies string) { // the UIDs of what was read whole
		for _, line := range relay.Commands("UID FETCH") {
			if set, _, whole := strings.Cut(line[strings.Index(line, "FETCH ")+6:], " (UID FLAGS INTERNALDATE BODY"); whole {
				bodies += set + " "
			}
		}
		return bodies
	}

	relay.Script(fault.Fault{Command: "UID FETCH", Nth: 2 + indexed(s, t), When: fault.Early, Do: fault.Reset}, fault.Fault{Command: "AUTHENTICATE", From: 2, When: fault.Early, Do: fault.Reset})
	if _, err := sitting(t, far, path, dir, false); err == nil {
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
	r, err := sitting(t, far, path, dir, false)
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
	if r, err := sitting(t, far, path, dir, false); err != nil || r.Verify.Resumed != nil || r.Verify.Match != 6 {
		t.Errorf("the third run: %+v, %v", r.Verify, err)
	}
}

// indexed is how many mailboxes are asked for their index.
func indexed(s *imaptest.Server, t *testing.T) int { return len(s.Client(t).Mailboxes()) }

// What was kept counts only for the same account, for some days, and for messages in
// the same numbering; what a crash left is taken.
func TestMemoryKept(t *testing.T) {
	s := imaptest.Memory(t)
	path := file(t)
	s.Client(t).Do("CREATE Work")
	jobtest.Append(t, s, "Work", `\Seen`, foreign)
	j := jobtest.Open(t, s, path)
	validity, uid := j.UIDValidity("Work"), j.Index.Copies()[0].UID
	const sum = "0000000000000000000000000000000000000000000000000000000000000000"
	lines := func(account string, since time.Time, validity uint32) string {
		return fmt.Sprintf(`{"verify":1,"account":%q,"since":%q}`+"\n"+`{"place":{"mailbox":"Work","uidvalidity":%d}}`+"\n"+`{"uid":%d,"size":9,"sha256":%q}`+"\n"+`{"uid":9,"si`,
			account, since.UTC().Format(time.RFC3339), validity, uid, sum)
	}
	now := time.Now().Add(-time.Hour)
	for name, tc := range map[string]struct {
		kept    string
		fresh   bool
		resumed bool
	}{
		"as it was":       {lines("account", now, validity), false, true},
		"from the start":  {lines("account", now, validity), true, false},
		"another account": {lines("other", now, validity), false, false},
		"too old":         {lines("account", now.Add(-8*24*time.Hour), validity), false, false},
		"from the future": {lines("account", now.Add(48*time.Hour), validity), false, false},
		"numbered anew":   {lines("account", now, validity+1), false, false},
		"nonsense":        {"\x00\n{}\n", false, false},
		"empty":           {"", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, verify.MemoryName), []byte(tc.kept), 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := sitting(t, s, path, dir, tc.fresh)
			if err != nil || (r.Verify.Resumed != nil) != tc.resumed || r.Verify.Checked != 1 {
				t.Errorf("%+v, %+v, %v", r.Verify, r.Verify.Resumed, err)
			}
		})
	}
}
