// Package job is what upload and verify share: a data file with its inventory,
// the plan of its folders on one server, and the index of what is there.
//
// The steps are in order: [Open] the file, [Job.Connect], [Job.Plan],
// [Job.ReadIndex]; then walk [Job.Items] and convert each with [Item.Convert].
package job

import (
	"context"
	"iter"
	"os"
	"sync"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/pst"
)

// Job is one data file on its way to one account. Except for [Job.Stream], it
// is for one goroutine.
type Job struct {
	File      string
	Store     *pst.Store
	Inventory *pst.Inventory
	Targets   []plan.Target // parallel to Inventory.Folders
	Conn      *imapconn.Conn
	Index     *claim.Index
	Listener  event.Listener

	server   imapconn.Config
	boxes    map[string]imapconn.Mailbox // on the server, by name
	opened   os.FileInfo
	items    Items
	lastTold time.Time

	optionsOnce sync.Once
	conversion  *eml.Options
}

// Open reads the inventory of the data file at path. Errors are those of
// [OpenStore].
func Open(ctx context.Context, path string, o SourceOptions, l event.Listener) (*Job, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	s, err := OpenStore(ctx, path, o, l)
	if err != nil {
		return nil, err
	}
	inv, err := s.Inventory()
	if err != nil {
		_ = s.Close() // nothing was written
		return nil, err
	}
	return &Job{File: path, Store: s, Inventory: inv, Listener: l, opened: st, items: o.Items}, nil
}

// Close closes the data file and the connection.
func (j *Job) Close() error {
	if j.Conn != nil {
		_ = j.Conn.Close() // after Logout there is nothing left to say
	}
	return j.Store.Close()
}

// Changed tells whether the data file was written to since it was opened.
func (j *Job) Changed() bool {
	st, err := os.Stat(j.File)
	return err != nil || st.Size() != j.opened.Size() || !st.ModTime().Equal(j.opened.ModTime())
}

// Connect signs in to the server.
func (j *Job) Connect(ctx context.Context, c imapconn.Config) error {
	j.server = c
	conn, err := imapconn.Dial(ctx, c)
	if err == nil {
		j.Conn = conn
	}
	return err
}

// Reconnect signs in again after the connection was lost.
func (j *Job) Reconnect(ctx context.Context) error {
	_ = j.Conn.Close() // it is gone already
	return j.Connect(ctx, j.server)
}

// Ref is an item before it is opened.
type Ref struct {
	Folder int // index into Inventory.Folders
	ID     pst.NodeID
}

// Items yields every item found, each once, in the order of the file.
func (j *Job) Items() iter.Seq[Ref] {
	return func(yield func(Ref) bool) {
		for i, f := range j.Inventory.Folders {
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
	if now := time.Now(); p.Done == p.Total || now.Sub(j.lastTold) >= event.Interval {
		j.lastTold = now
		j.Listener.Progress(p)
	}
}

// Declare starts a report: source, server and the folders that count.
func (j *Job) Declare(rec *report.Recorder) {
	r := rec.Report()
	info := j.Store.Info()
	r.Source = report.Source{File: j.File, Size: info.Size, Format: info.Format}
	r.Server = report.Server{Host: j.server.Host, Port: j.server.Port, User: j.server.User, Software: serverName(j.Conn)}
	for i, f := range j.Inventory.Folders {
		if j.wanted(f) {
			rec.Folder(i, report.Folder{Path: report.PathString(f.Path), Mailbox: j.Targets[i].Mailbox, Guessed: j.Targets[i].Guessed})
		}
	}
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
	for _, d := range j.Store.Damage() {
		r.Damage = append(r.Damage, report.Damage(d))
	}
	r.Conclude(j.Inventory.Messages, j.Changed())
	return r
}
