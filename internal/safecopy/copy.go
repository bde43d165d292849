package safecopy

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/fsx"
)

// Options say what is copied and where to.
type Options struct {
	Files     []string       // data files
	Dir       string         // made when it is not there
	Snapshots Snapshots      // where to read from; nil: from the files themselves
	Replace   bool           // older copies of a file go when there is a verified one of its present state
	Version   string         // of this program, for the manifest
	Listener  event.Listener // nil: nobody

	disk disk // nil: the real one
}

// Snapshots gives files as they were at one moment, although a program has them open.
type Snapshots interface {
	// Path is where the file is found in a snapshot of its drive, which is made when
	// there is none yet.
	Path(ctx context.Context, file string) (string, error)
}

// Outcome is what became of one of the files.
type Outcome struct {
	File    string // as it was given
	Path    string // of the copy
	Entry   Entry
	Present bool // a verified copy of the file in this state was there, and was found to be right
	Err     error
}

// Result is what became of the files, in their order. A run that ended early has
// fewer.
type Result struct {
	Files    []Outcome
	Manifest *Manifest
}

// attempts is how often a file that changes, or a copy that is read back
// differently, is tried.
const attempts = 3

// Copy makes a verified copy of each file that has none in its present state. The
// error joins those of the files, each a *SourceError when the file is the cause;
// other errors end the run: *RefusedError and *RoomError before anything is written
// (a *RoomError also when the disk fills up), *MismatchError, [ErrLocked], those of
// [ReadManifest], of the system and of ctx. What is complete stays, and what is
// incomplete is gone on with by the next call.
func Copy(ctx context.Context, o Options) (*Result, error) {
	c := &copier{Options: o}
	if c.Listener == nil {
		c.Listener = event.Discard{}
	}
	if c.disk == nil {
		c.disk = realDisk{}
	}
	if err := refuse(o.Dir, o.Files); err != nil {
		return &Result{}, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return &Result{}, err
	}
	unlock, err := lock(o.Dir)
	if err != nil {
		return &Result{}, err
	}
	defer unlock()
	if c.manifest, err = ReadManifest(o.Dir); errors.Is(err, fs.ErrNotExist) {
		c.manifest, err = newManifest(o.Dir)
	}
	if err != nil {
		return &Result{}, err
	}
	return c.run(ctx)
}

type copier struct {
	Options
	manifest *Manifest
	jobs     []*job
	progress *progress
}

// job is what is to be done about one file.
type job struct {
	file    string // as it was given
	found   string // where it is read
	state   State
	name    string // of the copy
	present bool   // the manifest has a copy of this state, and there is a file
	err     error  // why it cannot be done
}

func (c *copier) run(ctx context.Context) (*Result, error) {
	r := &Result{Manifest: c.manifest}
	for _, file := range c.Files {
		j := &job{file: file}
		if j.err = c.look(ctx, j); j.err != nil && !aboutSource(j.err) {
			return r, j.err
		}
		c.jobs = append(c.jobs, j)
	}
	if err := c.checkRoom(); err != nil {
		return r, err
	}
	c.progress = newProgress(c.Listener, c.jobs)
	var errs []error
	for i, j := range c.jobs {
		c.progress.index = i
		out := Outcome{File: j.file}
		if out.Err = j.err; out.Err == nil {
			out.Entry, out.Present, out.Err = c.do(ctx, j)
			out.Path = filepath.Join(c.Dir, j.name)
			if out.Err == nil && c.Replace {
				out.Err = c.removeOlder(out.Entry)
			}
		}
		r.Files = append(r.Files, out)
		errs = append(errs, out.Err)
		if out.Err != nil && !aboutSource(out.Err) {
			break
		}
	}
	return r, errors.Join(errs...)
}

// aboutSource tells whether an error is about one file, so that others may do.
func aboutSource(err error) bool {
	var e *SourceError
	return errors.As(err, &e)
}

// look decides what is to be done about a file.
func (c *copier) look(ctx context.Context, j *job) (err error) {
	j.found = j.file
	if j.state, err = StateOf(j.file); err != nil {
		return err
	}
	if c.Snapshots != nil {
		if j.found, err = c.Snapshots.Path(ctx, j.file); err != nil {
			return err
		}
		if j.state, err = stateOf(j.file, j.found); err != nil {
			return err
		}
	}
	e, known := c.manifest.Find(j.state)
	if !known {
		j.name = c.freeName(filepath.Base(j.file))
		return nil
	}
	j.name = e.Name
	info, err := os.Lstat(filepath.Join(c.Dir, j.name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	j.present = info.Mode().IsRegular()
	return nil
}

// do makes the copy of a file, or finds that it is there.
func (c *copier) do(ctx context.Context, j *job) (e Entry, present bool, err error) {
	if j.present {
		e, _ = c.manifest.Find(j.state)
		err := c.again(ctx, e)
		var differs *MismatchError
		if err == nil || !errors.As(err, &differs) {
			return e, err == nil, err
		}
		c.note(event.Warning, "%s; it is made again", err)
		// What is right of it stays, and it has no right to its name.
		if err := fsx.Rename(filepath.Join(c.Dir, j.name), c.part(j)); err != nil {
			return e, false, err
		}
	}
	for n := 1; ; n++ {
		e, err = c.attempt(ctx, j)
		var differs *MismatchError
		if err == nil || n == attempts || !errors.Is(err, ErrChanged) && !errors.As(err, &differs) {
			break
		}
		c.note(event.Warning, "%s; it is tried again", err)
	}
	if err != nil {
		return e, false, err
	}
	return e, false, c.finish(j, e)
}

// again reads a copy that is there already.
func (c *copier) again(ctx context.Context, e Entry) error {
	return verify(ctx, c.disk, filepath.Join(c.Dir, e.Name), e, c.progress.at(event.StageReadBack, e.Name))
}

// attempt writes the incomplete copy and reads it back.
func (c *copier) attempt(ctx context.Context, j *job) (e Entry, err error) {
	started := time.Now()
	if j.state, err = stateOf(j.file, j.found); err != nil {
		return e, err
	}
	t := &transfer{disk: c.disk, from: j.found, to: c.part(j), file: j.file, state: j.state}
	sum, err := t.write(ctx, c.progress.at(event.StageBackup, j.name))
	if err != nil {
		return e, c.full(err, j)
	}
	computer, _ := os.Hostname() // it may have no name
	e = Entry{
		Name: j.name, Size: j.state.Size, SHA256: sum, Version: c.Version,
		Source:  Source{Computer: computer, Path: j.state.Path, Modified: j.state.Modified, ShadowCopy: c.Snapshots != nil},
		Started: started.UTC().Truncate(time.Second),
	}
	err = verify(ctx, c.disk, t.to, e, c.progress.at(event.StageReadBack, j.name))
	var differs *MismatchError
	if errors.As(err, &differs) && differs.Err == nil {
		differs.Offset = t.firstDifference()
	}
	e.Verified = time.Now().UTC().Truncate(time.Second)
	return e, err
}

// finish gives a copy its name. The manifest is first: when the run ends between
// the two, the next one finds the file under its other name and sees that it is
// complete, while a name without a line could be anyone's file.
func (c *copier) finish(j *job, e Entry) error {
	if err := os.Chtimes(c.part(j), e.Source.Modified, e.Source.Modified); err != nil {
		c.note(event.Info, "the copy's time could not be set: %v", err)
	}
	c.manifest.put(e)
	c.manifest.Version, c.manifest.Written = c.Version, e.Verified
	if err := c.manifest.write(c.Dir); err != nil {
		return c.full(err, j)
	}
	if err := fsx.Rename(c.part(j), filepath.Join(c.Dir, j.name)); err != nil {
		return err
	}
	return fsx.SyncDir(c.Dir)
}

// removeOlder removes the other copies of a file: first from the manifest, so that
// it never names what is gone.
func (c *copier) removeOlder(e Entry) error {
	older := c.manifest.olderThan(e)
	if len(older) == 0 {
		return nil
	}
	if err := c.manifest.write(c.Dir); err != nil {
		return err
	}
	for _, o := range older {
		if err := os.Remove(filepath.Join(c.Dir, o.Name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		c.note(event.Info, "%s, an older copy of the same file, was removed", o.Name)
	}
	return nil
}

// part is where a copy is while it is not verified.
func (c *copier) part(j *job) string { return filepath.Join(c.Dir, j.name+partSuffix) }

func (c *copier) note(level event.Level, format string, args ...any) {
	c.Listener.Note(event.Note{Level: level, Text: fmt.Sprintf(format, args...)})
}
