package backup

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"sync"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/report"
)

// Format is a way of writing mail to files.
type Format string

// Formats.
const (
	EML     Format = "eml"     // a file for each message, and an index with flags
	Mbox    Format = "mbox"    // a file for each folder (RFC 4155, mboxrd quoting)
	Maildir Format = "maildir" // a Maildir for each folder
)

// Formats are all of them.
func Formats() []Format { return []Format{EML, Mbox, Maildir} }

// target writes converted items in one format.
type target interface {
	// place says where the message of an item goes before it is converted, on all
	// cores at once. It is nil when messages are written in their turn.
	place() func(dir []string, c *job.Converted)
	// write stores an item of the folder dir, if the format has a file for each,
	// and tells whether it was not there before. It is called on all cores at
	// once, in no order, and for exact duplicates too.
	write(dir []string, c *job.Converted) (fresh bool, err error)
	// folder makes the place for the items of a folder, which follow.
	folder(dir []string) error
	// add takes note of an item in its turn; fresh is what write said.
	add(c *job.Converted, fresh bool) (bool, error)
	// left is called when no more items of the folder follow, also when there
	// were none that could be written.
	left(dir []string) error
	// finish completes the last folder.
	finish() error
	// close is called at the end, whatever happened before.
	close() error
}

// Run writes all items of j into the folder to: mail in the given format, what is no
// mail as [WritePIM] does. Every item found is counted in
// rec exactly once if there is no error: uploaded stands for written. An error
// is one of the disk or of ctx.
func Run(ctx context.Context, j *job.Job, to string, f Format, rec *report.Recorder) (err error) {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	x := &exporter{job: j, folder: to, rec: rec, names: newNamer(), current: -1, turn: -1, seen: map[string]bool{}, fresh: map[identity]bool{}}
	switch f {
	case EML:
		x.to, err = newEMLTree(root)
	case Mbox:
		x.to = &mboxTree{root: root}
	case Maildir:
		x.to = newMaildirTree(root)
	default:
		err = fmt.Errorf("unknown format %q", f)
	}
	if err != nil {
		return err
	}
	return errors.Join(x.run(ctx), x.to.close())
}

type exporter struct {
	job     *job.Job
	rec     *report.Recorder
	folder  string
	to      target
	names   *namer
	dirs    [][]string
	current int // folder that was begun
	turn    int // folder of the last item, begun or not
	seen    map[string]bool
	done    int
	bytes   int64
	pim     []job.Ref // what is no mail

	mu    sync.Mutex
	fresh map[identity]bool // what was written and waits for its turn
}

// identity is what exact duplicates have in common: whichever of them is
// written first, it is the first in the file that counts as written.
type identity struct {
	folder int
	id     string
}

func (x *exporter) run(ctx context.Context) error {
	for i, f := range x.job.Folders {
		x.dirs = append(x.dirs, x.names.dir(f.Path, uint32(f.ID)))
		if len(f.Items) > 0 {
			x.rec.Folder(i, report.Folder{Path: report.PathString(f.Path), Mailbox: strings.Join(x.dirs[i], "/")})
		}
	}
	for c := range x.stream(ctx) {
		if err := errors.Join(x.turnTo(c.Folder), x.item(c)); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return errors.Join(x.to.finish(), x.personal(ctx))
}

// personal writes what is no mail.
func (x *exporter) personal(ctx context.Context) error {
	if len(x.pim) == 0 {
		return nil
	}
	p := x.rec.PIM(x.folder)
	files, err := WritePIM(ctx, x.job, x.folder, x.pim, false, func(o job.PIMOutcome) {
		p.Add(o.Kind(), o.State)
		for _, w := range o.Warnings {
			x.rec.Warn(w.Rule)
		}
		if o.State == report.Uploaded || o.State == report.Present {
			o.Reason = "" // the name of the file is in the list of files
		}
		x.rec.Item(o.Ref.Folder, o.Describe(), o.Category)
	})
	p.Files = append(p.Files, files...)
	return err
}

// turnTo ends the folder before that of the next item.
func (x *exporter) turnTo(folder int) error {
	last := x.turn
	x.turn = folder
	if last < 0 || last == folder {
		return nil
	}
	return x.to.left(x.dirs[last])
}

// stream converts the items, into their place if the format has one for each.
func (x *exporter) stream(ctx context.Context) iter.Seq[*job.Converted] {
	place := x.to.place()
	if place == nil {
		return x.job.Stream(ctx, x.write)
	}
	return x.job.StreamInto(ctx, func(c *job.Converted) { place(x.dirs[c.Folder], c) }, func(c *job.Converted) error {
		return errors.Join(x.write(c), c.Spool.Close())
	})
}

// write stores an item on the core that converted it.
func (x *exporter) write(c *job.Converted) error {
	fresh, err := x.to.write(x.dirs[c.Folder], c)
	if fresh {
		x.mu.Lock()
		x.fresh[identity{c.Folder, c.Item.ItemID}] = true
		x.mu.Unlock()
	}
	return err
}

// wasWritten tells what write said of an item.
func (x *exporter) wasWritten(c *job.Converted) bool {
	key := identity{c.Folder, c.Item.ItemID}
	x.mu.Lock()
	defer x.mu.Unlock()
	fresh := x.fresh[key]
	delete(x.fresh, key)
	return fresh
}

func (x *exporter) item(c *job.Converted) error {
	var refused *job.Refusal
	switch {
	case errors.As(c.Err, &refused) && refused.PIM:
		x.pim = append(x.pim, c.Ref)
		return nil
	case errors.As(c.Err, &refused):
		x.count(c, refused.State, refused.Category, refused.Detail)
		return nil
	case c.Err != nil:
		return c.Err
	}
	if c.Folder != x.current {
		x.current = c.Folder
		clear(x.seen)
		if err := x.to.folder(x.dirs[c.Folder]); err != nil {
			return err
		}
	}
	fresh := x.wasWritten(c)
	if x.seen[c.Item.ItemID] {
		x.count(c, report.Skipped, report.ReasonDuplicate, "the same message is in this folder twice")
		return nil
	}
	x.seen[c.Item.ItemID] = true
	for _, w := range c.Result.Warnings {
		x.rec.Warn(w.Rule)
	}
	fresh, err := x.to.add(c, fresh)
	if err != nil {
		return err
	}
	x.bytes += c.Spool.Size()
	if fresh {
		x.count(c, report.Uploaded, "", "")
	} else {
		x.count(c, report.Present, "", "")
	}
	return nil
}

func (x *exporter) count(c *job.Converted, s report.State, category, reason string) {
	if reason == "" {
		x.rec.Item(c.Folder, report.Item{State: s}, category)
	} else {
		x.rec.Item(c.Folder, c.Item.Describe(s, reason), category)
	}
	x.done++
	x.job.Tell(event.Progress{
		Stage: event.StageExport, Folder: x.job.PathOf(c.Folder),
		Done: x.done, Total: x.job.Messages(), Bytes: x.bytes,
	})
}
