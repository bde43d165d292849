package upload_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/upload"
)

func run(t *testing.T, s *imaptest.Server, path string, o upload.Options) *report.Report {
	t.Helper()
	j := jobtest.Open(t, s, path)
	rec := report.NewRecorder("upload")
	j.Declare(rec)
	if _, err := upload.Run(context.Background(), j, o, rec); err != nil {
		t.Fatal(err)
	}
	r := j.Conclude(rec)
	if !r.Totals.Holds() || r.Totals.Found != j.Messages() {
		t.Errorf("the sum does not hold: %+v for %d items", r.Totals, j.Messages())
	}
	return r
}

// mapiSubmit is when a mail was sent.
const mapiSubmit = mapi.ClientSubmitTime

// flagsProp has the bit for read mail.
const flagsProp = mapi.MessageFlags

var sent = time.Date(2024, 3, 5, 8, 9, 10, 0, time.UTC)

// mail has the Message-ID <id@x>.
func mail(id, body string) *psttest.Message {
	return psttest.Mail("about "+id, "a@example.org", "b@example.org", body,
		psttest.Str(mapi.InternetMessageID, "<"+id+"@x>"), psttest.Time(mapi.ClientSubmitTime, sent))
}

func work(m ...*psttest.Message) []psttest.Folder {
	return []psttest.Folder{{Name: "Inbox", Role: psttest.RoleInbox}, {Name: "Work", Messages: m}}
}

// foreign is the same message as another program stored it.
func foreign(id, date, from string) string {
	return "Message-ID: <" + id + "@x>\r\nDate: " + date + "\r\nFrom: " + from + "\r\n\r\nbody\r\n"
}

const sameDate = "Tue, 5 Mar 2024 09:09:10 +0100"

func TestPresent(t *testing.T) {
	type place struct{ mailbox, flags, message string }
	for name, tc := range map[string]struct {
		there   []place
		present int
		reason  string
	}{
		"nothing":                     {nil, 0, ""},
		"foreign in the same mailbox": {[]place{{"Work", "", foreign("1", sameDate, "A <a@example.org>")}}, 1, ""},
		"left in INBOX by POP":        {[]place{{"INBOX", "", foreign("1", sameDate, "a@example.org")}}, 1, "in INBOX, not in \"Work\""},
		"another date":                {[]place{{"Work", "", foreign("1", "Tue, 5 Mar 2024 08:00:00 +0000", "a@example.org")}}, 0, ""},
		"another sender":              {[]place{{"Work", "", foreign("1", sameDate, "c@example.org")}}, 0, ""},
		"in the trash":                {[]place{{"Trash", "", foreign("1", sameDate, "a@example.org")}}, 0, ""},
		"marked for deletion":         {[]place{{"Work", `\Deleted`, foreign("1", sameDate, "a@example.org")}}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := imaptest.Memory(t)
			path := jobtest.File(t, work(mail("1", "body"))...)
			s.Client(t).Do("CREATE Work")
			for _, p := range tc.there {
				jobtest.Append(t, s, p.mailbox, p.flags, p.message)
			}
			r := run(t, s, path, upload.Options{})
			if r.Totals.Present != tc.present || r.Totals.Uploaded != 1-tc.present {
				t.Errorf("got %+v", r.Totals)
			}
			if tc.reason != "" && (len(r.Items) != 1 || !strings.Contains(r.Items[0].Reason, tc.reason)) {
				t.Errorf("items %+v", r.Items)
			}
			r = run(t, s, path, upload.Options{})
			if r.Totals.Uploaded != 0 || r.Totals.Present != 1 {
				t.Errorf("again: %+v", r.Totals)
			}
		})
	}
}

func TestRerunFindsEverything(t *testing.T) {
	jobtest.Both(t, func(t *testing.T, s *imaptest.Server) {
		twin := mail("2", "text")
		noID := psttest.Mail("no id", "a@example.org", "b@example.org", "sent from here")
		conflict := mail("4", "x").With(psttest.Str(mapi.MessageClass, "IPM.Conflict.Resolution.Message"))
		path := jobtest.File(t,
			psttest.Folder{Name: "Inbox", Role: psttest.RoleInbox, Messages: []*psttest.Message{mail("1", "a"), mail("1", "same id, other text")}},
			psttest.Folder{Name: "Work", Messages: []*psttest.Message{twin, twin, noID, conflict}, Folders: []psttest.Folder{{Name: "Copy", Messages: []*psttest.Message{twin}}}},
		)
		r := run(t, s, path, upload.Options{})
		want := report.Counts{Found: 7, Uploaded: 5, Skipped: 2}
		if r.Totals != want || r.SkippedByReason[report.ReasonDuplicate] != 1 || r.SkippedByReason[report.ReasonNotAsked] != 1 {
			t.Errorf("got %+v, skipped %v", r.Totals, r.SkippedByReason)
		}
		for mailbox, n := range map[string]int{"INBOX": 2, "Work": 2, "Work/Copy": 1} {
			if got := s.Count(t, mailbox); got != n {
				t.Errorf("%d messages in %s, want %d", got, mailbox, n)
			}
		}
		r = run(t, s, path, upload.Options{})
		if want := (report.Counts{Found: 7, Present: 5, Skipped: 2}); r.Totals != want {
			t.Errorf("again: %+v", r.Totals)
		}
	})
}

func TestMovedOnTheServer(t *testing.T) {
	s := imaptest.Memory(t)
	path := jobtest.File(t, work(mail("1", "a"), mail("2", "b"))...)
	run(t, s, path, upload.Options{})
	c := s.Client(t)
	for _, command := range []string{"CREATE Old", "SELECT Work", "COPY 1 Old", `STORE 1 +FLAGS (\Deleted)`, "EXPUNGE"} {
		c.Do(command)
	}
	r := run(t, s, path, upload.Options{})
	if r.Totals.Present != 2 || len(r.Items) != 1 || !strings.Contains(r.Items[0].Reason, `in "Old"`) {
		t.Errorf("got %+v, %+v", r.Totals, r.Items)
	}
}

func TestFlagsAndDate(t *testing.T) {
	jobtest.Both(t, func(t *testing.T, s *imaptest.Server) {
		m := mail("1", "body").With(psttest.Int32(mapi.FlagStatus, 2), psttest.Time(mapi.MessageDeliveryTime, sent.Add(time.Hour)), psttest.Keywords("Red Category"))
		run(t, s, jobtest.File(t, work(m)...), upload.Options{})
		got := s.Client(t).Messages("Work")
		if len(got) != 1 || !strings.Contains(got[0].Date, "5-Mar-2024 09:09:10 +0000") {
			t.Fatalf("got %+v", got)
		}
		flags := strings.ToLower(got[0].Flags)
		for _, f := range []string{`\seen`, `\flagged`, "red_category"} {
			if !strings.Contains(flags, f) {
				t.Errorf("flags %q lack %s", got[0].Flags, f)
			}
		}
		first, _, _ := strings.Cut(got[0].Body, "\r\n")
		if !strings.HasPrefix(first, "X-Pst2imap-Id: 1-") {
			t.Errorf("first line %q", first)
		}
	})
}

func TestDryRunChangesNothing(t *testing.T) {
	s := imaptest.Memory(t)
	r := run(t, s, jobtest.File(t, work(mail("1", "body"))...), upload.Options{Dry: true})
	if r.Totals.Uploaded != 1 || r.Complete {
		t.Errorf("got %+v", r.Totals)
	}
	if list := strings.Join(s.Client(t).Mailboxes(), " "); strings.Contains(list, "Work") {
		t.Errorf("a dry run made a folder: %s", list)
	}
}

// TestOneBadItem breaks the properties of one item: it is counted, the rest arrives.
func TestOneBadItem(t *testing.T) {
	s := imaptest.Memory(t)
	path := jobtest.File(t, work(mail("1", "a"), mail("broken", "b"), mail("3", "c"))...)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var subject []byte
	for _, u := range utf16.Encode([]rune("about broken")) {
		subject = append(subject, byte(u), byte(u>>8))
	}
	at := bytes.Index(b, subject) &^ 63
	for !bytes.Equal(b[at+2:at+4], []byte{0xEC, 0xBC}) { // HNHDR of a property context
		at -= 64
	}
	copy(b[at:], make([]byte, 12))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	r := run(t, s, path, upload.Options{})
	if want := (report.Counts{Found: 3, Uploaded: 2, Failed: 1}); r.Totals != want || r.FailedByReason["unreadable"] != 1 || r.Complete {
		t.Errorf("got %+v, %v", r.Totals, r.FailedByReason)
	}
	if len(r.Items) != 1 || !strings.Contains(r.Items[0].Reason, "node 0x") {
		t.Errorf("the reason does not name the place: %+v", r.Items)
	}
	if r.ExitCode() != report.ExitFailed {
		t.Errorf("exit code %d", r.ExitCode())
	}
}

func TestJournal(t *testing.T) {
	s := imaptest.Dovecot(t)
	dir := filepath.Join(t.TempDir(), "job")
	jn, _, err := journal.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	run(t, s, jobtest.File(t, work(mail("1", "a"), mail("2", "b"))...), upload.Options{Journal: jn})
	if err := jn.Close(); err != nil {
		t.Fatal(err)
	}
	past, err := journal.Read(dir)
	if err != nil || past.Torn != 0 || len(past.Entries) != 2 || len(past.Open) != 0 {
		t.Fatalf("%+v, %v", past, err)
	}
	entries := past.Entries
	for i, m := range s.Client(t).Messages("Work") {
		e := entries[i]
		if int(e.UID) != m.UID || e.UIDValidity == 0 || e.Mailbox != "Work" || int(e.Size) != len(m.Body) {
			t.Errorf("entry %+v does not fit message %d of %d bytes", e, m.UID, len(m.Body))
		}
	}
}

func TestCancelled(t *testing.T) {
	s := imaptest.Memory(t)
	var list []*psttest.Message
	for i := range 20 {
		list = append(list, mail(fmt.Sprint(i), "x"))
	}
	path := jobtest.File(t, work(list...)...)
	j := jobtest.Open(t, s, path)
	rec := report.NewRecorder("upload")
	j.Declare(rec)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := upload.Run(ctx, j, upload.Options{}, rec); err == nil {
		t.Error("a cancelled run said nothing")
	}
	if r := run(t, s, path, upload.Options{}); r.Totals.Present+r.Totals.Uploaded != 20 {
		t.Errorf("after it: %+v", r.Totals)
	}
	if n := s.Count(t, "Work"); n != 20 {
		t.Errorf("%d messages", n)
	}
}

// TestFirstLineNamesTheMap has the hash of the address map in the first line of a mail that needed it,
// in memory and in a file, and in no other: their bytes do not depend on it.
func TestFirstLineNamesTheMap(t *testing.T) {
	const dn = "/o=ACME/ou=Users/cn=Recipients/cn=jdoe"
	internal := func(id, body string) *psttest.Message {
		m := mail(id, body)
		m.Recipients = [][]psttest.Prop{{psttest.Int32(mapi.RecipientType, 1), psttest.Str(mapi.AddressType, "EX"), psttest.Str(mapi.EmailAddress, dn)}}
		return m
	}
	tells := internal("tells", "a")
	tells.Recipients[0] = append(tells.Recipients[0], psttest.Str(mapi.SmtpAddress, "jd@acme.com"))
	long := strings.Repeat("0123456789 0123456789 0123456789\r\n", 1<<15) // more than is kept in memory
	s := imaptest.Memory(t)
	run(t, s, jobtest.File(t, work(tells, mail("plain", "b"), internal("asks", "c"), internal("asks long", long))...), upload.Options{})
	lines := map[string]int{}
	for n, m := range s.Client(t).Messages("Work") {
		line, rest, _ := strings.Cut(m.Body, "\r\n")
		_, with, ok := strings.Cut(line, "; c=")
		if _, plain, _ := strings.Cut(strings.TrimSpace(eml.IDLine("x")), "; c="); !ok || (with == plain) != (n < 2) {
			t.Errorf("message %d: %s, and the options alone are %s", n+1, line, plain)
		}
		if asks := n != 1; asks != strings.Contains(rest, "jd@acme.com") || strings.Contains(rest, eml.IDField) {
			t.Errorf("message %d: %.500s", n+1, rest)
		}
		lines[with]++
	}
	if len(lines) != 2 {
		t.Errorf("the first lines end with %v", lines)
	}
}
