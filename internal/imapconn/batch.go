package imapconn

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Batch is what one APPEND command stores in one mailbox: a message, or several where [Appender.Multi] says so (RFC 3502).
// The server stores all of them or none.
type Batch struct {
	Mailbox  string
	Messages []Message

	// Ask makes the client wait for the server's consent before it sends the first message (a synchronizing literal, RFC 9051
	// 4.3). It is needed wherever the server might refuse the command line: it may then read the message as commands. Where the
	// server takes no other literals it is always so. The other messages of the batch are sent without asking, so that their
	// flags must be those of the first, or known to be taken.
	Ask bool

	// Consented is set by [Appender.Send] when the server was asked and has consented: it has understood mailbox, flags and
	// date.
	Consented bool
}

// Size is the number of bytes of all messages.
func (b *Batch) Size() int64 {
	var n int64
	for i := range b.Messages {
		n += b.Messages[i].Size
	}
	return n
}

// Outcome is what became of a [Batch].
type Outcome struct {
	// Err is nil when all messages are stored. Otherwise it is
	//   - an [*AppendError]: the server refused; nothing of the batch is stored,
	//   - one that satisfies errors.Is(err, ErrUnknownOutcome): the connection broke while the batch was under way,
	//   - any other: nothing of the batch is stored, for it was never sent whole.
	Err error
	// Appended says where each message went, parallel to Messages. It is nil where the server does not tell.
	Appended []Appended
	// Took is the time from the first byte sent to the answer.
	Took time.Duration
}

// Appended says where a message went (UIDPLUS, RFC 4315).
type Appended struct {
	UIDValidity uint32
	UID         uint32
}

// literals are the ways in which a server takes literals (RFC 7888).
type literals int

const (
	asking       literals = iota // only those it was asked about
	smallUnasked                 // up to 4096 bytes without asking: LITERAL-
	unasked                      // any without asking: LITERAL+
)

// maxSmall is the size of an unasked literal under LITERAL- (RFC 7888 section 5).
const maxSmall = 4096

func (c Caps) literals() literals {
	switch {
	case c.Has("LITERAL+"):
		return unasked
	case c.Has("LITERAL-"):
		return smallUnasked
	}
	return asking
}

// ask tells whether a literal of n bytes has to be asked about.
func (l literals) ask(n int64) bool { return l == asking || l == smallUnasked && n > maxSmall }

// heads checks everything that will go onto the wire and writes what stands before each message, without the line end: the
// command with the first and a blank with each other.
func (b *Batch) heads(l literals) ([]string, error) {
	if len(b.Messages) == 0 {
		return nil, errors.New("append: no message")
	}
	if err := checkName(b.Mailbox); err != nil {
		return nil, err
	}
	heads := make([]string, len(b.Messages))
	for i, m := range b.Messages {
		head, err := m.head()
		if err != nil {
			return nil, err
		}
		if i == 0 {
			name, ok := quote(encodeUTF7(b.Mailbox))
			if !ok {
				return nil, fmt.Errorf("mailbox name %q cannot be written", b.Mailbox)
			}
			head = " APPEND " + name + head
		}
		plus := "+"
		if b.Ask && i == 0 || l.ask(m.Size) {
			plus = ""
		}
		heads[i] = fmt.Sprintf("%s {%d%s}", head, m.Size, plus)
	}
	return heads, nil
}

// head is flags and date of a message (RFC 9051 6.3.12).
func (m *Message) head() (string, error) {
	flags, err := checkFlags(m.Flags)
	if err != nil {
		return "", err
	}
	date, err := checkDate(m.Date)
	if err != nil {
		return "", err
	}
	if err := checkBody(*m); err != nil {
		return "", err
	}
	head := ""
	if len(flags) > 0 {
		head = " (" + strings.Join(flags, " ") + ")"
	}
	if !date.IsZero() {
		head += date.Format(` "_2-Jan-2006 15:04:05 -0700"`)
	}
	return head, nil
}
