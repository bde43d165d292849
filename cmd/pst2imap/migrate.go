package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/preflight"
	"github.com/pst2imap/pst2imap/internal/safecopy"
)

// migrateFlags are those of migrate and of the dialogue before it.
func migrateFlags() []cli.Flag {
	return append(append(uploadFlags(), fromStartFlag()),
		&cli.StringFlag{Name: "backup-dir", Usage: "`FOLDER` for the verified copies that are made first, best on another drive", DefaultText: "pst2imap-backup in your own folder"},
		&cli.BoolFlag{DisableDefaultText: true, Name: "no-backup", Usage: "make no copies: you have a backup of the data files that you trust"},
	)
}

func migrateCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "migrate", ArgsUsage: "FILE...", Flags: migrateFlags(),
		Usage: "check, back up, upload, then read everything back and prove it",
		Description: "The data files are copied first, and each copy is read back and compared; what is uploaded is read\n" +
			"from the copies. The same command can be run again at any time: it goes on where it stopped, and\n" +
			"takes what was added to a data file since. Nothing is uploaded twice.",
		Action: func(c *cli.Context) error {
			sends := !c.Bool("dry") && !c.Bool("justfolders")
			return transfer(c, ui, stages{check: true, backup: sends && !c.Bool("no-backup"), upload: true, verify: sends})
		},
	}
}

// steps are those that a migration shows; upload and verify alone have none.
func (s stages) steps() []string {
	if !s.check {
		return nil
	}
	steps := []string{stepCheck}
	for _, x := range []struct {
		has  bool
		name string
	}{{s.backup, stepBackup}, {s.upload, stepUpload}, {s.verify, stepVerify}} {
		if x.has {
			steps = append(steps, x.name)
		}
	}
	return append(steps, stepReport)
}

// check looks whether anything stands against the run. What it finds is said, and
// only a mailbox without room ends the run: one that is full takes no new mail.
func (t *run) check(ctx context.Context) error {
	r, err := t.preflight(ctx)
	if err != nil {
		return err
	}
	for _, p := range r.Problems {
		if p.Severity == preflight.Stands {
			t.ui.warn("%s: %s", p.What, p.Do)
		}
	}
	if r.ExitCode() == exitOverQuota && !t.goOn && !t.options.Dry && !t.begun() {
		return &failure{exitOverQuota, errors.New("nothing was uploaded: a mailbox that is full takes no new mail either"),
			"make room, or take less with --maxage or --exclude; --yes uploads what fits all the same"}
	}
	files := ""
	if n := len(t.in.paths); n > 1 {
		files = fmt.Sprintf(" in %d data files", n)
	}
	t.ui.passed("%s in %s%s, for %s at %s; about %s", plural(t.job.Messages(), "item"), plural(len(t.job.Folders), "folder"), files, t.cfg.User, t.cfg.Host, r.Estimate)
	return nil
}

// preflight asks the server on a connection of its own.
func (t *run) preflight(ctx context.Context) (*preflight.Result, error) {
	in := preflight.Input{Config: t.cfg, Job: t.job, Plan: t.plan, Now: time.Now()}
	var err error
	if in.Conn, in.Facts, err = imapconn.Probe(ctx, t.cfg); err != nil {
		return nil, err
	}
	defer func() { _ = in.Conn.Close() }() // after Logout there is nothing left to say
	t.job.Conn = in.Conn
	r, err := preflight.Run(ctx, in)
	if err == nil {
		err = in.Conn.Logout(ctx)
	}
	t.job.Conn = nil
	return r, err
}

// begun tells whether an earlier run has uploaded something: then what is to be sent
// is less than the data files have.
func (t *run) begun() bool {
	dir, err := t.jobFolder()
	if err == nil {
		_, err = os.Stat(filepath.Join(dir, journal.FileName))
	}
	return err == nil
}

// backUp makes verified copies of the data files, or finds them, and turns to them:
// from now on they are read, and the files themselves only watched.
func (t *run) backUp(ctx context.Context) error {
	dir := t.backupDir
	if dir == "" {
		var err error
		if dir, err = usualBackupDir(); err != nil {
			return cannotWrite(err)
		}
	}
	o := safecopy.Options{Files: t.in.paths, Dir: dir, Version: version(), Listener: t.watch}
	if t.passing {
		o.Listener = progressOnly{t.watch}
	}
	r, err := safecopy.Copy(ctx, o)
	if err != nil {
		if f := explainBackup(err); f != nil && ctx.Err() == nil {
			f.hint = strings.ReplaceAll(f.hint, "--to", "--backup-dir")
			return f
		}
		return err
	}
	t.in.source.Copies = map[string]job.Copy{}
	var size int64
	for _, out := range r.Files {
		e := out.Entry
		t.in.source.Copies[out.File] = job.Copy{Path: out.Path, Size: e.Size, Modified: e.Source.Modified}
		size += e.Size
	}
	was := t.job
	if err := t.open(ctx); err != nil {
		return err
	}
	if err := was.Close(); err != nil {
		return err
	}
	done := "copied and read back"
	if !slices.ContainsFunc(r.Files, func(out safecopy.Outcome) bool { return !out.Present }) {
		done = "was there, read back"
	}
	t.ui.passed("%s %s: %s", byteSize(size), done, dir)
	return nil
}

// progressOnly says nothing about copies that will be gone soon.
type progressOnly struct{ event.Listener }

// Note implements event.Listener.
func (progressOnly) Note(event.Note) {}

// usualBackupDir is a folder beside the person's documents, not in them: those are
// often kept in the cloud.
func usualBackupDir() (string, error) {
	home, err := os.UserHomeDir()
	return filepath.Join(home, "pst2imap-backup"), err
}
