package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/inspect"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/report"
)

func inspectCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name:      "inspect",
		Usage:     "count what is in a data file: folders, items, attachments, damage",
		ArgsUsage: "FILE",
		Flags: append(sourceFlags(),
			&cli.BoolFlag{DisableDefaultText: true, Name: "check", Usage: "read every page and block, so that all damage is found"},
			&cli.BoolFlag{DisableDefaultText: true, Name: "losses", Usage: "convert everything and count what cannot be carried over"},
			fileItemsFlag(),
			&cli.BoolFlag{DisableDefaultText: true, Name: "json", Usage: "print the result as JSON"},
		),
		Action: func(c *cli.Context) error {
			path, err := oneFile(c)
			if err != nil {
				return err
			}
			r, err := inspectFile(c, ui, path)
			if err != nil {
				return err
			}
			ui.stopProgress()
			if c.Bool("json") {
				err = writeJSON(ui.out, r)
			} else {
				printInspect(ui, r)
			}
			if err == nil && r.Lost() {
				err = exitStatus(report.ExitDamaged)
			}
			return err
		},
	}
}

func inspectFile(c *cli.Context, ui *ui, path string) (*inspect.Result, error) {
	o, err := sourceOptions(c, true)
	if err != nil {
		return nil, err
	}
	explain := func(err error) error {
		if c.Context.Err() != nil {
			return err
		}
		return explainInput(path, err)
	}
	s, err := job.OpenStore(c.Context, path, o, ui)
	if err != nil {
		return nil, explain(err)
	}
	defer s.Close()
	if c.Bool("check") {
		_, _, err = s.Check(c.Context, func(blocks int) { ui.Progress(event.Progress{Stage: event.StageCheck, Done: blocks}) })
		if err != nil {
			return nil, explain(err)
		}
	}
	r, err := inspect.File(c.Context, s, path)
	if err == nil && c.Bool("losses") {
		r.Losses, err = losses(c.Context, ui, path, o)
	}
	if err != nil {
		return nil, explain(err)
	}
	return r, nil
}

func losses(ctx context.Context, ui *ui, path string, o job.SourceOptions) (*inspect.Losses, error) {
	j, err := job.Open(ctx, []string{path}, o, ui)
	if err != nil {
		return nil, err
	}
	defer j.Close()
	return inspect.CountLosses(ctx, j, j.PathOf)
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return &failure{code: exitCannotWrite, err: err}
	}
	return nil
}

func printInspect(ui *ui, r *inspect.Result) {
	ui.println(fmt.Sprintf("%s: %s, %s, encryption %s, %s", clean(r.File), r.Kind, r.Format, r.Encryption, byteSize(r.Size)))
	t := newTable("folder", "role", ">items", ">hidden")
	for _, f := range r.Folders {
		t.row(f.Path, f.Role, number(f.Messages), number(f.Associated))
	}
	t.print(ui)
	ui.println(fmt.Sprintf("%s folders, %s items, %s attachments, %s embedded messages",
		number(r.Totals.Folders), number(r.Totals.Messages), number(r.Totals.Attachments), number(r.Totals.Embedded)))
	for _, class := range slices.Sorted(maps.Keys(r.Classes)) {
		ui.println(fmt.Sprintf("  %s × %s", number(r.Classes[class]), clean(class)))
	}
	if n := r.Totals.Recovered; n > 0 {
		ui.println(number(n) + " items are in no folder and were found all the same")
	}
	if n := r.Totals.Unreadable; n > 0 {
		ui.println(number(n) + " items cannot be read")
	}
	printDamage(ui, r.Damage)
	if r.Losses != nil {
		printLosses(ui, r.Losses)
	}
}

func printLosses(ui *ui, l *inspect.Losses) {
	ui.println(number(l.Converted) + " items convert")
	for _, why := range slices.Sorted(maps.Keys(l.NotConverted)) {
		ui.println(fmt.Sprintf("  %s × %s", number(l.NotConverted[why]), clean(why)))
	}
	for _, rule := range slices.Sorted(maps.Keys(l.ByRule)) {
		ui.println(fmt.Sprintf("  %s × warning %s", number(l.ByRule[rule]), rule))
	}
	for i, it := range l.Items {
		if i == shownDamage {
			ui.println(fmt.Sprintf("  … and %s more, all with --json", number(len(l.Items)-i)))
			break
		}
		ui.println("  " + clean(fmt.Sprintf("%s: %q: %s: %s", it.Folder, shorten(it.Subject, maxCell), it.Rule, it.Detail)))
	}
}

// shownDamage is how many faults fit a screen; JSON has them all.
const shownDamage = 10

func printDamage(ui *ui, list []inspect.Damage) {
	if len(list) == 0 {
		ui.println("no damage seen")
		return
	}
	ui.println(number(len(list)) + " faults in the file:")
	for i, d := range list {
		if i == shownDamage {
			ui.println(fmt.Sprintf("  … and %s more, all with --json", number(len(list)-i)))
			break
		}
		ui.println("  " + clean(d.Where+": "+d.What))
	}
}
