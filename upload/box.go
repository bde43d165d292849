package upload

import (
	"context"
	"slices"
	"strings"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/plan"
)

// box is a mailbox that is appended to.
type box struct {
	name     string
	validity uint32              // UIDVALIDITY, 0 when the server does not tell
	next     uint32              // UIDNEXT before the first append of this run; 0 when not known
	proven   map[string]bool     // sets of flags that the server takes for it
	sent     map[string]sentItem // item ids that the server says it has stored

	permanent []string // flags that it stores, as the server says
	keywords  []string // keywords that it has stored
	full      bool     // it takes no more keywords than those

	confirmed bool // what was sent has been looked for
}

// sentItem is a message that the server says it has.
type sentItem struct {
	n   int // in the ledger
	uid uint32
}

// box looks at a mailbox before the first append and makes it where it is not
// there.
func (u *uploader) box(ctx context.Context, name string) (*box, error) {
	u.control.Lock()
	defer u.control.Unlock()
	if err := u.openAhead(ctx); err != nil {
		return nil, err
	}
	if b := u.boxes[name]; b != nil {
		return b, nil
	}
	if err := u.job.EnsureMailbox(ctx, name); err != nil {
		return nil, err
	}
	var st imapconn.Status
	err := u.job.Do(ctx, func(c *imapconn.Conn) (err error) {
		st, err = c.Select(ctx, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	u.boxes[name] = newBox(name, st)
	return u.boxes[name], nil
}

func newBox(name string, st imapconn.Status) *box {
	return &box{
		name: name, validity: st.UIDValidity, next: st.UIDNext, permanent: st.PermanentFlags,
		proven: map[string]bool{}, sent: map[string]sentItem{},
	}
}

// openAhead looks at all mailboxes that have items as soon as the first of them
// is needed. One by one, each would cost a round trip in which its connection
// sends nothing. Those that the server refuses are asked for again in their turn.
func (u *uploader) openAhead(ctx context.Context) error {
	if u.opened {
		return nil
	}
	u.opened = true
	var names []string
	for i, f := range u.job.Folders {
		if name := u.mailboxFor(i); len(f.Items) > 0 && u.job.HasMailbox(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	var all []*imapconn.Status
	err := u.job.Do(ctx, func(c *imapconn.Conn) (err error) {
		all, err = c.SelectAll(ctx, names)
		return err
	})
	for i, st := range all {
		if st != nil {
			u.boxes[names[i]] = newBox(names[i], *st)
		}
	}
	return err
}

// Keywords of a message, each less than the one before.
const (
	allKeywords = iota // that the mailbox takes
	oldKeywords        // that it has already: it may have as many as it can have
	noKeywords
)

// flags are those of the wanted ones that the mailbox stores, with as many
// keywords as are asked for, and how many are left out.
func (b *box) flags(wanted []string, keywords int) (flags []string, dropped int) {
	permanent := b.permanent
	if b.full || keywords == oldKeywords {
		permanent = plan.WithoutNew(permanent, b.keywords)
	}
	flags, left := plan.Flags(wanted, permanent)
	if keywords < noKeywords {
		return flags, len(left)
	}
	system := slices.DeleteFunc(slices.Clone(flags), isKeyword)
	return system, len(left) + len(flags) - len(system)
}

// took remembers flags that the mailbox has stored.
func (b *box) took(flags []string) {
	for _, f := range flags {
		if isKeyword(f) && !slices.Contains(b.keywords, f) {
			b.keywords = append(b.keywords, f)
		}
	}
}

func isKeyword(flag string) bool { return !strings.HasPrefix(flag, `\`) }

// flagSet names a set of flags, to remember that the server takes it.
func flagSet(flags []string) string { return strings.ToLower(strings.Join(flags, " ")) }
