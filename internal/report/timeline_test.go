package report_test

import (
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/report"
)

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// A run of a week takes no more room than one of a minute, and no stage's first or
// last moment is lost, nor the order.
func TestTimeline(t *testing.T) {
	var line report.Timeline
	line.Add(0, "a", 0, 0)
	line.Add(5*time.Millisecond, "a", 7, 70)
	for i := range 500_000 {
		line.Add(time.Duration(i)*1200*time.Millisecond+time.Second, "b", i, int64(i))
	}
	line.Add(seconds(700_000), "c", 1, 1)
	line.Add(seconds(700_000)+time.Millisecond, "c", 2, 2)
	got := line.Samples()
	if len(got) > 260 || len(got) < 100 {
		t.Fatalf("%d samples", len(got))
	}
	if got[0].Items != 0 || got[1].Items != 7 || got[2].Stage != "b" || got[2].Items != 0 {
		t.Errorf("begins with %+v", got[:3])
	}
	end := got[len(got)-3:]
	if end[0].Stage != "b" || end[0].Items != 499_999 || end[2].Items != 2 {
		t.Errorf("ends with %+v", end)
	}
	for i := 1; i < len(got); i++ {
		if got[i].At < got[i-1].At {
			t.Fatalf("%v after %v", got[i], got[i-1])
		}
	}
}
