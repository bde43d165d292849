package report_test

import (
	"testing"

	"github.com/pst2imap/pst2imap/internal/report"
)

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 copies", 1: "1 copy", 2: "2 copies", 48_213: "48,213 copies", -1: "-1 copies"} {
		if got := report.Count(n, "copy", "copies"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
