package preflight

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// input is a data file with two small mails and a large one, and a server.
func input(t *testing.T) Input {
	t.Helper()
	s := imaptest.Memory(t)
	mail := func(subject, text string) *psttest.Message {
		return psttest.Mail(subject, "a@example.org", "b@example.org", text)
	}
	path := jobtest.File(t, psttest.Folder{Name: "Inbox", Role: psttest.RoleInbox, Messages: []*psttest.Message{mail("one", "text")}},
		psttest.Folder{Name: "Large", Messages: []*psttest.Message{mail("huge", strings.Repeat("0123456789 ", 20_000)), mail("two", "text")}})
	j, err := job.Open(t.Context(), []string{path}, job.SourceOptions{}, event.Discard{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	cfg := imapconn.Config{Host: s.Host, Port: s.TLSPort, RootCAs: s.Pool, User: s.User, Password: s.Password}
	c, f, err := imapconn.Probe(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	j.Conn = c
	return Input{Conn: c, Facts: f, Config: cfg, Job: j, Now: f.TLS.NotAfter.Add(-30 * 24 * time.Hour)}
}

func run(t *testing.T, in Input) *Result {
	t.Helper()
	r, err := Run(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Each thing that stands against a run is said, first, with what to do, and gives
// its exit code.
func TestProblems(t *testing.T) {
	t.Parallel()
	storage := func(usage, limit int64) imapconn.Quota {
		return imapconn.Quota{Resource: "STORAGE", Usage: usage, Limit: limit}
	}
	for name, tt := range map[string]struct {
		change func(*Input)
		what   string // of the first problem; empty: there is none
		code   int
	}{
		"nothing":         {func(*Input) {}, "", 0},
		"room enough":     {func(in *Input) { in.Facts.Quota = []imapconn.Quota{storage(0, 1<<20)} }, "", 0},
		"no room":         {func(in *Input) { in.Facts.Quota = []imapconn.Quota{storage(900<<10, 1000<<10)} }, "has room for 100.0 KiB, and ", 113},
		"over the limit":  {func(in *Input) { in.Facts.Quota = []imapconn.Quota{storage(2<<20, 1<<20)} }, "has room for 0 bytes", 113},
		"full, no file":   {func(in *Input) { in.Job, in.Facts.Quota = nil, []imapconn.Quota{storage(5, 5)} }, "the mailbox is full", 113},
		"messages":        {func(in *Input) { in.Facts.Quota = []imapconn.Quota{{Resource: "MESSAGE", Usage: 8, Limit: 10}} }, "takes 2 more messages, and the data file has 3", 113},
		"messages enough": {func(in *Input) { in.Facts.Quota = []imapconn.Quota{{Resource: "MESSAGE", Usage: 7, Limit: 10}} }, "", 0},
		"other resources": {func(in *Input) { in.Facts.Quota = []imapconn.Quota{{Resource: "MAILBOX", Usage: 9, Limit: 9}} }, "", 0},
		"too large":       {func(in *Input) { in.Facts.AppendLimit = 100_000 }, "1 message is larger than the 97.7 KiB", 111},
		"room and size": {func(in *Input) {
			in.Facts.AppendLimit, in.Facts.Quota = 100_000, []imapconn.Quota{storage(0, 1)}
		}, "1 message is larger", 113},
		"a large limit":    {func(in *Input) { in.Facts.AppendLimit = 35 << 20 }, "", 0},
		"certificate":      {func(in *Input) { in.Now = in.Facts.TLS.NotAfter.Add(-13 * 24 * time.Hour) }, "valid until", 0},
		"plain text":       {func(in *Input) { in.Facts.TLS = nil }, "not protected", 0},
		"no keywords":      {func(in *Input) { in.Facts.Storable = []string{`\Seen`} }, "stores no marks", 0},
		"keywords unknown": {func(in *Input) { in.Facts.FlagsOf = "" }, "not known", 0},
		"left out": {func(in *Input) {
			in.Facts.AppendLimit = 100_000
			s, err := plan.NewSelection(plan.SelectionOptions{Exclude: []string{"Large"}})
			if err != nil {
				t.Fatal(err)
			}
			in.Job.Selection = s
		}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := input(t)
			tt.change(&in)
			r := run(t, in)
			if r.ExitCode() != tt.code {
				t.Errorf("exit code %d, want %d", r.ExitCode(), tt.code)
			}
			if tt.what == "" {
				if len(r.Problems) > 0 {
					t.Errorf("problems are %+v", r.Problems)
				}
				return
			}
			if len(r.Problems) == 0 || !strings.Contains(r.Problems[0].What, tt.what) || r.Problems[0].Do == "" {
				t.Fatalf("problems are %+v, want %q", r.Problems, tt.what)
			}
			if stands := r.Problems[0].Severity == Stands; stands != (tt.code != 0) {
				t.Errorf("%+v with exit code %d", r.Problems[0], tt.code)
			}
		})
	}
}

func TestLargest(t *testing.T) {
	t.Parallel()
	in := input(t)
	in.Facts.AppendLimit = 100_000
	r := run(t, in)
	if l := r.Source.Largest; len(l) != 3 || l[0].Folder != "Large" || l[0].Subject != "huge" || !l[0].TooLarge || !l[0].Exact || l[1].TooLarge {
		t.Errorf("the largest are %+v", l)
	}
	if r.Source.TooLarge != 1 || r.Source.Items != 3 || r.Source.BytesMin != r.Source.BytesMax || r.Source.BytesMin < 220_000 {
		t.Errorf("%+v", r.Source)
	}
	if len(r.Folders) < 2 || r.Folders[len(r.Folders)-1].Mailbox == "" {
		t.Errorf("folders are %+v", r.Folders)
	}
}

// Where an estimate does not decide whether there is room, everything is converted.
func TestDoubtIsMeasured(t *testing.T) {
	t.Parallel()
	in := input(t)
	exact := run(t, in).Source.BytesMin
	for free, full := range map[int64]bool{exact: false, exact - 1: true} {
		r := &Result{Source: &Source{BytesMin: exact / 2, BytesMax: 2 * exact}}
		r.Server.Quota = []Quota{{Resource: "STORAGE", Limit: free}}
		if err := r.room(t.Context(), in.Job); err != nil {
			t.Fatal(err)
		}
		if (len(r.Problems) > 0) != full || r.Source.BytesMin != exact || r.Source.BytesMax != exact {
			t.Errorf("room for %d of %d: %+v, %+v", free, exact, r.Problems, r.Source)
		}
	}
}

// Whatever may be over the limit is kept, and of the others some of the largest.
func TestKeepLargest(t *testing.T) {
	for limit, want := range map[int64][]int64{0: {7, 8, 9}, 5: {4, 5, 6, 7, 8, 9}, 11: {7, 8, 9}, 1000: {7, 8, 9}} {
		var list []sized
		for _, n := range []int64{1, 4, 3, 8, 5, 7, 2, 9, 6} {
			list = keepLargest(list, sized{size: n}, limit)
		}
		for _, n := range want {
			if !slices.Contains(list, sized{size: n}) {
				t.Errorf("limit %d: %d is not kept", limit, n)
			}
		}
		if len(list) > len(want)+shownLargest {
			t.Errorf("limit %d: %d are kept", limit, len(list))
		}
	}
}

func TestEstimate(t *testing.T) {
	r := &Result{Source: &Source{Items: 1000, BytesMin: 100e6, BytesMax: 100e6}}
	trips := []time.Duration{40 * time.Millisecond, 50 * time.Millisecond, 80 * time.Millisecond}
	for download, want := range map[float64]string{
		10e6: "{13.2 200 true}", // 10 s and 3.1 s; 100 s and 100 s
		0:    "{11.2 900 false}",
	} {
		if got := fmt.Sprint(*r.estimate(&imapconn.Facts{RoundTrips: trips, Download: download})); got != want {
			t.Errorf("at %v bytes per second: %v, want %v", download, got, want)
		}
	}
	for e, want := range map[Estimate]string{
		{SecondsMin: 1, SecondsMax: 30}: "a minute", {SecondsMin: 61, SecondsMax: 7199}: "2 minutes to 120 minutes",
		{SecondsMin: 7201, SecondsMax: 400_000}: "3 hours to 5 days",
	} {
		if got := e.String(); got != want {
			t.Errorf("%+v is %q, want %q", e, got, want)
		}
	}
}
