package psttest

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Message is one item. What its properties leave out is computed: class
// (IPM.Note), flags (read; with attachments or associated where it is so), size,
// the display lists of recipients, and the dates of creation and change, which
// are those of delivery or submission.
type Message struct {
	Props       []Prop
	Recipients  [][]Prop // one list of properties for each row
	Attachments []Attachment
	Associated  bool // hidden from the user, in the table of associated messages
}

// Attachment is one attachment. Its method is computed unless Props has one:
// embedded with Embedded, by value otherwise. Without data it has no data
// property at all, as happens in files that lost it; an empty Data that is not
// nil is an attachment of zero bytes.
type Attachment struct {
	Props    []Prop
	Data     []byte
	Source   io.Reader // instead of Data: read once, never held whole
	Embedded *Message
}

// maxDepth bounds messages within messages, so that a value that contains
// itself is an error and not the end of the process.
const maxDepth = 1000

// ErrDepth says that messages are nested too deeply, or in themselves.
var ErrDepth = errors.New("messages nested too deeply")

// written is a message or attachment that is in the file but not yet referred to.
type written struct {
	part
	props []Prop // with the computed ones, for the row of the table
}

// message writes everything of m but the node that refers to it ([MS-PST] 2.4.5).
func (w *Writer) message(m *Message, depth int) (*written, error) {
	if depth > maxDepth {
		return nil, ErrDepth
	}
	c := newContext(w.n, &subnodes{})
	if err := w.attachments(m, c.sub, depth); err != nil {
		return nil, err
	}
	if err := w.recipients(m, c.sub); err != nil {
		return nil, fmt.Errorf("recipients: %w", err)
	}
	props := computed(m)
	if err := c.putProps(props, &w.names); err != nil {
		return nil, err
	}
	if find(props, mapi.MessageSize) < 0 {
		size, err := c.putSize(mapi.MessageSize)
		if err != nil {
			return nil, err
		}
		props = append(props, Int32(mapi.MessageSize, size))
	}
	out, err := c.finish()
	return &written{out, props}, err
}

// computed is the message's properties with those that it leaves out.
func computed(m *Message) []Prop {
	props := append([]Prop(nil), m.Props...)
	flags := mapi.FlagRead
	if len(m.Attachments) > 0 {
		flags |= mapi.FlagHasAttach
	}
	if m.Associated {
		flags |= mapi.FlagAssociated
	}
	props = unless(props,
		Str(mapi.MessageClass, "IPM.Note"),
		Int32(mapi.MessageFlags, flags),
		Bool(mapi.HasAttachments, len(m.Attachments) > 0),
		Str(mapi.DisplayTo, displayList(m.Recipients, 1)),
		Str(mapi.DisplayCc, displayList(m.Recipients, 2)),
		Str(mapi.DisplayBcc, displayList(m.Recipients, 3)))
	for _, id := range []mapi.PropID{mapi.MessageDeliveryTime, mapi.ClientSubmitTime} {
		if i := find(props, id); i >= 0 {
			created, changed := props[i], props[i]
			created.ID, changed.ID = mapi.CreationTime, mapi.LastModificationTime
			return unless(props, created, changed)
		}
	}
	return props
}

// displayList joins the names of the recipients of one type.
func displayList(rows [][]Prop, kind int) string {
	list := ""
	for _, props := range rows {
		t, n := find(props, mapi.RecipientType), find(props, mapi.DisplayName)
		if t < 0 || n < 0 || props[t].Value != kind {
			continue
		}
		if list != "" {
			list += "; "
		}
		name, _ := props[n].Value.(string)
		list += name
	}
	return list
}

// recipients writes the recipient table, which every message has ([MS-PST] 2.4.5.3).
func (w *Writer) recipients(m *Message, sub *subnodes) error {
	rows := make([][]Prop, len(m.Recipients))
	for i, props := range m.Recipients {
		for _, p := range props {
			id, err := w.names.resolve(p)
			if err != nil {
				return err
			}
			p.ID = id
			rows[i] = append(rows[i], p)
		}
	}
	layout := recipientLayout
	if len(rows) > 0 {
		layout = widen(recipientTags, rows)
	}
	t := newTable(w.n, layout)
	for i, props := range rows {
		if err := t.add(uint32(i), cells(props)); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	out, err := t.finish()
	sub.addPart(nidTmplRecip, out)
	return err
}

// attachments writes the attachments and, if there are any, their table
// ([MS-PST] 2.4.6).
func (w *Writer) attachments(m *Message, sub *subnodes, depth int) error {
	if len(m.Attachments) == 0 {
		return nil
	}
	t := newTable(w.n, attachLayout)
	for i := range m.Attachments {
		nid := makeNID(nidAttachment, firstIndex+1+uint32(i))
		a, err := w.attachment(&m.Attachments[i], depth)
		if err != nil {
			return fmt.Errorf("attachment %d: %w", i, err)
		}
		sub.addPart(nid, a.part)
		if err := t.add(nid, cells(a.props)); err != nil {
			return fmt.Errorf("attachment %d in its table: %w", i, err)
		}
	}
	out, err := t.finish()
	sub.addPart(nidTmplAttach, out)
	return err
}

// attachment writes one attachment object ([MS-PST] 2.4.6.2). Its size, unless
// given, is that of its values.
func (w *Writer) attachment(a *Attachment, depth int) (*written, error) {
	c := newContext(w.n, &subnodes{})
	if err := w.attachmentData(a, c, depth); err != nil {
		return nil, err
	}
	method := mapi.AttachByValue
	if a.Embedded != nil {
		method = mapi.AttachEmbedded
	}
	props := unless(append([]Prop(nil), a.Props...),
		Int32(mapi.AttachMethod, method),
		Int32(mapi.RenderingPosition, -1))
	if find(props, mapi.AttachSize) < 0 {
		size, err := valueSizes(props)
		if err != nil {
			return nil, err
		}
		props = append(props, Int32(mapi.AttachSize, int(min(c.size+size, math.MaxInt32))))
	}
	if err := c.putProps(props, &w.names); err != nil {
		return nil, err
	}
	out, err := c.finish()
	return &written{out, props}, err
}

// valueSizes is the number of bytes of the values of props.
func valueSizes(props []Prop) (size int64, err error) {
	for _, p := range props {
		_, data, err := encodeProp(p)
		if err != nil {
			return 0, fmt.Errorf("property %v: %w", p.ID, err)
		}
		size += int64(len(data))
	}
	return size, nil
}

// attachmentData stores what the attachment holds: a message as a subnode that a
// PtypObject value points to ([MS-PST] 2.3.3.5), or bytes.
func (w *Writer) attachmentData(a *Attachment, c *context, depth int) error {
	switch {
	case a.Embedded != nil:
		m, err := w.message(a.Embedded, depth+1)
		if err != nil {
			return fmt.Errorf("embedded message: %w", err)
		}
		nid := w.nextNID(nidMessage)
		c.sub.addPart(nid, m.part)
		c.size += m.size
		return c.put(mapi.AttachData, mapi.TypeObject, objectValue(nid, m.size))
	case a.Source != nil:
		return c.putStream(mapi.AttachData, a.Source)
	case a.Data != nil:
		return c.put(mapi.AttachData, mapi.TypeBinary, a.Data)
	}
	return nil
}
