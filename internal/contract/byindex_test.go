package contract_test

import (
	"fmt"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/upload"
	"github.com/pst2imap/pst2imap/verify"
)

// What the journal remembers of the items gives the same outcomes as converting them
// again.
func TestByIndexWithJournal(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		path, dir := demo(t), t.TempDir()
		jn, _, err := journal.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		j := jobtest.Open(t, s, path)
		rec := report.NewRecorder("upload")
		j.Declare(rec)
		if _, err := upload.Run(t.Context(), j, upload.Options{Journal: jn}, rec); err != nil {
			t.Fatal(err)
		}
		if err := jn.Close(); err != nil {
			t.Fatal(err)
		}
		byIndex := func(past func() *journal.Past) (*report.Report, int) {
			j := jobtest.Open(t, s, path)
			if past != nil {
				j.Index = nil // it is read then, with sizes and dates
			}
			rec := report.NewRecorder("verify")
			j.Declare(rec)
			if _, err := verify.Run(t.Context(), j, verify.Options{Level: verify.Index, Past: past}, rec); err != nil {
				t.Fatal(err)
			}
			remembered := 0
			for ref := range j.Items() {
				if j.Recall(ref) != nil {
					remembered++
				}
			}
			return j.Conclude(rec), remembered
		}
		past := func() *journal.Past {
			p, err := journal.Read(dir)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		if r, n := byIndex(past); r.Verify.Match != 38 || n != 38 {
			t.Errorf("%d of 38 are remembered: %+v, %+v", n, *r.Verify, r.Items)
		}

		c := s.Client(t)
		list := c.Messages("INBOX")
		c.Do("SELECT INBOX")
		changed := plainText(t, list, 5)
		c.Append("INBOX", changed.Flags, otherDate, changed.Body+"one more line\r\n")
		c.Append("INBOX", list[3].Flags, otherDate, list[3].Body)
		c.Do(fmt.Sprintf("UID COPY %d %q", list[4].UID, s.Mailbox("Sent")))
		c.Do(fmt.Sprintf(`UID STORE %d FLAGS (\Answered \Flagged)`, list[2].UID))
		for _, m := range []imaptest.Message{list[0], changed, list[3], list[4]} {
			remove(c, m.UID)
		}
		with, n := byIndex(past)
		without, none := byIndex(nil)
		if fmt.Sprint(*with.Verify) != fmt.Sprint(*without.Verify) || fmt.Sprint(with.Items) != fmt.Sprint(without.Items) || n != 38 || none != 0 {
			t.Errorf("with the journal %+v\n%+v\nwithout %+v\n%+v", *with.Verify, with.Items, *without.Verify, without.Items)
		}
		if v := with.Verify; v.Missing != 1 || v.Different != 2 || v.Moved != 1 || v.StateChanged != 1 {
			t.Errorf("%+v", *v)
		}
	})
}
