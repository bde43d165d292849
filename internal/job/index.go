package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// ReadIndex reads what is on the server, in every mailbox of the account, into
// Index. Nothing is changed there. Mailboxes that were made since the last time
// are not asked: each would cost a round trip.
func (j *Job) ReadIndex(ctx context.Context) error {
	names := make([]string, 0, len(j.boxes))
	for name, m := range j.boxes {
		if !m.NoSelect && !j.empty[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	x, err := j.IndexOf(ctx, names)
	if err == nil {
		j.Index = x
		clear(j.empty)
	}
	return err
}

// IndexOf reads the given mailboxes.
func (j *Job) IndexOf(ctx context.Context, mailboxes []string) (*claim.Index, error) {
	x := claim.NewIndex()
	read := map[string]bool{}
	if err := j.readAhead(ctx, mailboxes, func(name string, pieces [][]claim.Copy) {
		read[name] = true
		for _, copies := range pieces {
			x.Add(copies...)
		}
		j.Tell(event.Progress{Stage: event.StageIndex, Folder: name, Done: len(read), Total: len(mailboxes)})
	}); err != nil {
		return nil, err
	}
	for _, name := range mailboxes {
		if !read[name] {
			copies, err := j.readAlone(ctx, name)
			if err != nil {
				return nil, err
			}
			x.Add(copies...)
			read[name] = true
			j.Tell(event.Progress{Stage: event.StageIndex, Folder: name, Done: len(read), Total: len(mailboxes)})
		}
	}
	j.Tell(event.Progress{Stage: event.StageIndex, Done: len(mailboxes), Total: len(mailboxes)})
	return x, nil
}

// readAhead reads mailboxes without waiting for the server in between, and gives
// those that were read. What comes of a server that refuses one, or ends the
// connection, is for readAlone to see.
func (j *Job) readAhead(ctx context.Context, names []string, done func(name string, pieces [][]claim.Copy)) error {
	var ids texts
	all := make([]imapconn.IndexedMailbox, len(names))
	for i, name := range names {
		var copies collector
		all[i] = imapconn.IndexedMailbox{
			Name: name, Meta: j.IndexMeta,
			Begin: func(st imapconn.Status) {
				j.numbering.Store(name, st.UIDValidity)
				copies = collector{mailbox: name, meta: j.IndexMeta, expected: int64(st.Messages), ids: &ids}
			},
			Each: func(e imapconn.Entry) error {
				copies.add(&e)
				return nil
			},
			End: func(err error) {
				if err == nil {
					delete(j.unreadable, name)
					done(name, copies.pieces)
				}
				copies = collector{}
			},
		}
	}
	err := j.Conn.IndexAll(ctx, all)
	if Lost(err) {
		return nil
	}
	return err
}

// readAlone reads one mailbox. One that the server refuses to show is noted in
// unreadable.
func (j *Job) readAlone(ctx context.Context, name string) ([]claim.Copy, error) {
	copies, _, err := j.Copies(ctx, name, 1)
	if refused, ok := asCommandError(err); ok && name != claim.Inbox {
		j.Note(event.Warning, fmt.Sprintf("the folder %q on the server cannot be read: %v", name, refused))
		j.unreadable[name] = refused.Text
		return nil, nil
	}
	if err != nil && !errors.Is(err, ErrNoMailbox) {
		return nil, err
	}
	delete(j.unreadable, name)
	return copies, nil
}

// UIDValidity says in which numbering a mailbox was last indexed (RFC 9051 2.3.1.1).
func (j *Job) UIDValidity(mailbox string) uint32 {
	v, _ := j.numbering.Load(mailbox)
	validity, _ := v.(uint32)
	return validity
}

// Unreadable are the mailboxes that could not be read into the index, with the
// server's words: nobody knows what is there.
func (j *Job) Unreadable() map[string]string { return j.unreadable }

// ErrNoMailbox says that the server does not have a mailbox any more.
var ErrNoMailbox = errors.New("the server does not have the folder any more")

// Copies reads a mailbox from the given UID on. Messages that are marked for
// deletion are left out. A server that refuses although it lists the mailbox is
// asked again for a while; what it hides would be sent twice.
func (j *Job) Copies(ctx context.Context, name string, uid uint32) (copies []claim.Copy, st imapconn.Status, err error) {
	for wait := time.Second; ; wait *= 2 {
		copies, st, err = j.copies(ctx, name, uid)
		if !Refused(err) {
			return copies, st, err
		}
		there, listErr := j.lists(ctx, name)
		switch {
		case listErr != nil && !Refused(listErr):
			return nil, st, listErr
		case listErr == nil && !there:
			return nil, st, ErrNoMailbox
		case wait > longestRefusal, Busy(err): // Do has waited already
			return nil, st, err
		}
		if err := j.Sleep(ctx, Jitter(wait)); err != nil {
			return nil, st, err
		}
	}
}

// longestRefusal is the last wait before a mailbox counts as unreadable.
const longestRefusal = 8 * time.Second

// lists tells whether the server lists a mailbox.
func (j *Job) lists(ctx context.Context, name string) (there bool, err error) {
	err = j.Do(ctx, func(c *imapconn.Conn) error {
		list, err := c.Mailboxes(ctx)
		there = slices.ContainsFunc(list, func(m imapconn.Mailbox) bool { return m.Name == name && !m.NoSelect })
		return err
	})
	return there, err
}

func (j *Job) copies(ctx context.Context, name string, uid uint32) (copies []claim.Copy, st imapconn.Status, err error) {
	var ids texts
	err = j.Do(ctx, func(conn *imapconn.Conn) error {
		copies = copies[:0]
		if st, err = conn.Examine(ctx, name); err != nil {
			return err
		}
		j.numbering.Store(name, st.UIDValidity)
		if st.Messages == 0 {
			return nil
		}
		return conn.IndexFrom(ctx, uid, func(e imapconn.Entry) error {
			if !Deleted(e.Flags) {
				copies = append(copies, copyOf(name, &e, &ids))
			}
			return nil
		})
	})
	return copies, st, err
}

// Flags reads UIDs and flags of a mailbox from the given UID on, those marked for
// deletion too. fn may be told of a message more than once.
func (j *Job) Flags(ctx context.Context, name string, uid uint32, fn func(uid uint32, flags []string)) (st imapconn.Status, err error) {
	err = j.Do(ctx, func(conn *imapconn.Conn) error {
		st, err = conn.Flags(ctx, name, uid, fn)
		return err
	})
	return st, err
}

// Deleted tells whether a message with these flags is marked for deletion.
func Deleted(flags []string) bool { return hasFlag(flags, `\Deleted`) }

func hasFlag(flags []string, flag string) bool {
	return slices.ContainsFunc(flags, func(f string) bool { return strings.EqualFold(f, flag) })
}
