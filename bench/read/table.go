package main

import (
	"fmt"
	"strings"

	"github.com/pst2imap/pst2imap/bench"
)

// table is the results in Markdown.
func table(rs results, goals []bench.Goal) string {
	var b strings.Builder
	b.WriteString("| work | reader | time | to ours | processor time | peak memory | messages | properties | recipients | attachments | hashed | errors |\n")
	b.WriteString("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	last := ""
	for _, r := range rs {
		title := ""
		if r.contest.title != last {
			title, last = r.contest.title, r.contest.title
		}
		c := r.counts
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %.1f MB | %s | %s | %s | %s | %.0f MB | %s |\n",
			title, r.reader, bench.Seconds(r.wall), rs.ratio(r), bench.Seconds(r.cpu), bench.MB(r.rss),
			dash(c.Messages), dash(c.Properties), dash(c.Recipients), dash(c.Attachments), bench.MB(c.Hashed), dash(c.Errors))
	}
	b.WriteString("\n" + bench.Goals(goals))
	return b.String()
}

// ratio tells how much longer a reader takes than ours.
func (rs results) ratio(r result) string {
	a, ok := rs.find(r.contest.title, ours)
	if !ok || a.wall == 0 || r.reader == ours {
		return ""
	}
	return fmt.Sprintf("%.1f×", r.wall.Seconds()/a.wall.Seconds())
}

// dash stands for what a reader does not do.
func dash(n int) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprint(n)
}
