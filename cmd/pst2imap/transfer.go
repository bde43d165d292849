package main

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/pst"
	"github.com/pst2imap/pst2imap/upload"
	"github.com/pst2imap/pst2imap/verify"
)

// transferFlags are those of upload, verify and migrate.
func transferFlags(more ...cli.Flag) []cli.Flag {
	flags := append(serverFlags(), sourceFlags()...)
	flags = append(flags,
		itemsFlag(),
		&cli.StringFlag{Name: "subfolder2", Usage: "put the whole folder tree below this `FOLDER` on the server"},
		&cli.StringFlag{Name: "report-json", Usage: "write the report to this `FILE`"},
		&cli.BoolFlag{DisableDefaultText: true, Name: "json", Usage: "print the report as JSON instead of a table"},
	)
	return append(flags, more...)
}

func uploadFlags() []cli.Flag {
	return transferFlags(
		&cli.BoolFlag{DisableDefaultText: true, Name: "dry", Usage: "decide everything, change nothing on the server"},
		&cli.StringFlag{Name: "job-dir", Usage: "`FOLDER` for journal and rescued messages (default: below your own data folder)"},
	)
}

func migrateCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "migrate", ArgsUsage: "FILE", Flags: uploadFlags(),
		Usage:  "upload a data file, then read everything back and prove it",
		Action: func(c *cli.Context) error { return transfer(c, ui, stages{upload: true, verify: !c.Bool("dry")}) },
	}
}

func uploadCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "upload", ArgsUsage: "FILE", Flags: uploadFlags(),
		Usage:  "append the items of a data file to an IMAP account, each once",
		Action: func(c *cli.Context) error { return transfer(c, ui, stages{upload: true}) },
	}
}

func verifyCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "verify", ArgsUsage: "FILE", Flags: transferFlags(),
		Usage:  "read everything back from the server and compare it with the data file",
		Action: func(c *cli.Context) error { return transfer(c, ui, stages{verify: true}) },
	}
}

// stages are the parts of a transfer that a command does.
type stages struct{ upload, verify bool }

// transfer is upload, verify or both.
func transfer(c *cli.Context, ui *ui, s stages) error {
	path, err := oneFile(c)
	if err != nil {
		return err
	}
	if err := probe(path); err != nil { // before the person types a password
		return err
	}
	cfg, err := serverConfig(c, ui)
	if err != nil {
		return err
	}
	source, err := sourceOptions(c)
	if err != nil {
		return err
	}
	j, err := openJob(c.Context, path, source, ui)
	if err != nil {
		return err
	}
	defer j.Close()
	t := &run{ui: ui, job: j, cfg: cfg, plan: plan.Options{Subfolder: c.String("subfolder2")}, dry: c.Bool("dry"), jobDir: c.String("job-dir")}
	rec := report.NewRecorder(c.Command.Name)
	if err := t.do(c.Context, s, rec); err != nil {
		return err
	}
	return finish(ui, t, rec, c.String("report-json"), c.Bool("json"))
}

// probe tells quickly whether the file is a data file that can be read.
func probe(path string) error {
	s, err := pst.Open(path)
	if err != nil {
		return explainInput(path, err)
	}
	return s.Close()
}

func openJob(ctx context.Context, path string, o job.SourceOptions, ui *ui) (*job.Job, error) {
	j, err := job.Open(ctx, path, o, ui)
	if err != nil && ctx.Err() == nil {
		err = explainInput(path, err)
	}
	return j, err
}

// run is one transfer.
type run struct {
	ui     *ui
	job    *job.Job
	cfg    imapconn.Config
	plan   plan.Options
	dry    bool
	jobDir string

	overQuota bool
}

func (t *run) do(ctx context.Context, s stages, rec *report.Recorder) error {
	lock, err := t.lock()
	if err != nil {
		return err
	}
	defer lock.Release()
	if err := t.job.Connect(ctx, t.cfg); err != nil {
		return err
	}
	t.announce(s)
	if err := t.prepare(ctx, rec); err != nil {
		return err
	}
	var only verify.Options
	if s.upload {
		res, err := t.upload(ctx, rec)
		if err != nil {
			return err
		}
		only.Only = res.OnServer
		t.overQuota = res.OverQuota
	}
	if s.verify {
		if s.upload {
			if err := t.job.ReadIndex(ctx); err != nil {
				return err
			}
		}
		if err := verify.Run(ctx, t.job, only, rec); err != nil {
			return err
		}
	}
	return t.job.Conn.Logout(ctx)
}

// lock keeps a second run away from the same account.
func (t *run) lock() (*journal.Lock, error) {
	dir, err := dataDir()
	if err != nil {
		return nil, cannotWrite(err)
	}
	l, err := journal.Acquire(filepath.Join(dir, "locks"), accountName(t.cfg))
	var locked *journal.LockedError
	if err != nil && !errors.As(err, &locked) {
		return nil, cannotWrite(err)
	}
	return l, err
}

// announce says what is going to happen.
func (t *run) announce(s stages) {
	t.ui.say("%s: %s items in %s folders, for %s at %s", filepath.Base(t.job.File),
		number(t.job.Inventory.Messages), number(len(t.job.Inventory.Folders)), t.cfg.User, t.cfg.Host)
	if s.upload && !t.dry {
		t.ui.say("POP must be off by now in every program and on every device: it would fetch what is uploaded and remove it from the server")
	}
}

// prepare plans the folders and reads what is on the server.
func (t *run) prepare(ctx context.Context, rec *report.Recorder) error {
	if err := t.job.Plan(ctx, t.plan); err != nil {
		return err
	}
	t.job.Declare(rec)
	rec.Report().Dry = t.dry
	return t.job.ReadIndex(ctx)
}

func (t *run) upload(ctx context.Context, rec *report.Recorder) (res *upload.Result, err error) {
	o := upload.Options{Dry: t.dry}
	if !t.dry {
		dir, err := t.jobFolder()
		if err != nil {
			return nil, cannotWrite(err)
		}
		jn, err := journal.Open(dir)
		if err != nil {
			return nil, cannotWrite(err)
		}
		defer func() { err = errors.Join(err, jn.Close()) }()
		o.Journal, o.Rescue = jn, filepath.Join(dir, "rescue")
	}
	return upload.Run(ctx, t.job, o, rec)
}

// finish gives the result: file, then standard output, then the exit code.
func finish(ui *ui, t *run, rec *report.Recorder, file string, asJSON bool) error {
	r := t.job.Conclude(rec)
	ui.stopProgress()
	if file != "" {
		if err := writeReport(file, r); err != nil {
			return err
		}
	}
	if asJSON {
		if err := writeJSON(ui.out, r); err != nil {
			return err
		}
	} else {
		printReport(ui, r)
	}
	code := r.ExitCode()
	if t.overQuota {
		code = exitOverQuota
	}
	if code != exitOK {
		return exitStatus(code)
	}
	return nil
}
