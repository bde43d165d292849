package contract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/upload"
	"github.com/pst2imap/pst2imap/verify"
)

// remove deletes a message of the selected mailbox.
func remove(c *imaptest.Client, uid int) {
	c.Do(fmt.Sprintf(`UID STORE %d +FLAGS (\Deleted)`, uid))
	c.Do("EXPUNGE")
}

// otherDate is an INTERNALDATE as the client's Append wants it.
const otherDate = "02-Feb-2002 02:02:02 +0000"

// plainText finds a message that is nothing but a line of text, from index i on.
func plainText(t *testing.T, list []imaptest.Message, i int) imaptest.Message {
	t.Helper()
	for _, m := range list[i:] {
		if strings.Contains(m.Body, "\r\nContent-Type: text/plain") && strings.Contains(m.Body, "Transfer-Encoding: 7bit") && !strings.Contains(m.Body, "multipart") {
			return m
		}
	}
	t.Fatal("there is no plain message")
	return imaptest.Message{}
}

// Whatever happened to the messages on the server is found and named, and nothing
// else is.
func TestDamageOnTheServer(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		path := demo(t)
		uploadAll(t, s, path)
		c := s.Client(t)
		list := c.Messages("INBOX")
		c.Do("SELECT INBOX")
		changed := plainText(t, list, 5)
		c.Append("INBOX", changed.Flags, strings.Trim(changed.Date, `"`), changed.Body+"one more line\r\n")
		redated := list[3]
		c.Append("INBOX", redated.Flags, otherDate, redated.Body)
		c.Append("INBOX", "", otherDate, "Message-ID: <foreign@x>\r\n\r\nnone of ours\r\n")
		c.Do(fmt.Sprintf("UID COPY %d %q", list[4].UID, s.Mailbox("Sent")))
		sign := "+"
		if strings.Contains(list[2].Flags, `\Flagged`) {
			sign = "-"
		}
		c.Do(fmt.Sprintf(`UID STORE %d %sFLAGS (\Flagged)`, list[2].UID, sign))
		for _, m := range []imaptest.Message{list[0], changed, redated, list[4]} {
			remove(c, m.UID)
		}
		c.Do(fmt.Sprintf("DELETE %q", s.Mailbox("Rechnungen")))

		r := verifyAll(t, s, path)
		got := *r.Verify
		got.Mailboxes, got.Level = nil, ""
		want := report.Verify{Checked: 38, Match: 27, Moved: 1, StateChanged: 1, Different: 2, Missing: 7, Extra: 1}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got  %+v\nwant %+v\n%+v", got, want, r.Items)
		}
		if len(r.Items) != 11 || r.ExitCode() != report.ExitMissing || r.Complete {
			t.Errorf("exit code %d, complete %v, %d items", r.ExitCode(), r.Complete, len(r.Items))
		}
		reasons := ""
		for _, it := range r.Items {
			reasons += string(it.State) + ": " + it.Reason + "\n"
		}
		for _, reason := range []string{"different: different on the server: the text\n", "different: the server's date is 2002-02-02", "state_changed: flags changed: " + sign, "moved: the message is in"} {
			if !strings.Contains(reasons, reason) {
				t.Errorf("nothing is said like %q:\n%s", reason, reasons)
			}
		}

		// Uploading again brings back what is missing and touches nothing else.
		if again := uploadAll(t, s, path); again.Totals.Uploaded != 7 || again.Totals.Present != 31 {
			t.Errorf("again: %+v", again.Totals)
		}
		r = verifyAll(t, s, path)
		if v := r.Verify; v.Match != 34 || v.Missing != 0 || v.Different != 2 || r.ExitCode() != report.ExitDifferent {
			t.Errorf("after it: %+v", *v)
		}
	})
}

// A second copy goes only where the journal shows that it came from an append
// that the server never answered.
func TestRemoveExtra(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		path := demo(t)
		uploadAll(t, s, path)
		c := s.Client(t)
		first := c.Messages("INBOX")
		c.Do("SELECT INBOX")          // QUIRK(Courier): it refuses to append to what is selected for reading
		for _, m := range first[:2] { // one came late, one a person made
			c.Append("INBOX", m.Flags, otherDate, m.Body)
		}
		j := jobtest.Open(t, s, path)
		rec := report.NewRecorder("verify")
		j.Declare(rec)
		found, err := verify.Run(t.Context(), j, verify.Options{}, rec)
		if err != nil || len(found.Twins()) != 2 {
			t.Fatalf("%d twins, %v", len(found.Twins()), err)
		}
		_, st, err := j.Copies(t.Context(), "INBOX", 1)
		if err != nil {
			t.Fatal(err)
		}
		late := found.Twins()[0][1]
		lost := journal.Intent{Mailbox: "INBOX", UIDValidity: st.UIDValidity, UIDNext: late.UID, Items: []string{late.ID}}
		other := lost
		other.UIDValidity++
		for _, tc := range []struct {
			past *journal.Past
			want int
		}{
			{&journal.Past{}, 0},
			{&journal.Past{Lost: []journal.Intent{other}}, 0},
			{&journal.Past{Lost: []journal.Intent{lost}}, 1},
		} {
			if n, err := upload.RemoveExtra(t.Context(), j, tc.past, found.Twins()); n != tc.want || err != nil {
				t.Fatalf("removed %d, want %d, %v", n, tc.want, err)
			}
		}
		if n := s.Client(t).Count("INBOX"); n != len(first)+1 {
			t.Errorf("%d messages, want %d", n, len(first)+1)
		}
	})
}
