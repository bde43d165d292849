package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/rescue"
	"github.com/pst2imap/pst2imap/pst"
)

// input is where the messages of a transfer come from.
type input struct {
	paths  []string // data files
	source job.SourceOptions
	rescue string // or a rescue folder
}

func rescueFlag() cli.Flag {
	return &cli.StringFlag{Name: "rescue", Usage: "instead of data files: try the messages in this rescue `FOLDER` again, and only those"}
}

// inputOf reads the arguments and takes a first look, before the person types a
// password.
func inputOf(c *cli.Context) (in input, err error) {
	if in.rescue = c.String("rescue"); in.rescue != "" {
		return in, checkRescue(c)
	}
	if in.paths, err = someFiles(c); err != nil {
		return in, err
	}
	for _, path := range in.paths {
		if err := probe(path); err != nil {
			return in, err
		}
	}
	in.source, err = sourceOptions(c, false)
	return in, err
}

// checkRescue refuses what goes with data files only: every message of the folder
// is tried, in its own mailbox.
func checkRescue(c *cli.Context) error {
	if c.NArg() > 0 {
		return usageError(c, errors.New("--rescue takes the place of data files: name one or the other"), true)
	}
	for _, f := range slices.Concat(sourceFlags(), conversionFlags(), pimFlags(), folderFlags(), []cli.Flag{itemsFlag(), justFoldersFlag()}) {
		if name := f.Names()[0]; c.IsSet(name) {
			return usageError(c, fmt.Errorf("--%s does not go with --rescue: each message there is tried again as it is", name), true)
		}
	}
	return nil
}

// open reads what there is to upload. folder is the rescue folder, if it is one;
// the caller closes it.
func (in *input) open(ctx context.Context, l event.Listener) (j *job.Job, folder *rescue.Folder, err error) {
	if in.rescue == "" {
		j, err = openJob(ctx, in.paths, in.source, l)
		return j, nil, err
	}
	folder, err = rescue.Open(in.rescue)
	if err == nil && !folder.HasIndex() {
		err = errors.Join(fs.ErrNotExist, folder.Close())
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, &failure{exitNoInput, fmt.Errorf("%s: no %s is there", in.rescue, rescue.IndexName), "the rescue folder is in the job folder, which upload names at its end"}
	}
	if err != nil {
		return nil, nil, &failure{exitNoInput, err, "can another program read the folder?"}
	}
	return job.OpenRescue(folder, l), folder, nil
}

// probe tells quickly whether the file is a data file that can be read.
func probe(path string) error {
	s, err := pst.Open(path)
	if err != nil {
		return explainInput(path, err)
	}
	return s.Close()
}

func openJob(ctx context.Context, paths []string, o job.SourceOptions, l event.Listener) (*job.Job, error) {
	j, err := job.Open(ctx, paths, o, l)
	var file *job.FileError
	if ctx.Err() == nil && errors.As(err, &file) {
		err = explainInput(file.Path, file.Err)
	}
	return j, err
}

// jobOfRescue is the job folder that a rescue folder lies in, "" if it lies in none.
func jobOfRescue(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil || filepath.Base(abs) != rescueName || !hasJournal(filepath.Dir(abs)) {
		return ""
	}
	return filepath.Dir(abs)
}
