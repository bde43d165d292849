// Package job is what upload and verify share: data files with their
// inventories, the plan of their folders on one server, and the index of what is
// there.
//
// The steps are in order: [Open] the files, [Job.Connect], [Job.Plan],
// [Job.ReadIndex]; then walk [Job.Items] and convert each with [Item.Convert].
package job

import (
	"context"
	"errors"
	"iter"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/pst"
)

// Job is one or more data files on their way to one account. Except for
// [Job.Stream], it is for one goroutine.
type Job struct {
	Sources   []*Source
	Folders   []Folder      // of all sources, in their order
	Targets   []plan.Target // parallel to Folders
	Conn      *imapconn.Conn
	Index     *claim.Index
	Selection *plan.Selection // what is left out; nil: nothing
	Listener  event.Listener

	// IndexMeta has ReadIndex ask for size, flags and date of each message too.
	IndexMeta bool

	// Made, if any, is told of each mailbox that was made.
	Made func(mailbox string) error
	// SleepFunc, if any, waits instead of the clock.
	SleepFunc func(context.Context, time.Duration) error

	server  imapconn.Config
	resting bool // see Rest
	items   Items
	boxes   map[string]imapconn.Mailbox // on the server, by name
	empty   map[string]bool             // made by CreateMailboxes and not indexed since

	appended []*journal.Entry // see Appended

	planServer  plan.Server
	planOptions plan.Options

	unreadable map[string]string // mailboxes that are not in the index, with the server's words
	numbering  sync.Map          // UIDVALIDITY (uint32) by mailbox, as last seen

	telling  sync.Mutex
	lastTold time.Time
}

// Folder is a folder of one of the sources.
type Folder struct {
	*pst.Folder
	Source *Source
}

// Open reads the inventories of the data files. Errors are those of [OpenStore].
func Open(ctx context.Context, paths []string, o SourceOptions, l event.Listener) (*Job, error) {
	j := &Job{Listener: l, items: o.Items, unreadable: map[string]string{}}
	for _, path := range paths {
		s, err := openSource(ctx, path, o, l)
		if err != nil {
			return nil, errors.Join(&FileError{path, err}, j.Close())
		}
		j.Sources = append(j.Sources, s)
		for _, f := range s.Inventory.Folders {
			j.Folders = append(j.Folders, Folder{f, s})
		}
	}
	return j, nil
}

// FileError says which data file could not be opened.
type FileError struct {
	Path string
	Err  error
}

// Error is one line.
func (e *FileError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

// Close closes the data files and the connection.
func (j *Job) Close() error {
	if j.Conn != nil {
		_ = j.Conn.Close() // after Logout there is nothing left to say
	}
	var errs []error
	for _, s := range j.Sources {
		errs = append(errs, s.close())
	}
	return errors.Join(errs...)
}

// Messages is how many items the data files say they have.
func (j *Job) Messages() int {
	n := 0
	for _, s := range j.Sources {
		n += s.Inventory.Messages
	}
	return n
}

// Changed tells whether a data file was written to since it was opened.
func (j *Job) Changed() bool {
	return slices.ContainsFunc(j.Sources, (*Source).changed)
}

// PathOf is the path of a folder for people.
func (j *Job) PathOf(folder int) string { return report.PathString(j.Folders[folder].Path) }

// Ref is an item before it is opened.
type Ref struct {
	Folder int // index into Job.Folders
	ID     pst.NodeID
}

// Items yields every item found, each once, in the order of the file.
func (j *Job) Items() iter.Seq[Ref] {
	return func(yield func(Ref) bool) {
		for i, f := range j.Folders {
			for _, id := range f.Items {
				if !yield(Ref{i, id}) {
					return
				}
			}
		}
	}
}

// Tell reports progress, not more often than is worth seeing.
func (j *Job) Tell(p event.Progress) {
	j.telling.Lock()
	defer j.telling.Unlock()
	if now := time.Now(); p.Done == p.Total || now.Sub(j.lastTold) >= event.Interval {
		j.lastTold = now
		j.Listener.Progress(p)
	}
}

// Note tells the person something.
func (j *Job) Note(level event.Level, text string) {
	j.telling.Lock()
	defer j.telling.Unlock()
	j.Listener.Note(event.Note{Level: level, Text: text})
}

// Declare starts a report: source, server and the folders that count.
func (j *Job) Declare(rec *report.Recorder) {
	r := rec.Report()
	j.declareSources(r)
	r.Server = report.Server{Host: j.server.Host, Port: j.server.Port, User: j.server.User, Software: serverName(j.Conn)}
	for i, f := range j.Declared() {
		rec.Folder(i, f)
	}
}

// Declared yields the folders that get a mailbox, by their number in Folders, as
// a report begins with them.
func (j *Job) Declared() iter.Seq2[int, report.Folder] {
	return func(yield func(int, report.Folder) bool) {
		for i, f := range j.Folders {
			if j.wanted(f.Folder) && !yield(i, reportFolder(f.Folder, j.Targets[i])) {
				return
			}
		}
	}
}

// declareSources names the data files: the first in the field that every
// report has, all of them where there are several.
func (j *Job) declareSources(r *report.Report) {
	for i, s := range j.Sources {
		source := s.Report()
		if i == 0 {
			r.Source = source
		}
		if len(j.Sources) > 1 {
			r.Sources = append(r.Sources, source)
		}
	}
}

func reportFolder(f *pst.Folder, t plan.Target) report.Folder {
	out := report.Folder{
		Path: report.PathString(f.Path), Mailbox: t.Mailbox, Guessed: t.Guessed, Bin: t.Bin, Create: t.Create, Why: t.Why(),
	}
	for _, r := range t.Reasons {
		out.Reasons = append(out.Reasons, string(r))
	}
	return out
}

func serverName(c *imapconn.Conn) string {
	id := c.ServerID()
	if v := id["version"]; v != "" {
		return id["name"] + " " + v
	}
	return id["name"]
}

// Conclude puts the damage of the file and the verdict into a report.
func (j *Job) Conclude(rec *report.Recorder) *report.Report {
	r := rec.Report()
	for _, s := range j.Sources {
		for _, d := range s.Damage() {
			if len(j.Sources) > 1 {
				d.Where = filepath.Base(s.File) + ": " + d.Where
			}
			r.Damage = append(r.Damage, d)
		}
	}
	r.Conclude(j.Messages(), j.Changed())
	return r
}
