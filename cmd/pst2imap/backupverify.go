package main

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/safecopy"
)

// backupCheck is what backup --verify --json prints (docs/backup.schema.json).
type backupCheck struct {
	Schema   int                `json:"schema"`
	Command  string             `json:"command"`
	Version  string             `json:"version"`
	Started  time.Time          `json:"started"`
	Finished time.Time          `json:"finished"`
	Folder   string             `json:"folder"`
	Files    []safecopy.Finding `json:"files"`
	Exit     int                `json:"exit_code"`
}

// verifyBackup checks an older backup. Nothing is written.
func verifyBackup(c *cli.Context, ui *ui) error {
	dir := c.String("verify")
	if c.NArg() > 0 || c.IsSet("to") || c.IsSet("export") || c.Bool("vss") || c.Bool("replace") {
		return usageError(c, errors.New("--verify takes a folder and nothing else"), true)
	}
	w := newWatch(ui)
	found, err := safecopy.Check(c.Context, dir, w)
	if errors.Is(err, fs.ErrNotExist) {
		return &failure{exitNoInput, fmt.Errorf("%s: there is no backup: it has no %s", dir, safecopy.ManifestName), "name the folder that was given to backup --to"}
	}
	if err != nil {
		return err
	}
	ui.stopProgress()
	r := backupCheck{Schema: safecopy.Schema, Command: "backup --verify", Version: version(), Folder: dir, Files: found,
		Started: w.started.UTC().Truncate(time.Second), Finished: time.Now().UTC().Truncate(time.Second), Exit: checkExit(found)}
	if c.Bool("json") {
		if err := writeJSON(ui.out, r); err != nil {
			return err
		}
	} else {
		printBackupCheck(ui, r)
	}
	if r.Exit != exitOK {
		return exitStatus(r.Exit)
	}
	return nil
}

// count is how many findings have a condition.
func count(found []safecopy.Finding, c safecopy.Condition) int {
	n := 0
	for _, f := range found {
		if f.Condition == c {
			n++
		}
	}
	return n
}

// checkExit is the first exit code that applies; what is not part of a backup does it
// no harm.
func checkExit(found []safecopy.Finding) int {
	switch {
	case count(found, safecopy.Missing) > 0:
		return exitMissing
	case count(found, safecopy.Changed) > 0:
		return exitDifferent
	}
	return exitOK
}

func printBackupCheck(ui *ui, r backupCheck) {
	missing, changed := count(r.Files, safecopy.Missing), count(r.Files, safecopy.Changed)
	right := count(r.Files, safecopy.Right)
	if missing+changed == 0 {
		ui.println(clean(fmt.Sprintf("the backup in %s is right: %s read and equal to the manifest", r.Folder, plural(right, "file"))))
	} else {
		ui.println(clean(fmt.Sprintf("the backup in %s is not right: %s missing, %s changed, %s right",
			r.Folder, number(missing), number(changed), number(right))))
	}
	ui.println("")
	t := newTable("file", ">size", "copied", "")
	for _, f := range r.Files {
		size, when, state := "", "", string(f.Condition)
		if e := f.Entry; e != nil {
			size, when = byteSize(e.Size), e.Verified.Format("2006-01-02")
		}
		if f.Why != "" {
			state += ": " + f.Why
		}
		t.row(f.Name, size, when, state)
	}
	t.print(ui)
	if missing+changed > 0 {
		ui.println("")
		ui.println("what to do now: while the data files are still there, back them up again, best to another drive")
	}
}
