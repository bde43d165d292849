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
// Index. Nothing is changed there.
func (j *Job) ReadIndex(ctx context.Context) error {
	names := make([]string, 0, len(j.boxes))
	for name, m := range j.boxes {
		if !m.NoSelect {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	x, err := j.IndexOf(ctx, names)
	if err == nil {
		j.Index = x
	}
	return err
}

// IndexOf reads the given mailboxes.
func (j *Job) IndexOf(ctx context.Context, mailboxes []string) (*claim.Index, error) {
	x := claim.NewIndex()
	for i, name := range mailboxes {
		j.Tell(event.Progress{Stage: event.StageIndex, Folder: name, Done: i, Total: len(mailboxes)})
		copies, _, err := j.Copies(ctx, name, 1)
		if refused, ok := asCommandError(err); ok {
			j.Note(event.Warning, fmt.Sprintf("the folder %q on the server cannot be read: %v", name, refused))
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, c := range copies {
			x.Add(c)
		}
	}
	j.Tell(event.Progress{Stage: event.StageIndex, Done: len(mailboxes), Total: len(mailboxes)})
	return x, nil
}

// Copies reads a mailbox from the given UID on. Messages that are marked for
// deletion are left out.
func (j *Job) Copies(ctx context.Context, name string, uid uint32) (copies []claim.Copy, st imapconn.Status, err error) {
	err = j.Do(ctx, func(conn *imapconn.Conn) error {
		copies = copies[:0]
		if st, err = conn.Examine(ctx, name); err != nil || st.Messages == 0 {
			return err
		}
		return conn.IndexFrom(ctx, uid, func(e imapconn.Entry) error {
			if !hasFlag(e.Flags, `\Deleted`) {
				copies = append(copies, copyOf(name, e))
			}
			return nil
		})
	})
	return copies, st, err
}

func copyOf(mailbox string, e imapconn.Entry) claim.Copy {
	if line, ok := claim.IDLine(e.Header); ok {
		if id, ok := eml.ParseIDLine(line); ok {
			return claim.Copy{Mailbox: mailbox, UID: e.UID, ID: id}
		}
	}
	f := claim.ParseFields(e.Header)
	return claim.Copy{Mailbox: mailbox, UID: e.UID, MessageID: f.MessageID, From: f.From, Date: f.Date}
}

func hasFlag(flags []string, flag string) bool {
	return slices.ContainsFunc(flags, func(f string) bool { return strings.EqualFold(f, flag) })
}
