// Package jobtest sets up what tests of upload and verify share: a data file
// made on the spot, a job on it that is signed in to a test server, and the
// other program that puts foreign mail there.
package jobtest

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/rescue"
)

// Both runs a test on the server in memory and on Dovecot.
func Both(t *testing.T, test func(t *testing.T, s *imaptest.Server)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { test(t, imaptest.Memory(t)) })
	t.Run("dovecot", func(t *testing.T) { test(t, imaptest.Dovecot(t)) })
}

// File writes a data file.
func File(t testing.TB, folders ...psttest.Folder) string {
	t.Helper()
	b, err := psttest.Bytes(&psttest.Tree{Folders: folders})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "test.pst")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Open opens data files as a job with plan and index.
func Open(t testing.TB, s *imaptest.Server, paths ...string) *job.Job {
	t.Helper()
	ctx := context.Background()
	j, err := job.Open(ctx, paths, job.SourceOptions{}, event.Discard{})
	if err != nil {
		t.Fatal(err)
	}
	return Ready(t, s, j)
}

// OpenRescue opens a rescue folder as such a job.
func OpenRescue(t testing.TB, s *imaptest.Server, f *rescue.Folder) *job.Job {
	t.Helper()
	return Ready(t, s, job.OpenRescue(f, event.Discard{}))
}

// Rescue opens a rescue folder.
func Rescue(t testing.TB, dir string) *rescue.Folder {
	t.Helper()
	f, err := rescue.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// Ready gives a job plan and index. It is closed with the test.
func Ready(t testing.TB, s *imaptest.Server, j *job.Job) *job.Job {
	t.Helper()
	ctx := context.Background()
	t.Cleanup(func() { _ = j.Close() })
	if err := j.Connect(ctx, imapconn.Config{Host: s.Host, Port: s.TLSPort, RootCAs: s.Pool, User: s.User, Password: s.Password}); err != nil {
		t.Fatal(err)
	}
	if err := j.Plan(ctx, plan.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := j.ReadIndex(ctx); err != nil {
		t.Fatal(err)
	}
	return j
}

// Append stores a message as another program does.
func Append(t testing.TB, s *imaptest.Server, mailbox, flags, message string) {
	t.Helper()
	s.Client(t).Append(mailbox, flags, "01-Feb-2003 04:05:06 +0000", message)
}
