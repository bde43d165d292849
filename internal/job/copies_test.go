package job_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// A copy is read in place of its file, which is watched all the same: what is written
// to it after it was copied is told.
func TestCopies(t *testing.T) {
	mail := psttest.Mail("a", "a@example.org", "b@example.org", "text")
	copied := jobtest.File(t, psttest.Folder{Name: "Inbox", Messages: []*psttest.Message{mail}})
	file := jobtest.File(t)
	when := time.Date(2026, 11, 30, 12, 0, 0, 123456789, time.UTC)
	if err := os.Chtimes(file, when, when); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	o := job.SourceOptions{Copies: map[string]job.Copy{file: {Path: copied, Size: st.Size(), Modified: st.ModTime()}}}
	j, err := job.Open(context.Background(), []string{file}, o, event.Discard{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	s := j.Sources[0].Report()
	if j.Messages() != 1 || s.File != file || s.Copy != copied || s.Modified != "2026-11-30T12:00:00.123456789Z" || j.Changed() {
		t.Errorf("%d messages of %+v, changed %v", j.Messages(), s, j.Changed())
	}
	if err := os.Chtimes(file, when, when.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if !j.Changed() {
		t.Error("the file was written to, and nobody says so")
	}
}
