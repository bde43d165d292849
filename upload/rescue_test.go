package upload_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/imaptest/fault"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/rescue"
	"github.com/pst2imap/pst2imap/upload"
)

// again uploads what is in the rescue folder.
func (r *refused) again() *report.Report {
	r.t.Helper()
	f := jobtest.Rescue(r.t, r.rescue)
	j := jobtest.OpenRescue(r.t, r.far, f)
	rec := report.NewRecorder("upload")
	j.Declare(rec)
	if _, err := upload.Run(context.Background(), j, upload.Options{Rescue: f}, rec); err != nil {
		r.t.Fatal(err)
	}
	return j.Conclude(rec)
}

// left are the entries in the rescue folder, and how many messages lie there.
func (r *refused) left() ([]rescue.Entry, int) {
	r.t.Helper()
	files, err := filepath.Glob(filepath.Join(r.rescue, "*.eml"))
	if err != nil {
		r.t.Fatal(err)
	}
	return jobtest.Rescue(r.t, r.rescue).Entries(), len(files)
}

// What the server refused is tried again, and just that; what it takes then is gone
// from the rescue folder and is on the server as if it had come with the others.
func TestRescue(t *testing.T) {
	for _, hide := range []string{"MULTIAPPEND", "LITERAL+"} {
		t.Run("without "+hide, func(t *testing.T) {
			t.Parallel()
			r := refuse(t, imaptest.Dovecot(t), hide)
			path := jobtest.File(t, append(work(letters(6, 60_000, 70_000)...), others(letters(0, 80_000)...))...)
			r.relay.Script(fault.Fault{Larger: 50_000, Do: fault.Answer, Text: "NO [CONTACTADMIN] verboten"})
			got, _, err := r.run(path, 2)
			if err != nil || got.Totals != (report.Counts{Found: 9, Uploaded: 6, Failed: 3}) {
				t.Fatalf("%+v, %v", got.Totals, err)
			}
			list, files := r.left()
			if len(list) != 3 || files != 3 {
				t.Fatalf("%d entries, %d files", len(list), files)
			}
			for _, e := range list {
				if !strings.Contains(e.Reason, "verboten") || strings.Contains(e.Reason, "a copy is in") || e.Mailbox == "" || e.Category != "refused by the server" || len(e.Folder) == 0 {
					t.Errorf("%+v", e)
				}
			}

			// Some of it still is not taken, for another reason.
			r.relay.Script(fault.Fault{Larger: 65_000, Do: fault.Answer, Text: "NO noch nicht"})
			if got := r.again(); got.Totals != (report.Counts{Found: 3, Uploaded: 1, Failed: 2}) || got.ExitCode() != report.ExitFailed || got.Complete {
				t.Errorf("again: %+v, exit code %d, %+v", got.Totals, got.ExitCode(), got.Items)
			}
			list, files = r.left()
			if len(list) != 2 || files != 2 || !strings.Contains(list[0].Reason, "noch nicht") {
				t.Errorf("%d files, %+v", files, list)
			}

			// What has arrived some other way is not sent, and goes too.
			r.relay.Script()
			if got, _, err := r.run(path, 2); err != nil || got.Totals != (report.Counts{Found: 9, Uploaded: 2, Present: 7}) {
				t.Errorf("with the data file: %+v, %v", got.Totals, err)
			}
			if list, files := r.left(); len(list) != 0 || files != 0 {
				t.Errorf("%d files, %+v", files, list)
			}
			if got := r.again(); got.Totals.Found != 0 || got.ExitCode() != report.ExitOK {
				t.Errorf("nothing is left: %+v", got.Totals)
			}
			r.once(got, 9)
		})
	}
}

// A rescue folder that somebody wrote into loses nothing and sends nothing else.
func TestRescueSpoilt(t *testing.T) {
	r := refuse(t, imaptest.Dovecot(t), "MULTIAPPEND")
	path := jobtest.File(t, work(letters(2, 60_000, 70_000, 80_000)...)...)
	r.relay.Script(fault.Fault{Larger: 50_000, Do: fault.Answer, Text: "NO no"})
	if got, _, err := r.run(path, 1); err != nil || got.Totals.Failed != 3 {
		t.Fatalf("%+v, %v", got.Totals, err)
	}
	list, _ := r.left()
	changed, gone := filepath.Join(r.rescue, list[0].File), filepath.Join(r.rescue, list[1].File)
	b, err := os.ReadFile(changed)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-4] ^= 1
	if err := os.WriteFile(changed, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	r.relay.Script()
	got := r.again()
	if got.Totals != (report.Counts{Found: 3, Uploaded: 1, Failed: 2}) || got.FailedByReason[report.ReasonSpoilt] != 2 {
		t.Errorf("%+v %v", got.Totals, got.FailedByReason)
	}
	for i, word := range []string{"was changed", "not there"} {
		if !strings.Contains(got.Items[i].Reason, list[i].File) || !strings.Contains(got.Items[i].Reason, word) {
			t.Errorf("%q does not say %q of %s", got.Items[i].Reason, word, list[i].File)
		}
	}
	if left, files := r.left(); len(left) != 2 || files != 1 {
		t.Errorf("%d files, %+v", files, left)
	}
	if n := r.server.Client(t).Count("Work"); n != 3 {
		t.Errorf("%d messages are there", n)
	}
}
