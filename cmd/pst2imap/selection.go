package main

import (
	"fmt"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/plan"
)

// folderFlags say what of a data file goes where, with imapsync's names.
func folderFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "subfolder2", Usage: "put the whole folder tree below this `FOLDER` on the server"},
		&cli.StringSliceFlag{Name: "f1f2", Usage: "`FOLDER=MAILBOX`: put this folder of the data file, and what is below it, into this mailbox; may be repeated"},
		&cli.BoolFlag{DisableDefaultText: true, Name: "trash-aside", Usage: "put what is in Deleted Items into a folder " + strconv.Quote(plan.AsideName) + " instead of the server's trash, which many providers empty"},
		&cli.StringSliceFlag{Name: "folder", Usage: "only this `FOLDER`; may be repeated"},
		&cli.StringSliceFlag{Name: "folderrec", Usage: "only this `FOLDER` and what is below it; may be repeated"},
		&cli.StringSliceFlag{Name: "include", Usage: "only folders whose path matches this `REGEX`; may be repeated"},
		&cli.StringSliceFlag{Name: "exclude", Usage: "no folders whose path matches this `REGEX`; may be repeated"},
		&cli.Int64Flag{Name: "maxsize", Usage: "leave out messages of this many `BYTES` or more"},
		&cli.Int64Flag{Name: "minsize", Usage: "leave out messages of this many `BYTES` or fewer"},
		&cli.Float64Flag{Name: "maxage", Usage: "leave out messages older than this many `DAYS`"},
		&cli.Float64Flag{Name: "minage", Usage: "leave out messages newer than this many `DAYS`; above --maxage both ranges are taken"},
	}
}

// selectionOf reads the flags that leave something out.
func selectionOf(c *cli.Context) (*plan.Selection, error) {
	s, err := plan.NewSelection(plan.SelectionOptions{
		Folders: c.StringSlice("folder"), FoldersBelow: c.StringSlice("folderrec"),
		Include: c.StringSlice("include"), Exclude: c.StringSlice("exclude"),
		MaxSize: c.Int64("maxsize"), MinSize: c.Int64("minsize"), MaxAge: c.Float64("maxage"), MinAge: c.Float64("minage"),
		FoldersOnly: c.Bool("justfolders"), Now: time.Now(),
	})
	if err != nil {
		return nil, usageError(c, err, true)
	}
	return s, nil
}

// choose takes the selection over into the job and reads what the flags say about
// mailboxes. A folder that the data file does not have is an error.
func choose(c *cli.Context, j *job.Job, s *plan.Selection) (plan.Options, error) {
	var paths [][]string
	for _, f := range j.Folders {
		paths = append(paths, f.Path)
	}
	if missing := s.Missing(paths); len(missing) > 0 {
		return plan.Options{}, noSuchFolder(fmt.Errorf("the data file has no folder %q", missing[0]))
	}
	if !s.Everything() {
		j.Selection = s
	}
	rename, err := plan.ParseRename(c.StringSlice("f1f2"), paths)
	if err != nil {
		return plan.Options{}, noSuchFolder(err)
	}
	return plan.Options{Subfolder: c.String("subfolder2"), Rename: rename, TrashAside: c.Bool("trash-aside")}, nil
}

func noSuchFolder(err error) error {
	return &failure{code: exitUsage, err: err, hint: "pst2imap inspect FILE shows the folders and how they are written"}
}
