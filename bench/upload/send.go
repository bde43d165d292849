package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest/onebyone"
	"github.com/pst2imap/pst2imap/internal/spool"
)

// box is the messages of one mailbox.
type box struct {
	name     string
	messages []message
}

// boxes sorts messages by mailbox, the largest first.
func boxes(all []message) []box {
	at := map[string]int{}
	var out []box
	for _, m := range all {
		i, ok := at[m.Mailbox]
		if !ok {
			i = len(out)
			at[m.Mailbox] = i
			out = append(out, box{name: m.Mailbox})
		}
		out[i].messages = append(out[i].messages, m)
	}
	slices.SortStableFunc(out, func(a, b box) int { return cmp.Compare(len(b.messages), len(a.messages)) })
	return out
}

// atOnce lets several connections work on the mailboxes, each on one at a time.
func atOnce(all []message, connect func() (send func(box) error, end func() error, err error)) (d done, err error) {
	queue := make(chan box, len(all))
	for _, b := range boxes(all) {
		queue <- b
	}
	close(queue)
	errs := make([]error, connections)
	var running sync.WaitGroup
	for i := range errs {
		running.Go(func() {
			send, end, err := connect()
			for b := range queue {
				if err == nil {
					err = send(b)
				}
			}
			if err == nil {
				err = end()
			}
			errs[i] = err
		})
	}
	running.Wait()
	for _, m := range all {
		d.Count, d.Bytes = d.Count+1, d.Bytes+m.Size
	}
	return d, errors.Join(errs...)
}

// create makes the mailboxes as package job does: a level of the hierarchy at a time.
func create(c *imapconn.Conn, all []box) error {
	levels := map[int][]string{}
	for _, b := range all {
		n := strings.Count(b.name, "/")
		levels[n] = append(levels[n], b.name)
	}
	for _, n := range slices.Sorted(maps.Keys(levels)) {
		if _, err := c.CreateAll(context.Background(), levels[n]); err != nil { // those that are there are refused
			return err
		}
	}
	return nil
}

// Bounds of what the append path has under way; those of package upload on a fast line.
const (
	batchMessages = 100
	batchBytes    = 3 << 20
	batchesAtOnce = 2
)

// sendRendered sends messages that were rendered before, over the connection that package upload uses and in its way, but
// without looking at what is there, without a journal and without looking again at the end.
func sendRendered(t task) (done, error) {
	all, err := load(t.Store)
	if err != nil {
		return done{}, err
	}
	if err := intoSpools(all); err != nil {
		return done{}, err
	}
	ctx := context.Background()
	return timed(func() (done, error) {
		c, err := imapconn.Dial(ctx, t.config())
		if err != nil {
			return done{}, err
		}
		if err := errors.Join(create(c, boxes(all)), c.Close()); err != nil {
			return done{}, err
		}
		return atOnce(all, func() (func(box) error, func() error, error) {
			a, err := imapconn.DialAppender(ctx, t.config())
			if err != nil {
				return nil, nil, err
			}
			return func(b box) error { return appendAll(a, b) }, a.Close, nil
		})
	})
}

// intoSpools puts the messages where an upload has them, which checks them on their way.
func intoSpools(all []message) error {
	var size int64
	for i := range all {
		size += all[i].Size + spool.PieceSize
	}
	room := spool.NewRoom(int(size))
	for i := range all {
		s := &spool.Spool{Room: room, CheckLines: true}
		if _, err := s.Write(all[i].body); err != nil {
			return err
		}
		all[i].spool = s
	}
	return nil
}

// appendAll sends the messages of one mailbox. The first with a set of flags waits for the server's consent, and others that
// the server then takes follow it.
func appendAll(a *imapconn.Appender, b box) error {
	var mu sync.Mutex
	var failed error
	underWay := make(chan struct{}, batchesAtOnce)
	send := func(batch *imapconn.Batch) error {
		underWay <- struct{}{}
		return a.Send(batch, func(o imapconn.Outcome) {
			mu.Lock()
			failed = errors.Join(failed, o.Err)
			mu.Unlock()
			<-underWay
		})
	}
	proven := map[string]bool{}
	batch := &imapconn.Batch{Mailbox: b.name}
	flush := func() (err error) {
		if len(batch.Messages) > 0 {
			err = send(batch)
		}
		batch = &imapconn.Batch{Mailbox: b.name}
		return err
	}
	for _, m := range b.messages {
		out := imapconn.Message{Flags: m.Flags, Date: m.Date, Size: m.Size, Body: m.spool.Reader()}
		flags := fmt.Sprint(m.Flags)
		first := !proven[flags]
		if first || len(batch.Messages) == batchMessages || batch.Size()+m.Size > batchBytes {
			if err := flush(); err != nil {
				return err
			}
		}
		batch.Messages, batch.Ask, proven[flags] = append(batch.Messages, out), batch.Ask || first, true
	}
	if err := flush(); err != nil {
		return err
	}
	a.Wait()
	return failed
}

// sendOneByOne appends messages as go-imap does, each when the one before it is answered.
func sendOneByOne(t task) (done, error) {
	all, err := load(t.Store)
	if err != nil {
		return done{}, err
	}
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same choice each time
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	all = all[:min(t.Sample, len(all))]
	var out []onebyone.Message
	var d done
	for _, m := range all {
		out = append(out, onebyone.Message{Flags: m.Flags, Date: m.Date, Body: m.body})
		d.Count, d.Bytes = d.Count+1, d.Bytes+m.Size
	}
	return timed(func() (done, error) {
		return d, onebyone.Append(t.addr(), t.User, t.Password, "INBOX", out)
	})
}
