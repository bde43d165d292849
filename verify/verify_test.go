package verify_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/verify"
)

func run(t *testing.T, s *imaptest.Server, path string) *report.Report {
	t.Helper()
	j := jobtest.Open(t, s, path)
	rec := report.NewRecorder("verify")
	j.Declare(rec)
	if _, err := verify.Run(context.Background(), j, verify.Options{}, rec); err != nil {
		t.Fatal(err)
	}
	r := j.Conclude(rec)
	v := r.Verify
	if v.Checked != v.Match+v.Rewritten+v.Moved+v.StateChanged+v.Different+v.Missing {
		t.Errorf("outcomes do not add up: %+v", *v)
	}
	if !r.Totals.Holds() || r.Totals.Found != j.Messages() {
		t.Errorf("the sum does not hold: %+v", r.Totals)
	}
	return r
}

func file(t *testing.T) string {
	t.Helper()
	return jobtest.File(t, psttest.Folder{Name: "Work", Messages: []*psttest.Message{
		psttest.Mail("Grüße", "a@example.org", "b@example.org", "Hello\r\nworld ",
			psttest.Str(mapi.InternetMessageID, "<1@x>"), psttest.Int32(mapi.NativeBody, 1),
			psttest.Time(mapi.ClientSubmitTime, time.Date(2024, 3, 5, 8, 9, 10, 0, time.UTC)),
			psttest.Time(mapi.MessageDeliveryTime, time.Date(2003, 2, 1, 4, 5, 6, 0, time.UTC))).
			Attach(psttest.ByValue("a.bin", "application/octet-stream", []byte("data"))),
	}})
}

// foreign is the message of file as another program wrote it.
const foreign = "Message-ID: <1@x>\r\nDate: Tue, 5 Mar 2024 09:09:10 +0100\r\nFrom: a@example.org\r\n" +
	"Subject: =?iso-8859-1?Q?Gr=FC=DFe?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain\r\n\r\nHello\r\nworld\r\n" +
	"--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.bin\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nd=61ta\r\n--b--\r\n"

func TestOutcomes(t *testing.T) {
	for name, tc := range map[string]struct {
		there string
		want  report.State
		text  string
		exit  int
	}{
		"nothing there":              {"", report.Missing, "no message on the server", report.ExitMissing},
		"the same in other bytes":    {foreign, report.Rewritten, "other bytes", report.ExitOK},
		"another text":               {strings.Replace(foreign, "world", "World", 1), report.Different, "the text", report.ExitDifferent},
		"another attachment":         {strings.Replace(foreign, "d=61ta", "date", 1), report.Different, "the attachments", report.ExitDifferent},
		"another subject":            {strings.Replace(foreign, "Gr=FC", "gr=FC", 1), report.Different, "the subject", report.ExitDifferent},
		"an attachment shown inline": {strings.Replace(foreign, "attachment; filename=a.bin", "inline", 1), report.Rewritten, "other bytes", report.ExitOK},
	} {
		t.Run(name, func(t *testing.T) {
			s := imaptest.Memory(t)
			s.Client(t).Do("CREATE Work")
			if tc.there != "" {
				jobtest.Append(t, s, "Work", `\Seen`, tc.there)
			}
			r := run(t, s, file(t))
			if len(r.Items) != 1 || r.Items[0].State != tc.want || !strings.Contains(r.Items[0].Reason, tc.text) {
				t.Fatalf("got %+v", r.Items)
			}
			if r.ExitCode() != tc.exit || r.Complete != (tc.exit == 0) {
				t.Errorf("exit code %d, complete %v, because %q", r.ExitCode(), r.Complete, r.NotSafeBecause)
			}
		})
	}
}
