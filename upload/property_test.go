package upload_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/imaptest/fault"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/upload"
)

// TestProperty builds a small world by chance for each seed: a data file with doubled, look-alike and nameless mail; a
// server on which other programs and the user have been at work; and faults. However often a run is cut off, in the end the
// server has exactly what the model says, everything that lay there before included.
func TestProperty(t *testing.T) {
	seeds := testneed.Number(t, "PST2IMAP_WORLDS", 100)
	var users []string
	for seed := range seeds {
		users = append(users, fmt.Sprintf("user%d@example.org", seed))
	}
	s := imaptest.MemoryFor(t, users...)
	for seed, user := range users {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			newWorld(t, s.As(t, user), uint64(seed)).play()
		})
	}
}

// world is one data file and one account.
type world struct {
	t       *testing.T
	rng     *rand.Rand
	server  *imaptest.Server // looked into directly
	far     *imaptest.Server // as the program sees it
	relay   *fault.Relay
	path    string
	dir     string
	items   []worldItem
	foreign []worldCopy
}

// worldItem is a message of the data file.
type worldItem struct {
	mailbox string
	kind    int // messages of one kind are equal
	id      string
}

// worldCopy is a message that another program stored.
type worldCopy struct {
	mailbox string
	mid     int
	fits    bool // date and sender are those of the message, and it is not marked \Deleted
}

// Kinds of messages: so many, sharing that many Message-IDs; those above have none.
const (
	kinds      = 12
	messageIDs = 6
	withoutMID = 9
)

func (w *world) message(kind int) *psttest.Message {
	body := fmt.Sprintf("body of %d\r\n%s", kind, strings.Repeat("text ", kind*50))
	if kind >= withoutMID {
		return psttest.Mail(fmt.Sprintf("kind %d", kind), "a@example.org", "b@example.org", body, psttest.Time(mapiSubmit, sent))
	}
	return mail(fmt.Sprintf("m%d", kind%messageIDs), body)
}

func newWorld(t *testing.T, s *imaptest.Server, seed uint64) *world {
	w := &world{t: t, rng: rand.New(rand.NewPCG(seed, 1)), server: s, dir: filepath.Join(t.TempDir(), "job")}
	w.far, w.relay = s.Faults(t, fault.Options{Hide: []string{"LITERAL+"}[:w.rng.IntN(2)]})
	folders := []psttest.Folder{{Name: "Inbox", Role: psttest.RoleInbox}, {Name: "Work"}, {Name: "Old"}, {Name: "Gel\u00f6scht", Role: psttest.RoleTrash}}
	names := []string{"INBOX", "Work", "Old", "Trash"}
	for range w.rng.IntN(30) {
		i, kind := w.rng.IntN(len(folders)), w.rng.IntN(kinds)
		folders[i].Messages = append(folders[i].Messages, w.message(kind))
		w.items = append(w.items, worldItem{mailbox: names[i], kind: kind})
	}
	// In the order of the data file.
	slices.SortStableFunc(w.items, func(a, b worldItem) int { return slices.Index(names, a.mailbox) - slices.Index(names, b.mailbox) })
	w.path = jobtest.File(t, folders...)
	return w
}

func (w *world) config() imapconn.Config {
	return imapconn.Config{Host: w.far.Host, Port: w.far.Port, Security: imapconn.None, User: w.far.User, Password: w.far.Password, Timeout: 10 * time.Second}
}

// run is one run of the program; without the clock it waits for nobody.
func (w *world) run(withJournal bool) (*report.Report, error) {
	ctx := context.Background()
	j, err := job.Open(ctx, []string{w.path}, job.SourceOptions{}, event.Discard{})
	if err != nil {
		w.t.Fatal(err)
	}
	defer j.Close()
	j.SleepFunc = func(ctx context.Context, d time.Duration) error {
		time.Sleep(min(d/1000, 2*time.Millisecond))
		return ctx.Err()
	}
	if err := j.Connect(ctx, w.config()); err != nil {
		return nil, err
	}
	o := upload.Options{Refill: true, Connections: 1 + w.rng.IntN(4), Rescue: jobtest.Rescue(w.t, filepath.Join(w.dir, "rescue"))}
	if withJournal {
		jn, past, err := journal.Open(w.dir)
		if err != nil {
			w.t.Fatal(err)
		}
		defer jn.Close()
		o.Journal, o.Past = jn, past
		j.Remember(past)
	}
	if err := j.Plan(ctx, plan.Options{}); err != nil {
		return nil, err
	}
	if o.Past != nil {
		if err := upload.Await(ctx, j, o.Past); err != nil {
			return nil, err
		}
	}
	if err := j.ReadIndex(ctx); err != nil {
		return nil, err
	}
	if len(w.items) > 0 && w.items[0].id == "" {
		w.identify(j)
	}
	rec := report.NewRecorder("upload")
	j.Declare(rec)
	if _, err := upload.Run(ctx, j, o, rec); err != nil {
		return nil, err
	}
	r := j.Conclude(rec)
	if !r.Totals.Holds() || r.Totals.Found != len(w.items) {
		w.t.Errorf("the sum does not hold: %+v for %d items", r.Totals, len(w.items))
	}
	return r, nil
}

// identify learns the items' identities: equal messages must have equal ones.
func (w *world) identify(j *job.Job) {
	n := 0
	kindOf := map[string]int{}
	for ref := range j.Items() {
		it, err := j.Open(ref)
		if err != nil {
			w.t.Fatal(err)
		}
		w.items[n].id = it.ItemID
		if k, ok := kindOf[it.ItemID]; ok && k != w.items[n].kind || it.Mailbox != w.items[n].mailbox {
			w.t.Fatalf("item %d, kind %d for %s, is %s for %s", n, w.items[n].kind, w.items[n].mailbox, it.ItemID, it.Mailbox)
		}
		kindOf[it.ItemID] = w.items[n].kind
		n++
	}
}

// play is a story of a few chapters.
func (w *world) play() {
	if w.rng.IntN(2) == 0 {
		w.others()
	}
	for range 1 + w.rng.IntN(3) {
		before := w.look()
		want := w.model(before)
		r := w.untilDone()
		w.compare(before, want, r)
		if w.t.Failed() {
			return
		}
		w.relay.Script()
		if r, err := w.run(w.rng.IntN(2) == 0); err != nil || r.Totals.Uploaded+r.Totals.Failed != 0 {
			w.t.Errorf("a run with nothing to do: %+v, %v", r, err)
		}
		w.user()
		if w.rng.IntN(2) == 0 {
			w.others()
		}
	}
}

// untilDone runs with faults, then without, until nothing failed.
func (w *world) untilDone() *report.Report {
	for range w.rng.IntN(3) {
		a, b := w.fault(), w.fault()
		w.relay.Script(a, b)
		_, err := w.run(true) // however it ends
		w.t.Logf("with %+v and %+v, at %q: %v", a, b, w.relay.Fired(), err)
	}
	w.relay.Script()
	r, err := w.run(true)
	if err != nil || r.Totals.Failed != 0 {
		w.t.Fatalf("without faults: %+v, %v", r, err)
	}
	return r
}

// fault is any of those that come and go.
func (w *world) fault() fault.Fault {
	pick := func(list ...string) string { return list[w.rng.IntN(len(list))] }
	f := fault.Fault{
		Command: pick("APPEND", "APPEND", "APPEND", "APPEND", "UID FETCH", "EXAMINE", "SELECT", "CREATE", "STATUS", "LIST", "AUTHENTICATE", "AUTHENTICATE"),
		Nth:     1 + w.rng.IntN(8), When: fault.When(w.rng.IntN(3)), Do: []fault.Do{fault.Answer, fault.Answer, fault.Bye, fault.Reset, fault.Finish}[w.rng.IntN(5)],
		Text: pick("NO no", "NO [OVERQUOTA] full", "NO [TOOBIG] large", "NO [LIMIT] enough", "NO [UNAVAILABLE] later", "NO [ALREADYEXISTS] there",
			"NO [TRYCREATE] where", "BAD what", "BAD Request is throttled. Suggested Backoff Time: 900 milliseconds", "NO [INUSE] locked"),
	}
	if f.When == fault.Done && f.Do == fault.Answer {
		f.Do = fault.Reset // a server that lies about what it did is none of ours
	}
	if f.Command == "CREATE" && f.Do == fault.Answer { // a name that is refused gets another one, which is job's to test
		f.Text = pick("NO [UNAVAILABLE] later", "NO [LIMIT] enough", "NO [OVERQUOTA] full", "NO [INUSE] locked")
	}
	if w.rng.IntN(4) == 0 && !strings.Contains(f.Text, "Backoff") {
		f.From, f.Nth = f.Nth, 0 // from then on
	}
	return f
}

// others are programs that put their copies of the same mail there.
func (w *world) others() {
	c := w.server.Client(w.t)
	names := c.Mailboxes()
	for range w.rng.IntN(6) {
		kind := w.rng.IntN(withoutMID)
		mailbox := []string{"INBOX", "INBOX", "Work", "Old", "Trash", "Junk"}[w.rng.IntN(6)]
		if !slices.Contains(names, mailbox) {
			c.Do("CREATE " + mailbox)
			names = append(names, mailbox)
		}
		date, from, flags := sameDate, "A <A@Example.org>", ""
		switch w.rng.IntN(6) {
		case 0:
			date = "Tue, 5 Mar 2024 08:00:00 +0000"
		case 1:
			from = "someone@example.org"
		case 2:
			flags = `\Deleted`
		}
		c.Append(mailbox, flags, "01-Feb-2003 04:05:06 +0000", foreign(fmt.Sprintf("m%d", kind%messageIDs), date, from))
		w.foreign = append(w.foreign, worldCopy{mailbox, kind % messageIDs, date == sameDate && from[0] == 'A' && flags == ""})
	}
}

// user moves, copies, removes and marks what the program uploaded.
func (w *world) user() {
	c := w.server.Client(w.t)
	for _, mailbox := range c.Mailboxes() {
		ids := c.Field(mailbox, "X-Pst2imap-Id")
		c.Do("SELECT " + mailbox)
		for i := len(ids); i > 0; i-- {
			if ids[i-1] == "" {
				continue
			}
			to := []string{"Old", "Trash", "Junk", "INBOX"}[w.rng.IntN(4)]
			switch w.rng.IntN(12) {
			case 0, 1: // move
				if slices.Contains(c.Mailboxes(), to) && to != mailbox {
					c.Do(fmt.Sprintf("COPY %d %s", i, to))
					c.Do(fmt.Sprintf(`STORE %d +FLAGS (\Deleted)`, i))
				}
			case 2: // copy
				if slices.Contains(c.Mailboxes(), to) && to != mailbox {
					c.Do(fmt.Sprintf("COPY %d %s", i, to))
				}
			case 3: // remove, or only mark
				c.Do(fmt.Sprintf(`STORE %d +FLAGS (\Deleted)`, i))
			case 4:
				c.Do(fmt.Sprintf(`STORE %d +FLAGS (\Flagged)`, i))
			}
		}
		if w.rng.IntN(2) == 0 && !slices.ContainsFunc(w.foreign, func(f worldCopy) bool { return f.mailbox == mailbox }) {
			c.Do("EXPUNGE")
		}
	}
}

// state is what is on the server: by mailbox, messages in the order of their UIDs.
type state map[string][]imaptest.Message

func (w *world) look() state {
	c := w.server.Client(w.t)
	st := state{}
	for _, mailbox := range c.Mailboxes() {
		for _, m := range c.Messages(mailbox) {
			flags := strings.Fields(strings.ToLower(m.Flags)) // the server in memory knows no capitals
			slices.Sort(flags)
			m.Flags = strings.Join(flags, " ")
			st[mailbox] = append(st[mailbox], m)
		}
	}
	return st
}

// ours are the identities of those of our messages that count.
func ours(list []imaptest.Message) (ids []string) {
	for _, m := range list {
		if rest, ok := strings.CutPrefix(m.Body, "X-Pst2imap-Id: "); ok && !strings.Contains(m.Flags, `\deleted`) {
			id, _, _ := strings.Cut(rest, ";")
			ids = append(ids, id)
		}
	}
	return ids
}

// expected is what a run has to do.
type expected struct {
	totals report.Counts
	added  map[string]int // new messages by family
}

// family is what a foreign copy can stand for: which of the messages with its Message-ID it is, nobody can tell.
func (w *world) family(id string) string {
	i := slices.IndexFunc(w.items, func(it worldItem) bool { return it.id == id })
	if kind := w.items[i].kind; kind < withoutMID {
		return fmt.Sprintf("m%d", kind%messageIDs)
	}
	return id
}

// model decides about every item from what it knows of the world, by the rules of the architecture and no others.
func (w *world) model(before state) *expected {
	if len(w.items) > 0 && w.items[0].id == "" { // a dry look at the data file
		w.relay.Script()
		j := jobtest.Open(w.t, w.server, w.path)
		w.identify(j)
	}
	e := &expected{totals: report.Counts{Found: len(w.items)}, added: map[string]int{}}
	mine := map[string]int{} // mailbox and id: copies that nobody has claimed
	for mailbox, list := range before {
		for _, id := range ours(list) {
			mine[mailbox+" "+id]++
		}
	}
	others := slices.Clone(w.foreign)
	take := func(mailbox string, it worldItem) bool {
		i := slices.IndexFunc(others, func(c worldCopy) bool { return c.fits && c.mailbox == mailbox && c.mid == it.kind%messageIDs })
		if it.kind >= withoutMID || i < 0 {
			return false
		}
		others = slices.Delete(others, i, i+1)
		return true
	}
	seen := map[string]bool{}
	var left []worldItem
	for _, it := range w.items {
		key := it.mailbox + " " + it.id
		switch {
		case seen[key]:
			e.totals.Skipped++
		case mine[key] > 0:
			mine[key]--
			e.totals.Present++
		case take(it.mailbox, it):
			e.totals.Present++
		default:
			left = append(left, it)
		}
		seen[key] = true
	}
	for _, it := range left {
		where := ""
		for _, key := range slices.Sorted(maps.Keys(mine)) {
			if strings.HasSuffix(key, " "+it.id) && mine[key] > 0 {
				where = key
			}
		}
		switch {
		case where != "":
			mine[where]--
			e.totals.Present++
		case take("INBOX", it):
			e.totals.Present++
		default:
			e.totals.Uploaded++
			e.added[w.family(it.id)]++
		}
	}
	return e
}

// compare holds the server against the model.
func (w *world) compare(before state, want *expected, last *report.Report) {
	after := w.look()
	added := map[string]int{}
	for mailbox, list := range after {
		old := before[mailbox]
		for i, m := range list {
			if i < len(old) {
				if m != old[i] {
					w.t.Errorf("%s: message %d was %.200q, is %.200q", mailbox, i, fmt.Sprint(old[i]), fmt.Sprint(m))
				}
				continue
			}
			ids := ours([]imaptest.Message{m})
			if len(ids) != 1 || !slices.ContainsFunc(w.items, func(it worldItem) bool { return it.id == ids[0] && it.mailbox == mailbox }) {
				w.t.Errorf("%s: %.60q does not belong there", mailbox, m.Body)
				continue
			}
			added[w.family(ids[0])]++
		}
		if len(list) < len(old) {
			w.t.Errorf("%s: %d messages are gone", mailbox, len(old)-len(list))
		}
	}
	if !maps.Equal(added, want.added) {
		w.t.Errorf("added %v, want %v", added, want.added)
	}
	got := last.Totals
	if got.Skipped != want.totals.Skipped || got.Present+got.Uploaded != want.totals.Present+want.totals.Uploaded {
		w.t.Errorf("last run %+v, model %+v", got, want.totals)
	}
}
