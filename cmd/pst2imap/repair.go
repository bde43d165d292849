package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/upload"
	"github.com/pst2imap/pst2imap/verify"
)

// defaultShare is how many of a hundred messages are read whole at level sample.
const defaultShare = 5

func verifyFlags() []cli.Flag {
	return transferFlags(
		&cli.StringFlag{Name: "level", Value: string(verify.Full), Usage: "`LEVEL`: full reads every byte; index only identity, size, flags and date; sample that, and some messages whole"},
		&cli.Float64Flag{Name: "sample-share", Value: defaultShare, Usage: "read `N` of a hundred messages whole with --level sample"},
		&cli.Uint64Flag{Name: "sample-seed", Usage: "choose them by this `NUMBER`; the same one chooses the same", DefaultText: "0"},
		popFlag(),
		fromStartFlag(),
		&cli.BoolFlag{DisableDefaultText: true, Name: "repair", Usage: "upload what is missing, remove second copies that this job made, and verify again"},
	)
}

func fromStartFlag() cli.Flag {
	return &cli.BoolFlag{DisableDefaultText: true, Name: "from-start", Usage: "read everything back, also what a verification that was cut off has read already"}
}

// verifyOptions reads the flags.
func verifyOptions(c *cli.Context) (verify.Options, error) {
	o := verify.Options{Level: verify.Level(c.String("level")), Share: c.Float64("sample-share") / 100, Seed: c.Uint64("sample-seed")}
	switch o.Level {
	case verify.Index, verify.Sample, verify.Full:
	default:
		return o, usageError(c, fmt.Errorf("--level %q is not one of index, sample, full", o.Level), true)
	}
	if o.Level == verify.Sample && (o.Share <= 0 || o.Share > 1) {
		return o, usageError(c, errors.New("--sample-share is above 0 and up to 100"), true)
	}
	if c.Bool("repair") && o.Level != verify.Full {
		return o, usageError(c, errors.New("--repair needs --level full"), true)
	}
	return o, nil
}

// verifyAll verifies, and goes on where a verification that was cut off had stopped.
func (t *run) verifyAll(ctx context.Context, rec *report.Recorder) (*verify.Result, error) {
	o := t.verify
	t.verify.Early = nil // it is for one time
	if o.Level == verify.Index {
		return verify.Run(ctx, t.job, o, rec)
	}
	dir, err := t.jobFolder()
	if err == nil {
		o.Memory, err = verify.OpenMemory(dir, accountName(t.cfg), t.fromStart)
	}
	if err != nil {
		t.ui.warn("if this verification is cut off it will have to begin anew: %v", err)
		return verify.Run(ctx, t.job, o, rec)
	}
	found, err := verify.Run(ctx, t.job, o, rec)
	end := o.Memory.Finish
	if err != nil {
		end = o.Memory.Close
	}
	if err := end(); err != nil {
		t.ui.warn("%v", err)
	}
	return found, err
}

// recallAhead reads the journal for a verification by index, beside whatever comes before
// that.
func (t *run) recallAhead() {
	t.verify.Past = sync.OnceValue(t.readPast)
	go t.verify.Past()
}

// readPast reads the journal, if it can.
func (t *run) readPast() (past *journal.Past) {
	dir, err := t.jobFolder()
	if err == nil {
		past, err = journal.Read(dir)
	}
	if err != nil {
		t.job.Note(event.Warning, fmt.Sprintf("the journal cannot be read, so that everything has to be converted: %v", err))
	}
	return past
}

// repair mends what verification found and verifies again; rec then has the
// result of that.
func (t *run) repair(ctx context.Context, found *verify.Result, rec *report.Recorder) error {
	if len(found.Missing) == 0 && len(found.Duplicates) == 0 {
		return nil
	}
	done := &report.Repaired{}
	var err error
	if done.Removed, err = upload.RemoveExtra(ctx, t.job, t.options.Past, found.Twins()); err != nil {
		return err
	}
	if len(found.Missing) > 0 {
		if done.Uploaded, err = t.uploadMissing(ctx); err != nil {
			return err
		}
	}
	if err := t.job.ReadIndex(ctx); err != nil {
		return err
	}
	rec.Restart()
	t.job.Declare(rec)
	rec.Report().Repaired = done
	_, err = verify.Run(ctx, t.job, t.verify, rec)
	return err
}

// uploadMissing uploads what the server does not have.
func (t *run) uploadMissing(ctx context.Context) (int, error) {
	// Before the index: what is made later is taken for empty when the next one is read.
	if err := t.job.CreateMailboxes(ctx); err != nil {
		return 0, err
	}
	if err := t.job.ReadIndex(ctx); err != nil { // verification has used the other one for its claims
		return 0, err
	}
	rec := report.NewRecorder("upload")
	t.job.Declare(rec)
	_, err := upload.Run(ctx, t.job, t.options, rec)
	return rec.Report().Totals.Uploaded, err
}
