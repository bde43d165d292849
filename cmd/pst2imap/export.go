package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/backup"
	"github.com/pst2imap/pst2imap/internal/report"
)

func exportCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "export", ArgsUsage: "FILE",
		Usage: "write the mail of a data file to ordinary files, with folders, flags and dates",
		Flags: append(slices.Concat(sourceFlags(), conversionFlags(), reportFlags()),
			&cli.StringFlag{Name: "to", Usage: "`FOLDER` to write to; what is there already is not written again"},
			fileItemsFlag(),
			jsonProgressFlag(),
			&cli.StringFlag{Name: "format", Value: string(backup.EML), Usage: "`FORM`: eml, mbox or maildir"},
		),
		Action: func(c *cli.Context) error { return export(c, ui) },
	}
}

func export(c *cli.Context, ui *ui) error {
	path, err := oneFile(c)
	if err != nil {
		return err
	}
	format, err := exportFormat(c)
	if err != nil {
		return err
	}
	o, err := sourceOptions(c, true)
	if err != nil {
		return err
	}
	w := newWatch(ui)
	j, err := openJob(c.Context, []string{path}, o, w)
	if err != nil {
		return err
	}
	defer j.Close()
	rec := report.NewRecorder("export")
	rec.Report().Source = report.Source{File: path, Size: j.Sources[0].Store.Info().Size, Format: j.Sources[0].Store.Info().Format}
	if err := backup.Run(c.Context, j, c.String("to"), format, rec); err != nil {
		if c.Context.Err() != nil {
			return err
		}
		return &failure{code: exitCannotWrite, err: err, hint: "is there room, and may you write there? the same command goes on where it stopped"}
	}
	return finish(&run{ui: ui, watch: w, job: j}, rec, outputsOf(c))
}

func exportFormat(c *cli.Context) (backup.Format, error) {
	if c.String("to") == "" {
		return "", usageError(c, errors.New("--to is needed"), true)
	}
	return parseFormat(c, "format")
}

// parseFormat reads a flag that names a format.
func parseFormat(c *cli.Context, flag string) (backup.Format, error) {
	var names []string
	for _, f := range backup.Formats() {
		if string(f) == c.String(flag) {
			return f, nil
		}
		names = append(names, string(f))
	}
	return "", usageError(c, fmt.Errorf("--%s %q is not one of %s", flag, c.String(flag), strings.Join(names, ", ")), true)
}
