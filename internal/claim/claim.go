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
	"slices"
	"strings"
	"time"
)

// Inbox is the name of the mailbox into which mail is delivered (RFC 9051 5.1).
const Inbox = "INBOX"

// Copy is a message on the server.
type Copy struct {
	Mailbox   string
	UID       uint32
	ID        string // item id of X-Pst2imap-Id, empty for a foreign message
	MessageID string // with its angle brackets; of a foreign message, like the rest
	From      string // address only, lower case; empty when there is none
	Date      time.Time

	Stored *Stored // nil where nobody asked for it

	claimed bool
	next    *Copy // with the same ID, or foreign and with the same Message-ID
}

// Stored is what the server says of a message besides.
type Stored struct {
	Size  int64     // bytes
	Date  time.Time // INTERNALDATE
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

// Index is what is on the server.
type Index struct {
	byID      map[string]chain
	byMessage map[string]chain // foreign copies only
	all       []*Copy
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

// NewIndex is an empty index with room for so many messages of ours.
func NewIndex(ours int) *Index {
	return &Index{byID: make(map[string]chain, ours), byMessage: map[string]chain{}}
}

// Add puts messages into the index, which keeps the slice. Messages marked
// \Deleted must not be added.
func (x *Index) Add(copies ...Copy) {
	x.all = slices.Grow(x.all, len(copies))
	for i := range copies {
		c := &copies[i]
		x.all = append(x.all, c)
		switch {
		case c.ID != "":
			add(x.byID, c.ID, c)
		case c.MessageID != "":
			add(x.byMessage, c.MessageID, c)
		}
	}
}

// Copies are all messages in the order in which they were added.
func (x *Index) Copies() []*Copy { return x.all }

// Here claims a copy in the mailbox where the item belongs: ours, else a
// foreign one.
func (x *Index) Here(it Item) (*Copy, How) {
	if c := x.OursHere(it); c != nil {
		return c, Same
	}
	return claim(x.byMessage[it.MessageID], Foreign, func(c *Copy) bool {
		return sameMailbox(c.Mailbox, it.Mailbox) && agree(it, c)
	})
}

// Twin tells whether another copy with the same id is in the same mailbox and
// accounts for an item.
func (x *Index) Twin(c *Copy) bool {
	for d := range x.byID[c.ID].all {
		if d != c && d.claimed && d.Mailbox == c.Mailbox {
			return true
		}
	}
	return false
}

// Has tells whether there is a copy of ours with the given id anywhere.
func (x *Index) Has(id string) bool { return x.byID[id].first != nil }

// OursHere claims our copy in the mailbox where the item belongs; only ID and
// Mailbox of the item are needed.
func (x *Index) OursHere(it Item) *Copy {
	c, _ := claim(x.byID[it.ID], Same, func(c *Copy) bool { return sameMailbox(c.Mailbox, it.Mailbox) })
	return c
}

// HasOursHere tells whether OursHere would find a copy if none were claimed yet.
func (x *Index) HasOursHere(it Item) bool {
	for c := range x.byID[it.ID].all {
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
	if c, how := claim(x.byID[it.ID], Moved, func(*Copy) bool { return true }); c != nil {
		return c, how
	}
	return claim(x.byMessage[it.MessageID], InInbox, func(c *Copy) bool {
		return sameMailbox(c.Mailbox, Inbox) && agree(it, c)
	})
}

// MayBeElsewhere tells whether Elsewhere could claim something now.
func (x *Index) MayBeElsewhere(it Item) bool {
	for c := range x.byID[it.ID].all {
		if !c.claimed {
			return true
		}
	}
	for c := range x.byMessage[it.MessageID].all {
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
	if it.MessageID == "" {
		return false
	}
	if !it.Date.IsZero() && !c.Date.IsZero() && !it.Date.Equal(c.Date) {
		return false
	}
	return it.From == "" || c.From == "" || it.From == c.From
}

// sameMailbox compares names; INBOX is the same in any case (RFC 9051 5.1).
func sameMailbox(a, b string) bool {
	return a == b || strings.EqualFold(a, Inbox) && strings.EqualFold(b, Inbox)
}
