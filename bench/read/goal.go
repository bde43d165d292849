package main

import (
	"fmt"
	"slices"

	"github.com/pst2imap/pst2imap/bench"
)

// results of all contests.
type results []result

// find gives what a reader has done in a contest.
func (rs results) find(title, reader string) (result, bool) {
	i := slices.IndexFunc(rs, func(r result) bool { return r.contest.title == title && r.reader == reader })
	if i < 0 {
		return result{}, false
	}
	return rs[i], true
}

// times is a goal of speed: so many times faster than another reader.
func (rs results) times(title, other string, least float64) bench.Goal {
	g := bench.Goal{Text: fmt.Sprintf("%s: at least %g× as fast as %s", title, least, other)}
	a, okA := rs.find(title, ours)
	b, okB := rs.find(title, other)
	if !okA || !okB || a.wall == 0 {
		return g
	}
	ratio := b.wall.Seconds() / a.wall.Seconds()
	g.Got, g.Met, g.Judged = fmt.Sprintf("%.1f×", ratio), ratio >= least, true
	return g
}

// megabytes is a goal of memory.
func (rs results) megabytes(title string, most int64) bench.Goal {
	g := bench.Goal{Text: fmt.Sprintf("%s: at most %d MB resident", title, most)}
	r, ok := rs.find(title, ours)
	if !ok || r.rss == 0 {
		return g
	}
	g.Got, g.Met, g.Judged = fmt.Sprintf("%.1f MB", bench.MB(r.rss)), r.rss <= most<<20, true
	return g
}

// apart is a goal of memory that does not grow with the file.
func (rs results) apart(one, other string, most int64) bench.Goal {
	g := bench.Goal{Text: fmt.Sprintf("%s and %s: at most %d MB apart", one, other, most)}
	a, okA := rs.find(one, ours)
	b, okB := rs.find(other, ours)
	if !okA || !okB || a.rss == 0 || b.rss == 0 {
		return g
	}
	d := max(a.rss, b.rss) - min(a.rss, b.rss)
	g.Got, g.Met, g.Judged = fmt.Sprintf("%.1f MB", bench.MB(d)), d <= most<<20, true
	return g
}

// starved lists contests of speed in which our reader, which has work for every
// processor, did not get them because the machine was busy with something else.
func (rs results) starved(processors int) []string {
	var out []string
	for _, r := range rs {
		got := r.cpu.Seconds() / r.wall.Seconds()
		if r.reader == ours && r.contest.work == "read" && len(r.contest.readers) > 1 && got < 0.75*float64(processors) {
			out = append(out, fmt.Sprintf("%s: %s had %.1f of %d processors", r.contest.title, ours, got, processors))
		}
	}
	return out
}
