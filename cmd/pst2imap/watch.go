package main

import (
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/report"
)

// watch shows what goes on and keeps the time line of the run for the report.
type watch struct {
	*ui
	started  time.Time
	timeline report.Timeline
	logged   struct {
		stage event.Stage
		at    time.Time
	}
}

func newWatch(ui *ui) *watch { return &watch{ui: ui, started: time.Now()} }

// Progress implements event.Listener.
func (w *watch) Progress(p event.Progress) {
	w.timeline.Add(time.Since(w.started), string(p.Stage), p.Done, p.Bytes)
	w.logProgress(p)
	w.ui.Progress(p)
}

// stamp puts into a report when the run was and what it was done with.
func (w *watch) stamp(r *report.Report) {
	r.Version = version()
	r.Started = w.started.UTC().Format(time.RFC3339)
	r.Finished = time.Now().UTC().Format(time.RFC3339)
	r.Throughput = w.timeline.Samples()
}
