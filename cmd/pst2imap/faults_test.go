package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// TestFaults is the campaign against the promise that nothing is lost and nothing doubled. Each trial uploads a data file to an
// account of its own with the real program, which is killed, cut off or refused at a moment left to chance, several times where
// chance wants it so, and runs it again until it has nothing to complain of. Then another client counts.
//
// PST2IMAP_FAULTS says how many trials, PST2IMAP_SEED which is the first; "make faults" does 1,000. A trial that failed is
// repeated by its number: PST2IMAP_FAULTS=1 PST2IMAP_SEED=<number>.
func TestFaults(t *testing.T) {
	t.Parallel()
	count, seed := testneed.Number(t, "PST2IMAP_FAULTS", 0), testneed.Number(t, "PST2IMAP_SEED", 1)
	quick := count == 0
	if quick {
		count = 20
	}
	c := newCampaign(t, seed, count, quick)
	gate := make(chan struct{}, 8)
	var all sync.WaitGroup
	for n := seed; n < seed+count; n++ {
		gate <- struct{}{}
		all.Go(func() {
			defer func() { <-gate }()
			t.Run(fmt.Sprint(n), func(t *testing.T) { c.trial(t, n) })
		})
	}
	all.Wait()
	t.Logf("%d trials: %v", count, c.tally)
}

// campaign is what all trials share.
type campaign struct {
	quick   bool
	dir     string
	servers []*imaptest.Server
	files   map[string]string

	mu    sync.Mutex
	want  map[string]contents // by server and file: what is there when nothing went wrong
	tally map[string]int
}

// contents are the identities in each mailbox.
type contents map[string][]string

func newCampaign(t *testing.T, seed, count int, quick bool) *campaign {
	t.Helper()
	users := []string{referenceUser("small"), referenceUser("large")}
	for n := seed; n < seed+count; n++ {
		users = append(users, trialUser(n))
	}
	c := &campaign{quick: quick, dir: t.TempDir(), want: map[string]contents{}, tally: map[string]int{}}
	c.servers = []*imaptest.Server{imaptest.Dovecot(t, imaptest.Users(users...)), imaptest.MemoryProcess(t, users...)}
	c.files = map[string]string{"small": c.file(t, "small", smallFile()), "large": c.file(t, "large", largeFile())}
	return c
}

func trialUser(n int) string { return fmt.Sprintf("trial%d@example.org", n) }

func referenceUser(file string) string { return "reference." + file + "@example.org" }

func (c *campaign) file(t *testing.T, name string, folders []psttest.Folder) string {
	t.Helper()
	b, err := psttest.Bytes(&psttest.Tree{Folders: folders})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(c.dir, name+".pst")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// smallFile has 73 mails in five folders, 2 KB to 60 KB, some of them twice in a folder or in two.
func smallFile() []psttest.Folder {
	rng := rand.New(rand.NewPCG(7, 7))
	var all []*psttest.Message
	for i := range 64 {
		m := psttest.Mail(fmt.Sprintf("mail %d", i), "a@example.org", "b@example.org", strings.Repeat(fmt.Sprintf("line of mail %d\r\n", i), 100+rng.IntN(3000)))
		if i%5 == 0 {
			m.With(psttest.Keywords("Red Category"))
		}
		all = append(all, m)
	}
	return []psttest.Folder{
		{Name: "Inbox", Role: psttest.RoleInbox, Messages: all[:20]},
		{Name: "Sent Items", Role: psttest.RoleSent, Messages: all[20:30]},
		{Name: "Projects", Messages: append(slices.Clone(all[30:40]), all[0], all[1], all[31]), Folders: []psttest.Folder{
			{Name: "Old", Messages: append(slices.Clone(all[40:60]), all[41], all[41])},
		}},
		{Name: "Grüße", Messages: append(slices.Clone(all[60:]), all[60], all[2], all[3], all[61])},
	}
}

// largeFile has mails of 5 MB.
func largeFile() []psttest.Folder {
	var list []*psttest.Message
	rng := rand.NewChaCha8([32]byte{1})
	for i := range 3 {
		data := make([]byte, 3_800_000)
		_, _ = rng.Read(data) // never fails
		list = append(list, psttest.Mail(fmt.Sprintf("large %d", i), "a@example.org", "b@example.org", "see the file").Attach(psttest.ByValue("a.bin", "application/octet-stream", data)),
			psttest.Mail(fmt.Sprintf("small %d", i), "a@example.org", "b@example.org", "text"))
	}
	return []psttest.Folder{{Name: "Inbox", Role: psttest.RoleInbox, Messages: list[:2]}, {Name: "Large", Messages: list[2:]}}
}

// reference is what the server has after a run without any fault.
func (c *campaign) reference(t *testing.T, s *imaptest.Server, file string) contents {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	key := s.Name + " " + file
	if c.want[key] == nil {
		s = s.As(t, referenceUser(file))
		r := &trial{t: t, dir: t.TempDir(), path: c.files[file], server: s, far: s}
		if code := r.run(nil); code != exitOK {
			t.Fatalf("without faults: exit code %d\n%s", code, r.said)
		}
		c.want[key] = r.count()
	}
	return c.want[key]
}

func (c *campaign) note(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tally[what]++
}

// trial plays one trial to its end and counts.
func (c *campaign) trial(t *testing.T, n int) {
	rng := rand.New(rand.NewPCG(uint64(n), 99))
	s := c.servers[rng.IntN(2)]
	file := "small"
	if !c.quick && rng.IntN(25) == 0 {
		file = "large"
	}
	want := c.reference(t, s, file)
	r := &trial{t: t, rng: rng, dir: t.TempDir(), path: c.files[file], server: s.As(t, trialUser(n)), quick: c.quick}
	r.route(file)
	c.note(s.Name)
	code := -1
	for round := range 12 {
		var p *mishap
		if round == 0 || round < 4 && rng.IntN(2) == 0 {
			p = r.mishap()
			c.note(p.what)
		}
		if code = r.run(p); code == exitOK {
			break
		}
		c.note(fmt.Sprintf("exit %d", code))
		if code == exitConnect {
			time.Sleep(500 * time.Millisecond) // no person is faster, and a line that is down needs a moment
		}
	}
	if code != exitOK {
		t.Fatalf("it does not end: exit code %d\n%s\n%s", code, &r.story, r.said)
	}
	if got := r.count(); !maps.EqualFunc(got, want, slices.Equal[[]string]) {
		t.Errorf("%s", difference(got, want))
	}
	if t.Failed() {
		t.Logf("%s\n%s", &r.story, r.said)
	}
}

// difference names what is lost, doubled or in the wrong place.
func difference(got, want contents) string {
	var b strings.Builder
	for _, m := range slices.Sorted(maps.Keys(want)) {
		if !slices.Equal(got[m], want[m]) {
			fmt.Fprintf(&b, "%s: has %d messages of %d:", m, len(got[m]), len(want[m]))
			count := map[string]int{}
			for _, id := range got[m] {
				count[id]++
			}
			for _, id := range want[m] {
				count[id]--
			}
			for id, n := range count {
				if n != 0 {
					fmt.Fprintf(&b, " %s %+d", id, n)
				}
			}
			b.WriteString("\n")
		}
	}
	for m := range got {
		if want[m] == nil {
			fmt.Fprintf(&b, "%s should not be there\n", m)
		}
	}
	return b.String()
}
