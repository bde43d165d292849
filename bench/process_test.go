package bench

import (
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	wall := func(s Sample) time.Duration { return s.Wall }
	for _, c := range []struct {
		in   []time.Duration
		want time.Duration
	}{
		{[]time.Duration{7}, 7},
		{[]time.Duration{9, 1, 5}, 5},
		{[]time.Duration{4, 1, 3, 2}, 2},
	} {
		var all []Sample
		for _, d := range c.in {
			all = append(all, Sample{Wall: d})
		}
		if got := Median(all, wall); got != c.want {
			t.Errorf("median of %v is %v, want %v", c.in, got, c.want)
		}
	}
}

func TestTail(t *testing.T) {
	var out tail
	for range 10_000 {
		_, _ = out.Write([]byte("a line for each message\n")) // never fails
	}
	_, _ = out.Write([]byte(`{"messages":1}` + "\n"))
	if got := string(out.lastLine()); got != `{"messages":1}` {
		t.Errorf("last line %q", got)
	}
	if len(out.b) > 3*tailSize {
		t.Errorf("%d bytes are kept", len(out.b))
	}
}
