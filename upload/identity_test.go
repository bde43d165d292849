package upload_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/upload"
)

// story is one case of identity and duplicates: what was uploaded once, what happened since, what is uploaded now.
type story struct {
	first     []psttest.Folder // nothing was uploaded before where it is nil
	meanwhile func(t *testing.T, s *imaptest.Server)
	second    []psttest.Folder
	options   upload.Options
	want      report.Counts
	there     map[string]int // messages in the end
	reason    string         // of the one item that is no plain success
}

// on runs commands on the server.
func on(commands ...string) func(*testing.T, *imaptest.Server) {
	return func(t *testing.T, s *imaptest.Server) {
		c := s.Client(t)
		for _, command := range commands {
			c.Do(command)
		}
	}
}

// stored is mail that another program put there.
func stored(mailbox, flags, message string) func(*testing.T, *imaptest.Server) {
	return func(t *testing.T, s *imaptest.Server) {
		if !slices.Contains(s.Client(t).Mailboxes(), mailbox) {
			s.Client(t).Do("CREATE " + mailbox)
		}
		jobtest.Append(t, s, mailbox, flags, message)
	}
}

// noID is a mail without a Message-ID.
func noID(body string) *psttest.Message {
	return psttest.Mail("no id", "a@example.org", "b@example.org", body, psttest.Time(mapi.ClientSubmitTime, sent))
}

func others(m ...*psttest.Message) psttest.Folder { return psttest.Folder{Name: "Other", Messages: m} }

// TestIdentity has every case of identity and duplicates, on a real server.
func TestIdentity(t *testing.T) {
	a, b := mail("a", "text of a"), mail("b", "text of b")
	user := 0
	s := accounts(t, 40)
	fits := foreign("a", sameDate, "A <a@example.org>")
	for name, st := range map[string]story{
		"POP left the mail in INBOX": {nil, stored("INBOX", "", fits), work(a), upload.Options{},
			report.Counts{Found: 1, Present: 1}, map[string]int{"INBOX": 1, "Work": 0}, `in INBOX, not in "Work"`},
		"POP left one of two": {nil, stored("INBOX", "", fits), append(work(a), others(a)), upload.Options{},
			report.Counts{Found: 2, Present: 1, Uploaded: 1}, map[string]int{"INBOX": 1, "Work": 0, "Other": 1}, "in INBOX, not in"},
		"moved on the server": {work(a, b), on("CREATE Old", "SELECT Work", "MOVE 1 Old"), work(a, b), upload.Options{},
			report.Counts{Found: 2, Present: 2}, map[string]int{"Work": 1, "Old": 1}, `in "Old", not in "Work": it was moved there`},
		"moved to the trash on the server": {work(a, b), on("SELECT Work", "MOVE 1 Trash"), work(a, b), upload.Options{},
			report.Counts{Found: 2, Present: 2}, map[string]int{"Work": 1, "Trash": 1}, `in "Trash"`},
		"deleted on the server": {work(a, b), on("SELECT Work", `STORE 1 +FLAGS (\Deleted)`, "EXPUNGE"), work(a, b), upload.Options{},
			report.Counts{Found: 2, Present: 1, Uploaded: 1}, map[string]int{"Work": 2}, "an earlier run had uploaded the message, and it was gone"},
		"deleted on the server and kept so": {work(a, b), on("SELECT Work", `STORE 1 +FLAGS (\Deleted)`, "EXPUNGE"), work(a, b), upload.Options{KeepDeleted: true},
			report.Counts{Found: 2, Present: 1, Skipped: 1}, map[string]int{"Work": 1}, "it was gone from the server"},
		"marked for deletion": {work(a), on("SELECT Work", `STORE 1 +FLAGS (\Deleted)`), work(a), upload.Options{},
			report.Counts{Found: 1, Uploaded: 1}, map[string]int{"Work": 2}, "gone"},
		"mailbox renamed on the server": {work(a, b), on("RENAME Work Arbeit"), work(a, b), upload.Options{},
			report.Counts{Found: 2, Present: 2}, map[string]int{"Work": 0, "Arbeit": 2}, "*"},
		"moved in Outlook": {append(work(a, b), others()), nil, append(work(b), others(a)), upload.Options{},
			report.Counts{Found: 2, Present: 2}, map[string]int{"Work": 2}, `in "Work", not in "Other"`},
		"copied in Outlook": {work(a), nil, append(work(a), others(a)), upload.Options{},
			report.Counts{Found: 2, Present: 1, Uploaded: 1}, map[string]int{"Work": 1, "Other": 1}, ""},
		"copied on the server": {work(a), on("SELECT Work", "COPY 1 INBOX"), work(a), upload.Options{},
			report.Counts{Found: 1, Present: 1}, map[string]int{"Work": 1, "INBOX": 1}, ""},
		"flags changed in Outlook": {work(a), nil, work(mail("a", "text of a").With(psttest.Int32(mapi.FlagStatus, 2), psttest.Keywords("Red"), psttest.Int32(mapi.MessageFlags, 0))),
			upload.Options{}, report.Counts{Found: 1, Present: 1}, map[string]int{"Work": 1}, ""},
		"same Message-ID, other content": {work(a), nil, work(a, mail("a", "another text")), upload.Options{},
			report.Counts{Found: 2, Present: 1, Uploaded: 1}, map[string]int{"Work": 2}, ""},
		"same Message-ID, other content, none before": {nil, nil, work(a, mail("a", "another text")), upload.Options{},
			report.Counts{Found: 2, Uploaded: 2}, map[string]int{"Work": 2}, ""},
		"no Message-ID": {work(noID("one")), nil, work(noID("one"), noID("two")), upload.Options{},
			report.Counts{Found: 2, Present: 1, Uploaded: 1}, map[string]int{"Work": 2}, ""},
		"no Message-ID, foreign without one": {nil, stored("Work", "", "Date: "+sameDate+"\r\nFrom: a@example.org\r\n\r\none\r\n"), work(noID("one")), upload.Options{},
			report.Counts{Found: 1, Uploaded: 1}, map[string]int{"Work": 2}, ""},
		"foreign copy, marked for deletion": {nil, stored("Work", `\Deleted`, fits), work(a), upload.Options{},
			report.Counts{Found: 1, Uploaded: 1}, map[string]int{"Work": 2}, ""},
		"foreign copy in the trash": {nil, stored("Trash", "", fits), work(a), upload.Options{},
			report.Counts{Found: 1, Uploaded: 1}, map[string]int{"Work": 1, "Trash": 1}, ""},
		"foreign copy in junk": {nil, stored("Junk", "", fits), work(a), upload.Options{},
			report.Counts{Found: 1, Uploaded: 1}, map[string]int{"Work": 1, "Junk": 1}, ""},
		"foreign copy in the trash, item from the trash": {nil, stored("Trash", "", fits), append(work(), psttest.Folder{Name: "Deleted Items", Role: psttest.RoleTrash, Messages: []*psttest.Message{a}}),
			upload.Options{}, report.Counts{Found: 1, Present: 1}, map[string]int{"Trash": 1}, ""},
		"foreign copy with another date": {nil, stored("Work", "", foreign("a", "Tue, 5 Mar 2024 09:09:11 +0100", "a@example.org")), work(a), upload.Options{},
			report.Counts{Found: 1, Uploaded: 1}, map[string]int{"Work": 2}, ""},
		"twice in the file": {nil, nil, work(a, b, a), upload.Options{},
			report.Counts{Found: 3, Uploaded: 2, Skipped: 1}, map[string]int{"Work": 2}, "the same message is in this folder twice"},
		"the file grown": {work(a), nil, append(work(a, b), others(mail("c", "text of c"))), upload.Options{},
			report.Counts{Found: 3, Present: 1, Uploaded: 2}, map[string]int{"Work": 2, "Other": 1}, ""},
		"the file shrunk": {work(a, b), nil, work(b), upload.Options{},
			report.Counts{Found: 1, Present: 1}, map[string]int{"Work": 2}, ""},
		"a newer converter": {work(a, b), anotherConverter, work(a, b), upload.Options{},
			report.Counts{Found: 2, Present: 2}, map[string]int{"Work": 2}, ""},
		"an id of an unknown version": {nil, stored("Work", "", "X-Pst2imap-Id: 9-00112233445566778899aabbccddeeff; c=1-0\r\n"+fits), work(a), upload.Options{},
			report.Counts{Found: 1, Present: 1}, map[string]int{"Work": 1}, ""},
		"numbered anew": {work(a, b), numberedAnew, work(a, b), upload.Options{},
			report.Counts{Found: 2, Present: 2}, map[string]int{"Work": 2}, ""},
	} {
		user++
		account := s(t, user)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st.play(t, account)
		})
	}
}

// accounts starts a server with so many accounts.
func accounts(t *testing.T, n int) func(t *testing.T, i int) *imaptest.Server {
	t.Helper()
	var users []string
	for i := range n {
		users = append(users, fmt.Sprintf("user%d@example.org", i))
	}
	s := imaptest.Dovecot(t, imaptest.Users(users...))
	return func(t *testing.T, i int) *imaptest.Server { t.Helper(); return s.As(t, users[i]) }
}

func (st story) play(t *testing.T, s *imaptest.Server) {
	dir := filepath.Join(t.TempDir(), "job")
	if st.first != nil {
		if r, err := again(t, s, dir, upload.Options{}, jobtest.File(t, st.first...)); err != nil || r.Totals.Failed > 0 {
			t.Fatalf("first run: %+v, %v", r.Totals, err)
		}
	}
	if st.meanwhile != nil {
		st.meanwhile(t, s)
	}
	path := jobtest.File(t, st.second...)
	r, err := again(t, s, dir, st.options, path)
	if err != nil || r.Totals != st.want {
		t.Errorf("got %+v, want %+v, %v", r.Totals, st.want, err)
	}
	switch {
	case st.reason == "*":
	case st.reason == "" && len(r.Items) > 0, st.reason != "" && (len(r.Items) != 1 || !strings.Contains(r.Items[0].Reason, st.reason)):
		t.Errorf("items %+v, want the reason %q", r.Items, st.reason)
	}
	st.check(t, s)
	// Nothing is left to do, for another computer too.
	if st.options.KeepDeleted {
		return
	}
	for _, dir := range []string{dir, filepath.Join(t.TempDir(), "none")} {
		if r, err := again(t, s, dir, st.options, path); err != nil || r.Totals.Uploaded+r.Totals.Failed > 0 {
			t.Errorf("once more: %+v, %v", r.Totals, err)
		}
	}
	st.check(t, s)
}

// check counts what is there; mailboxes that a run makes may be empty.
func (st story) check(t *testing.T, s *imaptest.Server) {
	t.Helper()
	c := s.Client(t)
	got := map[string]int{}
	for _, mailbox := range c.Mailboxes() {
		if n := c.Count(mailbox); n > 0 {
			got[mailbox] = n
		}
	}
	want := maps.Clone(st.there)
	maps.DeleteFunc(want, func(_ string, n int) bool { return n == 0 })
	if !maps.Equal(got, want) {
		t.Errorf("on the server %v, want %v", got, want)
	}
}

// anotherConverter makes the server's copies those of another revision.
func anotherConverter(t *testing.T, s *imaptest.Server) {
	c := s.Client(t)
	list := c.Messages("Work")
	c.Do("SELECT Work")
	c.Do(`STORE 1:* +FLAGS (\Deleted)`)
	c.Do("EXPUNGE")
	for _, m := range list {
		line, body, _ := strings.Cut(m.Body, "\r\n")
		id, _, _ := strings.Cut(line, "; c=")
		c.Append("Work", "", "01-Feb-2003 04:05:06 +0000", id+"; c=977-0123abcd\r\nX-New: yes\r\n"+body)
	}
}

// numberedAnew gives the mailbox another UIDVALIDITY with the same mail, as a restored or a moved account has.
func numberedAnew(t *testing.T, s *imaptest.Server) {
	c := s.Client(t)
	for _, command := range []string{"SELECT INBOX", "CREATE Tmp", "SELECT Work", "COPY 1:* Tmp", "SELECT INBOX", "DELETE Work"} {
		c.Do(command)
	}
	time.Sleep(1100 * time.Millisecond) // UIDVALIDITY counts seconds
	for _, command := range []string{"CREATE Work", "SELECT Tmp", "COPY 1:* Work", "SELECT INBOX", "DELETE Tmp"} {
		c.Do(command)
	}
}

// Files with common mail: in one command they are one job, in two the second finds what the first has brought.
func TestTwoFiles(t *testing.T) {
	a, b, c := mail("a", "text of a"), mail("b", "text of b"), mail("c", "text of c")
	for name, together := range map[string]bool{"in one command": true, "in two": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := imaptest.Dovecot(t)
			paths := []string{jobtest.File(t, append(work(a, b), others(c))...), jobtest.File(t, append(work(b, c), others(c))...)}
			if together {
				r, err := again(t, s, filepath.Join(t.TempDir(), "job"), upload.Options{}, paths...)
				if want := (report.Counts{Found: 6, Uploaded: 4, Skipped: 2}); err != nil || r.Totals != want {
					t.Errorf("got %+v, %v", r.Totals, err)
				}
			} else {
				for i, want := range []report.Counts{{Found: 3, Uploaded: 3}, {Found: 3, Uploaded: 1, Present: 2}} {
					r, err := again(t, s, filepath.Join(t.TempDir(), fmt.Sprint(i)), upload.Options{}, paths[i])
					if err != nil || r.Totals != want {
						t.Errorf("file %d: got %+v, want %+v, %v", i, r.Totals, want, err)
					}
				}
			}
			story{there: map[string]int{"Work": 3, "Other": 1}}.check(t, s)
		})
	}
}
