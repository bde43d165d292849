package testneed

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// recorder stands in for a test and notes how it ended.
type recorder struct {
	testing.TB
	outcome string
}

func (r *recorder) Helper() {}

func (r *recorder) Fatalf(format string, args ...any) {
	r.outcome = "failed: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Skipf(format string, args ...any) {
	r.outcome = "skipped: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func outcome(t *testing.T, tool string) string {
	return ending(t, func(r testing.TB) { Tool(r, tool) })
}

func ending(t *testing.T, need func(testing.TB)) string {
	r := &recorder{TB: t, outcome: "found"}
	done := make(chan struct{})
	go func() {
		defer close(done)
		need(r)
	}()
	<-done
	return r.outcome
}

func TestTool(t *testing.T) {
	const missing = "no-such-program-anywhere"
	t.Setenv(NoSkip, "")
	if got := outcome(t, "go"); got != "found" {
		t.Errorf("go: %s, want found", got)
	}
	if got := outcome(t, missing); len(got) < 7 || got[:7] != "skipped" {
		t.Errorf("missing tool: %q, want a skip", got)
	}
	t.Setenv(NoSkip, "1")
	if got := outcome(t, missing); len(got) < 6 || got[:6] != "failed" {
		t.Errorf("missing tool without skipping: %q, want a failure", got)
	}
}

func TestPython(t *testing.T) {
	Tool(t, "/usr/bin/python3")
	for _, tc := range []struct{ modules, noSkip, want string }{
		{"json,re", "", "found"}, {"json,no_such_module", "", "skipped"}, {"json,no_such_module", "1", "failed"},
	} {
		t.Setenv(NoSkip, tc.noSkip)
		if got := ending(t, func(r testing.TB) { Python(r, tc.modules) }); !strings.HasPrefix(got, tc.want) {
			t.Errorf("%s with %s=%q: %q, want %s", tc.modules, NoSkip, tc.noSkip, got, tc.want)
		}
	}
}
