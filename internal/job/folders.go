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
func (j *Job) Plan(ctx context.Context, o plan.Options) error {
	list, err := j.Conn.Mailboxes(ctx)
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

// mapFolders plans from what is known of the server now.
func (j *Job) mapFolders() {
	folders := make([]plan.Folder, len(j.Inventory.Folders))
	for i, f := range j.Inventory.Folders {
		folders[i] = plan.Folder{Path: f.Path, Role: string(f.Role), HasItems: len(f.Items) > 0}
	}
	j.Targets = plan.Map(folders, j.planServer, j.planOptions)
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

// EnsureMailbox makes a mailbox if it is not there yet.
func (j *Job) EnsureMailbox(ctx context.Context, name string) error {
	if m, ok := j.boxes[name]; ok && !m.NoSelect || strings.EqualFold(name, "INBOX") {
		return nil
	}
	err := j.Conn.Create(ctx, name)
	if errors.Is(err, imapconn.ErrNotSubscribed) {
		j.Listener.Note(event.Note{Level: event.Warning, Text: fmt.Sprintf("the folder %q could not be subscribed to; a mail program may hide it", name)})
		err = nil
	}
	if err == nil {
		j.boxes[name] = imapconn.Mailbox{Name: name}
	}
	return err
}
