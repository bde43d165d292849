package main

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/runlog"
)

// Nothing in a bundle tells who it is about, what they wrote or their password.
func TestBundle(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home", "annabel")
	dir := filepath.Join(home, "jobs", "93ab-annabel@example.org-imap.example.org")
	const password = "correct horse battery"
	jn, _, err := journal.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	err = jn.About(journal.About{Host: "imap.example.org", Port: 993, User: "annabel@example.org", Files: []string{filepath.Join(home, "annabel@example.org.pst")}, At: time.Unix(1700000000, 0)})
	for _, box := range []string{"INBOX", "Mail of annabel@example.org", "Küche"} {
		if _, ierr := jn.Intend(journal.Intent{Mailbox: box, Items: []string{"1-aaaa"}}); ierr != nil {
			t.Fatal(ierr)
		}
		if err == nil {
			err = jn.Append(journal.Entry{Item: "1-cafe", Mailbox: box, UID: 7})
		}
	}
	if err == nil {
		err = jn.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, journal.FileName), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(`{"item":"1-torn","mailbox":"annabel, half a li`)
		f.Close()
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "run.log"), []byte("signed in as annabel@example.org\x1b[2J\nSubject: wedding plans\nappended 1-cafe\n"), 0o600)
	}
	if err == nil {
		var l *runlog.Log
		if l, err = runlog.Open(dir); err == nil {
			l.Printf("annabel@example.org.pst: 1 items, for annabel@example.org; a copy is in %s, the data file in %s", filepath.Join(dir, "rescue"), home)
			l.Close()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	rec := report.NewRecorder("upload")
	r := rec.Report()
	r.Job, r.Version = dir, "v9"
	r.Source.File = filepath.Join(home, "annabel@example.org.pst")
	r.Server = report.Server{Host: "imap.example.org", Port: 993, User: "annabel@example.org", Software: "Dovecot", Capabilities: []string{"UIDPLUS"}}
	rec.Folder(0, report.Folder{Path: "Inbox", Mailbox: "INBOX"})
	rec.Item(0, report.Item{State: report.Failed, Subject: "wedding plans", MessageID: "<w@example.org>", Reason: `refused: "wedding plans" from annabel@example.org`}, "refused by the server")
	r.Conclude(1, false)

	path := filepath.Join(t.TempDir(), "b.zip")
	if err := writeBundle(path, dir, r); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	var names []string
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		names = append(names, f.Name)
		all.WriteString(f.Name + "\n")
		rd, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, rd); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(names)
	if want := []string{"items.csv", journal.FileName, runlog.Name, "report.html", "report.json", "run.log", "server.txt"}; !slices.Equal(names, want) {
		t.Errorf("files %q, want %q", names, want)
	}
	for _, private := range []string{"annabel", "wedding", password, "@example", "/home", "half a li", "\x1b"} {
		if i := strings.Index(strings.ToLower(all.String()), private); i >= 0 {
			t.Errorf("%q is in the bundle: …%q…", private, all.String()[max(0, i-60):i+20])
		}
	}
	for _, keep := range []string{"1-cafe", "Küche", "UIDPLUS", "Dovecot", "v9", "imap.example.org", "appended 1-cafe", "a copy is in " + report.LeftOut} {
		if !strings.Contains(all.String(), keep) {
			t.Errorf("%q is not in the bundle", keep)
		}
	}
}
