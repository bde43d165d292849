package upload_test

import (
	"context"
	"errors"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/upload"
)

// What is no mail is dealt with in the order of the data file, by whoever knows how,
// and what becomes of it is counted once.
func TestWhatIsNoMail(t *testing.T) {
	s := imaptest.Memory(t)
	item := func(class, subject string) *psttest.Message {
		return psttest.Mail(subject, "a@example.org", "b@example.org", "x", psttest.Str(mapi.MessageClass, class))
	}
	path := jobtest.File(t,
		psttest.Folder{Name: "Contacts", Messages: []*psttest.Message{item("IPM.Contact", "1"), item("IPM.Contact", "2")}},
		psttest.Folder{Name: "Inbox", Role: psttest.RoleInbox, Messages: []*psttest.Message{item("IPM.Note", "mail"), item("IPM.Appointment", "3")}})
	full := errors.New("the disk is full")
	// outcome is what becomes of the items: one state for each, or an error.
	for _, tc := range []struct {
		name      string
		states    []report.State
		err       error
		errorsMax int
		want      report.Counts
		wantErr   error
	}{
		{"nobody knows how", nil, nil, 0, report.Counts{Found: 4, Uploaded: 1, Skipped: 3}, nil},
		{"all are somewhere", []report.State{report.Skipped, report.Skipped, report.Skipped}, nil, 0, report.Counts{Found: 4, Present: 1, Skipped: 3}, nil},
		{"two fail", []report.State{report.Failed, report.Skipped, report.Failed}, nil, 0, report.Counts{Found: 4, Present: 1, Skipped: 1, Failed: 2}, nil},
		{"too many fail", []report.State{report.Failed, report.Skipped, report.Failed}, nil, 1, report.Counts{Found: 4, Present: 1, Skipped: 1, Failed: 2}, upload.ErrTooManyFailures},
		{"no room", []report.State{report.Skipped}, full, 0, report.Counts{Found: 2, Present: 1, Skipped: 1}, full},
	} {
		j := jobtest.Open(t, s, path)
		rec := report.NewRecorder("upload")
		j.Declare(rec)
		o := upload.Options{ErrorsMax: tc.errorsMax}
		if tc.states != nil {
			o.PIM = func(_ context.Context, refs []job.Ref, tell func(job.PIMOutcome)) error {
				if len(refs) != 3 || refs[0].Folder > refs[1].Folder || refs[1].Folder > refs[2].Folder {
					t.Errorf("%s: items %v", tc.name, refs)
				}
				for i, state := range tc.states {
					tell(job.PIMOutcome{Ref: refs[i], State: state, Category: "as told"})
				}
				return tc.err
			}
		}
		_, err := upload.Run(context.Background(), j, o, rec)
		r := rec.Report()
		if !errors.Is(err, tc.wantErr) || r.Totals != tc.want {
			t.Errorf("%s: %+v, %v", tc.name, r.Totals, err)
		}
		if n := r.SkippedByReason["as told"] + r.FailedByReason["as told"]; n != len(tc.states) {
			t.Errorf("%s: %d as told", tc.name, n)
		}
	}
}
