package backup

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/report"
)

// WritePIM writes items that are no mail (see [job.Refusal.PIM]) into files below
// the folder to: for each folder of the data file one for calendars (RFC 5545), with
// its events, tasks, journal entries and notes, and one for address books, with its
// contacts and distribution lists. refs are in the order of [job.Job.Items]. tell
// hears what became of each: uploaded stands for written, present for a file that
// was there and is the same byte for byte. A file that cannot be written makes its
// items failures and does not end the run; the error is that of ctx, or of the
// folder itself. With check nothing is written, and what is in no file is skipped.
func WritePIM(ctx context.Context, j *job.Job, to string, refs []job.Ref, check bool, tell func(job.PIMOutcome)) (files []report.PIMFile, err error) {
	if len(refs) == 0 {
		return nil, nil
	}
	w := &pimWriter{job: j, check: check, tell: tell, names: newNamer(), total: len(refs)}
	if err := w.open(to); err != nil {
		return nil, err
	}
	if w.root != nil {
		defer func() { err = errors.Join(err, w.root.Close()) }()
	}
	var dirs [][]string
	for _, f := range j.Folders {
		dirs = append(dirs, w.names.dir(f.Path, uint32(f.ID)))
	}
	for len(refs) > 0 {
		folder := refs[0].Folder
		n := slices.IndexFunc(refs, func(r job.Ref) bool { return r.Folder != folder })
		if n < 0 {
			n = len(refs)
		}
		if err := w.folder(ctx, dirs[folder], refs[:n]); err != nil {
			return w.files, err
		}
		refs = refs[n:]
	}
	return w.files, nil
}

type pimWriter struct {
	job   *job.Job
	check bool
	tell  func(job.PIMOutcome)
	names *namer
	root  *os.Root // nil if there is no folder to check
	files []report.PIMFile
	done  int
	total int
}

// open makes the folder, unless nothing is to be written.
func (w *pimWriter) open(to string) (err error) {
	if !w.check {
		if err := os.MkdirAll(to, 0o700); err != nil {
			return err
		}
	}
	w.root, err = os.OpenRoot(to)
	if w.check && errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// folder writes the files of one folder.
func (w *pimWriter) folder(ctx context.Context, dir []string, refs []job.Ref) (err error) {
	calendar, cards := newCalendarFile(dir[len(dir)-1]), newCardFile()
	defer func() { err = errors.Join(err, calendar.body.Close(), cards.body.Close()) }()
	for _, ref := range refs {
		if err := ctx.Err(); err != nil {
			return err
		}
		it, err := w.job.OpenPIM(ref)
		var refused *job.Refusal
		switch {
		case errors.As(err, &refused):
			w.count(job.PIMOutcome{Ref: ref, State: refused.State, Category: refused.Category, Reason: refused.Detail})
			continue
		case err != nil:
			return err
		}
		f := calendar
		if it.Kind().IsCard() {
			f = cards
		}
		if err := w.item(f, it); err != nil {
			return err
		}
	}
	for _, f := range []*pimFile{calendar, cards} {
		w.finish(f, dir, report.PathString(w.job.Folders[refs[0].Folder].Path))
	}
	return nil
}

// item puts an item into its file.
func (w *pimWriter) item(f *pimFile, it *job.Item) error {
	out := job.PIMOutcome{Ref: it.Ref, Item: it}
	e, warnings := f.convert(it)
	out.Warnings = warnings
	sum := sha256.Sum256(e.alone)
	switch {
	case e.alone == nil:
		out.State, out.Category, out.Reason = report.Failed, "not convertible", "there is no form for "+it.Kind().String()
		w.count(out)
		return nil
	case f.seen[sum]:
		out.State, out.Category, out.Reason = report.Skipped, report.ReasonDuplicate, "the same item is in this folder twice"
		w.count(out)
		return nil
	}
	f.seen[sum] = true
	b, renamed := e.among()
	if renamed {
		out.Warnings = append(out.Warnings, eml.Warning{Rule: f.rule, Detail: "another item of the folder has the same UID: this one got another"})
	}
	if _, err := f.body.Write(b); err != nil {
		return err
	}
	f.items = append(f.items, out)
	return nil
}

// finish writes a file of which all items are known, unless it is there.
func (w *pimWriter) finish(f *pimFile, dir []string, folder string) {
	if len(f.items) == 0 {
		return
	}
	name := strings.Join(w.names.file(dir, f.ext), "/")
	state, category, reason := w.store(f, name)
	if state == report.Uploaded || state == report.Present {
		w.files = append(w.files, report.PIMFile{File: name, Path: folder, Items: len(f.items)})
	}
	for _, out := range f.items {
		out.State, out.Category, out.Reason = state, category, reason
		w.count(out)
	}
}

func (w *pimWriter) store(f *pimFile, name string) (s report.State, category, reason string) {
	failed := func(err error) (report.State, string, string) {
		return report.Failed, report.ReasonUnwritable, fmt.Sprintf("%s: %v", name, err)
	}
	same, err := w.isThere(f, name)
	switch {
	case err != nil:
		return failed(err)
	case same:
		return report.Present, "", name
	case w.check:
		return report.Skipped, report.ReasonNotWritten, "not in " + name
	}
	part := path.Join(path.Dir(name), ".part-"+path.Base(name))
	if err := w.write(f, part); err != nil {
		_ = w.root.Remove(part) // the error that matters is the other one
		return failed(err)
	}
	if err := w.root.Rename(part, name); err != nil {
		return failed(err)
	}
	return report.Uploaded, "", name
}

// isThere tells whether there is a file with the same bytes.
func (w *pimWriter) isThere(f *pimFile, name string) (bool, error) {
	if w.root == nil {
		return false, nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, f.reader()); err != nil {
		return false, err
	}
	return hasSum(w.root, name, h.Sum(nil))
}

func (w *pimWriter) write(f *pimFile, name string) error {
	if err := mkdirs(w.root, path.Dir(name)); err != nil {
		return err
	}
	file, err := w.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, f.reader())
	return errors.Join(err, file.Close())
}

func (w *pimWriter) count(out job.PIMOutcome) {
	w.tell(out)
	w.done++
	w.job.Tell(event.Progress{Stage: event.StagePIM, Folder: w.job.PathOf(out.Ref.Folder), Done: w.done, Total: w.total})
}
