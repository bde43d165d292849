package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/bench"
)

// helper makes the test binary a reader: one that prints counts after a lot else,
// or fails when it is asked for folders.
const helper = "PST2IMAP_BENCH_HELPER"

func TestMain(m *testing.M) {
	if os.Getenv(helper) == "" {
		os.Exit(m.Run())
	}
	if os.Args[1] != "read" {
		fmt.Fprintln(os.Stderr, "cannot do that")
		os.Exit(3)
	}
	fmt.Println("a remark")
	fmt.Println(bench.Counts{Messages: 7, Hashed: 1 << 40})
	os.Exit(0)
}

func TestContest(t *testing.T) {
	t.Setenv(helper, "1")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	readers := []reader{{ours, []string{os.Args[0]}}, {gopst, []string{os.Args[0]}}}
	rs, err := hold(&log, contest{"title", "read", file, 2, readers})
	if err != nil {
		t.Fatal(err)
	}
	if len(rs) != 2 || rs[0].reader != ours || rs[1].reader != gopst {
		t.Fatalf("%v", rs)
	}
	for _, r := range rs {
		if r.wall <= 0 || r.counts.Messages != 7 || r.counts.Hashed != 1<<40 {
			t.Errorf("%+v", r)
		}
		if runtime.GOOS == "linux" && r.rss < 1<<20 {
			t.Errorf("%d bytes resident", r.rss)
		}
	}
	turns := regexp.MustCompile(`round \d: \S+`).FindAllString(log.String(), -1)
	if want := []string{"round 1: pst2imap", "round 1: go-pst", "round 2: pst2imap", "round 2: go-pst"}; !slices.Equal(turns, want) {
		t.Errorf("turns %q, want %q", turns, want)
	}
	_, err = hold(&log, contest{"title", "folders", file, 2, readers[:1]})
	if err == nil || !strings.Contains(err.Error(), "cannot do that") {
		t.Errorf("error %v, want what the reader said", err)
	}
}

func TestMedian(t *testing.T) {
	wall := func(s sample) time.Duration { return s.wall }
	for _, c := range []struct {
		in   []time.Duration
		want time.Duration
	}{
		{[]time.Duration{7}, 7},
		{[]time.Duration{9, 1, 5}, 5},
		{[]time.Duration{4, 1, 3, 2}, 2},
	} {
		var all []sample
		for _, d := range c.in {
			all = append(all, sample{wall: d})
		}
		if got := median(all, wall); got != c.want {
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

// TestGoals has results on both sides of each kind of goal.
func TestGoals(t *testing.T) {
	one, two := &contest{title: "one"}, &contest{title: "two"}
	rs := results{
		{contest: one, reader: ours, wall: time.Second, rss: 30 << 20},
		{contest: one, reader: gopst, wall: 6 * time.Second},
		{contest: two, reader: ours, rss: 50 << 20},
	}
	for _, c := range []struct {
		g    goal
		want string
	}{
		{rs.times("one", gopst, 5), "met"},
		{rs.times("one", gopst, 7), "**missed**"},
		{rs.times("one", pypff, 5), "not measured"},
		{rs.megabytes("one", 30), "met"},
		{rs.megabytes("one", 29), "**missed**"},
		{rs.megabytes("three", 29), "not measured"},
		{rs.apart("one", "two", 20), "met"},
		{rs.apart("one", "two", 19), "**missed**"},
	} {
		if got := c.g.verdict(); got != c.want {
			t.Errorf("%s, measured %q: %s, want %s", c.g.text, c.g.got, got, c.want)
		}
	}
}

func TestStarved(t *testing.T) {
	c := &contest{title: "read", work: "read", readers: make([]reader, 2)}
	got := results{
		{contest: c, reader: ours, wall: 10 * time.Second, cpu: 12 * time.Second},
		{contest: c, reader: gopst, wall: 10 * time.Second, cpu: 5 * time.Second},
	}
	if s := got.starved(2); len(s) != 1 || !strings.Contains(s[0], "1.2 of 2") {
		t.Errorf("%q", s)
	}
	got[0].cpu = 16 * time.Second
	if s := got.starved(2); len(s) != 0 {
		t.Errorf("%q for a reader that had its processors", s)
	}
}

func TestTable(t *testing.T) {
	c := &contest{title: "read"}
	rs := results{
		{contest: c, reader: ours, wall: 100 * time.Millisecond, counts: bench.Counts{Messages: 3}},
		{contest: c, reader: gopst, wall: 12 * time.Second},
	}
	got := table(rs, []goal{{text: "fast", got: "120×", met: true, judged: true}})
	for _, want := range []string{"| read | pst2imap | 0.100 s |  |", "| 3 |", "|  | go-pst v6.0.2 | 12.0 s | 120.0× |", "| fast | 120× | met |"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
