package main

import (
	"fmt"
	"strings"
	"time"
)

// table is the results in Markdown.
func table(rs results, goals []goal) string {
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
			title, r.reader, seconds(r.wall), rs.ratio(r), seconds(r.cpu), mb(r.rss),
			dash(c.Messages), dash(c.Properties), dash(c.Recipients), dash(c.Attachments), mb(c.Hashed), dash(c.Errors))
	}
	b.WriteString("\n| goal | measured | |\n|---|--:|---|\n")
	for _, g := range goals {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", g.text, g.got, g.verdict())
	}
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

func seconds(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.3f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// dash stands for what a reader does not do.
func dash(n int) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprint(n)
}
