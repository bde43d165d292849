package plan

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"
)

func TestSelectionFolders(t *testing.T) {
	paths := []string{"Inbox", "Inbox/Projects", "Inbox/Projects/Old", "Projects", "Sent Items"}
	for _, tt := range []struct {
		what string
		o    SelectionOptions
		want string // what is left
	}{
		{"nothing said", SelectionOptions{}, "Inbox Inbox/Projects Inbox/Projects/Old Projects Sent Items"},
		{"one folder, any case", SelectionOptions{Folders: []string{"inbox"}}, "Inbox"},
		{"with what is below", SelectionOptions{FoldersBelow: []string{"Inbox/projects/"}}, "Inbox/Projects Inbox/Projects/Old"},
		{"both add up", SelectionOptions{Folders: []string{"Sent Items"}, FoldersBelow: []string{"Projects"}}, "Projects Sent Items"},
		{"include finds anywhere", SelectionOptions{Include: []string{"Projects"}}, "Inbox/Projects Inbox/Projects/Old Projects"},
		{"include anchored", SelectionOptions{Include: []string{"^Projects$", "^S"}}, "Projects Sent Items"},
		{"exclude", SelectionOptions{Exclude: []string{"Projects"}}, "Inbox Sent Items"},
		{"exclude wins", SelectionOptions{Folders: []string{"Inbox"}, FoldersBelow: []string{"Inbox/Projects"}, Exclude: []string{"/Old$"}},
			"Inbox Inbox/Projects"},
		{"no such folder", SelectionOptions{Folders: []string{"None"}}, ""},
	} {
		s, err := NewSelection(tt.o)
		if err != nil {
			t.Errorf("%s: %v", tt.what, err)
			continue
		}
		var got []string
		for _, p := range paths {
			switch out := s.Folder(strings.Split(p, "/")); out {
			case "":
				got = append(got, p)
			case OutFolder:
			default:
				t.Errorf("%s: %s is left out for %q", tt.what, p, out)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q, want %q", tt.what, got, tt.want)
		}
		if all := tt.what == "nothing said"; s.Everything() != all {
			t.Errorf("%s: everything is %v", tt.what, s.Everything())
		}
	}
}

func TestSelectionItems(t *testing.T) {
	now := time.Date(2020, 6, 15, 12, 0, 0, 0, time.UTC)
	days := func(n float64) time.Time { return now.Add(-time.Duration(n * 24 * float64(time.Hour))) }
	for _, tt := range []struct {
		o    SelectionOptions
		size int64
		date time.Time
		want string
	}{
		{SelectionOptions{}, 1 << 40, time.Time{}, ""},
		{SelectionOptions{MaxSize: 1000}, 999, now, ""},
		{SelectionOptions{MaxSize: 1000}, 1000, now, OutSize},
		{SelectionOptions{MinSize: 1000}, 1000, now, OutSize},
		{SelectionOptions{MinSize: 1000}, 1001, now, ""},
		{SelectionOptions{MaxAge: 10}, 1, days(9.9), ""},
		{SelectionOptions{MaxAge: 10}, 1, days(10.1), OutAge},
		{SelectionOptions{MinAge: 10}, 1, days(9.9), OutAge},
		{SelectionOptions{MinAge: 10}, 1, days(10.1), ""},
		{SelectionOptions{MinAge: 0.5}, 1, days(0.4), OutAge},
		{SelectionOptions{MinAge: 10, MaxAge: 20}, 1, days(5), OutAge},
		{SelectionOptions{MinAge: 10, MaxAge: 20}, 1, days(15), ""},
		{SelectionOptions{MinAge: 10, MaxAge: 20}, 1, days(25), OutAge},
		{SelectionOptions{MinAge: 20, MaxAge: 10}, 1, days(5), ""},
		{SelectionOptions{MinAge: 20, MaxAge: 10}, 1, days(15), OutAge},
		{SelectionOptions{MinAge: 20, MaxAge: 10}, 1, days(25), ""},
		{SelectionOptions{MaxAge: 10}, 1, time.Time{}, ""},
		{SelectionOptions{MinAge: 10}, 1, days(-3), OutAge}, // of tomorrow
	} {
		tt.o.Now = now
		s, err := NewSelection(tt.o)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Item(tt.size, tt.date); got != tt.want {
			t.Errorf("%+v: %d bytes of %v: %q, want %q", tt.o, tt.size, tt.date, got, tt.want)
		}
	}
}

func TestSelectionNone(t *testing.T) {
	var s *Selection
	if s.Folder([]string{"A"}) != "" || s.Items() != "" || s.Item(1, time.Time{}) != "" || !s.Everything() || s.Missing(nil) != nil {
		t.Error("no selection leaves something out")
	}
	s, err := NewSelection(SelectionOptions{FoldersOnly: true})
	if err != nil || s.Items() != OutItems || s.Everything() {
		t.Errorf("only folders: %q, %v", s.Items(), err)
	}
	for _, o := range []SelectionOptions{{Include: []string{"("}}, {Exclude: []string{"[a"}}, {MaxSize: -1}, {MinAge: -1}} {
		if _, err := NewSelection(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

func TestSelectionMissing(t *testing.T) {
	s, err := NewSelection(SelectionOptions{Folders: []string{"inbox", "Imbox"}, FoldersBelow: []string{"X", "Y/", "Z"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(s.Missing([][]string{{"Inbox"}, {"X", "below"}, {"Y"}})); got != "[Imbox Z]" {
		t.Errorf("missing are %s", got)
	}
}

func TestParseRename(t *testing.T) {
	paths := [][]string{{"Inbox"}, {"A"}, {"K=V"}, {"K=V", "c"}, {"X/Y"}}
	got, err := ParseRename([]string{"inbox=INBOX", "A=C=D", "k=v=E", "K=V/c=F", "x/y=/Z/"}, paths)
	want := map[string]string{"inbox": "INBOX", "A": "C=D", "k=v": "E", "K=V/c": "F", "x/y": "/Z/"}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	for arg, want := range map[string]string{
		"Inbox": "not of the form", "Imbox=INBOX": `no folder "Imbox"`, "A=": "names no mailbox", "A=/ /": "names no mailbox", "=B": `no folder ""`,
	} {
		if _, err := ParseRename([]string{arg}, paths); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", arg, err)
		}
	}
	if _, err := ParseRename([]string{"A=1", "a=2"}, paths); err == nil {
		t.Error("a folder is renamed to two mailboxes")
	}
	if m, err := ParseRename(nil, paths); m != nil || err != nil {
		t.Errorf("nothing became %v, %v", m, err)
	}
}
