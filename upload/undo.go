package upload

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
)

// Undone is what undoing a job finds, and has removed if it was told to.
type Undone struct {
	Mailboxes []UndoneMailbox
	Folders   []string // made by the job and empty without its messages
}

// UndoneMailbox is one mailbox.
type UndoneMailbox struct {
	Name     string
	Appended int // messages that the journal says were appended
	Here     int // of those, still there with their identity
	Note     string

	uids []uint32
}

// Messages is how many messages are, or were, to be removed.
func (u *Undone) Messages() int {
	n := 0
	for _, m := range u.Mailboxes {
		n += m.Here
	}
	return n
}

// Undo finds the messages that a job has appended: by the UIDs of its journal,
// as far as the message with that UID still has the identity that was uploaded.
// With remove it removes these messages, and the mailboxes that the job made
// and that are empty then. Everything else stays. jn takes note of what was
// removed.
func Undo(ctx context.Context, j *job.Job, past *journal.Past, jn *journal.Journal, remove bool) (*Undone, error) {
	u := &Undone{}
	for _, name := range mailboxesOf(past.Entries) {
		m, err := findAppended(ctx, j, name, past.Entries)
		if err != nil {
			return u, err
		}
		u.Mailboxes = append(u.Mailboxes, m)
		if !remove || m.Here == 0 {
			continue
		}
		if err := removeAppended(ctx, j, &u.Mailboxes[len(u.Mailboxes)-1], jn); err != nil {
			return u, err
		}
	}
	err := u.folders(ctx, j, past.Made, remove)
	return u, err
}

func mailboxesOf(entries []journal.Entry) []string {
	names := map[string]bool{}
	for _, e := range entries {
		names[e.Mailbox] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// findAppended looks for the messages of one mailbox.
func findAppended(ctx context.Context, j *job.Job, name string, entries []journal.Entry) (UndoneMailbox, error) {
	m := UndoneMailbox{Name: name}
	ids := map[imapconn.Appended]string{}
	items := map[string]bool{}
	for _, e := range entries {
		if e.Mailbox == name {
			items[e.Item] = true
			ids[imapconn.Appended{UIDValidity: e.UIDValidity, UID: e.UID}] = e.Item
		}
	}
	m.Appended = len(items)
	copies, st, err := j.Copies(ctx, name, 1)
	if job.Refused(err) {
		m.Note = "the folder is gone"
		return m, nil
	}
	if err != nil {
		return m, err
	}
	for _, c := range copies {
		if id, ok := ids[imapconn.Appended{UIDValidity: st.UIDValidity, UID: c.UID}]; ok && id == c.ID {
			m.uids = append(m.uids, c.UID)
		}
	}
	if m.Here = len(m.uids); m.Here < m.Appended {
		m.Note = fmt.Sprintf("%d gone, moved or changed", m.Appended-m.Here)
	}
	return m, nil
}

// removeAppended removes what findAppended found.
func removeAppended(ctx context.Context, j *job.Job, m *UndoneMailbox, jn *journal.Journal) error {
	var st imapconn.Status
	err := j.Do(ctx, func(c *imapconn.Conn) (err error) {
		if st, err = c.Select(ctx, m.Name); err != nil {
			return err
		}
		return c.Remove(ctx, m.uids)
	})
	if err != nil {
		return fmt.Errorf("%q: %w", m.Name, err)
	}
	return jn.Undone(m.Name, st.UIDValidity, m.uids)
}

// folders finds mailboxes that the job made and that hold nothing but what it
// appended, the innermost first.
func (u *Undone) folders(ctx context.Context, j *job.Job, made []string, remove bool) error {
	ours := map[string]int{}
	for _, m := range u.Mailboxes {
		ours[m.Name] = m.Here
	}
	list, err := j.MailboxNames(ctx)
	if err != nil {
		return err
	}
	delim := j.Delimiter()
	made = slices.Clone(made)
	slices.SortFunc(made, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	for _, name := range made {
		below := func(other string) bool { return delim != "" && strings.HasPrefix(other, name+delim) }
		if !slices.Contains(list, name) || slices.ContainsFunc(list, below) {
			continue
		}
		var st imapconn.Status
		err := j.Do(ctx, func(c *imapconn.Conn) (err error) {
			st, err = c.Status(ctx, name)
			return err
		})
		left := int(st.Messages)
		if !remove {
			left -= ours[name]
		}
		if job.Refused(err) || left > 0 {
			continue
		}
		if err == nil && remove {
			err = j.Do(ctx, func(c *imapconn.Conn) error { return c.DeleteMailbox(ctx, name) })
		}
		if err != nil && !job.Refused(err) {
			return err
		}
		if err == nil {
			u.Folders = append(u.Folders, name)
			list = slices.DeleteFunc(list, func(other string) bool { return other == name })
		}
	}
	return nil
}
