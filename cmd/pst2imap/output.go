package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/report"
)

// reportFlags say in which forms the result is given.
func reportFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "report-html", Usage: "write the report to this `FILE`, to be read in a browser"},
		&cli.StringFlag{Name: "report-csv", Usage: "write the items of the report to this `FILE`, for a spreadsheet"},
		&cli.StringFlag{Name: "report-json", Usage: "write the report to this `FILE`"},
		&cli.BoolFlag{DisableDefaultText: true, Name: "json", Usage: "print the report as JSON instead of a table"},
		redactFlag(),
	}
}

func redactFlag() cli.Flag {
	return &cli.BoolFlag{DisableDefaultText: true, Name: "redact", Usage: "leave subjects, addresses, user names and the folders of file names out of the report"}
}

// outputs are the forms that a person asks for.
type outputs struct {
	html, csv, json string // files
	printJSON       bool
	redact          bool
}

func outputsOf(c *cli.Context) outputs {
	return outputs{html: c.String("report-html"), csv: c.String("report-csv"), json: c.String("report-json"), printJSON: c.Bool("json"), redact: c.Bool("redact")}
}

// files writes those forms that go to files.
func (o outputs) files(r *report.Report) error {
	if o.redact {
		r = r.Redact()
	}
	var errs []error
	for _, f := range []struct {
		path  string
		write func(io.Writer) error
	}{{o.json, r.JSON}, {o.csv, r.CSV}, {o.html, r.HTML}} {
		if f.path == "" {
			continue
		}
		if err := writeWhole(f.path, f.write); err != nil {
			errs = append(errs, &failure{exitCannotWrite, fmt.Errorf("the report could not be written: %w", err), "the run itself is done; give another path"})
		}
	}
	return errors.Join(errs...)
}

// print gives the form for the terminal or the next program.
func (o outputs) print(ui *ui, r *report.Report) error {
	if o.redact {
		r = r.Redact()
	}
	if !o.printJSON {
		printReport(ui, r)
		return nil
	}
	if err := r.JSON(ui.out); err != nil {
		return &failure{code: exitCannotWrite, err: err}
	}
	return nil
}

// writeWhole writes a file whole or not at all.
func writeWhole(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".pst2imap-report-*")
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the error that matters is the other one
	}
	return err
}
