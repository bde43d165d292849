// Package claim decides which message on the server accounts for which item of
// the data file. It is pure bookkeeping, the same for upload and verify: every
// message is claimed by one item at most, and every item claims one message.
//
// A message written by this program carries the item's id and accounts for that
// item wherever it is in the account. A foreign message accounts for an item by
// its Message-ID when it is in the same mailbox, or in INBOX, where a POP
// program left it; where Date or From of the two disagree, it does not: an item
// that is doubled can be removed again, one that is lost cannot.
package claim

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Inbox is the name of the mailbox into which mail is delivered (RFC 9051 5.1).
const Inbox = "INBOX"

// MailboxName is the name of a mailbox with one spelling for INBOX.
func MailboxName(name string) string {
	if strings.EqualFold(name, Inbox) {
		return Inbox
	}
	return name
}

// Copy is a message on the server.
//
// There may be a million of them: it is as small as can be.
type Copy struct {
	Mailbox string
	ID      string  // item id of X-Pst2imap-Id, empty for a foreign message
	Fields  *Fields // of a foreign message, nil for ours
	Stored  *Stored // nil where nobody asked for it

	next    *Copy // with the same ID, or foreign and with the same Message-ID
	UID     uint32
	claimed bool
}

// Stored is what the server says of a message besides.
type Stored struct {
	Size  int64 // bytes
	Date  int64 // INTERNALDATE, in seconds since 1970
	Flags []string
}

// Claimed tells whether an item has claimed the copy.
func (c *Copy) Claimed() bool { return c.claimed }

// Item is what an item of the data file is recognized by.
type Item struct {
	ID        string
	Mailbox   string // where it belongs
	MessageID string
	From      string // address only, lower case
	Date      time.Time
}

// How says by what a copy accounts for an item.
type How int

// Ways of accounting for an item.
const (
	None    How = iota
	Same        // our copy, in the mailbox where it belongs
	Foreign     // another program's copy, in the mailbox where it belongs
	Moved       // our copy, in another mailbox
	InInbox     // another program's copy, in INBOX instead of where it belongs
)

// Index is what is on the server. It is for one goroutine at a time.
type Index struct {
	all       []*Copy
	mailboxes map[string]*mailbox
	name      string // the last name that was looked for, and what it names
	named     *mailbox

	// Most runs find each message at the UID that they remember: these are made when a
	// name is looked for.
	byID      map[string]chain
	byMessage map[string]chain // foreign copies only
	mapped    int              // how many of all are in them
}

// mailbox is the copies in one of them, in the order in which they were added.
type mailbox struct {
	copies []*Copy
	mixed  bool // the UIDs do not ascend
	last   int  // the copy that was found last: the next one is mostly that behind it
}

// at is the copy with the given UID, or nil.
func (m *mailbox) at(uid uint32) *Copy {
	for n := max(m.last, 0); n < min(m.last+2, len(m.copies)); n++ {
		if m.copies[n].UID == uid {
			m.last = n
			return m.copies[n]
		}
	}
	if m.mixed {
		return nil
	}
	n, ok := slices.BinarySearchFunc(m.copies, uid, func(c *Copy, uid uint32) int { return cmp.Compare(c.UID, uid) })
	if !ok {
		return nil
	}
	m.last = n
	return m.copies[n]
}

// chain is the copies that have the same name, in the order in which they were
// added. An account has many messages and few that are there twice.
type chain struct{ first, last *Copy }

// all yields them; an empty chain has none.
func (c chain) all(yield func(*Copy) bool) {
	for p := c.first; p != nil && yield(p); p = p.next {
	}
}

func add(to map[string]chain, name string, c *Copy) {
	old, ok := to[name]
	if !ok {
		to[name] = chain{c, c}
		return
	}
	old.last.next = c
	to[name] = chain{old.first, c}
}

// NewIndex is an empty index.
func NewIndex() *Index { return &Index{mailboxes: map[string]*mailbox{}} }

// Add puts messages into the index, which keeps the slice. Messages marked
// \Deleted must not be added.
func (x *Index) Add(copies ...Copy) {
	x.all = grow(x.all, len(copies))
	var m *mailbox
	for i := range copies {
		c := &copies[i]
		x.all = append(x.all, c)
		if m == nil || c.Mailbox != copies[i-1].Mailbox {
			m = x.mailbox(c.Mailbox)
			m.copies = grow(m.copies, len(copies)-i)
		}
		if n := len(m.copies); n > 0 && m.copies[n-1].UID >= c.UID {
			m.mixed = true
		}
		m.copies = append(m.copies, c)
	}
}

// grow makes room for n more. It doubles: a mailbox comes in many small pieces, and each step
// of a list of a hundred thousand is memory that has to be got first.
func grow(list []*Copy, n int) []*Copy {
	if cap(list)-len(list) >= n {
		return list
	}
	return slices.Grow(list, max(n, len(list)))
}

// mailbox is the one with the given name.
func (x *Index) mailbox(name string) *mailbox {
	if x.named != nil && x.name == name {
		return x.named
	}
	key := MailboxName(name)
	m := x.mailboxes[key]
	if m == nil {
		m = &mailbox{last: -1}
		x.mailboxes[key] = m
	}
	x.name, x.named = name, m
	return m
}

// mapNames makes the maps of names.
func (x *Index) mapNames() {
	if x.mapped == len(x.all) {
		return
	}
	if x.byID == nil {
		x.byID, x.byMessage = make(map[string]chain, len(x.all)), map[string]chain{}
	}
	for _, c := range x.all[x.mapped:] {
		switch {
		case c.ID != "":
			add(x.byID, c.ID, c)
		case c.Fields != nil && c.Fields.MessageID != "":
			add(x.byMessage, c.Fields.MessageID, c)
		}
	}
	x.mapped = len(x.all)
}

// ours are the copies of ours with the given id.
func (x *Index) ours(id string) chain {
	x.mapNames()
	return x.byID[id]
}

// foreign are the copies of other programs with the given Message-ID.
func (x *Index) foreign(messageID string) chain {
	x.mapNames()
	return x.byMessage[messageID]
}

// Copies are all messages in the order in which they were added.
func (x *Index) Copies() []*Copy { return x.all }

// Here claims a copy in the mailbox where the item belongs: ours, else a
// foreign one.
func (x *Index) Here(it Item) (*Copy, How) {
	if c := x.OursHere(it); c != nil {
		return c, Same
	}
	return claim(x.foreign(it.MessageID), Foreign, func(c *Copy) bool {
		return sameMailbox(c.Mailbox, it.Mailbox) && agree(it, c)
	})
}

// Twin tells whether another copy with the same id is in the same mailbox and
// accounts for an item.
func (x *Index) Twin(c *Copy) bool {
	for d := range x.ours(c.ID).all {
		if d != c && d.claimed && d.Mailbox == c.Mailbox {
			return true
		}
	}
	return false
}

// Has tells whether there is a copy of ours with the given id anywhere.
func (x *Index) Has(id string) bool { return x.ours(id).first != nil }

// OursHere claims our copy in the mailbox where the item belongs; only ID and
// Mailbox of the item are needed.
func (x *Index) OursHere(it Item) *Copy {
	c, _ := claim(x.ours(it.ID), Same, func(c *Copy) bool { return sameMailbox(c.Mailbox, it.Mailbox) })
	return c
}

// OursAt is OursHere for the copy with the given UID, which costs much less. It is nil
// where that is not there any more, another message, or claimed.
func (x *Index) OursAt(it Item, uid uint32) *Copy {
	c := x.mailbox(it.Mailbox).at(uid)
	if c == nil || c.claimed || c.ID != it.ID {
		return nil
	}
	c.claimed = true
	return c
}

// HasAt tells whether our copy with the given id has that UID in that mailbox.
func (x *Index) HasAt(id, mailbox string, uid uint32) bool {
	c := x.mailbox(mailbox).at(uid)
	return c != nil && c.ID == id
}

// Taken tells whether an item has claimed our copy in the mailbox where the item
// belongs; only ID and Mailbox of the item are needed.
func (x *Index) Taken(it Item) bool {
	for c := range x.ours(it.ID).all {
		if c.claimed && sameMailbox(c.Mailbox, it.Mailbox) {
			return true
		}
	}
	return false
}

// HasOursHere tells whether OursHere would find a copy if none were claimed yet.
func (x *Index) HasOursHere(it Item) bool {
	for c := range x.ours(it.ID).all {
		if sameMailbox(c.Mailbox, it.Mailbox) {
			return true
		}
	}
	return false
}

// Elsewhere claims a copy in another mailbox: ours anywhere, else a foreign one
// in INBOX. It must be asked only after every item had its chance to claim what
// lies where it belongs, or one item could take what another one needs.
func (x *Index) Elsewhere(it Item) (*Copy, How) {
	if c, how := claim(x.ours(it.ID), Moved, func(*Copy) bool { return true }); c != nil {
		return c, how
	}
	return claim(x.foreign(it.MessageID), InInbox, func(c *Copy) bool {
		return sameMailbox(c.Mailbox, Inbox) && agree(it, c)
	})
}

// MayBeElsewhere tells whether Elsewhere could claim something now.
func (x *Index) MayBeElsewhere(it Item) bool {
	for c := range x.ours(it.ID).all {
		if !c.claimed {
			return true
		}
	}
	for c := range x.foreign(it.MessageID).all {
		if !c.claimed && sameMailbox(c.Mailbox, Inbox) && agree(it, c) {
			return true
		}
	}
	return false
}

func claim(list chain, how How, fits func(*Copy) bool) (*Copy, How) {
	for c := range list.all {
		if !c.claimed && fits(c) {
			c.claimed = true
			return c, how
		}
	}
	return nil, None
}

// agree tells whether Date, as an instant, and From are the same where both
// sides have them. Messages without Message-ID never account for anything.
func agree(it Item, c *Copy) bool {
	f := c.Fields
	if it.MessageID == "" || f == nil {
		return false
	}
	if !it.Date.IsZero() && !f.Date.IsZero() && !it.Date.Equal(f.Date) {
		return false
	}
	return it.From == "" || f.From == "" || it.From == f.From
}

// sameMailbox compares names; INBOX is the same in any case (RFC 9051 5.1).
func sameMailbox(a, b string) bool {
	return a == b || MailboxName(a) == MailboxName(b)
}
