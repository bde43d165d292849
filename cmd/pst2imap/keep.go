package main

import (
	"os"
	"path/filepath"

	"github.com/pst2imap/pst2imap/internal/report"
)

// reportName is the report of the last run in the job folder.
const reportName = "report.json"

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
	if !t.passing {
		t.ui.say("job folder: %s", dir)
	}
}
