package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/pst"
)

// planning is what the mailboxes are planned from.
type planning struct {
	folders []plan.Folder
	server  plan.Server
	options plan.Options
}

// Plan lists the mailboxes of the server and decides where each folder goes.
func (j *Job) Plan(ctx context.Context, o plan.Options) error {
	list, err := j.Conn.Mailboxes(ctx)
	if err != nil {
		return err
	}
	p := &planning{options: o}
	p.server.Prefix, p.server.Delim = j.Conn.Personal()
	p.server.Know(j.Conn.Greeting() + " " + serverName(j.Conn))
	j.boxes = make(map[string]imapconn.Mailbox, len(list))
	j.empty = make(map[string]bool)
	for _, m := range list {
		j.boxes[m.Name] = m
		p.server.Mailboxes = append(p.server.Mailboxes, plan.Mailbox{
			Name: m.Name, Role: m.Role, NoSelect: m.NoSelect, NoInferiors: m.NoInferiors,
		})
	}
	for _, f := range j.Inventory.Folders {
		p.folders = append(p.folders, plan.Folder{Path: f.Path, Role: string(f.Role), HasItems: len(f.Items) > 0})
	}
	j.planning = p
	j.Targets = plan.Map(p.folders, p.server, o)
	return nil
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

// maxPlans bounds how often the server's refusals are planned around. Each time
// one level of a path gets another name.
const maxPlans = 32

// CreateMailboxes makes the mailboxes of chosen mail folders that are not there
// yet, parents first, and subscribes to them. Where the server refuses a name the
// folders are planned anew, so Targets may change; what it refuses all the same
// is a note, and the items of the folder then say so each.
func (j *Job) CreateMailboxes(ctx context.Context) error {
	told := map[string]bool{}
	for range maxPlans {
		refused, err := j.createMissing(ctx, told)
		if err != nil || len(refused) == 0 {
			return err
		}
		for _, name := range refused {
			j.planning.server.Refuse(name)
		}
		j.Targets = plan.Map(j.planning.folders, j.planning.server, j.planning.options)
	}
	return nil
}

// createMissing makes the mailboxes as they are planned now, and returns those
// whose names the server refuses for the first time.
func (j *Job) createMissing(ctx context.Context, told map[string]bool) (again []string, err error) {
	var targets []plan.Target
	for i, f := range j.Inventory.Folders {
		if f.HoldsMail() && j.wanted(f) && j.Selection.Folder(f.Path) == "" {
			targets = append(targets, j.Targets[i])
		}
	}
	for _, name := range plan.Mailboxes(targets) {
		if j.belowAny(name, again) {
			continue // it will have another name
		}
		_, there := j.boxes[name]
		err := j.EnsureMailbox(ctx, name)
		var refused *imapconn.CommandError
		switch {
		case err == nil:
			j.empty[name] = !there
		case !errors.As(err, &refused):
			return nil, err
		case aboutName(refused) && !slices.Contains(j.planning.server.RefusedNames, name):
			again = append(again, name)
		case !told[name]:
			told[name] = true
			j.Listener.Note(event.Note{Level: event.Warning, Text: fmt.Sprintf("the server refuses the folder %q: %s", name, refused.Text)})
		}
	}
	return again, nil
}

// belowAny tells whether a mailbox lies below one of others.
func (j *Job) belowAny(name string, others []string) bool {
	delim := j.planning.server.Delim
	return delim != 0 && slices.ContainsFunc(others, func(o string) bool { return strings.HasPrefix(name, o+string(delim)) })
}

// aboutName tells whether another name may be what the server wants: codes that
// say otherwise are those of RFC 5530 3 and RFC 9208 4.3.
func aboutName(e *imapconn.CommandError) bool {
	switch e.Code {
	case "OVERQUOTA", "LIMIT", "NOPERM", "AUTHORIZATIONFAILED", "UNAVAILABLE", "INUSE", "SERVERBUG", "CONTACTADMIN", "EXPIRED":
		return false
	}
	return true
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
