package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/runlog"
)

// logEvery is how often the log says how far a stage is.
const logEvery = time.Minute

// openLog has what the person is told go into the log of the job folder as well,
// until end is called with the error of the run. A dry run leaves no trace there.
func (t *run) openLog(c *cli.Context) (end func(error)) {
	if t.options.Dry {
		return func(error) {}
	}
	dir, err := t.jobFolder()
	var log *runlog.Log
	if err == nil {
		log, err = runlog.Open(dir)
	}
	if err != nil {
		t.ui.warn("no log can be kept in the job folder: %v", err)
		return func(error) {}
	}
	t.ui.logTo(log)
	var files []string
	for _, s := range t.job.Sources {
		r := s.Report()
		files = append(files, filepath.Base(r.File)+" ("+r.Format+")")
	}
	// The names of the options only: what they say may be private.
	log.Printf("begin: pst2imap %s, %s --%s, %s, server %s port %d", version(), c.Command.Name,
		strings.Join(c.LocalFlagNames(), " --"), strings.Join(files, ", "), t.cfg.Host, t.cfg.Port)
	return func(err error) {
		t.ui.logTo(nil)
		logEnd(c.Context, log, err)
		log.Close()
	}
}

// logEnd says how the run has ended.
func logEnd(ctx context.Context, log *runlog.Log, err error) {
	var status exitStatus
	switch {
	case err == nil:
		log.Printf("end: exit code %d", exitOK)
	case errors.As(err, &status):
		log.Printf("end: exit code %d", int(status))
	default:
		f := explain(ctx, err)
		log.Printf("end: exit code %d: %v", f.code, f)
	}
}

// logResult says what the report says, without items.
func logResult(log *runlog.Log, r *report.Report) {
	c := r.Totals
	log.Printf("result: %s", r.Verdict())
	for _, why := range r.NotSafeBecause {
		log.Printf("because: %s", why)
	}
	log.Printf("items: %d expected, %d found = %d uploaded + %d present + %d skipped + %d failed", r.Expected, c.Found, c.Uploaded, c.Present, c.Skipped, c.Failed)
	if r.Verify != nil {
		log.Printf("verification, level %s: %s", r.Verify.Level, r.Verify.Sentence())
	}
}

// logProgress says that a stage begins, and now and then how far it is.
func (w *watch) logProgress(p event.Progress) {
	if now := time.Now(); p.Stage != w.logged.stage || now.Sub(w.logged.at) >= logEvery {
		w.logged.stage, w.logged.at = p.Stage, now
		w.log.Printf("%s: %d of %d, %d bytes", describe(p), p.Done, p.Total, p.Bytes)
	}
}
