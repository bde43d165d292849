package pst

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst/internal/ltp"
	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// Message is an item: mail, contact, appointment or whatever its class says.
type Message struct {
	*Properties
	ID   NodeID // of the node, or of the subnode of an embedded message
	node *ltp.Node
}

// Recipient is a row of a message's recipient table ([MS-PST] 2.4.5.3).
type Recipient struct {
	*Properties
}

// Attachment is an attachment of a message ([MS-PST] 2.4.6).
type Attachment struct {
	*Properties
	ID   NodeID
	node *ltp.Node // nil when only the row of the attachment table could be read
	err  error
}

// Message opens an item by its node. The error wraps [ErrNotFound] when the
// file has no such node; any other error means that its properties cannot be read.
func (s *Store) Message(id NodeID) (*Message, error) {
	n, err := ltp.OpenNode(s.file, id)
	if err != nil {
		return nil, err
	}
	return s.message(n, nil)
}

// Stamp is a number that stays the same as long as nobody changes the item in
// this file: with it, what was found out about an item need not be found out
// again. It says nothing about items of other files. The error wraps
// [ErrNotFound] when the file has no such item.
func (s *Store) Stamp(id NodeID) (uint64, error) { return s.file.Stamp(id) }

// Stamps gives the [Store.Stamp] of many items, many times as fast as one by one;
// 0 for those that have none.
func (s *Store) Stamps(ids []NodeID) []uint64 { return s.file.Stamps(ids) }

func (s *Store) message(n *ltp.Node, parent *Properties) (*Message, error) {
	p, err := ltp.OpenPC(n)
	if err != nil {
		return nil, ndb.AtNode(err, n.NID)
	}
	return &Message{Properties: s.properties(p, n.NID, parent), ID: n.NID, node: n}, nil
}

// table opens one of the message's tables; a message without it has nil.
func (m *Message) table(nid NodeID) (*ltp.Table, error) {
	n, err := m.node.Sub(nid)
	if ltp.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return ltp.OpenTable(n)
}

// recipientRoom bounds what the recipients of one message may be, in cells, and
// as many for the row itself as it takes in memory: a million, or 200,000 with
// all that Outlook writes. Those of a hostile file can all be the same row.
const (
	recipientRoom = 1 << 22
	recipientRow  = 4
)

// Recipients reads the recipient table. Rows that can be read are returned
// even when the error says that others cannot.
func (m *Message) Recipients() ([]*Recipient, error) {
	t, err := m.table(ndb.NIDRecipientTable)
	if t == nil || err != nil {
		return nil, err
	}
	var out []*Recipient
	var errs []error
	room := recipientRoom
	for row, err := range t.Rows() {
		var p *ltp.Props
		if err == nil {
			p, err = t.Row(row)
		}
		if room -= recipientRow; p != nil {
			room -= len(p.List())
		}
		if room < 0 {
			errs = append(errs, m.fault("recipient table", fmt.Sprintf("there are more than %d recipients", len(out))))
			break
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("recipient: %w", ndb.AtNode(err, m.ID)))
			continue
		}
		out = append(out, &Recipient{m.store.properties(p, m.ID, m.Properties)})
	}
	return out, errors.Join(errs...)
}

// Attachments opens the attachments in the order of the attachment table. One
// that cannot be opened is in the list too, with what the table says of it;
// see [Attachment.Err]. The error says that the table itself is damaged.
func (m *Message) Attachments() ([]*Attachment, error) {
	t, err := m.table(ndb.NIDAttachmentTable)
	if err != nil {
		out := m.unlistedAttachments()
		return out, fmt.Errorf("attachment table: %w", ndb.AtNode(err, m.ID))
	}
	if t == nil {
		return nil, nil
	}
	var out []*Attachment
	var errs []error
	// What belongs to attachments stays in memory with them. That of a sound file
	// is a part of the file, if compressed; that of a hostile one can be shared.
	room := 4*m.store.file.Size() + 16<<20
	for row, err := range t.Rows() {
		if err != nil {
			errs = append(errs, fmt.Errorf("attachment table: %w", ndb.AtNode(err, m.ID)))
			continue
		}
		if room < 0 {
			errs = append(errs, m.fault("attachment table", fmt.Sprintf("the %d attachments after which there are more are larger than the file", len(out))))
			break
		}
		a := m.attachment(t, row)
		if room -= attachmentSize; a.node != nil {
			room -= a.node.Data.Size()
		}
		out = append(out, a)
	}
	return out, errors.Join(errs...)
}

// attachmentSize is about what an attachment takes in memory beside its data.
const attachmentSize = 512

func (m *Message) fault(structure, problem string) error {
	return &ndb.Error{Structure: structure, Offset: -1, NID: m.ID, Problem: problem}
}

// attachment opens one row of the attachment table.
func (m *Message) attachment(t *ltp.Table, row ltp.Row) *Attachment {
	a, err := m.openAttachment(row.ID)
	if err == nil {
		return a
	}
	p, rowErr := t.Row(row)
	if rowErr != nil {
		p = &ltp.Props{}
	}
	m.store.file.Log.AddLoss(err)
	return &Attachment{Properties: m.store.properties(p, row.ID, m.Properties), ID: row.ID, err: err}
}

func (m *Message) openAttachment(id NodeID) (*Attachment, error) {
	n, err := m.node.Sub(id)
	if err != nil {
		return nil, err
	}
	p, err := ltp.OpenPC(n)
	if err != nil {
		return nil, ndb.AtNode(err, id)
	}
	return &Attachment{Properties: m.store.properties(p, id, m.Properties), ID: id, node: n}, nil
}

// unlistedAttachments takes the attachments from the subnode tree when the
// table that lists them cannot be read.
func (m *Message) unlistedAttachments() []*Attachment {
	var out []*Attachment
	for sub, err := range m.node.Subs.All() {
		if err != nil || sub.NID.Type() != ndb.TypeAttachment {
			continue
		}
		a, err := m.openAttachment(sub.NID)
		if err != nil {
			a = &Attachment{Properties: m.store.properties(&ltp.Props{}, sub.NID, m.Properties), ID: sub.NID, err: err}
		}
		out = append(out, a)
	}
	return out
}

// Err says why the attachment could not be opened; nil when it could.
func (a *Attachment) Err() error { return a.err }

// Message opens the embedded message of an attachment of method
// [mapi.AttachEmbedded]. The error wraps [ErrNoProperty] when it has none.
func (a *Attachment) Message() (*Message, error) {
	if a.err != nil {
		return nil, a.err
	}
	e, ok := a.props.Find(mapi.AttachData)
	if !ok || e.Type != mapi.TypeObject {
		return nil, ErrNoProperty
	}
	n, _, err := a.props.Object(e)
	if err != nil {
		return nil, err
	}
	return a.store.message(n, a.Properties)
}

// Subject is the subject as people see it, without the marker of two characters
// that may stand before it and tells how long its prefix is ([MS-PST]
// 2.5.3.1.1.1). It is empty when there is none.
func (m *Message) Subject() string {
	s, _ := m.Text(mapi.Subject)
	if rest, ok := strings.CutPrefix(s, "\x01"); ok {
		_, size := utf8.DecodeRuneInString(rest)
		return rest[size:]
	}
	return s
}
