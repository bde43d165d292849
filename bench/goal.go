package bench

import (
	"fmt"
	"slices"
	"strings"
)

// Goal is a promise about the results and how it was kept.
type Goal struct {
	Text   string
	Got    string
	Met    bool
	Judged bool // false where it was not measured
}

// Verdict is one word or two.
func (g Goal) Verdict() string {
	switch {
	case !g.Judged:
		return "not measured"
	case g.Met:
		return "met"
	}
	return "**missed**"
}

// Kept tells whether no goal is missed.
func Kept(goals []Goal) bool {
	return !slices.ContainsFunc(goals, func(g Goal) bool { return g.Judged && !g.Met })
}

// Goals is a table of goals in Markdown.
func Goals(goals []Goal) string {
	var b strings.Builder
	b.WriteString("| goal | measured | |\n|---|--:|---|\n")
	for _, g := range goals {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", g.Text, g.Got, g.Verdict())
	}
	return b.String()
}
