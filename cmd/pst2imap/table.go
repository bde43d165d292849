package main

import (
	"strings"

	"github.com/rivo/uniseg"

	"github.com/pst2imap/pst2imap/internal/report"
)

// table is text in columns for the terminal. A column whose title starts with
// ">" is aligned to the right.
type table struct {
	titles []string
	right  []bool
	rows   [][]string
}

// maxCell is how wide a cell may be; longer text is cut in the middle.
const maxCell = 44

func newTable(titles ...string) *table {
	t := &table{}
	for _, s := range titles {
		title, right := strings.CutPrefix(s, ">")
		t.titles, t.right = append(t.titles, title), append(t.right, right)
	}
	return t
}

// row adds a line. The last column may be as wide as it needs to be, unless it is
// aligned to the right.
func (t *table) row(cells ...string) {
	for i, c := range cells {
		cells[i] = clean(c)
		if i < len(cells)-1 || t.right[i] {
			cells[i] = shorten(cells[i], maxCell)
		}
	}
	t.rows = append(t.rows, cells)
}

func (t *table) print(ui *ui) {
	widths := make([]int, len(t.titles))
	all := append([][]string{t.titles}, t.rows...)
	for _, r := range all {
		for i, c := range r {
			widths[i] = max(widths[i], uniseg.StringWidth(c))
		}
	}
	t.fit(ui, widths)
	for _, r := range all {
		var line strings.Builder
		for i, c := range r {
			c = shorten(c, widths[i])
			gap := strings.Repeat(" ", widths[i]-uniseg.StringWidth(c))
			if t.right[i] {
				line.WriteString(gap + c)
			} else {
				line.WriteString(c + gap)
			}
			line.WriteString("  ")
		}
		ui.println(strings.TrimRight(line.String(), " "))
	}
}

// fit makes the columns of text narrower, the widest first, where the terminal has
// no room for all of them.
func (t *table) fit(ui *ui, widths []int) {
	room, ok := widthOf(ui.out)
	if !ok {
		return
	}
	const least = 10
	for total := 2 * (len(widths) - 1); ; {
		sum, widest := total, -1
		for i, w := range widths {
			sum += w
			if !t.right[i] && w > least && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if sum <= room || widest < 0 {
			return
		}
		widths[widest]--
	}
}

// shorten keeps both ends of a text: of a folder path they tell most.
func shorten(s string, width int) string {
	r := []rune(s)
	if uniseg.StringWidth(s) <= width {
		return s
	}
	head, tail := 0, len(r)
	for w := 1; ; {
		if w += uniseg.StringWidth(string(r[tail-1])); w > width {
			break
		}
		tail--
		if w += uniseg.StringWidth(string(r[head])); w > width {
			break
		}
		head++
	}
	return string(r[:head]) + "…" + string(r[tail:])
}

// number groups digits: 48,213.
func number(n int) string { return report.Number(n) }

// plural is a number of things whose plural ends in s.
func plural(n int, thing string) string { return report.Count(n, thing, thing+"s") }

// byteSize is a size for people.
func byteSize(n int64) string { return report.ByteSize(n) }
