package inspect

import (
	"context"
	"errors"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
)

// Losses is what a conversion of everything could not carry over.
type Losses struct {
	Converted    int            `json:"converted"`     // items
	NotConverted map[string]int `json:"not_converted"` // items by reason
	ByRule       map[string]int `json:"by_rule"`       // warnings by the rule that caused them
	Items        []Loss         `json:"items"`
}

// Loss is a warning of one item.
type Loss struct {
	Folder  string `json:"folder"`
	Subject string `json:"subject"`
	Rule    string `json:"rule"`
	Detail  string `json:"detail"`
}

// CountLosses converts every item of j and counts what was lost. The error is
// that of ctx or of the local disk.
func CountLosses(ctx context.Context, j *job.Job, path func(folder int) string) (*Losses, error) {
	l := &Losses{NotConverted: map[string]int{}, ByRule: map[string]int{}, Items: []Loss{}}
	done := 0
	for c := range j.Stream(ctx, nil) {
		var refused *job.Refusal
		switch {
		case errors.As(c.Err, &refused) && refused.PIM:
			l.personal(j, c.Ref, path)
		case errors.As(c.Err, &refused):
			l.NotConverted[refused.Detail]++
		case c.Err != nil:
			return nil, c.Err
		default:
			l.add(c.Result.Warnings, path(c.Folder), c.Result.Subject)
		}
		done++
		j.Tell(event.Progress{Stage: event.StageConvert, Done: done, Total: j.Messages()})
	}
	return l, ctx.Err()
}

// add counts an item that was converted.
func (l *Losses) add(warnings []eml.Warning, folder, subject string) {
	l.Converted++
	for _, w := range warnings {
		l.ByRule[w.Rule]++
		l.Items = append(l.Items, Loss{folder, subject, w.Rule, w.Detail})
	}
}

// personal counts an item for calendars or address books.
func (l *Losses) personal(j *job.Job, r job.Ref, path func(folder int) string) {
	it, err := j.OpenPIM(r)
	if err != nil {
		l.NotConverted[err.Error()]++
		return
	}
	var warnings []eml.Warning
	if it.Kind().IsCard() {
		_, warnings = it.Card(it.CardUID())
	} else {
		_, warnings = it.Calendar()
	}
	l.add(warnings, path(r.Folder), it.Describe("", "").Subject)
}
