package bench_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pst2imap/pst2imap/bench"
)

// Results of one target leave those of another alone.
func TestReplaceResults(t *testing.T) {
	const other = "<!-- results: make bench-that -->\ntheirs\n<!-- end of results -->\n"
	const begin, end = "<!-- results: make bench-it -->\n", "<!-- end of results -->\n"
	path := filepath.Join(t.TempDir(), "README.md")
	if err := os.WriteFile(path, []byte(other+"before\n"+begin+"old\n"+end+"after\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := bench.ReplaceResults(path, "bench-it", "new\n"); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); string(got) != other+"before\n"+begin+"new\n"+end+"after\n" {
		t.Errorf("%s", got)
	}
	if err := os.WriteFile(path, []byte("no place\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := bench.ReplaceResults(path, "bench-it", "new\n"); err == nil {
		t.Error("no error for a text without a place")
	}
	if got, _ := os.ReadFile(path); string(got) != "no place\n" {
		t.Errorf("the text was changed to %q", got)
	}
}
