package job

import (
	"strings"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// collector makes copies of what the server says of the messages of one mailbox. It
// keeps them in pieces, for a slice that grows is copied time and again.
type collector struct {
	mailbox  string
	meta     bool   // size, flags and date too
	expected int64  // messages that the server says are still to come
	ids      *texts // may be shared with others

	pieces [][]claim.Copy
	stored []claim.Stored // for the last piece
}

// maxPiece bounds the messages for which a piece has room: the server's word that more
// are to come is no reason to take much memory.
const maxPiece = 1000

// add adds a message unless it is marked for deletion.
func (c *collector) add(e *imapconn.Entry) {
	c.expected--
	if Deleted(e.Flags) {
		return
	}
	last := len(c.pieces) - 1
	if last < 0 || len(c.pieces[last]) == cap(c.pieces[last]) {
		last = c.grow()
	}
	copied := copyOf(c.mailbox, e, c.ids)
	if c.meta && !e.Date.IsZero() {
		c.stored = append(c.stored, claim.Stored{Size: e.Size, Date: e.Date.Unix(), Flags: e.Flags})
		copied.Stored = &c.stored[len(c.stored)-1]
	}
	c.pieces[last] = append(c.pieces[last], copied)
}

// grow begins a piece for the message under way and those after it, and gives its index.
func (c *collector) grow() int {
	room := c.expected + 1
	if last := len(c.pieces) - 1; last >= 0 {
		room = max(room, 2*int64(cap(c.pieces[last]))) // more than it said
	}
	room = max(1, min(room, maxPiece))
	c.pieces = append(c.pieces, make([]claim.Copy, 0, room))
	if c.meta {
		c.stored = make([]claim.Stored, 0, room)
	}
	return len(c.pieces) - 1
}

// copyOf is what is to be known of a message.
func copyOf(mailbox string, e *imapconn.Entry, ids *texts) claim.Copy {
	if line, ok := claim.IDLine(e.Header); ok {
		if id, ok := eml.ParseIDLine(line); ok {
			return claim.Copy{Mailbox: mailbox, UID: e.UID, ID: ids.keep(id)}
		}
	}
	f := claim.ParseFields(e.Header)
	f.IDLine = "" // not one of ours
	return claim.Copy{Mailbox: mailbox, UID: e.UID, Fields: &f}
}

// texts keeps short strings one behind the other: each by itself would take more
// memory, and the time to allocate it.
type texts struct{ page strings.Builder }

// textPage is how many bytes are kept together.
const textPage = 4 << 10

func (t *texts) keep(b []byte) string {
	if t.page.Cap()-t.page.Len() < len(b) {
		t.page.Reset()
		t.page.Grow(max(textPage, len(b)))
	}
	at := t.page.Len()
	t.page.Write(b)
	return t.page.String()[at:]
}
