package upload_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/imaptest/fault"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/upload"
)

// notes keeps what the person is told.
type notes struct {
	event.Discard
	text string
}

// Note implements event.Listener; a job calls it for one goroutine at a time.
func (n *notes) Note(note event.Note) { n.text += note.Text + "\n" }

// A server may allow a user one connection at a time, and break that one or refuse a message besides.
func TestOneConnectionOnly(t *testing.T) {
	for name, tc := range map[string]struct {
		faults []fault.Fault
		failed int // in the first run
	}{
		"in peace":           {nil, 0},
		"connection breaks":  {[]fault.Fault{{Nth: 4, When: fault.Done, Do: fault.Reset}}, 0},
		"has it, it says":    {[]fault.Fault{{Nth: 4, Do: fault.Answer, Text: "NO [ALREADYEXISTS] there"}}, 1},
		"mailbox is missing": {[]fault.Fault{{Nth: 4, Do: fault.Answer, Text: "NO [TRYCREATE] where?"}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := imaptest.Dovecot(t, imaptest.Config("mail_max_userip_connections = 1"))
			far, relay := s.Faults(t, fault.Options{Hide: []string{"MULTIAPPEND"}})
			relay.Script(tc.faults...)
			var folders []psttest.Folder
			for i := range 3 {
				f := psttest.Folder{Name: fmt.Sprint("Folder ", i)}
				for n := range 4 {
					f.Messages = append(f.Messages, mail(fmt.Sprint(i, n), "x"))
				}
				folders = append(folders, f)
			}
			path := jobtest.File(t, folders...)
			for again, want := range []report.Counts{
				{Found: 12, Uploaded: 12 - tc.failed, Failed: tc.failed},
				{Found: 12, Uploaded: tc.failed, Present: 12 - tc.failed},
			} {
				told := &notes{}
				j := jobtest.Open(t, far, path)
				j.Listener = told
				rec := report.NewRecorder("upload")
				j.Declare(rec)
				if _, err := upload.Run(context.Background(), j, upload.Options{}, rec); err != nil {
					t.Fatal(err)
				}
				if err := j.Conn.Logout(context.Background()); err != nil {
					t.Error(err)
				}
				if r := j.Conclude(rec); r.Totals != want {
					t.Errorf("run %d: %+v, want %+v, %v", again+1, r.Totals, want, r.Items)
				}
				if alone := strings.Contains(told.text, "one connection at a time"); alone != (want.Uploaded > 0) {
					t.Errorf("run %d: %s", again+1, told.text)
				}
			}
			n := 0
			for line := range strings.Lines(s.Doveadm(t, "-f", "tab", "mailbox", "status", "-u", s.User, "messages", "*")) {
				var count int
				fields := strings.Split(strings.TrimSpace(line), "\t")
				if _, err := fmt.Sscan(fields[len(fields)-1], &count); err == nil {
					n += count
				}
			}
			if n != 12 {
				t.Errorf("%d messages on the server", n)
			}
		})
	}
}
