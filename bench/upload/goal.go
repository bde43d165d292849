package main

import (
	"fmt"
	"runtime"
	"slices"
	"time"
)

// goal is a promise about the results and how it was kept.
type goal struct {
	text   string
	got    string
	met    bool
	judged bool // false where not everything was measured
}

func (g goal) missed() bool { return g.judged && !g.met }

func (g goal) verdict() string {
	switch {
	case !g.judged:
		return "not measured"
	case g.met:
		return "met"
	}
	return "**missed**"
}

// find gives what a contender has done in a contest.
func (rs results) find(title, name string) (result, bool) {
	i := slices.IndexFunc(rs, func(r result) bool { return r.title == title && r.name == name })
	if i < 0 {
		return result{}, false
	}
	return rs[i], true
}

// speed is a goal: at least so many times as fast as another contender of the same contest.
func (rs results) speed(title, who, other string, least float64) goal {
	g := goal{text: fmt.Sprintf("%s: %s at least %g× as fast as %s", title, who, least, other)}
	a, okA := rs.find(title, who)
	b, okB := rs.find(title, other)
	if okA && okB && a.wall > 0 {
		ratio := b.wall.Seconds() / a.wall.Seconds()
		g.got, g.met, g.judged = fmt.Sprintf("%.2f×", ratio), ratio >= least, true
	}
	return g
}

// within is a goal: at most so many times the given time.
func (rs results) within(title, who string, most float64, of string, d time.Duration) goal {
	g := goal{text: fmt.Sprintf("%s: %s within %g× of %s", title, who, most, of)}
	if a, ok := rs.find(title, who); ok && d > 0 {
		ratio := a.wall.Seconds() / d.Seconds()
		g.got, g.met, g.judged = fmt.Sprintf("%.2f×", ratio), ratio <= most, true
	}
	return g
}

// pipeline is the goal of the whole way from the data file to the server: what its two halves cost by themselves, side by side.
func (rs results) pipeline(title string) goal {
	return rs.within(title, ours, pipelineTimes, "raw client and conversion side by side", rs.sideBySide(title, rawClient))
}

// sideBySide is the least time that a contender and the conversion can take together: that of the longer one, and that of all
// processors at work. It is 0 where one of them was not measured.
func (rs results) sideBySide(title, contender string) time.Duration {
	other, ok := rs.find(title, contender)
	conversion, okConversion := rs.find(title, convertOnly)
	if !ok || !okConversion {
		return 0
	}
	all := other.cpu + other.server + conversion.cpu
	return max(other.wall, conversion.wall, all/time.Duration(runtime.NumCPU()))
}

// again is the goal of a run that finds everything there.
func (rs results) again(title string) []goal {
	fetch, _ := rs.find(title, bareFetch)
	walk, ok := rs.find(title, identify)
	both := fetch.wall + walk.wall
	if !ok {
		both = 0
	}
	return []goal{
		rs.within(title, withJournal, withJournalTimes, bareFetch, fetch.wall),
		rs.within(title, withoutJournal, withoutJournalTimes, bareFetch+" and "+identify, both),
	}
}

// memory is the goal that no upload takes more, whatever it uploads.
func (rs results) memory() goal {
	g := goal{text: fmt.Sprintf("no upload takes more than %d MB", mostMB)}
	var most int64
	for _, r := range rs {
		if slices.Contains([]string{ours, rescued, withJournal, withoutJournal}, r.name) {
			most = max(most, r.rss)
		}
	}
	if most > 0 {
		g.got, g.met, g.judged = fmt.Sprintf("%d MB", most>>20), most <= mostMB<<20, true
	}
	return g
}
