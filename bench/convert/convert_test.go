package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestFloor makes the files that another tree had.
func TestFloor(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	for name, size := range map[string]int{"index": 10, "a b/one.eml": 0, "a b/c/two.eml": 3<<20 + 1} {
		path := filepath.Join(from, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := emptied(from)
	if err != nil || len(want.files) != 3 || want.bytes != 3<<20+11 {
		t.Fatalf("%+v, %v", want, err)
	}
	list := filepath.Join(t.TempDir(), "list")
	if err := want.save(list); err != nil {
		t.Fatal(err)
	}
	if err := floor(list, to); err != nil {
		t.Fatal(err)
	}
	if got, err := emptied(to); err != nil || !slices.Equal(got.files, want.files) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if got, err := emptied(to); err != nil || got.bytes != 0 {
		t.Errorf("%d bytes are left, %v", got.bytes, err)
	}
}

func TestListStaysInside(t *testing.T) {
	list := filepath.Join(t.TempDir(), "list")
	if err := (tree{files: []entry{{"../out", 1}}}).save(list); err != nil {
		t.Fatal(err)
	}
	if err := floor(list, t.TempDir()); err == nil {
		t.Error("a file outside of the folder was made")
	}
}

func TestTables(t *testing.T) {
	r := result{work: work{title: sample, stages: true}, size: 100 << 20, by: map[string]measured{
		ours:    {wall: time.Second, rss: 149 << 20, files: 5, bytes: 7 << 20},
		readpst: {wall: 2500 * time.Millisecond},
		convert: {wall: 500 * time.Millisecond},
	}}
	large := result{work: work{title: attachment}, by: map[string]measured{ours: {wall: 1, rss: 150 << 20}, readpst: {wall: 1}}}
	all := []result{r, large}
	for got, want := range map[string]string{
		table(all):      "| enron.pst, 28 MB | pst2imap export | 1.000 s |  | 0.000 s | 149.0 MB | 5 | 7 MB |\n|  | readpst -D -e | 2.500 s | 2.50× |",
		stageTable(all): "| enron.pst, 28 MB | – | 200 | 100 | 40 | – |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	var verdicts []string
	for _, g := range goalsOf(all) {
		verdicts = append(verdicts, g.Verdict())
	}
	if want := []string{"**missed**", "met", "**missed**"}; !slices.Equal(verdicts, want) {
		t.Errorf("%q, want %q", verdicts, want)
	}
}
