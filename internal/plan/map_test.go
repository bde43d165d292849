package plan

import (
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
		Options{}, []string{"A", "A>B", "S=sent"}, []string{"+A (2)", "+A (2)/B", "+Sent Items"}},
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
				if target.Folder != i || target.Why == "" {
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
	folders := []Folder{f("Posteingang"), f("A*B"), f("Plain"), f("Postausgang=outbox"), {}}
	want := []Target{
		{Folder: 0, Mailbox: "INBOX", Role: RoleInbox, Guessed: true, Why: "role guessed from the name; the inbox"},
		{Folder: 1, Mailbox: "A_B", Create: true, Cleaned: true,
			Why: "new mailbox; the server cannot take the name as it is"},
		{Folder: 2, Mailbox: "Plain", Create: true, Why: "new mailbox"},
		{Folder: 3, Mailbox: "Drafts", Role: RoleOutbox, Create: true, Why: "unsent mail goes to the drafts: new drafts mailbox"},
		{Folder: 4, Mailbox: "Top of Outlook data file", Create: true, Why: "new mailbox"},
	}
	if diff := cmp.Diff(want, Map(folders, dovecot, Options{})); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
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
		if n := utf7Len(target.Mailbox); n > maxName {
			t.Errorf("%q has %d bytes", target.Mailbox, n)
		}
	}
	if !got[0].Cleaned || !strings.Contains(got[0].Why, "too long") {
		t.Errorf("nothing tells that the name was cut: %+v", got[0])
	}
	checkPlan(t, folders, courier, Options{})
}
