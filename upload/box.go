package upload

import (
	"context"
	"strings"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// box is a mailbox that is appended to.
type box struct {
	name     string
	validity uint32 // UIDVALIDITY, 0 when the server does not tell
	next     uint32 // UIDNEXT before the first append of this run; 0 when not known
	keywords bool   // takes keywords
	proven   map[string]bool
	sent     map[string]sentItem // item ids that the server says it has stored
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
	if b := u.boxes[name]; b != nil {
		return b, nil
	}
	if err := u.job.EnsureMailbox(ctx, name); err != nil {
		return nil, err
	}
	b := &box{name: name, proven: map[string]bool{}, sent: map[string]sentItem{}}
	err := u.job.Do(ctx, func(c *imapconn.Conn) error {
		st, err := c.Select(ctx, name)
		b.validity, b.next, b.keywords = st.UIDValidity, st.UIDNext, st.KeywordsAllowed
		return err
	})
	if err != nil {
		return nil, err
	}
	u.boxes[name] = b
	return b, nil
}

// flags leaves out keywords where the mailbox takes none (RFC 9051 7.1.2) and
// tells how many.
func (b *box) flags(wanted []string, bare bool) (flags []string, dropped int) {
	for _, f := range wanted {
		if strings.HasPrefix(f, `\`) || b.keywords && !bare {
			flags = append(flags, f)
		} else {
			dropped++
		}
	}
	return flags, dropped
}

// flagSet names a set of flags, to remember that the server takes it.
func flagSet(flags []string) string { return strings.ToLower(strings.Join(flags, " ")) }

func hasKeyword(flags []string) bool {
	for _, f := range flags {
		if !strings.HasPrefix(f, `\`) {
			return true
		}
	}
	return false
}
