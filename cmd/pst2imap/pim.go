package main

import (
	"context"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/backup"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/report"
)

// pimName is the folder below that of the job for what is no mail.
const pimName = "contacts-and-calendars"

// pimFlags say what becomes of contacts, calendars and the like.
func pimFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "pim-dir", DefaultText: pimName + " in the job folder", Usage: "`FOLDER` for contacts, calendars, tasks, journal and notes, as .vcf and .ics files"},
		&cli.BoolFlag{DisableDefaultText: true, Name: "no-pim", Usage: "leave them out"},
	}
}

// pim makes what deals with the items that are no mail: it writes them to files, or
// with check only looks for them there.
func (t *run) pim(rec *report.Recorder, check bool) job.PIMFunc {
	return func(ctx context.Context, refs []job.Ref, tell func(job.PIMOutcome)) error {
		dir, err := t.pimFolder()
		if err != nil {
			return cannotWrite(err)
		}
		p := rec.PIM(dir)
		files, err := backup.WritePIM(ctx, t.job, dir, refs, check, func(o job.PIMOutcome) {
			p.Add(o.Kind(), o.State)
			if o.State == report.Uploaded || o.State == report.Present {
				o.State, o.Category, o.Reason = report.Skipped, report.ReasonWritten, "no mail: it is in "+o.Reason
			}
			tell(o)
		})
		p.Files = append(p.Files, files...)
		if err != nil && ctx.Err() == nil {
			return &failure{code: exitCannotWrite, err: err, hint: "choose a folder that can be written to with --pim-dir"}
		}
		return err
	}
}

// pimFolder is where the files go.
func (t *run) pimFolder() (string, error) {
	if t.pimDir != "" {
		return t.pimDir, nil
	}
	dir, err := t.jobFolder()
	return filepath.Join(dir, pimName), err
}
