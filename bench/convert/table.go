package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/bench"
)

// table is what the programs did, in Markdown.
func table(all []result) string {
	var b strings.Builder
	b.WriteString("| export | program | time | to ours | processor time | peak memory | files | written |\n")
	b.WriteString("|---|---|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range all {
		title := r.title
		for _, name := range []string{ours, readpst, bare} {
			m := r.by[name]
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %d | %.0f MB |\n",
				title, name, bench.Seconds(m.wall), r.ratio(name), bench.Seconds(m.cpu), memory(m.rss), m.files, bench.MB(m.bytes))
			title = ""
		}
	}
	return b.String()
}

// memory is a size, or a dash where it was not measured.
func memory(n int64) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f MB", bench.MB(n))
}

// ratio tells how many times longer than ours something takes.
func (r result) ratio(name string) string {
	own := r.by[ours].wall
	if name == ours || own == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f×", r.by[name].wall.Seconds()/own.Seconds())
}

// stageTable has what each stage gets through, as megabytes of the data file in
// a second.
func stageTable(all []result) string {
	var b strings.Builder
	b.WriteString("| MB of the data file a second | read | read and convert | export | readpst | bare files |\n|---|--:|--:|--:|--:|--:|\n")
	for _, r := range all {
		if !r.stages {
			continue
		}
		fmt.Fprintf(&b, "| %s |", r.title)
		for _, name := range []string{reading, convert, ours, readpst, bare} {
			fmt.Fprintf(&b, " %s |", r.rate(r.by[name].wall))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (r result) rate(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f", bench.MB(r.size)/d.Seconds())
}

// goalsOf are the promises about the files that were exported.
func goalsOf(all []result) []bench.Goal {
	var out []bench.Goal
	for _, r := range all {
		own, other := r.by[ours], r.by[readpst]
		if r.title != attachment {
			g := bench.Goal{Text: fmt.Sprintf("%s: at least %d× as fast as readpst", r.title, times)}
			if own.wall > 0 && other.wall > 0 {
				ratio := other.wall.Seconds() / own.wall.Seconds()
				g.Got, g.Met, g.Judged = fmt.Sprintf("%.1f×", ratio), ratio >= times, true
			}
			out = append(out, g)
		}
		g := bench.Goal{Text: fmt.Sprintf("%s: less than %d MB resident", r.title, megabytes)}
		if own.rss > 0 {
			g.Got, g.Met, g.Judged = memory(own.rss), own.rss < megabytes<<20, true
		}
		out = append(out, g)
	}
	return out
}
