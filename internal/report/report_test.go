package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/report"
)

// recorder has a migration in which everything went well.
func recorder(command string) *report.Recorder {
	rec := report.NewRecorder(command)
	rec.Folder(0, report.Folder{Path: "Inbox", Mailbox: "INBOX"})
	for range 3 {
		rec.Item(0, report.Item{State: report.Uploaded}, "")
	}
	rec.Report().Verify = &report.Verify{Level: "full", Checked: 3, Match: 3}
	return rec
}

func TestVerdict(t *testing.T) {
	for name, tc := range map[string]struct {
		change   func(*report.Recorder)
		expected int
		changed  bool
		why      string // empty: complete
		exit     int
	}{
		"everything went well": {nil, 3, false, "", 0},
		"an exact duplicate": {func(c *report.Recorder) {
			c.Item(0, report.Item{State: report.Skipped, Reason: "twice"}, report.ReasonDuplicate)
		}, 4, false, "", 0},
		"no user content": {func(c *report.Recorder) {
			c.Item(0, report.Item{State: report.Skipped, Reason: "settings"}, report.ReasonNoContent)
		}, 4, false, "", 0},
		"not asked for": {func(c *report.Recorder) {
			c.Item(0, report.Item{State: report.Skipped, Reason: "no"}, report.ReasonNotAsked)
		}, 4, false, "1 item skipped: not asked for", 0},
		"a failure": {func(c *report.Recorder) {
			c.Item(0, report.Item{State: report.Failed, Reason: "no"}, "unreadable")
		}, 4, false, "1 item failed", 111},
		"the sum does not hold": {nil, 4, false, "the data file has 4 items, but 3 are accounted for", 0},
		"the file changed":      {nil, 3, true, "changed since it was read", 0},
		"nothing read back":     {func(c *report.Recorder) { c.Report().Verify = nil }, 3, false, "nothing was read back", 0},
		"one not read back":     {func(c *report.Recorder) { c.Report().Verify.Checked = 2 }, 3, false, "only 2 items read back", 0},
		"not whole":             {func(c *report.Recorder) { c.Report().Verify.Level = "index" }, 3, false, `only level "index" was verified`, 0},
		"missing":               {func(c *report.Recorder) { *c.Report().Verify = report.Verify{Checked: 3, Match: 2, Missing: 1} }, 3, false, "1 item missing", 30},
		"different":             {func(c *report.Recorder) { *c.Report().Verify = report.Verify{Checked: 3, Match: 2, Different: 1} }, 3, false, "1 item different", 31},
		"damage that hides": {func(c *report.Recorder) {
			c.Report().Damage = append(c.Report().Damage, report.Damage{Where: "x", What: "y", Lost: true})
		}, 3, false, "damaged in 1 place that can hide items", 21},
		"damage that does not": {func(c *report.Recorder) {
			c.Report().Damage = append(c.Report().Damage, report.Damage{Where: "x", What: "y"})
		}, 3, false, "", 0},
		"a dry run": {func(c *report.Recorder) { c.Report().Dry = true }, 3, false, "dry run", 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := recorder("migrate")
			if tc.change != nil {
				tc.change(c)
			}
			r := c.Report()
			r.Conclude(tc.expected, tc.changed)
			why := strings.Join(r.NotSafeBecause, "; ")
			if r.Complete != (tc.why == "") || !strings.Contains(why, tc.why) {
				t.Errorf("complete %v because %q, want %q", r.Complete, why, tc.why)
			}
			if got := r.ExitCode(); got != tc.exit {
				t.Errorf("exit code %d, want %d", got, tc.exit)
			}
		})
	}
}

func TestLostAfterUpload(t *testing.T) {
	c := recorder("upload")
	c.Lost(0, report.Item{State: report.Failed, Reason: "gone"}, "not there")
	r := c.Report()
	if !r.Totals.Holds() || r.Totals.Uploaded != 2 || r.Totals.Failed != 1 || r.Folders[0].Failed != 1 || len(r.Items) != 1 || r.Items[0].Folder != "Inbox" {
		t.Errorf("got %+v, %+v", r.Totals, r.Items)
	}
}

// TestJSON keeps the names of fields that scripts rely on.
func TestJSON(t *testing.T) {
	r := recorder("migrate").Report()
	r.Conclude(3, false)
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"schema":1`, `"totals":{"found":3,"uploaded":3,"present":0,"skipped":0,"failed":0}`,
		`"folders":[{"path":"Inbox","mailbox":"INBOX","found":3,`, `"verify":{"level":"full","checked":3,"match":3,"rewritten":0,"moved":0,"state_changed":0,"different":0,"missing":0,"duplicate":0,"extra":0}`,
		`"complete":true`, `"items":[]`, `"skipped_by_reason":{}`, `"failed_by_reason":{}`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s is not in %s", want, b)
		}
	}
}
