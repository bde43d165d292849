package job

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/eml"
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
	for i, name := range mailboxes {
		j.Tell(event.Progress{Stage: event.StageIndex, Folder: name, Done: i, Total: len(mailboxes)})
		if err := j.indexMailbox(ctx, name, x); err != nil {
			return nil, err
		}
	}
	j.Tell(event.Progress{Stage: event.StageIndex, Done: len(mailboxes), Total: len(mailboxes)})
	return x, nil
}

func (j *Job) indexMailbox(ctx context.Context, name string, x *claim.Index) error {
	st, err := j.Conn.Examine(ctx, name)
	if err != nil {
		if _, refused := asCommandError(err); refused {
			j.Listener.Note(event.Note{Level: event.Warning, Text: fmt.Sprintf("the folder %q on the server cannot be read: %v", name, err)})
			return nil
		}
		return err
	}
	if st.Messages == 0 {
		return nil
	}
	return j.Conn.Index(ctx, func(e imapconn.Entry) error {
		if hasFlag(e.Flags, `\Deleted`) {
			return nil
		}
		f := claim.ParseFields(e.Header)
		c := claim.Copy{Mailbox: name, UID: e.UID, MessageID: f.MessageID, From: f.From, Date: f.Date}
		if id, ok := eml.ParseIDLine(f.IDLine); ok {
			c.ID = id
		}
		x.Add(c)
		return nil
	})
}

func hasFlag(flags []string, flag string) bool {
	return slices.ContainsFunc(flags, func(f string) bool { return strings.EqualFold(f, flag) })
}
