package job

import (
	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// Collector is what the tests of the outside need to see of the inside.
type Collector struct{ collector }

// NewCollector is for a mailbox that has as many messages, if the server is right.
func NewCollector(mailbox string, meta bool, expected int64) *Collector {
	return &Collector{collector{mailbox: mailbox, meta: meta, expected: expected, ids: new(texts)}}
}

// Add adds a message.
func (c *Collector) Add(e imapconn.Entry) { c.add(&e) }

// Pieces are the copies.
func (c *Collector) Pieces() [][]claim.Copy { return c.pieces }
