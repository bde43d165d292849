package tnef

import (
	"cmp"
	"encoding/binary"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// stream is a message while its attributes are read.
type stream struct {
	*decoder
	m     *Message
	depth int
	at    *Attachment // the attachment that attributes are of; nil before the first
}

// decode takes what an attribute says.
func (s *stream) decode(a attribute) {
	if a.level == levelAttachment {
		s.decodeAttachment(a)
		return
	}
	switch a.id {
	case attTnefVersion:
		if v := newCursor(s.r, a.at).u32(); v != 0x00010000 {
			s.fault("attTnefVersion is %08X", v)
		}
	case attOemCodepage:
		s.m.oem = int(newCursor(s.r, a.at).u32())
	case attMsgProps:
		s.list(a, newCursor(s.r, a.at), s.m.Properties)
	case attRecipTable:
		s.recipients(a)
	default:
		s.legacy(a, s.m.Properties, messageAttributes)
	}
}

func (s *stream) decodeAttachment(a attribute) {
	if a.id == attAttachRenddata || s.at == nil {
		if !s.count() {
			return
		}
		s.at = &Attachment{Properties: newProperties(s.decoder, s.m.Properties)}
		s.m.Attachments = append(s.m.Attachments, s.at)
	}
	switch a.id {
	case attAttachRenddata:
		s.rendering(a)
	case attAttachment:
		s.list(a, newCursor(s.r, a.at), s.at.Properties)
	default:
		s.legacy(a, s.at.Properties, attachmentAttributes)
	}
}

// list reads a list of properties that is all of an attribute.
func (s *stream) list(a attribute, c *cursor, p *Properties) {
	s.properties(a.id, c, p)
	if c.err == nil && c.left() >= 4 {
		s.fault("attribute %v: %d bytes behind its properties", a.id, c.left())
	}
}

// recipients reads the recipient table ([MS-OXTNEF] 2.1.3.5).
func (s *stream) recipients(a attribute) {
	c := newCursor(s.r, a.at)
	for n := c.u32(); n > 0 && c.err == nil; n-- {
		if !s.count() {
			return
		}
		row := newProperties(s.decoder, s.m.Properties)
		if s.properties(a.id, c, row); len(row.list) > 0 {
			s.m.Recipients = append(s.m.Recipients, row)
		}
	}
	if c.err != nil {
		s.fault("attribute %v: %w", a.id, c.err)
	}
}

// rendering reads how an attachment is shown ([MS-OXTNEF] 2.1.3.3.15).
func (s *stream) rendering(a attribute) {
	c := newCursor(s.r, a.at)
	kind, position := c.u16(), c.u32()
	c.skip(4) // width and height of the icon
	flags := c.u32()
	if c.err != nil {
		s.fault("attribute %v: %w", a.id, c.err)
		return
	}
	const (
		typeOLE   = 2
		macBinary = 1
	)
	s.at.old(mapi.RenderingPosition, mapi.TypeInt32, binary.LittleEndian.AppendUint32(nil, position))
	if kind == typeOLE {
		s.at.old(mapi.AttachMethod, mapi.TypeInt32, []byte{mapi.AttachOLE, 0, 0, 0})
	}
	if flags&macBinary != 0 {
		s.at.old(mapi.AttachEncoding, mapi.TypeBinary, macBinaryOID)
	}
}

// macBinaryOID says that data is in MacBinary ([MS-OXCMSG] 2.2.2.20).
var macBinaryOID = []byte{0x2A, 0x86, 0x48, 0x86, 0xF7, 0x14, 0x03, 0x0B, 0x01}

// finish sorts the properties, now that no more can come, and reads the messages
// in attachments.
func (s *stream) finish() {
	s.m.settle()
	for _, row := range s.m.Recipients {
		row.settle()
	}
	for _, a := range s.m.Attachments {
		a.settle()
		s.embedded(a)
	}
}

// IID_IMessage says that an object is a message ([MS-OXTNEF] 2.1.3.6).
var iidMessage = mapi.MustGUID("00020307-0000-0000-C000-000000000046")

// embedded reads the message of an attachment.
func (s *stream) embedded(a *Attachment) {
	p, ok := a.find(mapi.AttachData)
	if !ok || p.typ != mapi.TypeObject || p.iid != iidMessage {
		return
	}
	if s.depth+1 > s.o.maxDepth() {
		s.fault("messages in messages: more than %d levels", s.o.maxDepth())
		return
	}
	m, err := s.message(p.at, s.m.Properties, s.depth+1)
	if err != nil {
		s.fault("embedded message at offset %d: %w", p.at.off, err)
		return
	}
	a.Embedded = m
	a.old(mapi.AttachMethod, mapi.TypeInt32, []byte{mapi.AttachEmbedded, 0, 0, 0})
	a.settle()
}

// properties reads a counted list of properties ([MS-OXTNEF] 2.1.3.4).
func (s *stream) properties(id attrID, c *cursor, p *Properties) {
	for n := c.u32(); n > 0 && c.err == nil; n-- {
		if !s.count() {
			return
		}
		e, start := property{}, c.pos
		e.typ, e.id = mapi.PropType(c.u16()), mapi.PropID(c.u16())
		if e.id >= mapi.FirstNamed {
			s.name(c, &e)
		}
		if !e.value(c) {
			c.fail(errShort)
			s.fault("attribute %v: property %v of type %v at offset %d: %w", id, e.id, e.typ, start, c.err)
			return
		}
		switch {
		case e.unreadable():
			s.fault("attribute %v: property %v has %d bytes", id, e.id, e.at.size)
		case !p.add(e):
			s.fault("attribute %v: property %v is there twice", id, e.id)
		}
	}
	if c.err != nil {
		s.fault("attribute %v: %w", id, c.err)
	}
}

// maxName bounds the bytes of a property's name.
const maxName = 1024

// name reads the name of a property ([MS-OXTNEF] 2.1.3.4, NamedPropSpec).
func (s *stream) name(c *cursor, e *property) {
	e.name.Set = c.guid()
	switch kind := c.u32(); kind {
	case 0:
		e.name.LID = c.u32()
	case 1:
		size := int64(c.u32())
		if size > maxName {
			c.fail(errShort)
			return
		}
		e.name.Str = cmp.Or(mapi.UTF16(c.take(int(size))), "\x00") // an empty name is not a number
		c.pad(size)
	default:
		c.fail(errShort)
	}
}
