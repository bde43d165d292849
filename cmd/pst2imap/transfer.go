package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

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
		&cli.IntFlag{Name: "connections", Value: upload.DefaultConnections, Usage: "use up to `N` connections at the same time"},
		&cli.Float64Flag{Name: "maxbytespersecond", Usage: "send no more than `N` bytes a second", DefaultText: "no limit"},
		&cli.Float64Flag{Name: "maxmessagespersecond", Usage: "send no more than `N` messages a second", DefaultText: "no limit"},
		&cli.IntFlag{Name: "errorsmax", Usage: "stop when more than `N` items have failed", DefaultText: "no limit"},
	)
}

func migrateCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "migrate", ArgsUsage: "FILE...", Flags: uploadFlags(),
		Usage:  "upload a data file, then read everything back and prove it",
		Action: func(c *cli.Context) error { return transfer(c, ui, stages{upload: true, verify: !c.Bool("dry")}) },
	}
}

func uploadCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "upload", ArgsUsage: "FILE...", Flags: uploadFlags(),
		Usage:  "append the items of a data file to an IMAP account, each once",
		Action: func(c *cli.Context) error { return transfer(c, ui, stages{upload: true}) },
	}
}

func verifyCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "verify", ArgsUsage: "FILE...", Flags: transferFlags(),
		Usage:  "read everything back from the server and compare it with the data file",
		Action: func(c *cli.Context) error { return transfer(c, ui, stages{verify: true}) },
	}
}

// stages are the parts of a transfer that a command does.
type stages struct{ upload, verify bool }

// transfer is upload, verify or both.
func transfer(c *cli.Context, ui *ui, s stages) error {
	paths, err := someFiles(c)
	if err != nil {
		return err
	}
	for _, path := range paths { // before the person types a password
		if err := probe(path); err != nil {
			return err
		}
	}
	cfg, err := serverConfig(c, ui)
	if err != nil {
		return err
	}
	source, err := sourceOptions(c)
	if err != nil {
		return err
	}
	j, err := openJob(c.Context, paths, source, ui)
	if err != nil {
		return err
	}
	defer j.Close()
	boundMemory(j.Messages())
	t := &run{ui: ui, job: j, cfg: cfg, plan: plan.Options{Subfolder: c.String("subfolder2")}, jobDir: c.String("job-dir")}
	t.options = upload.Options{Dry: c.Bool("dry"), Connections: c.Int("connections"), ErrorsMax: c.Int("errorsmax")}
	t.cfg.Pace = imapconn.NewPace(c.Float64("maxbytespersecond"), c.Float64("maxmessagespersecond"))
	rec := report.NewRecorder(c.Command.Name)
	if err := t.do(c.Context, s, rec); err != nil {
		return errors.Join(err, t.interim(rec, c.String("report-json")))
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

func openJob(ctx context.Context, paths []string, o job.SourceOptions, ui *ui) (*job.Job, error) {
	j, err := job.Open(ctx, paths, o, ui)
	var file *job.FileError
	if ctx.Err() == nil && errors.As(err, &file) {
		err = explainInput(file.Path, file.Err)
	}
	return j, err
}

// run is one transfer.
type run struct {
	ui      *ui
	job     *job.Job
	cfg     imapconn.Config
	plan    plan.Options
	options upload.Options
	jobDir  string

	result *upload.Result
}

func (t *run) do(ctx context.Context, s stages, rec *report.Recorder) (err error) {
	lock, err := t.lock()
	if err != nil {
		return err
	}
	defer lock.Release()
	if err := t.job.Connect(ctx, t.cfg); err != nil {
		return err
	}
	t.announce(s)
	if s.upload && !t.options.Dry {
		done, err := t.openJournal()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, done()) }()
	}
	if err := t.prepare(ctx, rec); err != nil {
		return err
	}
	var only verify.Options
	if s.upload {
		if t.result, err = upload.Run(ctx, t.job, t.options, rec); err != nil {
			return err
		}
		only.Only = t.result.OnServer
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
	var names []string
	for _, s := range t.job.Sources {
		names = append(names, filepath.Base(s.File))
	}
	t.ui.say("%s: %s items in %s folders, for %s at %s", strings.Join(names, ", "),
		number(t.job.Messages()), number(len(t.job.Folders)), t.cfg.User, t.cfg.Host)
	if s.upload && !t.options.Dry {
		t.ui.say("POP must be off by now in every program and on every device: it would fetch what is uploaded and remove it from the server")
	}
}

// prepare plans the folders and reads what is on the server.
func (t *run) prepare(ctx context.Context, rec *report.Recorder) error {
	if err := t.job.Plan(ctx, t.plan); err != nil {
		return err
	}
	t.job.Declare(rec)
	rec.Report().Dry = t.options.Dry
	if past := t.options.Past; past != nil {
		t.job.Remember(past.Known)
		if err := upload.Await(ctx, t.job, past); err != nil {
			return err
		}
	}
	if err := t.job.ReadIndex(ctx); err != nil {
		return err
	}
	return t.settlePast()
}

// openJournal opens the record of this job.
func (t *run) openJournal() (done func() error, err error) {
	dir, err := t.jobFolder()
	if err != nil {
		return nil, cannotWrite(err)
	}
	jn, past, err := journal.Open(dir)
	if err != nil {
		return nil, cannotWrite(err)
	}
	t.options.Journal, t.options.Past, t.options.Rescue = jn, past, filepath.Join(dir, "rescue")
	return jn.Close, nil
}

// settlePast notes that what an earlier run had under way is known from the index.
func (t *run) settlePast() error {
	if t.options.Past == nil {
		return nil
	}
	for _, in := range t.options.Past.Open {
		if err := t.options.Journal.Settle(in.N); err != nil {
			return cannotWrite(err)
		}
	}
	return nil
}

// interim writes the report of a run that was ended: what it did is done.
func (t *run) interim(rec *report.Recorder, file string) error {
	if t.result == nil || file == "" {
		return nil
	}
	return writeReport(file, t.job.Conclude(rec))
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
	switch {
	case t.result == nil:
	case t.result.OverQuota:
		code = exitOverQuota
	case t.result.Refused:
		code = exitAppend
	}
	if code != exitOK {
		return exitStatus(code)
	}
	return nil
}
