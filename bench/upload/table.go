package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

// table is the results in Markdown.
func table(rs results, goals []goal, ours string) string {
	var b strings.Builder
	b.WriteString("| work | contender | time | to ours | processor time | that of the server | peak memory | messages | bytes |\n")
	b.WriteString("|---|---|--:|--:|--:|--:|--:|--:|--:|\n")
	last := ""
	for _, r := range rs {
		title := ""
		if r.title != last {
			title, last = r.title, r.title
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", title, r.name, seconds(r.wall), rs.ratio(r, ours),
			seconds(r.cpu), seconds(r.server), megabytes(r.rss), number(r.count), megabytes(r.bytes))
	}
	b.WriteString("\n| goal | measured | |\n|---|--:|---|\n")
	for _, g := range goals {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", g.text, g.got, g.verdict())
	}
	return b.String()
}

// ratio tells how much longer a contender takes than ours.
func (rs results) ratio(r result, ours string) string {
	a, ok := rs.find(r.title, ours)
	if !ok || a.wall == 0 || r.name == ours {
		return ""
	}
	return fmt.Sprintf("%.2f×", r.wall.Seconds()/a.wall.Seconds())
}

// busyNote says when the machine had other things to do: what is bound by the processors then takes longer by chance.
func busyNote(rs results, title string) string {
	r, ok := rs.find(title, convertOnly)
	if !ok || r.wall == 0 {
		return ""
	}
	got := r.cpu.Seconds() / r.wall.Seconds()
	if got >= 0.75*float64(runtime.NumCPU()) {
		return ""
	}
	return fmt.Sprintf("\nThe machine was busy: the conversion alone, which uses all processors, had %.1f of %d.\n", got, runtime.NumCPU())
}

func seconds(d time.Duration) string {
	switch {
	case d == 0:
		return "–"
	case d < 10*time.Second:
		return fmt.Sprintf("%.3f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

func megabytes(n int64) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

func number(n int) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprint(n)
}
