package main

import (
	"os"
	"path/filepath"

	"github.com/pst2imap/pst2imap/internal/report"
)

// reportName is the report of the last run in the job folder.
const reportName = "report.json"

// pageName is the same for the browser, of a migration.
const pageName = "report.html"

// rescueName is the folder of messages that the server would not take, in the job
// folder.
const rescueName = "rescue"

// countRescued says in the report what waits to be tried again.
func (t *run) countRescued(r *report.Report) {
	if t.options.Rescue == nil {
		return
	}
	if n, bytes := t.options.Rescue.Count(); n > 0 {
		r.Rescue = &report.Rescue{Folder: t.options.Rescue.Dir(), Items: n, Bytes: bytes}
	}
}

// keep writes the report into the job folder, from which "report" makes every form
// of it again. Where that cannot be done the run is none the worse.
func (t *run) keep(r *report.Report) {
	if t.options.Dry || t.cfg.Host == "" {
		return
	}
	dir, err := t.jobFolder()
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		r.Job = dir
		err = writeWhole(filepath.Join(dir, reportName), r.JSON)
	}
	if err != nil {
		r.Job = ""
		t.ui.warn("the report could not be kept in the job folder: %v", err)
		return
	}
	page := filepath.Join(dir, pageName)
	if r.Command == "migrate" {
		if err := writeWhole(page, r.HTML); err != nil {
			t.ui.warn("the report for the browser could not be written: %v", err)
			page = dir
		}
	}
	switch {
	case t.passing:
		t.ui.passed("below")
		return
	case r.Command == "migrate":
		t.ui.passed("%s", page)
		t.ui.page, t.ui.complete = page, r.Complete
	}
	if !t.ui.brief {
		t.ui.say("job folder: %s", dir)
	}
}
