package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/verify"
)

func compareFlag() cli.Flag {
	return &cli.BoolFlag{DisableDefaultText: true, Name: "compare", Usage: "look for each item of the file on the server and list those that are only here"}
}

// comparison is what check --compare finds (docs/json.md).
type comparison struct {
	Items    int           `json:"items"`     // of the file
	OnServer int           `json:"on_server"` // that the server accounts for
	OnlyHere []report.Item `json:"only_here"`
	Besides  int           `json:"besides"` // items that were not looked for, and that could not be read
}

// compare looks for the items of a job on the server, by their identity and not by
// what is in them. The job has its plan.
func compare(ctx context.Context, j *job.Job, cfg imapconn.Config) (*comparison, error) {
	if err := j.Connect(ctx, cfg); err != nil {
		return nil, err
	}
	defer func() { _ = j.Conn.Close() }() // nothing was changed
	if err := j.ReadIndex(ctx); err != nil {
		return nil, err
	}
	rec := report.NewRecorder("check")
	j.Declare(rec)
	if _, err := verify.Run(ctx, j, verify.Options{Level: verify.Index}, rec); err != nil {
		return nil, err
	}
	r := rec.Report()
	c := &comparison{Items: r.Totals.Found, OnServer: r.Totals.Present + r.Verify.Different, OnlyHere: []report.Item{}}
	for _, it := range r.Items {
		if it.State == report.Missing {
			c.OnlyHere = append(c.OnlyHere, it)
		}
	}
	c.Besides = c.Items - c.OnServer - len(c.OnlyHere)
	_ = j.Conn.Logout(ctx) // all that was wanted is known
	return c, nil
}

// shownOnlyHere is how many items fit a screen; JSON has them all.
const shownOnlyHere = 20

func printComparison(ui *ui, c *comparison) {
	ui.println("")
	ui.println(fmt.Sprintf("compared: of %s items, the server has %s; %s are only here", number(c.Items), number(c.OnServer), number(len(c.OnlyHere))))
	if c.Besides > 0 {
		ui.println(number(c.Besides) + " were not looked for: they are no mail, or cannot be read; inspect counts them")
	}
	if len(c.OnlyHere) == 0 {
		return
	}
	t := newTable("only here: folder", "date", "subject")
	for _, it := range c.OnlyHere[:min(len(c.OnlyHere), shownOnlyHere)] {
		day := it.Date
		if len(day) > len("2006-01-02") {
			day = day[:len("2006-01-02")]
		}
		t.row(it.Folder, day, shorten(clean(it.Subject), maxCell))
	}
	t.print(ui)
	if n := len(c.OnlyHere) - shownOnlyHere; n > 0 {
		ui.println("… and " + number(n) + " more, all with --json")
	}
}
