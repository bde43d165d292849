package report

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
)

// group is the items of one kind with what to do about them.
type group struct {
	ID           string // in the page
	Class, Title string
	Next         template.HTML
	Count, More  int
	Rows         []row
}

type row struct{ Date, Folder, Subject, Reason string }

// How many items a page lists: what went wrong in full, as long as a browser can
// show it; of the rest enough to see what it is about.
const (
	maxWrong = 10_000
	maxLeft  = 500
	maxNoted = 100
)

// Classes of groups in their order.
var classes = []struct {
	name string
	most int
}{{"wrong", maxWrong}, {"left", maxLeft}, {"noted", maxNoted}}

// classNoted is the class of what is only worth a note.
const classNoted = 2

func (it *Item) class() int {
	switch {
	case it.Wrong():
		return 0
	case it.State == Skipped && !harmless(it.Category):
		return 1
	}
	return classNoted
}

// groups sorts the items by what to do about them, the worst first. Those that
// nothing has to be done about are apart.
func (r *Report) groups() (act, noted []group) {
	at := map[string]int{}
	var all []group
	var order []int
	for i := range r.Items {
		it := &r.Items[i]
		a, class := it.advice(), it.class()
		g, ok := at[a.title]
		if !ok {
			g = len(all)
			at[a.title] = g
			all = append(all, group{Class: classes[class].name, Title: Plain(a.title), Next: step(a.next)})
			order = append(order, class)
		}
		all[g].Count++
		if len(all[g].Rows) < classes[class].most {
			all[g].Rows = append(all[g].Rows, it.row())
		} else {
			all[g].More++
		}
	}
	index := make([]int, len(all))
	for i := range index {
		index[i] = i
	}
	slices.SortStableFunc(index, func(a, b int) int {
		return cmp.Or(cmp.Compare(order[a], order[b]), cmp.Compare(all[b].Count, all[a].Count))
	})
	for i, g := range index {
		all[g].ID = fmt.Sprintf("g%d", i+1)
		if order[g] == classNoted {
			noted = append(noted, all[g])
		} else {
			act = append(act, all[g])
		}
	}
	return act, noted
}

func (it *Item) row() row {
	subject := Plain(it.Subject)
	if subject == "" {
		subject = "(no subject)"
	}
	return row{Date: day(it.Date), Folder: Plain(it.Folder), Subject: subject, Reason: Plain(it.Reason)}
}

// day is a moment without what a list has no room for.
func day(s string) string {
	const minutes = len("2006-01-02T15:04")
	if len(s) < minutes || s[10] != 'T' {
		return Plain(s)
	}
	return Plain(s[:10] + " " + s[11:minutes])
}
