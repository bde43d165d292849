package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
)

func reportCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "report", ArgsUsage: "JOB",
		Usage: "show the report of a job again, in any form",
		Description: "JOB is the job folder, which upload, verify and migrate name at their end. Where the last run was\n" +
			"cut off before it could write its report, what its journal tells is shown instead.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "html", Usage: "write it to this `FILE`, to be read in a browser"},
			&cli.StringFlag{Name: "csv", Usage: "write its items to this `FILE`, for a spreadsheet"},
			&cli.BoolFlag{DisableDefaultText: true, Name: "json", Usage: "print it as JSON"},
			redactFlag(),
			&cli.StringFlag{Name: "bundle", Usage: "write report, journal and log to this `FILE` (.zip) for a support ticket, redacted"},
		},
		Action: func(c *cli.Context) error { return reportJob(c, ui) },
	}
}

func reportJob(c *cli.Context, ui *ui) error {
	if c.NArg() != 1 {
		return usageError(c, errors.New("name one job folder"), true)
	}
	dir := c.Args().First()
	r, err := jobReport(dir)
	if err != nil {
		return err
	}
	outdate(r)
	if path := c.String("bundle"); path != "" {
		if err := writeBundle(path, dir, r); err != nil {
			return err
		}
		ui.say("%s: for a support ticket; subjects, addresses and user names were left out", path)
	}
	out := outputs{html: c.String("html"), csv: c.String("csv"), printJSON: c.Bool("json"), redact: c.Bool("redact")}
	if err := out.files(r); err != nil {
		return err
	}
	if (c.String("bundle") != "" || out.html != "" || out.csv != "") && !out.printJSON {
		return nil
	}
	return out.print(ui, r)
}

// jobReport is the report that the last run wrote, or where that was cut off, what
// its journal tells.
func jobReport(dir string) (*report.Report, error) {
	r, err := keptReport(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, &failure{exitNoInput, fmt.Errorf("%s: %w", filepath.Join(dir, reportName), err), "remove this file; the journal still tells what was uploaded"}
	}
	if _, err := os.Stat(filepath.Join(dir, journal.FileName)); err != nil && r == nil {
		return nil, &failure{exitNoInput, errors.New(dir + ": no report and no journal of a job is there"), "upload, verify and migrate name their job folder when they end; --job-dir chose it"}
	}
	past, err := journal.Read(dir)
	if err != nil {
		return nil, explainInput(dir, err)
	}
	if r != nil && !begunAfter(past, r) {
		return r, nil
	}
	made := report.OfJournal(past)
	made.Version, made.Job = version(), dir
	return made, nil
}

// keptReport reads the report in a job folder.
func keptReport(dir string) (*report.Report, error) {
	b, err := os.ReadFile(filepath.Join(dir, reportName))
	if err != nil {
		return nil, err
	}
	r := new(report.Report)
	if err := json.Unmarshal(b, r); err != nil {
		return nil, err
	}
	if r.Schema != report.Schema {
		return nil, fmt.Errorf("it has schema %d, this program knows %d", r.Schema, report.Schema)
	}
	return r, nil
}

// begunAfter tells whether a run began after the report was finished: then the
// report says nothing about it.
func begunAfter(past *journal.Past, r *report.Report) bool {
	finished, err := time.Parse(time.RFC3339, r.Finished)
	return err == nil && past.About != nil && past.About.At.After(finished)
}
