package upload_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/upload"
)

// again runs with the journal in dir, as the command does.
func again(t *testing.T, s *imaptest.Server, dir string, o upload.Options, paths ...string) (*report.Report, error) {
	t.Helper()
	jn, past, err := journal.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	o.Journal, o.Past = jn, past
	j := jobtest.Open(t, s, paths...)
	j.Remember(past)
	rec := report.NewRecorder("upload")
	j.Declare(rec)
	_, err = upload.Run(context.Background(), j, o, rec)
	r := j.Conclude(rec)
	if err := jn.Close(); err != nil {
		t.Fatal(err)
	}
	return r, err
}

// What a person deletes comes back, unless she says otherwise; what a POP program takes away stops the run.
func TestGoneFromTheServer(t *testing.T) {
	s := imaptest.Dovecot(t)
	var list []*psttest.Message
	for i := range 40 {
		list = append(list, mail(fmt.Sprint(i), "x"))
	}
	path, dir := jobtest.File(t, work(list...)...), filepath.Join(t.TempDir(), "job")
	check := func(name string, o upload.Options, want report.Counts, wantErr bool, count int) {
		t.Helper()
		r, err := again(t, s, dir, o, path)
		var gone *upload.GoneError
		if errors.As(err, &gone) != wantErr || err != nil && !wantErr {
			t.Errorf("%s: error %v", name, err)
		}
		if !wantErr && r.Totals != want {
			t.Errorf("%s: got %+v, want %+v", name, r.Totals, want)
		}
		if n := s.Count(t, "Work"); n != count {
			t.Errorf("%s: %d messages, want %d", name, n, count)
		}
	}
	remove := func(from, to int) {
		c := s.Client(t)
		c.Do("SELECT Work")
		c.Do(fmt.Sprintf(`STORE %d:%d +FLAGS (\Deleted)`, from, to))
		c.Do("EXPUNGE")
	}
	check("first", upload.Options{}, report.Counts{Found: 40, Uploaded: 40}, false, 40)
	remove(1, 3)
	check("kept", upload.Options{KeepDeleted: true}, report.Counts{Found: 40, Present: 37, Skipped: 3}, false, 37)
	check("some", upload.Options{}, report.Counts{Found: 40, Uploaded: 3, Present: 37}, false, 40)
	remove(11, 30)
	check("many", upload.Options{}, report.Counts{}, true, 20)
	check("many, kept", upload.Options{KeepDeleted: true}, report.Counts{Found: 40, Present: 20, Skipped: 20}, false, 20)
	check("many, dry", upload.Options{Dry: true}, report.Counts{}, true, 20)
	check("many, yes", upload.Options{Refill: true}, report.Counts{Found: 40, Uploaded: 20, Present: 20}, false, 40)
	check("last", upload.Options{}, report.Counts{Found: 40, Present: 40}, false, 40)
}
