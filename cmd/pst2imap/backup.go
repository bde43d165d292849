package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/backup"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/safecopy"
	"github.com/pst2imap/pst2imap/internal/shadow"
)

func backupCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "backup", ArgsUsage: "FILE... --to FOLDER",
		Usage: "copy data files, read the copies back and prove that they are right; or check an older backup",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "to", Usage: "`FOLDER` for the copies, best on another drive; what is there already is checked and not copied again"},
			&cli.StringFlag{Name: "export", Usage: "write mail, contacts and calendars beside each copy too, in this `FORM`: eml, mbox or maildir"},
			&cli.BoolFlag{DisableDefaultText: true, Name: "vss", Usage: "copy from a Volume Shadow Copy, so that Outlook may have the file open (Windows, as administrator)"},
			&cli.BoolFlag{DisableDefaultText: true, Name: "replace", Usage: "remove older copies of the same files once there are verified ones of their present state"},
			&cli.StringFlag{Name: "verify", Usage: "check the backup in this `FOLDER` instead: what is missing, changed or not part of it"},
			jsonProgressFlag(),
			&cli.BoolFlag{DisableDefaultText: true, Name: "json", Usage: "print the result as JSON"},
		},
		Action: func(c *cli.Context) error {
			if c.IsSet("verify") {
				return verifyBackup(c, ui)
			}
			return makeBackup(c, ui)
		},
	}
}

// shadowCommand is how this program becomes the process that has a shadow copy.
func shadowCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "shadow-copy", Hidden: true,
		Usage:  "make a Volume Shadow Copy and remove it when the input ends; for backup --vss",
		Action: func(*cli.Context) error { return shadow.Serve(os.Stdin, ui.out, shadow.Windows()) },
	}
}

// backupResult is what backup --json prints (docs/backup.schema.json).
type backupResult struct {
	Schema   int            `json:"schema"`
	Command  string         `json:"command"`
	Version  string         `json:"version"`
	Started  time.Time      `json:"started"`
	Finished time.Time      `json:"finished"`
	Folder   string         `json:"folder"`
	Files    []backupFile   `json:"files"`
	Exports  []backupExport `json:"exports,omitempty"`
	Exit     int            `json:"exit_code"`
}

// backupFile is what became of one file.
type backupFile struct {
	File   string          `json:"file"`
	State  string          `json:"state"` // copied, present or failed
	Reason string          `json:"reason,omitempty"`
	Copy   *safecopy.Entry `json:"copy,omitempty"`
}

// backupExport is what became of the mail of one copy.
type backupExport struct {
	Folder string        `json:"folder"`
	Of     string        `json:"of"`
	Format string        `json:"format"`
	Totals report.Counts `json:"totals"`
	Exit   int           `json:"exit_code"`
}

// backupRun is one run of the command.
type backupRun struct {
	ui     *ui
	watch  *watch
	format backup.Format // empty: no export
	result backupResult
	errs   []error

	reports []*report.Report // of the exports
}

func makeBackup(c *cli.Context, ui *ui) error {
	files, err := someFiles(c)
	if err != nil {
		return err
	}
	b := &backupRun{ui: ui, watch: newWatch(ui)}
	b.result = backupResult{Schema: safecopy.Schema, Command: "backup", Version: version(), Folder: c.String("to"), Files: []backupFile{}}
	b.result.Started = b.watch.started.UTC().Truncate(time.Second)
	if c.String("to") == "" {
		return usageError(c, errors.New("--to is needed"), true)
	}
	if c.IsSet("export") {
		if b.format, err = parseFormat(c, "export"); err != nil {
			return err
		}
	}
	o := safecopy.Options{Files: files, Dir: c.String("to"), Replace: c.Bool("replace"), Version: version(), Listener: b.watch}
	if c.Bool("vss") {
		set, err := shadow.New("shadow-copy")
		if err != nil {
			return err
		}
		defer func() {
			if err := set.Close(); err != nil {
				ui.warn("%v", err)
			}
		}()
		o.Snapshots = set
	}
	for _, f := range files {
		if !looksRight(f) {
			ui.warn("%s does not look like an Outlook data file; it is copied all the same", f)
		}
	}
	r, err := safecopy.Copy(c.Context, o)
	b.note(r)
	if len(b.errs) == 0 && err != nil {
		b.errs = []error{err}
	}
	if b.format != "" {
		b.exports(c.Context, r)
	}
	return b.finish(c)
}

// looksRight tells whether a file begins as data files do ([MS-PST] 2.2.2.6
// dwMagic). What cannot be read is told when it is copied.
func looksRight(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return true
	}
	defer f.Close()
	var magic [4]byte
	_, err = io.ReadFull(f, magic[:])
	return err == nil && string(magic[:]) == "!BDN" || err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF)
}

// note puts into the result what became of the files.
func (b *backupRun) note(r *safecopy.Result) {
	for _, out := range r.Files {
		f := backupFile{File: out.File, State: "copied"}
		switch {
		case out.Err != nil:
			f.State, f.Reason = "failed", clean(out.Err.Error())
			b.errs = append(b.errs, out.Err)
		case out.Present:
			f.State = "present"
		}
		if out.Err == nil {
			f.Copy = &out.Entry
		}
		b.result.Files = append(b.result.Files, f)
	}
}

// finish prints the result; the error is the one that decides about the exit code.
func (b *backupRun) finish(c *cli.Context) error {
	b.ui.stopProgress()
	why := worst(c.Context, b.errs)
	if why != nil {
		b.result.Exit = why.code
	}
	for _, x := range b.result.Exports {
		if b.result.Exit == exitOK {
			b.result.Exit = x.Exit
		}
	}
	b.result.Finished = time.Now().UTC().Truncate(time.Second)
	if c.Bool("json") {
		if err := writeJSON(b.ui.out, b.result); err != nil {
			return err
		}
	} else if len(b.result.Files) > 0 {
		b.print()
	}
	switch {
	case why != nil:
		return why
	case b.result.Exit != exitOK:
		return exitStatus(b.result.Exit)
	}
	return nil
}

// print gives the result for people.
func (b *backupRun) print() {
	t := newTable("file", "copy", ">size", "")
	verified := 0
	for _, f := range b.result.Files {
		if f.Copy == nil {
			t.row(f.File, "", "", "failed: "+f.Reason)
			continue
		}
		verified++
		state := "copied, read back and equal"
		if f.State == "present" {
			state = "was there, read again and right"
		}
		t.row(f.File, f.Copy.Name, byteSize(f.Copy.Size), state)
	}
	b.ui.println(clean(fmt.Sprintf("%s of %s verified in %s", number(verified), plural(len(b.result.Files), "file"), b.result.Folder)))
	b.ui.println("")
	t.print(b.ui)
	for i, x := range b.result.Exports {
		b.ui.println("")
		b.ui.println(clean(fmt.Sprintf("%s: %s found = %s written + %s present + %s skipped + %s failed", x.Folder,
			number(x.Totals.Found), number(x.Totals.Uploaded), number(x.Totals.Present), number(x.Totals.Skipped), number(x.Totals.Failed))))
		printItems(b.ui, b.reports[i])
	}
	if verified > 0 {
		b.ui.println("")
		b.ui.println(clean("to check it later: pst2imap backup --verify " + quoted(b.result.Folder)))
	}
}

// quoted is a path for a command line that people copy.
func quoted(path string) string { return `"` + path + `"` }

// exports writes the mail of each copy beside it.
func (b *backupRun) exports(ctx context.Context, r *safecopy.Result) {
	for _, out := range r.Files {
		if err := ctx.Err(); err != nil {
			b.errs = append(b.errs, err)
			return
		}
		if out.Err != nil {
			continue
		}
		if err := b.export(ctx, out); err != nil {
			b.errs = append(b.errs, err)
		}
	}
}

func (b *backupRun) export(ctx context.Context, out safecopy.Outcome) error {
	items, err := job.ParseItems("", true)
	if err != nil {
		return err
	}
	j, err := openJob(ctx, []string{out.Path}, job.SourceOptions{Items: items}, b.watch)
	if err != nil {
		return err
	}
	defer j.Close()
	x := safecopy.ExportOf(out.Entry, string(b.format))
	rec := report.NewRecorder("export")
	if err := backup.Run(ctx, j, filepath.Join(b.result.Folder, x.Folder), b.format, rec); err != nil {
		return err
	}
	rep := j.Conclude(rec)
	b.result.Exports = append(b.result.Exports, backupExport{x.Folder, x.Of, x.Format, rep.Totals, rep.ExitCode()})
	b.reports = append(b.reports, rep)
	return safecopy.AddExport(b.result.Folder, x, version())
}
