package report

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/pst2imap/pst2imap/internal/journal"
)

// OfJournal is what a journal alone can tell, for a run that was cut off before it
// wrote a report: what was uploaded, by mailbox. It never says "complete".
func OfJournal(p *journal.Past) *Report {
	r := NewRecorder("upload").Report()
	r.MadeFrom = FromJournal
	if a := p.About; a != nil {
		r.Server = Server{Host: a.Host, Port: a.Port, User: a.User}
		if !a.At.IsZero() {
			r.Started = a.At.UTC().Format(time.RFC3339)
		}
		for i, f := range a.Files {
			if i == 0 {
				r.Source = Source{File: f}
			}
			if len(a.Files) > 1 {
				r.Sources = append(r.Sources, Source{File: f})
			}
		}
	}
	boxes := map[string]int{}
	for _, e := range p.Entries {
		boxes[e.Mailbox]++
	}
	for _, name := range slices.Sorted(maps.Keys(boxes)) {
		n := boxes[name]
		r.Folders = append(r.Folders, Folder{Path: name, Mailbox: name, Counts: Counts{Found: n, Uploaded: n}})
		r.Totals.Found += n
		r.Totals.Uploaded += n
	}
	r.NotSafeBecause = []string{"the last run was cut off before it could write its report"}
	under := 0
	for _, in := range p.Open {
		under += len(in.Items)
	}
	if under > 0 {
		r.NotSafeBecause = append(r.NotSafeBecause, fmt.Sprintf("%s under way when it was cut off: whether they arrived only the server knows", Count(under, "item was", "items were")))
	}
	if p.Torn > 0 {
		r.NotSafeBecause = append(r.NotSafeBecause, fmt.Sprintf("%s of the journal cannot be read", Count(p.Torn, "line", "lines")))
	}
	r.NotSafeBecause = append(r.NotSafeBecause, "nothing was read back from the server")
	return r
}
