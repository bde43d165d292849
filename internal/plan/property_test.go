package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// checkPlan checks everything that has to be true of any plan.
func checkPlan(t *testing.T, folders []Folder, s Server, o Options) {
	t.Helper()
	targets := Map(folders, s, o)
	if len(targets) != len(folders) {
		t.Fatalf("%d folders became %d targets", len(folders), len(targets))
	}
	for _, target := range targets {
		checkTarget(t, target, s, folders[target.Folder].HasItems)
	}
	if len(o.Rename) == 0 {
		checkApart(t, folders, targets, len(newCleaner(s).path(o.Subfolder)) > 0)
	}
	checkStable(t, folders, targets, s, o)
}

// checkTarget checks that one mailbox can be created or exists, and holds mail.
func checkTarget(t *testing.T, target Target, s Server, items bool) {
	t.Helper()
	name, x := target.Mailbox, newServerIndex(s)
	if x.hasOutbox(name) {
		t.Errorf("%q would be an outbox", name)
	}
	m, exists := x.byName[name]
	if exists && m.NoSelect {
		if x.system[fold(name)] || !target.Create && items {
			t.Errorf("%q cannot hold mail: %+v", name, target)
		}
		return
	}
	if name == inbox || exists {
		if target.Create {
			t.Errorf("%q exists and is to be created", name)
		}
		return
	}
	if !target.Create {
		t.Errorf("%q does not exist and is not to be created", name)
	}
	checkNew(t, name, s)
}

// checkNew checks the name of a mailbox to create.
func checkNew(t *testing.T, name string, s Server) {
	t.Helper()
	if strings.EqualFold(name, inbox) {
		t.Errorf("%q is another inbox", name)
	}
	if !norm.NFC.IsNormalString(name) {
		t.Errorf("%q is not NFC", name)
	}
	if n := nameLen(name); n > maxName {
		t.Errorf("%q has %d bytes", name, n)
	}
	rest, ok := strings.CutPrefix(name, s.Prefix)
	if !ok {
		// A mailbox of the server that is outside of the prefix may have
		// children, which are outside too.
		ok = slices.ContainsFunc(s.Mailboxes, func(m Mailbox) bool {
			return strings.HasPrefix(name, m.Name+string(s.Delim))
		})
	}
	if !ok {
		t.Errorf("%q is outside of the prefix %q", name, s.Prefix)
	}
	levels := []string{rest}
	if s.Delim != 0 {
		levels = strings.Split(rest, string(s.Delim))
	}
	for _, l := range levels {
		if l == "" || strings.TrimSpace(l) != l || strings.ContainsAny(l, "%*\x00\r\n") {
			t.Errorf("%q has the level %q", name, l)
		}
	}
}

// checkApart checks that folders share a mailbox only where they may.
func checkApart(t *testing.T, folders []Folder, targets []Target, sub bool) {
	t.Helper()
	owner := make(map[string]int)
	for i, target := range targets {
		j, shared := owner[fold(target.Mailbox)]
		if !shared {
			owner[fold(target.Mailbox)] = i
			continue
		}
		other := targets[j]
		if target.Mailbox != other.Mailbox && !target.Create && !other.Create {
			continue // two mailboxes of a server that minds case
		}
		a, b := mailRole(target), mailRole(other)
		if a == "" || a != b || sub && a != RoleDrafts {
			t.Errorf("%q and %q share %q", folders[i].Path, folders[j].Path, target.Mailbox)
		}
	}
}

// mailRole is the role whose mailbox a target is in.
func mailRole(t Target) Role {
	switch {
	case t.Role == RoleOutbox:
		return RoleDrafts
	case slices.Contains(mailRoles, t.Role):
		return t.Role
	}
	return ""
}

// checkStable checks that the same input gives the same plan, whatever the
// order of the server's list, and that a second run keeps to the first one's.
func checkStable(t *testing.T, folders []Folder, targets []Target, s Server, o Options) {
	t.Helper()
	again := s
	again.Mailboxes = slices.Clone(s.Mailboxes)
	slices.Reverse(again.Mailboxes)
	if diff := cmp.Diff(targets, Map(folders, again, o)); diff != "" {
		t.Errorf("another order of mailboxes gives another plan:\n%s", diff)
	}
	made := Mailboxes(targets)
	again.Mailboxes = slices.DeleteFunc(again.Mailboxes, func(m Mailbox) bool {
		return m.NoSelect && slices.Contains(made, m.Name)
	})
	for _, name := range made {
		again.Mailboxes = append(again.Mailboxes, Mailbox{Name: name})
	}
	for i, second := range Map(folders, again, o) {
		if second.Mailbox != targets[i].Mailbox || second.Create {
			t.Errorf("%q: first %q, then %q (create %v)",
				folders[i].Path, targets[i].Mailbox, second.Mailbox, second.Create)
		}
	}
}

// words are names that have a meaning somewhere, and some that have none.
var words = []string{
	"Inbox", "INBOX", "inbox", "Posteingang", "Sent", "Sent Items", "sent items", "Gesendete Elemente",
	"Drafts", "Draft", "Entwürfe", "Trash", "Deleted Items", "Junk", "Spam", "Outbox", "outbox ", "Postausgang",
	"", " ", ".", "..", "A", "a", "A (2)", "a (2)", "B", "A/B", "A.B", "A_B", "%", "*", "#news", "~", "&", `"\`,
	"[Gmail]", "All Mail", "e\u0301", "é", "日本語", "😀", "\xff", "\x00", "Unnamed", "A - B", "Inbox - A", "Inbox (Outlook)",
	"Archive", "Outbox (Outlook)", strings.Repeat("long ", 60), strings.Repeat("長", 90), strings.Repeat("😀", 40) + "&",
}

var allRoles = []Role{RoleInbox, RoleSent, RoleDrafts, RoleTrash, RoleJunk, RoleOutbox, "calendar"}

// generator makes scenarios from a stream of small numbers.
type generator struct{ pick func(n int) int }

func (g generator) word() string { return words[g.pick(len(words))] }

func (g generator) folders() []Folder {
	folders := make([]Folder, g.pick(25))
	for i := range folders {
		f := &folders[i]
		if i > 0 && g.pick(2) == 0 {
			f.Path = slices.Clone(folders[g.pick(i)].Path)
		}
		for range g.pick(4) {
			f.Path = append(f.Path, g.word())
		}
		f.HasItems = g.pick(2) == 0
		if g.pick(6) == 0 {
			f.Role = allRoles[g.pick(len(allRoles))]
		}
	}
	return folders
}

func (g generator) server() Server {
	prefixes := []string{"", "", "INBOX@", "INBOX@", "mail@"}
	s := Server{Delim: []rune("//../._|\\^")[g.pick(10)]}
	if g.pick(12) == 0 {
		s.Delim = 0
	} else {
		s.Prefix = strings.ReplaceAll(prefixes[g.pick(len(prefixes))], "@", string(s.Delim))
	}
	s.BMPOnly = g.pick(4) == 0
	s.Refused = []string{"", "", `"\`, ".", "_"}[g.pick(5)]
	serverRoles := append([]Role{"", "", "", "", RoleAll, RoleArchive}, mailRoles[1:]...)
	seen := map[string]bool{}
	for range g.pick(12) {
		m := Mailbox{NoSelect: g.pick(6) == 0, NoInferiors: g.pick(6) == 0}
		m.Name = g.mailboxName(s)
		if m.Name == "" || seen[m.Name] || fold(m.Name) == fold(inbox) {
			continue
		}
		seen[m.Name] = true
		m.Role = serverRoles[g.pick(len(serverRoles))]
		s.Mailboxes = append(s.Mailboxes, m)
	}
	s.Mailboxes = append(s.Mailboxes, Mailbox{Name: inbox, NoInferiors: g.pick(6) == 0})
	return s
}

// mailboxName makes the name of something that exists on the server.
func (g generator) mailboxName(s Server) string {
	level, _ := newCleaner(s).level(g.word())
	if g.pick(2) == 0 {
		// The server may have an outbox, which the plan must not use.
		level = strings.TrimSuffix(level, ours)
	}
	if len(s.Mailboxes) > 0 && s.Delim != 0 && g.pick(3) == 0 {
		return s.Mailboxes[g.pick(len(s.Mailboxes))].Name + string(s.Delim) + level
	}
	if g.pick(4) == 0 {
		return level
	}
	return s.Prefix + level
}

func (g generator) options(folders []Folder) Options {
	var o Options
	if g.pick(4) == 0 {
		o.Subfolder = g.word() + "/" + g.word()
	}
	for range g.pick(8) - 5 {
		if o.Rename == nil {
			o.Rename = make(map[string]string)
		}
		if len(folders) > 0 {
			path := folders[g.pick(len(folders))].Path
			o.Rename[strings.Join(path, "/")] = g.word() + "/" + g.word()
		}
	}
	return o
}

func (g generator) check(t *testing.T) {
	t.Helper()
	folders := g.folders()
	s := g.server()
	o := g.options(folders)
	checkPlan(t, folders, s, o)
	if t.Failed() {
		t.Logf("folders %q\nserver %q\noptions %q", fmt.Sprint(folders), fmt.Sprintf("%+v", s), fmt.Sprint(o))
	}
}

// Any tree on any server gives a plan that keeps the promises of the package.
func TestPlanProperties(t *testing.T) {
	rounds := 600
	if testing.Short() {
		rounds = 100
	}
	for seed := range rounds {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		generator{r.IntN}.check(t)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func FuzzMap(f *testing.F) {
	f.Add("Inbox\nInbox>A\nSent Items\nOutbox", byte('/'), "")
	f.Add("Posteingang\nA.B\n..\n\n\x00\xff", byte('.'), "INBOX.")
	f.Add("#x\nINBOX>INBOX>INBOX\nOutbox>Outbox", byte('_'), "INBOX_")
	f.Add(strings.Repeat("deep>", 200)+"\n"+strings.Repeat("長", 200), byte(0), "")
	f.Fuzz(func(t *testing.T, paths string, delim byte, prefix string) {
		paths = paths[:min(len(paths), 4<<10)]
		if !strings.ContainsRune("/._\\|^\x00", rune(delim)) {
			delim = '/'
		}
		s := Server{Delim: rune(delim), Mailboxes: []Mailbox{{Name: inbox}}}
		if delim != 0 && (prefix == inbox+string(s.Delim) || prefix == "~"+string(s.Delim)) {
			s.Prefix = prefix
		}
		var folders []Folder
		for line := range strings.SplitSeq(paths, "\n") {
			folders = append(folders, Folder{Path: strings.Split(line, ">"), HasItems: len(line)%2 == 0})
		}
		checkPlan(t, folders, s, Options{})
	})
}

// Whatever a server refuses, there is soon a plan that it takes, and a later run
// that is refused nothing keeps to it.
func TestRefusedProperties(t *testing.T) {
	for seed := range 60 {
		r := rand.New(rand.NewPCG(uint64(seed), 2))
		g := generator{r.IntN}
		folders, s := g.folders(), g.server()
		bad := []string{".", "(", "&é", `"\`, "日"}[g.pick(5)]
		if strings.ContainsAny(bad, string(s.Delim)) || slices.ContainsFunc(s.Mailboxes, func(m Mailbox) bool { return m.NoSelect || strings.ContainsAny(m.Name, bad) }) {
			continue
		}
		later := s
		targets, refused := refusing(&s, folders, Options{}, bad)
		if refused > 0 {
			// Letters are kept as long as any server can be thought to take them.
			if bad != "&é" && bad != "日" {
				t.Errorf("seed %d: %q is still refused: %q", seed, bad, Mailboxes(targets))
			}
			continue
		}
		for _, name := range Mailboxes(targets) {
			later.Mailboxes = append(later.Mailboxes, Mailbox{Name: name})
		}
		for i, second := range Map(folders, later, Options{}) {
			if second.Mailbox != targets[i].Mailbox || second.Create {
				t.Errorf("seed %d: %q: first %q, then %q (create %v)", seed, folders[i].Path, targets[i].Mailbox, second.Mailbox, second.Create)
			}
		}
	}
}
