package job

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/pst"
)

// Plan lists the mailboxes of the server and decides where each folder goes.
// Each file is planned by itself, as if it came alone, so that a folder that two
// of them have goes to one mailbox.
func (j *Job) Plan(ctx context.Context, o plan.Options) error {
	var list []imapconn.Mailbox
	err := j.Do(ctx, func(c *imapconn.Conn) (err error) {
		list, err = c.Mailboxes(ctx)
		return err
	})
	if err != nil {
		return err
	}
	prefix, delim := j.Conn.Personal()
	s := plan.Server{Prefix: prefix, Delim: delim}
	s.Know(j.Conn.ServerID()["name"] + " " + j.Conn.Greeting())
	j.boxes = make(map[string]imapconn.Mailbox, len(list))
	j.empty = make(map[string]bool)
	for _, m := range list {
		j.boxes[m.Name] = m
		s.Mailboxes = append(s.Mailboxes, plan.Mailbox{Name: m.Name, Role: m.Role, NoSelect: m.NoSelect, NoInferiors: m.NoInferiors})
	}
	j.planServer, j.planOptions = s, o
	j.mapFolders()
	return nil
}

// mapFolders plans from what is known of the server now. Each file is planned by
// itself, as if it came alone, so that a folder that two of them have goes to one
// mailbox.
func (j *Job) mapFolders() {
	j.Targets = nil
	for _, src := range j.Sources {
		if src.kept != nil {
			j.Targets = append(j.Targets, src.kept.targets(j)...)
			continue
		}
		folders := make([]plan.Folder, len(src.Inventory.Folders))
		for i, f := range src.Inventory.Folders {
			folders[i] = plan.Folder{Path: f.Path, Role: string(f.Role), HasItems: len(f.Items) > 0}
		}
		j.Targets = append(j.Targets, plan.Map(folders, j.planServer, j.planOptions)...)
	}
}

// wanted tells whether a folder gets a mailbox before it has an item there:
// those for mail below the top of the user's folders, and every other one that
// holds something.
func (j *Job) wanted(f *pst.Folder) bool {
	if len(f.Items) > 0 {
		return true
	}
	return f.Depth > 0 && f.HoldsMail() && f.Role != pst.RoleOutbox && !mapi.HasClass(f.Class, "IPF.Note.OutlookHomepage")
}

// MailboxNames lists the mailboxes that are there now.
func (j *Job) MailboxNames(ctx context.Context) (names []string, err error) {
	err = j.Do(ctx, func(c *imapconn.Conn) error {
		list, err := c.Mailboxes(ctx)
		names = names[:0]
		for _, m := range list {
			names = append(names, m.Name)
		}
		return err
	})
	return names, err
}

// Delimiter separates the levels of mailbox names; "" when there are none.
func (j *Job) Delimiter() string {
	if _, delim := j.Conn.Personal(); delim != 0 {
		return string(delim)
	}
	return ""
}

// EnsureMailbox makes a mailbox if it is not there yet, and tells Made.
func (j *Job) EnsureMailbox(ctx context.Context, name string) error {
	if j.HasMailbox(name) {
		return nil
	}
	return j.MakeMailbox(ctx, name)
}

// HasMailbox tells whether the server has a mailbox, as far as is known.
func (j *Job) HasMailbox(name string) bool {
	m, ok := j.boxes[name]
	return ok && !m.NoSelect || strings.EqualFold(name, "INBOX")
}

// MakeMailbox makes a mailbox that the server does not have, or no longer.
func (j *Job) MakeMailbox(ctx context.Context, name string) error {
	err := j.Do(ctx, func(c *imapconn.Conn) error { return c.Create(ctx, name) })
	if errors.Is(err, imapconn.ErrNotSubscribed) {
		j.Note(event.Warning, fmt.Sprintf("the folder %q could not be subscribed to; a mail program may hide it", name))
		err = nil
	}
	if err != nil {
		return err
	}
	return j.made(name)
}

// made notes that a mailbox is there now.
func (j *Job) made(name string) error {
	j.boxes[name] = imapconn.Mailbox{Name: name}
	if j.Made != nil {
		return j.Made(name)
	}
	return nil
}
