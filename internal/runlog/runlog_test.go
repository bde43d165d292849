package runlog_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/runlog"
)

func read(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func open(t *testing.T, dir string) *runlog.Log {
	t.Helper()
	l, err := runlog.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// Every line is one line with its time, whatever is in it, and runs follow each other.
func TestLines(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "job")
	l := open(t, dir)
	l.Printf("begin %d", 1)
	l.Printf("a\r\nb\x1b[2J\u202ec\xff%s", strings.Repeat("ü", 5000))
	l.Close()
	l.Printf("after the end")
	open(t, dir).Printf("begin 2")
	lines := strings.Split(strings.TrimSuffix(read(t, dir, runlog.Name), "\n"), "\n")
	form := regexp.MustCompile(`^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ [^\x00-\x1f\x7f]+$`)
	if len(lines) != 3 || !strings.HasSuffix(lines[0], " begin 1") || !strings.Contains(lines[1], "a  b [2J c?ü") || len(lines[1]) > 2100 || !strings.HasSuffix(lines[2], " begin 2") {
		t.Errorf("got %.200q", lines)
	}
	for _, line := range lines {
		if !form.MatchString(line) {
			t.Errorf("got %.200q", line)
		}
	}
	(*runlog.Log)(nil).Printf("nobody")
	(*runlog.Log)(nil).Close()
}

// However much is written, two files of a bounded size have the end of it.
func TestBounded(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	const n = 5000
	for i := range n {
		l.Printf("line %d %s", i, strings.Repeat("x", 900))
		if i == n/2 { // as another run would
			l.Close()
			l = open(t, dir)
		}
	}
	l.Close()
	all := read(t, dir, runlog.OlderName) + read(t, dir, runlog.Name)
	for _, name := range []string{runlog.Name, runlog.OlderName} {
		if size := len(read(t, dir, name)); size > runlog.MaxSize || size == 0 {
			t.Errorf("%s has %d bytes", name, size)
		}
	}
	last := -1
	for line := range strings.Lines(all) {
		var at string
		var i int
		if _, err := fmt.Sscanf(line, "%s line %d", &at, &i); err != nil || last >= 0 && i != last+1 {
			t.Fatalf("%.60q after %d", line, last)
		}
		last = i
	}
	if last != n-1 {
		t.Errorf("the last line is %d", last)
	}
}
