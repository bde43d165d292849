package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Servers as they present themselves.
var (
	dovecot = Server{Delim: '/', Mailboxes: []Mailbox{{Name: "INBOX"}}}
	courier = Server{Prefix: "INBOX.", Delim: '.', Mailboxes: []Mailbox{
		{Name: "INBOX"}, {Name: "INBOX.Sent"}, {Name: "INBOX.Trash"},
	}}
	cyrus = Server{Prefix: "INBOX/", Delim: '/', Refused: `"\`, Mailboxes: []Mailbox{
		{Name: "INBOX"}, {Name: "INBOX/Sent Messages"}, {Name: "INBOX/Spam"},
	}}
	gmail = Server{Delim: '/', Mailboxes: []Mailbox{
		{Name: "INBOX"},
		{Name: "[Gmail]", NoSelect: true},
		{Name: "[Gmail]/All Mail", Role: RoleAll},
		{Name: "[Gmail]/Drafts", Role: RoleDrafts},
		{Name: "[Gmail]/Sent Mail", Role: RoleSent},
		{Name: "[Gmail]/Spam", Role: RoleJunk},
		{Name: "[Gmail]/Trash", Role: RoleTrash},
	}}
	exchangeDE = Server{Delim: '/', Mailboxes: []Mailbox{
		{Name: "INBOX"}, {Name: "Gesendete Elemente"}, {Name: "Entwürfe"},
		{Name: "Gelöschte Elemente"}, {Name: "Junk-E-Mail"}, {Name: "Postausgang"},
	}}
	flat = Server{Mailboxes: []Mailbox{{Name: "INBOX"}}}
)

// f makes a folder from "path" or "path=role"; levels are separated by ">".
func f(s string) Folder {
	path, role, _ := strings.Cut(s, "=")
	return Folder{Path: strings.Split(path, ">"), Role: role, HasItems: true}
}

var (
	english = []string{"Inbox=inbox", "Inbox>Projects", "Projects", "Projects>A/B", "Sent Items=sent",
		"Sent Items>2019", "Drafts=drafts", "Deleted Items=trash", "Junk E-mail=junk", "Outbox=outbox"}
	german   = []string{"Posteingang", "Gesendete Objekte", "Entwürfe", "Gelöschte Objekte", "Junk-E-Mail", "Postausgang"}
	japanese = []string{"受信トレイ", "受信トレイ>案件", "送信済みアイテム", "下書き", "削除済みアイテム", "迷惑メール", "送信トレイ"}
)

type mapTest struct {
	what    string
	server  Server
	options Options
	folders []string
	want    []string // the mailbox; "+" before it: to be created
}

var mapTests = []mapTest{
	{"trash aside", gmail, Options{TrashAside: true}, []string{"Deleted Items=trash", "Deleted Items>Old", "Junk E-mail=junk"},
		[]string{"+Deleted Items (Outlook)", "+Deleted Items (Outlook)/Old", "[Gmail]/Spam"}},
	{"trash aside, a folder of that name", courier, Options{TrashAside: true}, []string{"Deleted Items (Outlook)", "Deleted Items=trash"},
		[]string{"+INBOX.Deleted Items (Outlook) (2)", "+INBOX.Deleted Items (Outlook)"}},
	{"trash aside, below a subfolder", dovecot, Options{TrashAside: true, Subfolder: "Old"}, []string{"Deleted Items=trash"}, []string{"+Old/Deleted Items"}},
	{"Dovecot", dovecot, Options{}, english, []string{"INBOX", "+INBOX/Projects", "+Projects", "+Projects/A_B", "+Sent",
		"+Sent/2019", "+Drafts", "+Trash", "+Junk", "+Drafts"}},
	{"Courier", courier, Options{}, english, []string{"INBOX", "+INBOX.Projects", "+INBOX.Projects (2)",
		"+INBOX.Projects (2).A_B", "INBOX.Sent", "+INBOX.Sent.2019", "+INBOX.Drafts", "INBOX.Trash", "+INBOX.Junk",
		"+INBOX.Drafts"}},
	{"Cyrus", cyrus, Options{}, english, []string{"INBOX", "+INBOX/Projects", "+INBOX/Projects (2)",
		"+INBOX/Projects (2)/A_B", "INBOX/Sent Messages", "+INBOX/Sent Messages/2019", "+INBOX/Drafts", "+INBOX/Trash",
		"INBOX/Spam", "+INBOX/Drafts"}},
	{"Gmail", gmail, Options{}, english, []string{"INBOX", "+INBOX/Projects", "+Projects", "+Projects/A_B",
		"[Gmail]/Sent Mail", "+Sent Mail - 2019", "[Gmail]/Drafts", "[Gmail]/Trash", "[Gmail]/Spam", "[Gmail]/Drafts"}},
	{"no hierarchy", flat, Options{}, english, []string{"INBOX", "+Inbox - Projects", "+Projects", "+Projects - A/B",
		"+Sent", "+Sent - 2019", "+Drafts", "+Trash", "+Junk", "+Drafts"}},
	{"German names", dovecot, Options{}, german, []string{"INBOX", "+Sent", "+Drafts", "+Trash", "+Junk", "+Drafts"}},
	{"German server", exchangeDE, Options{}, german, []string{"INBOX", "Gesendete Elemente", "Entwürfe",
		"Gelöschte Elemente", "Junk-E-Mail", "Entwürfe"}},
	{"Japanese names", courier, Options{}, japanese, []string{"INBOX", "+INBOX.案件", "INBOX.Sent", "+INBOX.Drafts",
		"INBOX.Trash", "+INBOX.Junk", "+INBOX.Drafts"}},
	{"entry ids win over names", dovecot, Options{}, []string{"Sent Items", "Gesendete Objekte=sent"},
		[]string{"+Sent Items", "+Sent"}},
	{"the better name of a role is not for others",
		Server{Delim: '/', Mailboxes: []Mailbox{{Name: "Sent Messages"}}}, Options{},
		[]string{"Gesendete Objekte=sent", "Sent Items"}, []string{"Sent Messages", "+Sent Items (2)"}},
	{"names deeper in the tree are not guessed", dovecot, Options{}, []string{"Archive>Inbox", "Archive>Sent Items"},
		[]string{"+Archive/Inbox", "+Archive/Sent Items"}},
	{"outbox at any level", exchangeDE, Options{},
		[]string{"Outbox=outbox", "Postausgang", "Projects>OUTBOX", "Inbox>Outbox>Deep", "Outbox>x"},
		[]string{"Entwürfe", "+Postausgang (Outlook)", "+Projects/OUTBOX (Outlook)", "+INBOX/Outbox (Outlook)/Deep",
			"+Entwürfe/x"}},
	{"outbox alone", dovecot, Options{}, []string{"Outbox"}, []string{"+Drafts"}},
	{"INBOX is one", dovecot, Options{}, []string{"Mail=inbox", "Inbox", "inbox>INBOX"},
		[]string{"INBOX", "+Inbox (Outlook)", "+inbox (Outlook) (2)/INBOX"}},
	{"INBOX below INBOX", courier, Options{}, []string{"Inbox=inbox", "Inbox>Inbox"},
		[]string{"INBOX", "+INBOX.Inbox (Outlook)"}},
	{"case", dovecot, Options{}, []string{"Work", "WORK", "work"}, []string{"+Work", "+WORK (2)", "+work (3)"}},
	{"case of what exists", Server{Delim: '/', Mailboxes: []Mailbox{{Name: "projects"}}}, Options{},
		[]string{"Projects", "Projects>A"}, []string{"projects", "+projects/A"}},
	{"same path twice", dovecot, Options{}, []string{"A", "A", "A>B"}, []string{"+A", "+A (2)", "+A/B"}},
	{"parents not given", dovecot, Options{}, []string{"Inbox>A", "X>Y>Z"}, []string{"+INBOX/A", "+X/Y/Z"}},
	{"child first", dovecot, Options{}, []string{"X>Y", "X"}, []string{"+X/Y", "+X"}},
	{"two of one role", dovecot, Options{}, []string{"A=sent", "B=sent"}, []string{"+Sent", "+Sent"}},
	{"NoSelect", Server{Delim: '/', Mailboxes: []Mailbox{{Name: "A", NoSelect: true}, {Name: "Sent", NoSelect: true}}},
		Options{}, []string{"A", "A>B", "S=sent"}, []string{"+A", "+A/B", "+Sent Items"}},
	{"NoInferiors", Server{Delim: '/', Mailboxes: []Mailbox{{Name: "INBOX", NoInferiors: true}, {Name: "A", NoInferiors: true}}},
		Options{}, []string{"Inbox", "Inbox>B", "A>B", "A>B>C"}, []string{"INBOX", "+Inbox - B", "+A - B", "+A - B/C"}},
	{"prefix beside INBOX", Server{Prefix: "mail/", Delim: '/'}, Options{}, []string{"Inbox>A", "B", "Drafts"},
		[]string{"+mail/Inbox - A", "+mail/B", "+mail/Drafts"}},
	{"existing below the root, not the prefix", Server{Prefix: "INBOX.", Delim: '.', Mailboxes: []Mailbox{{Name: "Sent"}}},
		Options{}, []string{"Sent Items"}, []string{"Sent"}},
	{"special mailboxes are not for others", gmail, Options{}, []string{"[Gmail]", "[Gmail]>Trash", "[Gmail]>All Mail"},
		[]string{"+[Gmail] (2)", "+[Gmail] (2)/Trash", "+[Gmail] (2)/All Mail"}},
	{"trash of the server is not for a user's folder",
		Server{Delim: '/', Mailboxes: []Mailbox{{Name: "Bin", Role: RoleTrash}}}, Options{},
		[]string{"Bin", "Deleted Items=trash"}, []string{"+Bin (2)", "Bin"}},
	{"archive is", Server{Delim: '/', Mailboxes: []Mailbox{{Name: "Archive", Role: RoleArchive}}}, Options{},
		[]string{"Archive"}, []string{"Archive"}},
	{"namespaces", dovecot, Options{}, []string{"#news", "A>#news"}, []string{"+_news", "+A/#news"}},
	{"items of the top", dovecot, Options{}, []string{""}, []string{"+Unnamed"}},
	{"subfolder", gmail, Options{Subfolder: "Old/2010"},
		[]string{"Inbox=inbox", "Inbox>A", "Sent Items=sent", "Drafts=drafts", "Outbox=outbox"},
		[]string{"+Old/2010/Inbox", "+Old/2010/Inbox/A", "+Old/2010/Sent Items", "+Old/2010/Drafts", "+Old/2010/Drafts"}},
	{"subfolder, outbox alone", courier, Options{Subfolder: "INBOX.Old"}, []string{"Outbox", "A"},
		[]string{"+INBOX.Old.Drafts", "+INBOX.Old.A"}},
	{"subfolder with the other delimiter", courier, Options{Subfolder: "/Old mail//2010/"}, []string{"Inbox=inbox", "A.B"},
		[]string{"+INBOX.Old mail.2010.Inbox", "+INBOX.Old mail.2010.A_B"}},
	{"subfolder in the server's own words", courier, Options{Subfolder: "INBOX.Old.2010"}, []string{"A"},
		[]string{"+INBOX.Old.2010.A"}},
	{"subfolder with INBOX and a slash", cyrus, Options{Subfolder: "inbox/Old"}, []string{"A"}, []string{"+INBOX/Old/A"}},
	{"subfolder with a dot on a server with slashes", dovecot, Options{Subfolder: "Old.2010"}, []string{"A"},
		[]string{"+Old.2010/A"}},
	{"subfolder beside INBOX", Server{Prefix: "mail/", Delim: '/'}, Options{Subfolder: "mail/Old"}, []string{"A"}, []string{"+mail/Old/A"}},
	{"subfolder without hierarchy", flat, Options{Subfolder: "Old/2010"}, []string{"A"}, []string{"+Old - 2010 - A"}},
	{"subfolder that holds no mail", gmail, Options{Subfolder: "[Gmail]"}, []string{"A"}, []string{"+[Gmail] (2)/A"}},
	{"subfolder that exists in other case", Server{Delim: '/', Mailboxes: []Mailbox{{Name: "old"}}}, Options{Subfolder: "Old"},
		[]string{"A"}, []string{"+old/A"}},
	{"subfolder INBOX", dovecot, Options{Subfolder: "inbox"}, []string{"Inbox", "A"},
		[]string{"+INBOX/Inbox (Outlook)", "+INBOX/A"}},
	{"subfolder named like an outbox", dovecot, Options{Subfolder: "Outbox"}, []string{"A"},
		[]string{"+Outbox (Outlook)/A"}},
	{"rename", courier, Options{Rename: map[string]string{"projects/old": "Archive/Old", "Old Sent": "INBOX.Sent", "In2": "Inbox"}},
		[]string{"Projects", "Projects>Old", "Projects>Old>X", "Old Sent", "Sent Items", "In2", "Archive"},
		[]string{"+INBOX.Projects", "+INBOX.Archive.Old", "+INBOX.Archive.Old.X", "INBOX.Sent", "INBOX.Sent", "INBOX",
			"+INBOX.Archive"}},
	{"rename to what is planned for others", dovecot, Options{Rename: map[string]string{"A": "Sent", "B": "c"}},
		[]string{"A", "Sent Items", "B", "C"}, []string{"+Sent", "+Sent", "+c", "+c"}},
	{"rename into the prefix and a path", cyrus, Options{Rename: map[string]string{"a": "x/y/z", "b": "INBOX/w"}}, []string{"A", "B", "B>c"},
		[]string{"+INBOX/x/y/z", "+INBOX/w", "+INBOX/w/c"}},
	{"rename beside a subfolder", dovecot, Options{Subfolder: "Old", Rename: map[string]string{"a": "Elsewhere"}}, []string{"A", "B"},
		[]string{"+Elsewhere", "+Old/B"}},
	{"rename of the drafts", dovecot, Options{Rename: map[string]string{"Drafts": "Unsent"}},
		[]string{"Drafts", "Outbox"}, []string{"+Unsent", "+Unsent"}},
	{"rename to an outbox", dovecot, Options{Rename: map[string]string{"A": "Outbox"}}, []string{"A"},
		[]string{"+Outbox (Outlook)"}},
}

func TestMap(t *testing.T) {
	for _, tt := range mapTests {
		t.Run(tt.what, func(t *testing.T) {
			var folders []Folder
			for _, s := range tt.folders {
				folders = append(folders, f(s))
			}
			var got []string
			for i, target := range Map(folders, tt.server, tt.options) {
				if target.Folder != i || target.Why() == "" {
					t.Errorf("target %d is %+v", i, target)
				}
				name := target.Mailbox
				if target.Create {
					name = "+" + name
				}
				got = append(got, name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mailboxes (-want +got):\n%s", diff)
			}
			checkPlan(t, folders, tt.server, tt.options)
		})
	}
}

func TestMapTells(t *testing.T) {
	server := gmail
	server.Mailboxes = append(server.Mailboxes[:len(server.Mailboxes):len(server.Mailboxes)],
		Mailbox{Name: "Flat", NoInferiors: true}, Mailbox{Name: "Plain"}, Mailbox{Name: "Box", NoSelect: true})
	server.Refuse("v1.2")
	long := strings.Repeat("l", 300)
	for _, tt := range []struct {
		folder, mailbox string
		why             []Reason
	}{
		{"Posteingang", "INBOX", []Reason{ReasonExists, ReasonGuessed, ReasonRole}},
		{"Gesendet=sent", "[Gmail]/Sent Mail", []Reason{ReasonExists, ReasonRole}},
		{"Postausgang=outbox", "[Gmail]/Drafts", []Reason{ReasonExists, ReasonRole, ReasonOutbox}},
		{"A*B", "A_B", []Reason{ReasonNew, ReasonCleaned}},
		{"#a", "_a", []Reason{ReasonNew, ReasonCleaned}},
		{"~a", "_a (2)", []Reason{ReasonNew, ReasonCleaned, ReasonClash}},
		{"Plain", "Plain", []Reason{ReasonExists}},
		{"plain", "plain (2)", []Reason{ReasonNew, ReasonClash}},
		{"Box", "Box", []Reason{ReasonNew}},
		{"[Gmail]", "[Gmail] (2)", []Reason{ReasonNew, ReasonNoMail}},
		{"Flat>x", "Flat - x", []Reason{ReasonNew, ReasonNoChildren}},
		{"Asked", "There", []Reason{ReasonNew, ReasonAsked}},
		{"v1.2", "v1_2-x" + newNode("v1.2", nil).hash(), []Reason{ReasonNew, ReasonRefused}},
		{long, strings.Repeat("l", maxName-7) + "-" + newNode(long, nil).hash(), []Reason{ReasonNew, ReasonLong}},
	} {
		var all []Folder
		for _, other := range []string{"Posteingang", "Gesendet=sent", "Postausgang=outbox", "A*B", "#a", "~a", "Plain", "plain",
			"Box", "[Gmail]", "Flat>x", "Asked", "v1.2", long} {
			all = append(all, f(other))
		}
		got := Map(all, server, Options{Rename: map[string]string{"asked": "There"}})
		i := slices.IndexFunc(all, func(x Folder) bool { return cmp.Equal(x, f(tt.folder)) })
		if got[i].Mailbox != tt.mailbox || !slices.Equal(got[i].Reasons, tt.why) {
			t.Errorf("%s: %s because of %q, want %s because of %q", tt.folder, got[i].Mailbox, got[i].Reasons, tt.mailbox, tt.why)
		}
		if plain := got[i].Mailbox == tt.folder; plain != got[i].Plain() {
			t.Errorf("%s: plain is %v", tt.folder, got[i].Plain())
		}
	}
}

// Every reason can be said.
func TestReasonsHaveWords(t *testing.T) {
	for _, r := range []Reason{ReasonExists, ReasonNew, ReasonRole, ReasonGuessed, ReasonOutbox, ReasonAsked, ReasonCleaned,
		ReasonClash, ReasonLong, ReasonNoMail, ReasonNoChildren, ReasonRefused} {
		if r.String() == "" {
			t.Errorf("%q has no words", string(r))
		}
	}
}

// refusing is a server that creates no mailbox with certain characters in any
// level. It answers like one that checks the whole name at once.
func refusing(s *Server, folders []Folder, o Options, bad string) ([]Target, int) {
	for round := 0; ; round++ {
		targets := Map(folders, *s, o)
		refused := 0
		for _, name := range Mailboxes(targets) {
			if strings.ContainsAny(strings.TrimPrefix(name, s.Prefix), bad) {
				s.Refuse(name)
				refused++
			}
		}
		if refused == 0 || round == 30 {
			return targets, refused
		}
	}
}

// What a server refuses gets another name, and a later run that asks for nothing
// finds what the first one made.
func TestRefusedNames(t *testing.T) {
	folders := []Folder{f("v1.2"), f("v1.2>sub"), f("v1_2"), f("x.y>deep>end"), f("plain>a.b"), f("plain")}
	s := Server{Delim: '/', Mailboxes: []Mailbox{{Name: "INBOX"}}}
	first, refused := refusing(&s, folders, Options{}, ".")
	if refused > 0 {
		t.Fatalf("still refused: %+v", first)
	}
	var names []string
	for _, target := range first {
		names = append(names, target.Mailbox)
	}
	hash := func(path ...string) string {
		var n *node
		for _, name := range path {
			n = newNode(name, n)
		}
		return "-x" + n.hash()
	}
	want := []string{"v1_2" + hash("v1.2"), "v1_2" + hash("v1.2") + "/sub", "v1_2", "x_y" + hash("x.y") + "/deep/end",
		"plain/a_b" + hash("plain", "a.b"), "plain"}
	for i, name := range names {
		// Where the cause lay above, a level below it may carry its hash too.
		if i != 3 && name != want[i] || i == 3 && !strings.HasPrefix(name, "x_y"+hash("x.y")+"/deep") {
			t.Errorf("%v is %q, want %q", folders[i].Path, name, want[i])
		}
	}
	later := Server{Delim: '/', Mailboxes: []Mailbox{{Name: "INBOX"}}}
	for _, name := range Mailboxes(first) {
		later.Mailboxes = append(later.Mailboxes, Mailbox{Name: name})
	}
	for i, target := range Map(folders, later, Options{}) {
		if target.Mailbox != names[i] || target.Create {
			t.Errorf("%v: later %q (create %v), first %q", folders[i].Path, target.Mailbox, target.Create, names[i])
		}
	}
}

// A folder without items whose mailbox is only a place for others keeps it: it
// must not move when the first run made what lies below.
func TestEmptyFolderAboveOthers(t *testing.T) {
	folders := []Folder{{Path: []string{"Calendar"}}, f("Calendar>Mail")}
	server := Server{Delim: '/', Mailboxes: []Mailbox{{Name: "INBOX"}, {Name: "Calendar", NoSelect: true}, {Name: "Calendar/Mail"}}}
	for i, target := range Map(folders, server, Options{}) {
		if want := []string{"Calendar", "Calendar/Mail"}[i]; target.Mailbox != want || target.Create {
			t.Errorf("%+v, want %s", target, want)
		}
	}
}

// Of two folders that are named like Outlook's, the one with mail in it is it.
func TestGuessPrefersItems(t *testing.T) {
	folders := []Folder{{Path: []string{"Sent Items"}}, f("Gesendete Elemente")}
	got := Map(folders, dovecot, Options{})
	if got[0].Mailbox != "Sent Items" || got[0].Guessed || got[1].Mailbox != "Sent" || !got[1].Guessed {
		t.Errorf("got %+v", got)
	}
}

func TestMailboxes(t *testing.T) {
	folders := []Folder{f("A>B"), f("A"), f("Drafts=drafts"), f("Outbox=outbox"), f("Inbox")}
	want := []string{"A", "A/B", "Drafts"}
	if diff := cmp.Diff(want, Mailboxes(Map(folders, dovecot, Options{}))); diff != "" {
		t.Errorf("mailboxes (-want +got):\n%s", diff)
	}
}

// Long names and deep trees stay below the limit and apart.
func TestMapLongNames(t *testing.T) {
	long := strings.Repeat("ab 日本", 60)
	deep := []string{"A", long + "1", "B", long + "2", "C", "D"}
	folders := []Folder{
		{Path: []string{long + "x"}}, {Path: []string{long + "y"}},
		{Path: deep}, {Path: deep[:4]}, {Path: deep[:3]},
	}
	for range 100 {
		deep = append(deep[:len(deep):len(deep)], "level")
		folders = append(folders, Folder{Path: deep})
	}
	got := Map(folders, courier, Options{})
	for _, target := range got {
		if n := nameLen(target.Mailbox); n > maxName {
			t.Errorf("%q has %d bytes", target.Mailbox, n)
		}
	}
	if !got[0].Cleaned || !strings.Contains(got[0].Why(), "too long") {
		t.Errorf("nothing tells that the name was cut: %+v", got[0])
	}
	checkPlan(t, folders, courier, Options{})
}
