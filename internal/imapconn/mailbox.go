package imapconn

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"
)

// Mailbox is a mailbox as the server lists it.
type Mailbox struct {
	Name        string // decoded; INBOX always in capitals
	Delim       rune   // 0: no hierarchy
	Attrs       []string
	Role        string // "inbox", "sent", "drafts", "trash", "junk" or "" (RFC 6154; INBOX by its name)
	NoSelect    bool   // holds other mailboxes only
	NoInferiors bool   // cannot hold other mailboxes
	Subscribed  bool
}

// Mailboxes lists all mailboxes, with special-use attributes and subscriptions as far as the server tells (RFC 9051 6.3.9).
func (c *Conn) Mailboxes(ctx context.Context) ([]Mailbox, error) {
	var list []Mailbox
	err := c.do(ctx, "list mailboxes", func() (err error) {
		list, err = c.list("*")
		return err
	})
	return list, err
}

// list asks for extended data first and does without where a server that offers it refuses it.
func (c *Conn) list(pattern string) ([]Mailbox, error) {
	opts := &imap.ListOptions{
		ReturnSpecialUse: c.caps.Has("SPECIAL-USE"),
		ReturnSubscribed: c.caps.Has("LIST-EXTENDED"),
	}
	list, err := c.listWith(pattern, opts)
	var refused *imap.Error
	if errors.As(err, &refused) && *opts != (imap.ListOptions{}) {
		return c.listWith(pattern, nil)
	}
	return list, err
}

func (c *Conn) listWith(pattern string, opts *imap.ListOptions) ([]Mailbox, error) {
	var list []Mailbox
	cmd := c.client.List("", pattern, opts)
	for data := cmd.Next(); data != nil; data = cmd.Next() {
		if data.Mailbox != "" { // QUIRK: some servers list the root of the hierarchy itself
			list = append(list, c.mailboxOf(data))
		}
	}
	return list, cmd.Close()
}

// roles are those special uses that mail of the same kind may go to (RFC 6154 section 2).
var roles = map[imap.MailboxAttr]string{
	imap.MailboxAttrSent: "sent", imap.MailboxAttrDrafts: "drafts", imap.MailboxAttrTrash: "trash", imap.MailboxAttrJunk: "junk",
}

func (c *Conn) mailboxOf(data *imap.ListData) Mailbox {
	m := Mailbox{Name: canonicalName(data.Mailbox), Delim: data.Delim}
	for _, attr := range data.Attrs {
		m.Attrs = append(m.Attrs, string(attr))
		if m.Role == "" {
			m.Role = roles[attr]
		}
	}
	if m.Name == "INBOX" {
		m.Role = "inbox"
	}
	m.NoSelect = slices.Contains(data.Attrs, imap.MailboxAttrNoSelect) || slices.Contains(data.Attrs, imap.MailboxAttrNonExistent)
	m.NoInferiors = slices.Contains(data.Attrs, imap.MailboxAttrNoInferiors)
	m.Subscribed = c.subscribed[m.Name] || slices.Contains(data.Attrs, imap.MailboxAttrSubscribed)
	return m
}

// canonicalName writes INBOX in capitals, the one name without case (RFC 9051 5.1).
func canonicalName(name string) string {
	if strings.EqualFold(name, "INBOX") {
		return "INBOX"
	}
	return name
}

// Create makes a mailbox and subscribes to it (RFC 9051 6.3.4, 6.3.7). That it already exists is no error. An error that
// satisfies errors.Is(err, ErrNotSubscribed) means that the mailbox is there all the same.
func (c *Conn) Create(ctx context.Context, name string) error {
	op := fmt.Sprintf("create %q", name)
	if err := checkName(name); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	err := c.do(ctx, op, func() error {
		err := c.client.Create(name, nil).Wait()
		var refused *imap.Error
		if errors.As(err, &refused) && (codeOf(refused) == "ALREADYEXISTS" || c.exists(name)) {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.subscribe(ctx, name)
}

// exists finds a mailbox by name: many servers refuse to create it again without saying why in a code.
func (c *Conn) exists(name string) bool {
	if strings.ContainsAny(name, "*%") {
		return false // would be a pattern
	}
	list, err := c.listWith(name, nil)
	return err == nil && slices.ContainsFunc(list, func(m Mailbox) bool {
		return m.Name == canonicalName(name) && !m.NoSelect
	})
}

func (c *Conn) subscribe(ctx context.Context, name string) error {
	err := c.do(ctx, fmt.Sprintf("subscribe to %q", name), func() error { return c.client.Subscribe(name).Wait() })
	var refused *CommandError
	switch {
	case errors.As(err, &refused):
		return fmt.Errorf("%w: %w", ErrNotSubscribed, err)
	case err == nil && c.subscribed != nil:
		c.subscribed[canonicalName(name)] = true
	}
	return err
}

// checkName refuses what cannot be written as a mailbox name at all; whether the server likes a name is its own business.
func checkName(name string) error {
	switch {
	case name == "":
		return errors.New("mailbox name is empty")
	case !utf8.ValidString(name):
		return fmt.Errorf("mailbox name %q is not UTF-8", name)
	case strings.ContainsAny(name, "\x00\r\n"):
		return fmt.Errorf("mailbox name %q contains a line break or NUL", name)
	}
	return nil
}

// Status is what the server says when a mailbox is selected (RFC 9051 6.3.2).
type Status struct {
	UIDValidity uint32 // 0: not told
	UIDNext     uint32 // 0: not told
	Messages    uint32

	// PermanentFlags are the flags that can be stored; KeywordsAllowed, that new keywords can be made up. Servers answer
	// EXAMINE with none, so only those of [Conn.Select] mean anything.
	PermanentFlags  []string
	KeywordsAllowed bool
}

// Examine selects a mailbox for reading only: nothing that follows can change it (RFC 9051 6.3.3).
func (c *Conn) Examine(ctx context.Context, name string) (Status, error) {
	return c.selectMailbox(ctx, "examine", name, true)
}

// Select selects a mailbox (RFC 9051 6.3.2).
func (c *Conn) Select(ctx context.Context, name string) (Status, error) {
	return c.selectMailbox(ctx, "select", name, false)
}

func (c *Conn) selectMailbox(ctx context.Context, op, name string, readOnly bool) (Status, error) {
	op = fmt.Sprintf("%s %q", op, name)
	if err := checkName(name); err != nil {
		return Status{}, fmt.Errorf("%s: %w", op, err)
	}
	var s Status
	c.selected = false // a refusal leaves no mailbox selected (RFC 9051 6.3.2)
	err := c.do(ctx, op, func() error {
		data, err := c.client.Select(name, &imap.SelectOptions{ReadOnly: readOnly}).Wait()
		if err == nil {
			s = statusOf(data)
			c.selected = true
			c.messages.Store(int64(s.Messages))
		}
		return err
	})
	return s, err
}

// Status asks for UIDVALIDITY, UIDNEXT and the number of messages of a mailbox without selecting it (RFC 9051 6.3.11).
func (c *Conn) Status(ctx context.Context, name string) (Status, error) {
	op := fmt.Sprintf("status of %q", name)
	if err := checkName(name); err != nil {
		return Status{}, fmt.Errorf("%s: %w", op, err)
	}
	var s Status
	err := c.do(ctx, op, func() error {
		data, err := c.client.Status(name, &imap.StatusOptions{UIDNext: true, UIDValidity: true, NumMessages: true}).Wait()
		if err != nil {
			return err
		}
		s = Status{UIDValidity: data.UIDValidity, UIDNext: uint32(data.UIDNext)}
		if data.NumMessages != nil {
			s.Messages = *data.NumMessages
		}
		return nil
	})
	return s, err
}

func statusOf(data *imap.SelectData) Status {
	return Status{
		UIDValidity:     data.UIDValidity,
		UIDNext:         uint32(data.UIDNext),
		Messages:        data.NumMessages,
		PermanentFlags:  stringsOf(data.PermanentFlags),
		KeywordsAllowed: slices.Contains(data.PermanentFlags, imap.FlagWildcard),
	}
}

func stringsOf(flags []imap.Flag) []string {
	out := make([]string, len(flags))
	for i, f := range flags {
		out[i] = string(f)
	}
	return out
}
