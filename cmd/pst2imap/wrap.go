package main

import (
	"io"
	"regexp"
	"strings"

	"github.com/rivo/uniseg"
)

// lead is what the following lines of a wrapped one are indented by: blanks, the
// number of a step, and its name.
var lead = regexp.MustCompile(`^ *(?:\d+(?:\.| of \d+  \S+) +|\d+  +|hint: )?`)

// wrapped breaks a line between words where a terminal would break it anywhere. For
// what is no terminal it stays one line.
func wrapped(out io.Writer, line string) string {
	width, ok := widthOf(out)
	if !ok {
		return line
	}
	return wrap(line, width)
}

func wrap(line string, width int) string {
	if uniseg.StringWidth(line) <= width {
		return line
	}
	indent := uniseg.StringWidth(lead.FindString(line))
	if indent > width/2 {
		indent = 0
	}
	var b strings.Builder
	at := 0
	for i, word := range strings.SplitAfter(line, " ") {
		w := uniseg.StringWidth(strings.TrimRight(word, " "))
		if i > 0 && at > indent && at+w > width {
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent
		}
		b.WriteString(word)
		at += uniseg.StringWidth(word)
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
