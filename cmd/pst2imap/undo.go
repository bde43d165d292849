package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/upload"
)

func undoCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "undo", ArgsUsage: "JOB",
		Usage: "list the messages that a job has uploaded, and remove them with --yes",
		Description: "JOB is the job folder, which upload and migrate name at their end. Only messages that this job\n" +
			"appended and that are still as they were uploaded are removed, then the folders that it made and\n" +
			"that are empty. Where --host and --user are not given, they are those of the job.",
		Flags: append(serverFlags(),
			&cli.BoolFlag{DisableDefaultText: true, Name: "yes", Usage: "remove them; without it they are only listed"},
		),
		Action: func(c *cli.Context) error { return undo(c, ui) },
	}
}

func undo(c *cli.Context, ui *ui) error {
	if c.NArg() != 1 {
		return usageError(c, errors.New("name one job folder"), true)
	}
	dir := c.Args().First()
	past, err := readJob(dir)
	if err != nil {
		return err
	}
	if err := fillServer(c, past.About); err != nil {
		return err
	}
	cfg, err := serverConfig(c, ui)
	if err != nil {
		return err
	}
	if a := past.About; a != nil && accountName(cfg) != accountName(imapconn.Config{Host: a.Host, Port: a.Port, User: a.User}) {
		return &failure{exitUsage, fmt.Errorf("this job belongs to %s at %s:%d", a.User, a.Host, a.Port), "nothing in any other account can be undone with it"}
	}
	lock, err := lockAccount(cfg)
	if err != nil {
		return err
	}
	defer lock.Release()
	u, err := doUndo(c.Context, ui, cfg, dir, past, c.Bool("yes"))
	ui.stopProgress()
	if err != nil {
		return err
	}
	printUndone(ui, u, c.Bool("yes"))
	return nil
}

// readJob reads the journal of a job folder, which must have one.
func readJob(dir string) (*journal.Past, error) {
	if _, err := os.Stat(filepath.Join(dir, journal.FileName)); err != nil {
		return nil, &failure{exitNoInput, errors.New(dir + ": no journal of a job is there"), "upload and migrate name their job folder when they end; --job-dir chose it"}
	}
	past, err := journal.Read(dir)
	if err != nil {
		return nil, explainInput(dir, err)
	}
	return past, nil
}

// fillServer takes the account from the journal where the person names none.
func fillServer(c *cli.Context, a *journal.About) error {
	if a == nil {
		return nil
	}
	for name, value := range map[string]string{"host": a.Host, "user": a.User, "port": fmt.Sprint(a.Port)} {
		if c.IsSet(name) {
			continue
		}
		if err := c.Set(name, value); err != nil {
			return err
		}
	}
	return nil
}

func doUndo(ctx context.Context, ui *ui, cfg imapconn.Config, dir string, past *journal.Past, yes bool) (*upload.Undone, error) {
	j := &job.Job{Listener: ui}
	if err := j.Connect(ctx, cfg); err != nil {
		return nil, err
	}
	defer j.Close()
	jn, _, err := journal.Open(dir)
	if err != nil {
		return nil, cannotWrite(err)
	}
	u, err := upload.Undo(ctx, j, past, jn, yes)
	if err := errors.Join(err, jn.Close()); err != nil {
		return nil, err
	}
	return u, j.Conn.Logout(ctx)
}

func printUndone(ui *ui, u *upload.Undone, yes bool) {
	t := newTable("mailbox", ">uploaded", ">there", "note")
	for _, m := range u.Mailboxes {
		t.row(m.Name, number(m.Appended), number(m.Here), m.Note)
	}
	t.print(ui)
	for _, name := range u.Folders {
		ui.println("folder made by this job and empty without its messages: " + name)
	}
	switch {
	case yes:
		ui.println(fmt.Sprintf("removed: %s messages, %s folders", number(u.Messages()), number(len(u.Folders))))
	default:
		ui.println(fmt.Sprintf("nothing was removed: --yes removes %s messages and %s folders", number(u.Messages()), number(len(u.Folders))))
	}
}
