package upload_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/imaptest/fault"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/report"
)

// What was sent is confirmed by its UIDs alone where these say enough; otherwise the messages are looked at.
func TestConfirmed(t *testing.T) {
	unreadable := func(nth int) fault.Fault {
		return fault.Fault{Command: "EXAMINE", Nth: nth, Do: fault.Answer, Text: "NO cannot"}
	}
	throttled := fault.Fault{Nth: 3, When: fault.Late, Do: fault.Answer, Text: "NO [THROTTLED] slowly"}
	five := report.Counts{Found: 5, Uploaded: 5}
	for name, tc := range map[string]struct {
		faults    []fault.Fault
		meanwhile func(*imaptest.Client)
		want      report.Counts
		looked    bool
		pause     time.Duration // at least
	}{
		"nothing else": {[]fault.Fault{throttled}, nil, five, false, time.Second},
		"another program's message": {[]fault.Fault{throttled}, func(c *imaptest.Client) {
			c.Append("Work", "", "05-Mar-2024 09:09:10 +0100", "Subject: x\r\n\r\nx\r\n")
		}, five, true, time.Second},
		"the server only says so": {[]fault.Fault{{Nth: 3, When: fault.Late, Do: fault.Answer, Text: "OK done"}}, nil,
			report.Counts{Found: 5, Uploaded: 4, Failed: 1}, true, 0},
		"it does not open the mailbox": {[]fault.Fault{unreadable(6), unreadable(7)}, nil, five, true, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			r := refuse(t, imaptest.Dovecot(t), "MULTIAPPEND")
			r.relay.Script(tc.faults...)
			if tc.meanwhile != nil {
				r.onSleep = func() { tc.meanwhile(r.server.Client(t)) }
			}
			began := time.Now()
			got, _, err := r.run(jobtest.File(t, work(letters(5)...)...), 1)
			if err != nil || got.Totals != tc.want || got.FailedByReason["not there after the upload"] != tc.want.Failed {
				t.Errorf("got %+v, failed %v, %v", got.Totals, got.FailedByReason, err)
			}
			if took := time.Since(began); sum(r.slept)+took < tc.pause {
				t.Errorf("pauses %v, want %v", r.slept, tc.pause)
			}
			foreign := 0
			if tc.meanwhile != nil {
				foreign = 1
			}
			r.once(got, tc.want.Uploaded+foreign)
			appending, looked := false, false
			for _, line := range r.relay.Commands("") {
				appending = appending || strings.Contains(line, " APPEND ")
				looked = looked || appending && strings.Contains(line, " UID FETCH ") && strings.Contains(line, "HEADER")
			}
			if looked != tc.looked {
				t.Errorf("messages were looked at: %v, want %v", looked, tc.looked)
			}
		})
	}
}
