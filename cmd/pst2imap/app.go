package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

func newApp(ui *ui) *cli.App {
	app := cli.NewApp()
	app.Name = "pst2imap"
	app.Usage = "bring the mail of an Outlook data file to an IMAP server, and prove that it arrived"
	app.Version = version()
	app.HideVersion = true // it is a command; the flag is for those who try that first
	app.Flags = []cli.Flag{&cli.BoolFlag{Name: "version", DisableDefaultText: true, Usage: "the same as the command version"}}
	app.Writer, app.ErrWriter = ui.out, io.Discard
	app.Commands = commands(ui)
	app.ExitErrHandler = func(*cli.Context, error) {}
	app.OnUsageError = usageError
	app.CommandNotFound = nil
	app.DisableSliceFlagSeparator = true // a folder's name may have a comma in it
	app.Action = func(c *cli.Context) error {
		if c.Bool("version") {
			return versionCommand(ui).Action(c)
		}
		if ui.interactive() && (c.NArg() == 0 || isDataFile(c.Args().First())) {
			return newApp(ui).RunContext(c.Context, append([]string{c.App.Name, "guide", "--"}, c.Args().Slice()...))
		}
		if name := c.Args().First(); name != "" {
			return &failure{code: exitUsage, err: fmt.Errorf("there is no command %q", name), hint: "see pst2imap help"}
		}
		return cli.ShowAppHelp(c)
	}
	return app
}

// isDataFile tells whether the first argument is a file that was dropped on the
// program instead of a command.
func isDataFile(arg string) bool {
	switch strings.ToLower(filepath.Ext(arg)) {
	case ".pst", ".ost":
		_, err := os.Stat(arg)
		return err == nil
	}
	return false
}

// usageError is one line with a hint instead of a page of help.
func usageError(c *cli.Context, err error, _ bool) error {
	hint := "see pst2imap help"
	if c.Command != nil && c.Command.Name != "" && c.Command.Name != "pst2imap" {
		hint = "see pst2imap help " + c.Command.Name
	}
	return &failure{code: exitUsage, err: err, hint: hint}
}

// commands are all verbs. ui may be nil when only the flags matter.
func commands(ui *ui) []*cli.Command {
	list := []*cli.Command{
		scanCommand(ui),
		inspectCommand(ui),
		checkCommand(ui),
		backupCommand(ui),
		exportCommand(ui),
		guideCommand(ui),
		migrateCommand(ui),
		uploadCommand(ui),
		verifyCommand(ui),
		reportCommand(ui),
		undoCommand(ui),
		rememberCommand(ui),
		forgetCommand(ui),
		demoCommand(ui),
		completionCommand(ui),
		versionCommand(ui),
		shadowCommand(ui),
	}
	for _, c := range list {
		c.OnUsageError = usageError
		c.HideHelpCommand = true
		c.Before = func(c *cli.Context) error {
			ui.machine = c.Bool("json-progress")
			return nil
		}
	}
	return list
}

// oneFile is the data file that a command is about.
func oneFile(c *cli.Context) (string, error) {
	switch c.NArg() {
	case 1:
		return c.Args().First(), nil
	case 0:
		return "", usageError(c, errors.New("no data file given"), true)
	}
	return "", usageError(c, fmt.Errorf("%d data files given: one at a time", c.NArg()), true)
}

// someFiles are the data files that a command takes as one job. One that is
// named twice counts once.
func someFiles(c *cli.Context) ([]string, error) {
	if c.NArg() == 0 {
		return nil, usageError(c, errors.New("no data file given"), true)
	}
	var paths []string
	var known []os.FileInfo
	for _, path := range c.Args().Slice() {
		st, err := os.Stat(path)
		if err == nil && slices.ContainsFunc(known, func(k os.FileInfo) bool { return os.SameFile(k, st) }) {
			continue
		}
		if err == nil {
			known = append(known, st)
		}
		paths = append(paths, path) // what is wrong with it is told when it is opened
	}
	return paths, nil
}
