package backup

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// However many folders are written to in turn or at once, few are open: those
// in use, and of the others as many as there is room for. What was in a folder
// before is known when it is opened again.
func TestFewFoldersAreOpen(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "0"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "0", "earlier.eml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	tr := newTree(root)
	t.Cleanup(func() { _ = root.Close() })
	use := func(n int) *folder {
		f, err := tr.at(fmt.Sprint(n))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	inTurn := func(from, to int) {
		t.Helper()
		for n := range to - from {
			f := use(from + n)
			if f.used != (from+n == 0) {
				t.Errorf("folder %d had files before: %v", from+n, f.used)
			}
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(from+n), "x.eml"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			tr.done(f)
		}
	}
	check := func(want int) {
		t.Helper()
		open := 0
		for _, f := range tr.folders {
			if f.root != nil {
				open++
			}
		}
		if open != want || tr.open != want {
			t.Errorf("%d folders are open, counted as %d, want %d", open, tr.open, want)
		}
	}
	inTurn(0, 10*mostOpen)
	inTurn(0, 10*mostOpen)
	check(mostOpen)
	const writers = mostOpen + 5
	var busy []*folder
	for n := range writers {
		busy = append(busy, use(n))
	}
	check(writers)
	for _, f := range busy {
		if f.root == nil {
			t.Error("a folder was closed that is written to")
		}
		tr.done(f)
	}
	inTurn(10*mostOpen, 10*mostOpen+1)
	check(mostOpen)
	if err := tr.leave(fmt.Sprint(10 * mostOpen)); err != nil {
		t.Fatal(err)
	}
	check(mostOpen - 1)
	if err := tr.close(); err != nil {
		t.Fatal(err)
	}
	check(0)
}
