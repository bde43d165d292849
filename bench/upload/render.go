package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/rescue"
	"github.com/pst2imap/pst2imap/internal/spool"
)

// message is one that was rendered before.
type message struct {
	Mailbox string
	Flags   []string
	Date    time.Time
	Offset  int64 // in the file with all bytes
	Size    int64
	Name    string // of its file in a Maildir

	body  []byte
	spool *spool.Spool // of what package upload would send; nil for the others
}

// Files and folders of rendered messages.
const (
	allBytes  = "bytes"
	allHeads  = "messages.jsonl"
	asMaildir = "maildir"
	asRescue  = "rescue"
)

// render writes the messages of a data file for those who do not convert: all in one file, as a Maildir, and as a rescue folder.
func render(t task) (d done, err error) {
	ctx := context.Background()
	j, err := job.Open(ctx, []string{t.File}, job.SourceOptions{}, event.Discard{})
	if err != nil {
		return d, err
	}
	defer j.Close()
	if err := errors.Join(j.Connect(ctx, t.config()), os.MkdirAll(t.Store, 0o755)); err != nil {
		return d, err
	}
	if err := j.Plan(ctx, plan.Options{}); err != nil {
		return d, err
	}
	w, err := newWriter(t.Store)
	if err != nil {
		return d, err
	}
	kept, err := rescue.Open(filepath.Join(t.Store, asRescue))
	if err != nil {
		return d, err
	}
	for c := range j.Stream(ctx, nil) {
		if c.Err != nil {
			return d, fmt.Errorf("message %d: %w", d.Count, c.Err)
		}
		m := message{Mailbox: c.Item.Mailbox, Flags: c.Result.Flags, Date: c.Result.InternalDate}
		if err := w.add(m, []byte(c.Item.IDLine(c.Result)), c.Spool.Reader()); err != nil {
			return d, err
		}
		e := j.Rescue(c.Item, c.Result, "refused by the server", "not sent: the mailbox is full")
		if _, err := kept.Keep(e, io.MultiReader(strings.NewReader(c.Item.IDLine(c.Result)), c.Spool.Reader())); err != nil {
			return d, err
		}
		d.Count++
	}
	d.Bytes = w.at
	return d, errors.Join(w.close(), kept.Close())
}

// writer writes rendered messages.
type writer struct {
	dir          string
	bytes, heads *os.File
	buffered     *bufio.Writer
	at           int64
	n            int
}

func newWriter(dir string) (*writer, error) {
	b, err1 := os.Create(filepath.Join(dir, allBytes))
	h, err2 := os.Create(filepath.Join(dir, allHeads))
	return &writer{dir: dir, bytes: b, heads: h, buffered: bufio.NewWriterSize(b, 1<<20)}, errors.Join(err1, err2)
}

func (w *writer) add(m message, idLine []byte, body io.Reader) error {
	m.Offset = w.at
	file, err := w.maildirFile(&m)
	if err != nil {
		return err
	}
	n, err := io.Copy(io.MultiWriter(w.buffered, file), io.MultiReader(strings.NewReader(string(idLine)), body))
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	m.Size = n
	w.at += n
	b, err := json.Marshal(m)
	if err == nil {
		_, err = w.heads.Write(append(b, '\n'))
	}
	return err
}

// letters are flags in the name of a Maildir's file.
var letters = map[string]string{`\Draft`: "D", `\Flagged`: "F", `\Answered`: "R", `\Seen`: "S"}

// maildirFile makes the file of a message, named as Maildirs have it.
func (w *writer) maildirFile(m *message) (*os.File, error) {
	w.n++
	flags := ""
	for _, f := range []string{`\Draft`, `\Flagged`, `\Answered`, `\Seen`} {
		for _, has := range m.Flags {
			if strings.EqualFold(has, f) {
				flags += letters[f]
			}
		}
	}
	box := filepath.Join(w.dir, asMaildir, filepath.FromSlash(m.Mailbox))
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(box, sub), 0o755); err != nil {
			return nil, err
		}
	}
	m.Name = fmt.Sprintf("%d.%d.bench:2,%s", m.Date.Unix(), w.n, flags)
	return os.Create(filepath.Join(box, "cur", m.Name))
}

func (w *writer) close() error {
	return errors.Join(w.buffered.Flush(), w.bytes.Close(), w.heads.Close())
}

// load reads rendered messages into memory.
func load(dir string) ([]message, error) {
	bytes, err := os.ReadFile(filepath.Join(dir, allBytes))
	if err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Join(dir, allHeads))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []message
	for d := json.NewDecoder(bufio.NewReader(f)); ; {
		var m message
		if err := d.Decode(&m); err != nil {
			if errors.Is(err, io.EOF) {
				return all, nil
			}
			return nil, err
		}
		m.body = bytes[m.Offset : m.Offset+m.Size]
		all = append(all, m)
	}
}

// convert converts a data file to nowhere.
func convert(t task) (done, error) {
	return timed(func() (d done, err error) {
		j, err := job.Open(context.Background(), []string{t.File}, job.SourceOptions{}, event.Discard{})
		if err != nil {
			return d, err
		}
		defer j.Close()
		for c := range j.Ahead(context.Background(), slices.Collect(j.Items()), job.NewSlots(), job.Placed, convertOne(j)) {
			if c.Err != nil {
				return d, c.Err
			}
			d.Count++
			d.Bytes += c.Result.Size
		}
		return d, nil
	})
}

func convertOne(j *job.Job) func(context.Context, *job.Converted) {
	return func(_ context.Context, c *job.Converted) {
		it, err := j.Open(c.Ref)
		if err == nil {
			c.Result, err = it.Convert(io.Discard)
		}
		c.Err = err
	}
}

// identifyAll computes the identity of every item of a data file, on all processors.
func identifyAll(t task) (done, error) {
	return timed(func() (d done, err error) {
		j, err := job.Open(context.Background(), []string{t.File}, job.SourceOptions{}, event.Discard{})
		if err != nil {
			return d, err
		}
		defer j.Close()
		refs := make(chan job.Ref, 100)
		var all sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			all.Go(func() {
				for r := range refs {
					_, _ = j.Open(r) // what cannot be opened has no identity
				}
			})
		}
		for r := range j.Items() {
			refs <- r
			d.Count++
		}
		close(refs)
		all.Wait()
		return d, nil
	})
}
