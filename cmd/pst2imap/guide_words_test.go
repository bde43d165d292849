package main

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/discover"
)

func TestTypedPath(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	for typed, want := range map[string]string{
		`mail.pst`:                            `mail.pst`,
		`  mail.pst  `:                        `mail.pst`,
		`"C:\Users\Anna Maier\Mail\anna.pst"`: `C:\Users\Anna Maier\Mail\anna.pst`,
		`'/home/anna/my mail.pst'`:            `/home/anna/my mail.pst`,
		`& 'D:\old mail.pst'`:                 `D:\old mail.pst`,
	} {
		if got := typedPath(typed); got != want {
			t.Errorf("%s is %s, want %s", typed, got, want)
		}
	}
	if runtime.GOOS == "windows" {
		return
	}
	for typed, want := range map[string]string{
		`/home/anna/my\ mail.pst`: `/home/anna/my mail.pst`,
		`/a\\b.pst`:               `/a\b.pst`,
		`~/mail.pst`:              home + "/mail.pst",
	} {
		if got := typedPath(typed); got != want {
			t.Errorf("%s is %s, want %s", typed, got, want)
		}
	}
}

func TestNumbersOf(t *testing.T) {
	for text, want := range map[string][]int{"1": {0}, "1,3": {0, 2}, "3 1": {2, 0}, "1; 2": {0, 1}} {
		if got, err := numbersOf(text, 3); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "4", "1,4", "-1", "mail.pst", ", ,", "99999999999999999999"} {
		if got, err := numbersOf(text, 3); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

// What a person copies from the screen is taken by a shell as it was meant.
func TestShellWords(t *testing.T) {
	got := shellWords([]string{"migrate", "--user", "anna@example.org", "--", "/home/anna/Outlook Files/it's.pst"})
	want := `migrate --user anna@example.org -- '/home/anna/Outlook Files/it'\''s.pst'`
	if runtime.GOOS == "windows" {
		want = `migrate --user anna@example.org -- "/home/anna/Outlook Files/it's.pst"`
	}
	if got != want {
		t.Errorf("%s", got)
	}
}

func TestReadLine(t *testing.T) {
	r := strings.NewReader("  anna\x1b[D@example.org\t\r\nnext\n\n")
	for _, want := range []string{"anna[D@example.org", "next", ""} {
		if got, err := readLine(r); err != nil || got != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	if _, err := readLine(r); err == nil {
		t.Error("the end of the input is taken for an answer")
	}
}

// What was not chosen is named, unless it is a copy of what a server has.
func TestTakeFiles(t *testing.T) {
	t.Chdir("../../testdata")
	demo := func(dir string) string {
		path := dir + "/demo.pst"
		b, err := os.ReadFile("demo.pst")
		if err == nil {
			err = os.WriteFile(path, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	a, b, c, typed := demo(t.TempDir()), demo(t.TempDir()), demo(t.TempDir()), demo(t.TempDir())
	g := &guide{scanned: &discover.Result{Files: []discover.File{
		{Path: a, Kind: discover.KindPOP}, {Path: b, Kind: discover.KindArchive}, {Path: "unreadable.pst", Error: "x"}, {Path: c, Kind: discover.KindCache},
	}}}
	for _, tt := range []struct {
		text        string
		files, left []string
	}{
		{"", []string{a}, []string{b}},
		{"1,2", []string{a, b}, nil},
		{"2 3", []string{b, c}, []string{a}},
		{typed, []string{typed}, []string{a, b}},
	} {
		if err := g.takeFiles(tt.text); err != nil || !slices.Equal(g.files, tt.files) || !slices.Equal(g.left, tt.left) {
			t.Errorf("%q: %v, takes %q and leaves %q", tt.text, err, g.files, g.left)
		}
	}
	if err := g.takeFiles("nothing.pst"); err == nil {
		t.Error("a file that is not there is taken")
	}
}
