package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest"
)

func TestContest(t *testing.T) {
	times := map[string][]time.Duration{"a": {9, 1, 5}, "b": {4, 8}}
	who := func(name string, most int, scale float64) contender {
		return contender{name: name, most: most, times: scale, do: func() (sample, error) {
			d := times[name][0]
			times[name] = times[name][1:]
			return sample{wall: d, rss: int64(d)}, nil
		}}
	}
	var log strings.Builder
	c := contest{title: "race", rounds: 3, contenders: []contender{who("a", 0, 0), who("b", 2, 10)}}
	rs, err := hold(&rig{ctx: context.Background()}, &log, []contest{c, {title: "other"}}, "race")
	if err != nil || len(rs) != 2 {
		t.Fatal(rs, err)
	}
	if rs[0].wall != 5 || rs[0].rss != 9 || rs[1].wall != 40 {
		t.Errorf("%+v", rs)
	}
	turns := regexp.MustCompile(`round \d: \S+`).FindAllString(log.String(), -1)
	if want := []string{"round 1: a", "round 1: b", "round 2: a", "round 2: b", "round 3: a"}; !slices.Equal(turns, want) {
		t.Errorf("turns %q", turns)
	}
	c.contenders[0].do = func() (sample, error) { return sample{}, errors.New("broken") }
	if _, err := hold(&rig{ctx: context.Background()}, &log, []contest{c}, ""); err == nil || !strings.Contains(err.Error(), "race: a: broken") {
		t.Errorf("got %v", err)
	}
}

// TestGoals has results on both sides of each kind of goal.
func TestGoals(t *testing.T) {
	rs := results{
		{sample{wall: time.Second, rss: 150 << 20}, loopback, ours},
		{sample{wall: 4 * time.Second}, loopback, mbsync},
		{sample{wall: 500 * time.Millisecond, cpu: time.Millisecond, server: time.Millisecond}, loopback, rawClient},
		{sample{wall: 900 * time.Millisecond, cpu: time.Millisecond}, loopback, convertOnly},
		{sample{wall: time.Second}, present, bareFetch},
		{sample{wall: 2 * time.Second}, present, identify},
		{sample{wall: 1400 * time.Millisecond}, present, withJournal},
		{sample{wall: 4 * time.Second}, present, withoutJournal},
	}
	again := rs.again(present)
	for _, c := range []struct {
		g    goal
		want string
	}{
		{rs.speed(loopback, ours, mbsync, 4), "met"},
		{rs.speed(loopback, ours, mbsync, 4.1), "**missed**"},
		{rs.speed(loopback, ours, doveadm, 4), "not measured"},
		{rs.pipeline(loopback), "met"},
		{rs.pipeline(present), "not measured"},
		{again[0], "met"},
		{again[1], "**missed**"},
		{rs.memory(), "met"},
		{results{}.memory(), "not measured"},
	} {
		if got := c.g.verdict(); got != c.want || c.g.missed() != (c.want == "**missed**") {
			t.Errorf("%s, measured %q: %s, want %s", c.g.text, c.g.got, got, c.want)
		}
	}
	text := table(rs, rs.goals(), ours)
	for _, want := range []string{"| loopback | pst2imap upload | 1.000 s |", "|  | mbsync | 4.000 s | 4.00× |", "| **missed** |"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// What stands for a test outside of one ends where a test would, and cleans up.
func TestBed(t *testing.T) {
	var cleaned []int
	err := onBed(func(b *bed) error {
		for i := range 2 {
			b.Cleanup(func() { cleaned = append(cleaned, i) })
		}
		if binary := func() string { b.Skipf("no %s", "server"); return "" }(); binary == "" {
			t.Error("it goes on")
		}
		return nil
	})
	if err == nil || err.Error() != "no server" || !slices.Equal(cleaned, []int{1, 0}) {
		t.Errorf("got %v, cleaned up %v", err, cleaned)
	}
	if err := onBed(func(*bed) error { return nil }); err != nil {
		t.Error(err)
	}
}

// store has rendered messages in two mailboxes.
func store(t *testing.T) string {
	dir := t.TempDir()
	w, err := newWriter(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		m := message{Mailbox: []string{"INBOX", "Work/A"}[i%2], Flags: []string{`\Seen`}, Date: time.Date(2024, 3, 5, 8, 9, 10, 0, time.UTC)}
		if err := w.add(m, []byte("X-Pst2imap-Id: 1\r\n"), strings.NewReader(fmt.Sprintf("Message-ID: <%d@x>\r\n\r\nbody\r\n", i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Every contender that is part of this program brings all messages to a real server.
func TestClients(t *testing.T) {
	dir := store(t)
	if files, _ := filepath.Glob(filepath.Join(dir, asMaildir, "Work/A/cur/*:2,S")); len(files) != 2 {
		t.Errorf("the Maildir has %q", files)
	}
	s := imaptest.Dovecot(t, imaptest.Users("b@example.org", "c@example.org"))
	for user, send := range map[string]func(task) (done, error){s.User: sendRaw, "b@example.org": sendRendered, "c@example.org": sendOneByOne} {
		at := s.As(t, user)
		a := account{at.Host, at.Port, at.User, at.Password}
		d, err := send(task{account: a, Store: dir, Sample: 5})
		if err != nil || d.Count != 5 || d.Bytes == 0 || d.Wall == 0 {
			t.Errorf("%s: %+v, %v", user, d, err)
		}
		n := at.Count(t, "INBOX")
		if user != "c@example.org" {
			n += at.Count(t, "Work/A")
		}
		if n != 5 {
			t.Errorf("%s has %d messages", user, n)
		}
		if d, err := fetchIndexAndMeta(task{account: a}); err != nil || d.Bytes < 5*100 {
			t.Errorf("%s: %d bytes fetched, %v", user, d.Bytes, err)
		}
	}
}

// The data file of large messages is one, and its messages can be converted.
func TestWriteLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large.pst")
	if err := writeLarge(path, 1<<20); err != nil {
		t.Fatal(err)
	}
	if n, err := messagesOf(path); err != nil || n != largeOnes+1 {
		t.Errorf("%d messages, %v", n, err)
	}
	d, err := convert(task{File: path})
	if err != nil || d.Count != largeOnes+1 || d.Bytes < 3<<20 {
		t.Errorf("%+v, %v", d, err)
	}
	if d, err := identifyAll(task{File: path}); err != nil || d.Count != largeOnes+1 {
		t.Errorf("%+v, %v", d, err)
	}
}

// The processor time of a process and those that it has started is known where /proc is.
func TestTreeTime(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("no /proc")
	}
	for start := time.Now(); time.Since(start) < 5*time.Second && treeTime(os.Getpid()) == 0; {
		_ = strings.Repeat("x", 1<<20)
	}
	if treeTime(os.Getpid()) == 0 {
		t.Error("this process has had no time")
	}
}
