package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/awake"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/rescue"
	"github.com/pst2imap/pst2imap/upload"
	"github.com/pst2imap/pst2imap/verify"
)

// transferFlags are those of upload, verify and migrate.
func transferFlags(more ...cli.Flag) []cli.Flag {
	flags := append(serverFlags(), sourceFlags()...)
	flags = append(flags, conversionFlags()...)
	flags = append(flags, pimFlags()...)
	flags = append(flags, folderFlags()...)
	flags = append(flags,
		itemsFlag(),
		&cli.BoolFlag{DisableDefaultText: true, Name: "debugimap", Usage: "write what is said to and by the server into imap.log of the job folder, without mail and secrets"},
		&cli.StringFlag{Name: "job-dir", Usage: "`FOLDER` for journal, report and rescued messages (default: below your own data folder)"},
	)
	flags = append(flags, reportFlags()...)
	return append(append(flags, jsonProgressFlag()), more...)
}

func uploadFlags() []cli.Flag {
	return transferFlags(
		popFlag(),
		&cli.BoolFlag{DisableDefaultText: true, Name: "dry", Usage: "decide everything, change nothing on the server"},
		justFoldersFlag(),
		&cli.IntFlag{Name: "connections", Value: upload.DefaultConnections, Usage: "use up to `N` connections at the same time"},
		&cli.Float64Flag{Name: "maxbytespersecond", Usage: "send no more than `N` bytes a second", DefaultText: "no limit"},
		&cli.Float64Flag{Name: "maxmessagespersecond", Usage: "send no more than `N` messages a second", DefaultText: "no limit"},
		&cli.BoolFlag{DisableDefaultText: true, Name: "keep-deleted", Usage: "do not upload again what an earlier run uploaded and is gone from the server"},
		&cli.BoolFlag{DisableDefaultText: true, Name: "yes", Usage: "upload it again without asking, even where it is more than a tenth of a mailbox"},
		&cli.IntFlag{Name: "errorsmax", Usage: "stop when more than `N` items have failed", DefaultText: "no limit"},
	)
}

func justFoldersFlag() cli.Flag {
	return &cli.BoolFlag{DisableDefaultText: true, Name: "justfolders", Usage: "make the mailboxes and upload nothing"}
}

func uploadCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "upload", ArgsUsage: "FILE...", Flags: append(uploadFlags(), rescueFlag()),
		Usage: "append the items of a data file to an IMAP account, each once",
		Description: "Messages that the server refuses are kept in the folder \"rescue\" of the job folder. With --rescue and\n" +
			"that folder just these are tried again; what the server takes now is removed from there.",
		Action: func(c *cli.Context) error { return transfer(c, ui, stages{upload: true}) },
	}
}

func verifyCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "verify", ArgsUsage: "FILE...", Flags: verifyFlags(),
		Usage:  "read everything back from the server and compare it with the data files",
		Action: func(c *cli.Context) error { return transfer(c, ui, stages{verify: true, repair: c.Bool("repair")}) },
	}
}

// stages are the parts of a transfer that a command does.
type stages struct{ check, backup, upload, verify, repair bool }

// transfer is what upload, verify and migrate have in common.
func transfer(c *cli.Context, ui *ui, s stages) (err error) {
	t, err := newRun(c, ui, s)
	if err != nil {
		return err
	}
	defer t.close()
	end := t.openLog(c)
	defer func() { end(err) }()
	if c.Bool("debugimap") {
		done, err := t.trace()
		if err != nil {
			return err
		}
		defer done()
	}
	release, _ := awake.Hold() // where the system does not let it, the run goes on all the same
	defer release()
	rec := report.NewRecorder(c.Command.Name)
	if err := t.do(c.Context, s, rec); err != nil {
		return errors.Join(err, t.interim(c.Context, err, rec, outputsOf(c)))
	}
	return finish(t, rec, outputsOf(c))
}

// newRun reads the flags, looks at the data files and asks what is to be asked.
func newRun(c *cli.Context, ui *ui, s stages) (*run, error) {
	t := &run{ui: ui, jobDir: c.String("job-dir"), pimDir: c.String("pim-dir"), fromStart: c.Bool("from-start"), sends: s.upload || s.repair, backupDir: c.String("backup-dir"), goOn: c.Bool("yes")}
	var err error
	if t.in, err = inputOf(c); err != nil {
		return nil, err
	}
	if s.repair || s.upload && !c.Bool("dry") && !c.Bool("justfolders") {
		if err := popIsOff(c, ui); err != nil {
			return nil, err
		}
	}
	if t.cfg, err = serverConfig(c, ui); err != nil {
		return nil, err
	}
	chosen, err := selectionOf(c)
	if err != nil {
		return nil, err
	}
	t.choose = func(j *job.Job) (plan.Options, error) { return choose(c, j, chosen) }
	t.options = upload.Options{Dry: c.Bool("dry"), Connections: c.Int("connections"), ErrorsMax: c.Int("errorsmax"),
		KeepDeleted: c.Bool("keep-deleted"), Refill: c.Bool("yes")}
	t.cfg.Pace = imapconn.NewPace(c.Float64("maxbytespersecond"), c.Float64("maxmessagespersecond"))
	if s.verify && !s.upload {
		if t.verify, err = verifyOptions(c); err != nil {
			return nil, err
		}
	}
	ui.plan(s.steps()...)
	t.watch = newWatch(ui)
	// Nothing long comes before it, nothing has to be asked, and nothing to be written down.
	ahead := !s.check && !s.backup && t.cfg.Token == nil && !c.Bool("debugimap")
	err = t.enter(c.Context, ahead)
	return t, err
}

// run is one transfer.
type run struct {
	ui      *ui
	watch   *watch
	in      input
	again   *rescue.Folder                       // with --rescue: where the messages come from
	choose  func(*job.Job) (plan.Options, error) // reads the flags about folders; nil: there are none
	job     *job.Job
	cfg     imapconn.Config
	signIn  *job.SignIn // one that began before it was needed; nil for none
	plan    plan.Options
	options upload.Options
	verify  verify.Options
	jobDir  string
	pimDir  string
	lock    *journal.Lock

	sends     bool // something may be uploaded
	fromStart bool // of verification
	passing   bool // the job folder will be gone at the end

	backupDir string // empty: the usual one
	goOn      bool   // although the check found that there is no room

	pastItems func() error // reads what the journal says of items, once
	result    *upload.Result
}

func (t *run) do(ctx context.Context, s stages, rec *report.Recorder) (err error) {
	if s.verify && t.verify.Level == verify.Index {
		t.recallAhead()
	}
	defer func() {
		if t.verify.Early != nil {
			t.verify.Early.End()
		}
	}()
	if err := t.begin(ctx, s); err != nil {
		return err
	}
	if s.upload || s.repair {
		done, err := t.openJournal()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, done()) }()
	}
	if err := t.prepare(ctx, s, rec); err != nil {
		return err
	}
	t.options.PIM = t.pim(rec, t.options.Dry)
	t.verify.PIM = t.pim(rec, !s.repair)
	if s.upload {
		if t.result, err = upload.Run(ctx, t.job, t.options, rec); err != nil {
			return err
		}
		n := rec.Report().Totals
		t.ui.passed("%s uploaded, %s there before, %s skipped, %s failed", number(n.Uploaded), number(n.Present), number(n.Skipped), number(n.Failed))
	}
	if s.verify {
		if s.upload {
			t.job.Selection, t.verify.Only = nil, t.result.OnServer() // only what the upload names is read back
			if err := t.job.ReadIndex(ctx); err != nil {
				return err
			}
		}
		found, err := t.verifyAll(ctx, rec)
		if err != nil {
			return err
		}
		t.ui.passed("%s", rec.Report().Verify.Sentence())
		if s.repair {
			if err := t.repair(ctx, found, rec); err != nil {
				return err
			}
		}
	}
	return t.job.Conn.Logout(ctx)
}

// begin checks and backs up where that is asked for, and signs in.
func (t *run) begin(ctx context.Context, s stages) error {
	if s.check {
		if err := t.check(ctx); err != nil {
			return err
		}
	}
	if s.backup {
		if err := t.backUp(ctx); err != nil {
			return err
		}
	}
	if s.verify && !s.upload && t.verify.Level != verify.Index {
		t.verify.Early = verify.Begin(ctx, t.job, t.verify)
	}
	if err := t.job.ConnectBy(ctx, t.cfg, t.signIn); err != nil {
		return err
	}
	if !s.check {
		t.announce()
	}
	return nil
}

// announce says what is going to happen.
func (t *run) announce() {
	var names []string
	for _, s := range t.job.Sources {
		names = append(names, filepath.Base(s.File))
	}
	t.ui.say("%s: %s in %s, for %s at %s", strings.Join(names, ", "),
		plural(t.job.Messages(), "item"), plural(len(t.job.Folders), "folder"), t.cfg.User, t.cfg.Host)
}

// prepare plans the folders, makes their mailboxes and reads what is on the server.
func (t *run) prepare(ctx context.Context, s stages, rec *report.Recorder) error {
	if err := t.job.Plan(ctx, t.plan); err != nil {
		return err
	}
	if s.upload && !t.options.Dry {
		// First, because a name that the server refuses changes the plan.
		if err := t.job.CreateMailboxes(ctx); err != nil {
			return err
		}
	}
	t.job.Declare(rec)
	rec.Report().Dry = t.options.Dry
	if t.options.Journal != nil {
		if err := t.await(ctx); err != nil {
			return err
		}
	}
	if !s.upload && !s.repair {
		return nil // verification reads the index while it converts
	}
	remembered := t.remember()
	err := t.job.ReadIndex(ctx)
	if err := errors.Join(err, remembered()); err != nil {
		return err
	}
	return t.settlePast()
}

// await waits until the server has worked through what an earlier run had under
// way when it was cut off, also one with another job folder.
func (t *run) await(ctx context.Context) error {
	if err := upload.Await(ctx, t.job, t.options.Past); err != nil {
		return err
	}
	dir, err := t.jobFolder()
	if err == nil {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		return cannotWrite(err)
	}
	if other := t.lock.Job(); other != "" && other != dir {
		past, err := journal.Read(other)
		if err != nil { // a folder that cannot be read any more tells nothing
			past = new(journal.Past)
		}
		if err := upload.Await(ctx, t.job, past); err != nil {
			return err
		}
	}
	if err := t.lock.SetJob(dir); err != nil {
		return cannotWrite(err)
	}
	return nil
}

// remember finds out which items are as they were when the journal was written,
// beside whatever else is done until wait is called.
func (t *run) remember() (wait func() error) {
	if t.options.Past == nil {
		return func() error { return nil }
	}
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err = t.pastItems(); err == nil {
			t.job.Remember(t.options.Past)
		}
	}()
	return func() error {
		<-done
		if err != nil {
			return cannotWrite(err)
		}
		return nil
	}
}

// openJournal opens the record of this job. A dry run only reads it.
func (t *run) openJournal() (done func() error, err error) {
	dir, err := t.jobFolder()
	if err != nil {
		return nil, cannotWrite(err)
	}
	if t.options.Dry {
		if t.options.Past, err = journal.Read(dir); err != nil {
			return nil, cannotWrite(err)
		}
		t.pastItems = func() error { return nil } // they are there
		return func() error { return nil }, nil
	}
	jn, past, items, err := journal.Begin(dir)
	if err != nil {
		return nil, cannotWrite(err)
	}
	t.pastItems = sync.OnceValue(items)
	t.options.Journal, t.options.Past = jn, past
	t.job.Made = jn.Made
	done = func() error { return errors.Join(jn.Close(), t.pastItems()) }
	if t.options.Rescue == nil {
		folder, err := rescue.Open(filepath.Join(dir, rescueName))
		if err != nil {
			return nil, errors.Join(cannotWrite(err), done())
		}
		t.options.Rescue = folder
		done = func() error { return errors.Join(jn.Close(), t.pastItems(), folder.Close()) }
	}
	about := journal.About{Host: t.cfg.Host, Port: t.cfg.Port, User: t.cfg.User, At: time.Now().UTC().Truncate(time.Second)}
	for _, s := range t.job.Sources {
		about.Files = append(about.Files, s.File)
	}
	if err := jn.About(about); err != nil {
		return nil, errors.Join(cannotWrite(err), done())
	}
	return done, nil
}

// settlePast notes that what an earlier run had under way is known from the index.
func (t *run) settlePast() error {
	if t.options.Journal == nil {
		return nil
	}
	for _, in := range t.options.Past.Open {
		if err := t.options.Journal.SettleLost(in.N); err != nil {
			return cannotWrite(err)
		}
	}
	return nil
}

// interim writes the report of a run that was ended: what it did is done.
func (t *run) interim(ctx context.Context, why error, rec *report.Recorder, out outputs) error {
	if len(rec.Report().Folders) == 0 {
		return nil // nothing was begun
	}
	f := explain(ctx, why)
	r := rec.Report()
	r.Interrupted, r.Exit = clean(f.Error()), f.code
	t.ui.stopProgress()
	return t.conclude(rec, out)
}

// conclude completes the report and writes it to its files.
func (t *run) conclude(rec *report.Recorder, out outputs) error {
	r := t.job.Conclude(rec)
	if t.watch != nil {
		t.watch.stamp(r)
	}
	if t.job.Conn != nil {
		r.Server.Capabilities = t.job.Conn.Caps().List()
	}
	if r.Exit == exitOK {
		r.Exit = t.outcome(r)
	}
	t.countRescued(r)
	logResult(t.ui.log, r)
	t.keep(r)
	return out.files(r)
}

func (t *run) outcome(r *report.Report) int {
	switch {
	case t.result == nil:
	case t.result.OverQuota:
		return exitOverQuota
	case t.result.Refused:
		return exitAppend
	}
	return r.ExitCode()
}

// finish gives the result: files, then standard output, then the exit code.
func finish(t *run, rec *report.Recorder, out outputs) error {
	t.ui.stopProgress()
	if err := t.conclude(rec, out); err != nil {
		return err
	}
	r := rec.Report()
	if err := out.print(t.ui, r); err != nil {
		return err
	}
	if r.Exit != exitOK {
		return exitStatus(r.Exit)
	}
	return nil
}
