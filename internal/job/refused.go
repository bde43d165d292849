package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/plan"
)

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
			j.planServer.Refuse(name)
		}
		j.mapFolders()
	}
	return nil
}

// createMissing makes the mailboxes as they are planned now, and returns those
// whose names the server refuses for the first time.
func (j *Job) createMissing(ctx context.Context, told map[string]bool) (again []string, err error) {
	var targets []plan.Target
	for i, f := range j.Folders {
		if f.HoldsMail() && j.wanted(f.Folder) && j.Selection.Folder(f.Path) == "" {
			targets = append(targets, j.Targets[i])
		}
	}
	names := plan.Mailboxes(targets)
	fresh := map[string]bool{}
	for _, name := range names {
		_, there := j.boxes[name]
		fresh[name] = !there
	}
	if err := j.makeAhead(ctx, names); err != nil {
		return nil, err
	}
	for _, name := range names {
		if j.belowAny(name, again) {
			continue // it will have another name
		}
		err := j.EnsureMailbox(ctx, name)
		var refused *imapconn.CommandError
		switch {
		case err == nil:
			j.empty[name] = fresh[name]
		case !errors.As(err, &refused):
			return nil, err
		case aboutName(refused) && !slices.Contains(j.planServer.RefusedNames, name):
			again = append(again, name)
		case !told[name]:
			told[name] = true
			j.Note(event.Warning, fmt.Sprintf("the server refuses the folder %q: %s", name, refused.Text))
		}
	}
	return again, nil
}

// belowAny tells whether a mailbox lies below one of others.
func (j *Job) belowAny(name string, others []string) bool {
	delim := j.planServer.Delim
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
