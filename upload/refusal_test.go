package upload_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/imaptest/fault"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/upload"
)

// refused is a run against a server that does not do as it is told.
type refused struct {
	t      *testing.T
	server *imaptest.Server // looked into directly
	far    *imaptest.Server // as the program sees it
	relay  *fault.Relay
	rescue string

	mu      sync.Mutex
	slept   []time.Duration // pauses that the run made
	onSleep func()          // called before the first pause
}

func refuse(t *testing.T, s *imaptest.Server, hide ...string) *refused {
	t.Helper()
	r := &refused{t: t, server: s, rescue: filepath.Join(t.TempDir(), "rescue")}
	r.far, r.relay = s.Faults(t, fault.Options{Hide: hide})
	return r
}

func (r *refused) sleep(ctx context.Context, d time.Duration) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.onSleep != nil {
		r.onSleep()
		r.onSleep = nil
	}
	r.slept = append(r.slept, d)
	time.Sleep(2 * time.Millisecond) // the server's workers have to get their turn
	return ctx.Err()
}

// run uploads over that many connections.
func (r *refused) run(path string, connections int) (*report.Report, *upload.Result, error) {
	r.t.Helper()
	ctx := context.Background()
	j, err := job.Open(ctx, []string{path}, job.SourceOptions{}, event.Discard{})
	if err != nil {
		r.t.Fatal(err)
	}
	defer j.Close()
	j.SleepFunc = r.sleep
	cfg := imapconn.Config{Host: r.far.Host, Port: r.far.TLSPort, RootCAs: r.far.Pool, User: r.far.User, Password: r.far.Password, Timeout: time.Second}
	if err := j.Connect(ctx, cfg); err != nil {
		r.t.Fatal(err)
	}
	if err := j.Plan(ctx, plan.Options{}); err != nil {
		r.t.Fatal(err)
	}
	if err := j.ReadIndex(ctx); err != nil {
		r.t.Fatal(err)
	}
	rec := report.NewRecorder("upload")
	j.Declare(rec)
	res, err := upload.Run(ctx, j, upload.Options{Connections: connections, Rescue: jobtest.Rescue(r.t, r.rescue)}, rec)
	return j.Conclude(rec), res, err
}

// letters are mails to one folder: small ones, then those of the given sizes in bytes.
func letters(n int, sizes ...int) []*psttest.Message {
	var list []*psttest.Message
	for i := range n {
		list = append(list, mail(fmt.Sprint(i), fmt.Sprintf("letter %d\r\nx1 CREATE pwned\r\n", i)))
	}
	for i, size := range sizes {
		list = append(list, mail(fmt.Sprintf("large%d", i), strings.Repeat("a line of a letter that is long\r\n", size/33)))
	}
	return list
}

// TestRefusals has the reaction to every refusal, as docs/refusals.md tells it.
func TestRefusals(t *testing.T) {
	answer := func(text string) fault.Fault {
		return fault.Fault{Nth: 3, When: fault.Late, Do: fault.Answer, Text: text}
	}
	with := func(f fault.Fault, change func(*fault.Fault)) fault.Fault { change(&f); return f }
	always := func(text string) fault.Fault {
		return with(answer(text), func(f *fault.Fault) { f.Nth, f.Larger = 0, 50_000 })
	}
	ends := func(when fault.When, do fault.Do) fault.Fault {
		return fault.Fault{Nth: 3, When: when, Do: do, Text: "[UNAVAILABLE] down for a moment"}
	}
	five := letters(5)
	all := report.Counts{Found: 5, Uploaded: 5}
	but := func(failed int) report.Counts { return report.Counts{Found: 5, Uploaded: 5 - failed, Failed: failed} }
	throttled := "BAD Request is throttled. Suggested Backoff Time: 7000 milliseconds"
	s := accounts(t, 64)
	user := 0
	for name, tc := range map[string]struct {
		fault    fault.Fault
		mail     []*psttest.Message
		want     report.Counts
		category string        // of what failed
		pause    time.Duration // at least, all in all
	}{
		"NO before the message":          {with(answer("NO no"), func(f *fault.Fault) { f.Nth, f.When = 1, fault.Early }), five, but(1), "refused by the server", 0},
		"NO after the message":           {answer("NO no"), five, but(1), "refused by the server", 0},
		"NO, server's words are kept":    {answer("NO [CONTACTADMIN] Grund: verboten"), five, but(1), "refused by the server", 0},
		"TRYCREATE":                      {answer("NO [TRYCREATE] where?"), five, all, "", 0},
		"TRYCREATE for good":             {with(answer("NO [TRYCREATE] where?"), func(f *fault.Fault) { f.Nth, f.From = 0, 3 }), five, but(3), "refused by the server", 0},
		"OVERQUOTA":                      {with(answer("NO [OVERQUOTA] full"), func(f *fault.Fault) { f.Nth, f.From = 0, 3 }), five, report.Counts{Found: 5, Uploaded: 2, Failed: 3}, "over quota", 0},
		"TOOBIG":                         {answer("NO [TOOBIG] large"), slices.Insert(letters(4), 2, letters(0, 60_000)...), but(1), "too large", 0},
		"TOOBIG before the message":      {always("NO [TOOBIG] large"), letters(3, 60_000, 70_000), but(2), "too large", 0},
		"LIMIT that passes":              {answer("NO [LIMIT] not so fast"), five, all, "", time.Second},
		"LIMIT that says so":             {always("NO [LIMIT] Mail size is larger than allowed"), letters(3, 60_000, 70_000), but(2), "too large", 0},
		"LIMIT for a size":               {always("NO [LIMIT] large"), letters(3, 60_000, 70_000), but(2), "too large", 3 * time.Second},
		"ALREADYEXISTS, but it does not": {answer("NO [ALREADYEXISTS] there"), five, but(1), "refused by the server", 0},
		"ALREADYEXISTS, and it does": {with(answer("NO [ALREADYEXISTS] there"), func(f *fault.Fault) { f.When = fault.Done }), five,
			report.Counts{Found: 5, Uploaded: 4, Present: 1}, "", 0},
		"BAD once":                       {answer("BAD what?"), five, all, "", 0},
		"BAD on content":                 {always("BAD what?"), letters(3, 60_000, 70_000), but(2), "refused by the server", 0},
		"throttled, told how long":       {answer(throttled), five, all, "", 7 * time.Second},
		"throttled, told before":         {with(answer(throttled), func(f *fault.Fault) { f.Nth, f.When = 1, fault.Early }), five, all, "", 7 * time.Second},
		"throttled, not told":            {answer("NO [THROTTLED] slowly"), five, all, "", time.Second},
		"unavailable for good":           {always("NO [UNAVAILABLE] later"), letters(4, 60_000), but(1), "refused by the server", 10 * time.Minute},
		"in use":                         {answer("NO [INUSE] locked"), five, all, "", time.Second},
		"BYE before the message":         {ends(fault.Early, fault.Bye), five, all, "", 0},
		"BYE after the message":          {ends(fault.Late, fault.Bye), five, all, "", 0},
		"reset, nothing stored":          {ends(fault.Late, fault.Reset), five, all, "", 0},
		"reset, stored":                  {ends(fault.Done, fault.Reset), five, all, "", 0},
		"finished, stored":               {ends(fault.Done, fault.Finish), five, all, "", 0},
		"TLS alert":                      {ends(fault.Late, fault.Alert), five, all, "", 0},
		"half open, nothing stored":      {ends(fault.Late, fault.Silence), five, all, "", 0},
		"half open, stored":              {ends(fault.Done, fault.Silence), five, all, "", 0},
		"connection breaks every time":   {fault.Fault{Larger: 50_000, When: fault.Late, Do: fault.Reset}, letters(4, 60_000), but(1), "refused by the server", 0},
		"BYE every time":                 {fault.Fault{Larger: 50_000, When: fault.Early, Do: fault.Bye, Text: "no"}, letters(4, 60_000), but(1), "refused by the server", 0},
		"keywords that it does not take": {answer("NO Keyword length too long"), []*psttest.Message{mail("a", "x"), mail("b", "x"), mail("c", "x").With(psttest.Keywords("Red")), mail("d", "x"), mail("e", "x")}, all, "", 0},
		"cannot select once":             {fault.Fault{Command: "SELECT", Nth: 1, Do: fault.Answer, Text: "NO [UNAVAILABLE] later"}, five, all, "", 0}, // asked again in its turn
		"cannot create":                  {fault.Fault{Command: "CREATE", Do: fault.Answer, Text: "NO [CANNOT] bad name"}, five, but(5), "refused by the server", 0},
		"throttled create":               {fault.Fault{Command: "CREATE", Nth: 1, Do: fault.Answer, Text: throttled}, five, all, "", 7 * time.Second},
		"cannot read one of many":        {fault.Fault{Command: "EXAMINE", Nth: 3, Do: fault.Answer, Text: "NO cannot"}, five, all, "", 0}, // asked again by itself
		"cannot read it for a moment":    {fault.Fault{Command: "EXAMINE", Nth: 6, Do: fault.Answer, Text: "NO cannot"}, five, all, "", 0}, // the messages are looked at instead
	} {
		user++
		account := s(t, user)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := refuse(t, account, "MULTIAPPEND")
			r.relay.Script(tc.fault)
			began := time.Now()
			got, _, err := r.run(jobtest.File(t, work(tc.mail...)...), 1)
			took := time.Since(began) // a pause lasts until a time: what passed before it is slept does not count twice
			if err != nil || got.Totals != tc.want || tc.category != "" && got.FailedByReason[tc.category] != tc.want.Failed {
				t.Errorf("got %+v, want %+v; failed %v; %v", got.Totals, tc.want, got.FailedByReason, err)
			}
			if len(r.relay.Fired()) == 0 {
				t.Error("nothing was refused")
			}
			r.once(got, tc.want.Uploaded+tc.want.Present)
			r.words(got, tc.fault, tc.want.Failed)
			if pause := sum(r.slept); pause+took < tc.pause || tc.pause == 0 && longest(r.slept) > 500*time.Millisecond && tc.fault.Do == fault.Answer && !strings.HasPrefix(tc.fault.Text, "BAD") {
				t.Errorf("pauses %v, want %v", r.slept, tc.pause)
			}
		})
	}
}

func sum(list []time.Duration) (d time.Duration) {
	for _, x := range list {
		d += x
	}
	return d
}

func longest(list []time.Duration) time.Duration {
	return slices.Max(append([]time.Duration{0}, list...))
}

// once counts on the server: n messages, none twice, and nothing that a message made by being read as commands.
func (r *refused) once(got *report.Report, n int) {
	r.t.Helper()
	found := 0
	for id, count := range r.server.Client(r.t).Everywhere("X-Pst2imap-Id") {
		if count != 1 {
			r.t.Errorf("%s is there %d times", id, count)
		}
		found += count
	}
	if found != n {
		r.t.Errorf("%d messages are there, want %d; %+v", found, n, got.Items)
	}
	if list := r.server.Client(r.t).Mailboxes(); slices.Contains(list, "pwned") {
		r.t.Errorf("a message was executed: %q", list)
	}
}

// words checks that a copy of what failed is kept, and that the report has the server's words.
func (r *refused) words(got *report.Report, f fault.Fault, failed int) {
	r.t.Helper()
	_, words, _ := strings.Cut(f.Text, "] ")
	said := 0
	for _, it := range got.Items {
		if strings.Contains(it.Reason, words) || strings.Contains(it.Reason, "the connection breaks") || strings.Contains(it.Reason, "not sent") {
			said++
		}
	}
	if said < failed {
		r.t.Errorf("the report does not say %q: %+v", words, got.Items)
	}
	files, err := os.ReadDir(r.rescue)
	if failed > 0 && (err != nil || len(files) == 0) {
		r.t.Errorf("no copies are kept: %v", err)
	}
}

// What Dovecot does not take for its size is given up at once, in its words.
func TestTooLargeForDovecot(t *testing.T) {
	for name, hide := range map[string][]string{"one by one": {"MULTIAPPEND"}, "several at a time": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := refuse(t, imaptest.Dovecot(t, imaptest.Quota("", "50k")), hide...)
			got, _, err := r.run(jobtest.File(t, work(letters(3, 60_000, 70_000)...)...), 1)
			if err != nil || got.Totals != (report.Counts{Found: 5, Uploaded: 3, Failed: 2}) || got.FailedByReason["too large"] != 2 {
				t.Errorf("got %+v, %v; %v", got.Totals, got.FailedByReason, err)
			}
			if len(r.slept) > 0 {
				t.Errorf("pauses %v", r.slept)
			}
			r.once(got, 3)
			r.words(got, fault.Fault{Text: "[LIMIT] larger than the maximum size allowed by server configuration"}, 2)
		})
	}
}

// A mailbox that is numbered anew in the middle of a run, while an answer is missing.
func TestNumberedAnewMeanwhile(t *testing.T) {
	r := refuse(t, imaptest.Dovecot(t), "MULTIAPPEND")
	r.relay.Script(fault.Fault{Nth: 4, When: fault.Done, Do: fault.Reset})
	r.onSleep = func() { numberedAnew(t, r.server) }
	got, _, err := r.run(jobtest.File(t, work(letters(6)...)...), 1)
	if err != nil || got.Totals != (report.Counts{Found: 6, Uploaded: 6}) {
		t.Errorf("got %+v, %v", got.Totals, err)
	}
	r.once(got, 6)
}

// A server that takes no more connections is served over fewer.
func TestTooManyConnections(t *testing.T) {
	one := fault.Fault{Command: "AUTHENTICATE", Do: fault.Answer, Text: "NO [ALERT] Too many simultaneous connections."}
	for name, faults := range map[string][]fault.Fault{"by the server": nil, "without a code": {one, one, one}} {
		limit := imaptest.Config("mail_max_userip_connections = 2")
		if faults != nil {
			limit = imaptest.Config()
		}
		for i := range faults {
			faults[i].Nth = 2 + i // the first is the run's own connection
		}
		r := refuse(t, imaptest.Dovecot(t, limit))
		r.relay.Script(faults...)
		var folders []psttest.Folder
		for i := range 6 {
			folders = append(folders, psttest.Folder{Name: fmt.Sprintf("F%d", i), Messages: []*psttest.Message{mail(fmt.Sprint(i), "x"), mail(fmt.Sprintf("%d more", i), "y")}})
		}
		got, _, err := r.run(jobtest.File(t, folders...), 4)
		if err != nil || got.Totals != (report.Counts{Found: 12, Uploaded: 12}) {
			t.Errorf("%s: got %+v, %v", name, got.Totals, err)
		}
	}
}

// A server that is restarted, or crashes, in the middle of a run is waited for.
func TestRestartedMeanwhile(t *testing.T) {
	for name, end := range map[string]func(*imaptest.Server){"restarted": (*imaptest.Server).Stop, "crashed": (*imaptest.Server).Kill} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := refuse(t, imaptest.Dovecot(t), "MULTIAPPEND")
			r.relay.Script(fault.Fault{Nth: 5, When: fault.Done, Do: fault.Reset})
			r.onSleep = func() { end(r.server); r.server.Start(t) }
			got, _, err := r.run(jobtest.File(t, work(letters(12)...)...), 2)
			if err != nil || got.Totals != (report.Counts{Found: 12, Uploaded: 12}) {
				t.Errorf("got %+v, %v", got.Totals, err)
			}
			r.once(got, 12)
		})
	}
}

// Nothing is sent unasked before the server has taken a message with the same flags for the same mailbox.
func TestAskedFirst(t *testing.T) {
	r := refuse(t, imaptest.Dovecot(t), "MULTIAPPEND")
	unread := func(id string) *psttest.Message {
		return mail(id, "x1 CREATE pwned\r\n").With(psttest.Int32(flagsProp, 0))
	}
	folders := append(work(append(letters(40), unread("u1"), unread("u2"), unread("u3"))...), others(letters(30)...))
	got, _, err := r.run(jobtest.File(t, folders...), 2)
	if err != nil || got.Totals.Uploaded != 73 {
		t.Fatalf("got %+v, %v", got.Totals, err)
	}
	taken := map[string]bool{}
	unasked := 0
	for _, line := range r.relay.Commands("APPEND") {
		place := line[strings.Index(line, "APPEND"):strings.LastIndex(line, ` "`)] // mailbox and flags, without the date
		switch asked := !strings.HasSuffix(line, "+}"); {
		case asked:
			taken[place] = true
		case !taken[place]:
			t.Errorf("unasked: %s", line)
		default:
			unasked++
		}
	}
	if len(taken) != 3 || unasked < 20 {
		t.Errorf("%d sets of flags, %d unasked", len(taken), unasked)
	}
}
