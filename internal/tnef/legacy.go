package tnef

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Properties that only old attributes tell ([MS-OXPROPS] 2).
const (
	propConversationKey     mapi.PropID = 0x000B
	propOriginalClass       mapi.PropID = 0x004B
	propAttachRendering     mapi.PropID = 0x3709
	propAttachTransportName mapi.PropID = 0x370C
)

// oldAttribute is how an old attribute becomes a property: by its type, or by a
// function that takes all of its bytes and tells whether they make sense.
type oldAttribute struct {
	id   mapi.PropID
	typ  mapi.PropType
	with func(p *Properties, id mapi.PropID, b []byte) bool
}

// messageAttributes are those of a message ([MS-OXTNEF] 2.1.3.3).
var messageAttributes = map[attrID]oldAttribute{
	attMessageClass:         {id: mapi.MessageClass, with: (*Properties).oldClass},
	attOriginalMessageClass: {id: propOriginalClass, with: (*Properties).oldClass},
	attFrom:                 {with: (*Properties).oldFrom},
	attSubject:              {id: mapi.Subject, typ: mapi.TypeString8},
	attBody:                 {id: mapi.Body, typ: mapi.TypeString8},
	attDateSent:             {id: mapi.ClientSubmitTime, with: (*Properties).oldDate},
	attDateRecd:             {id: mapi.MessageDeliveryTime, with: (*Properties).oldDate},
	attDateModified:         {id: mapi.LastModificationTime, with: (*Properties).oldDate},
	attDateStart:            {id: mapi.StartDate, with: (*Properties).oldDate},
	attDateEnd:              {id: mapi.EndDate, with: (*Properties).oldDate},
	attMessageStatus:        {id: mapi.MessageFlags, with: (*Properties).oldStatus},
	attMessageID:            {id: mapi.SearchKey, with: (*Properties).oldHex},
	attParentID:             {id: mapi.ParentKey, with: (*Properties).oldHex},
	attConversationID:       {id: propConversationKey, with: (*Properties).oldHex},
	attPriority:             {id: mapi.Importance, with: (*Properties).oldPriority},
	attOwner:                {with: (*Properties).oldPerson},
	attSentFor:              {with: (*Properties).oldPerson},
	attDelegate:             {id: mapi.ReceivedForEntryID, typ: mapi.TypeBinary},
	attAidOwner:             {id: mapi.OwnerAppointmentID, typ: mapi.TypeInt32},
	attRequestRes:           {id: mapi.ResponseRequested, with: (*Properties).oldBool},
}

// attachmentAttributes are those of an attachment.
var attachmentAttributes = map[attrID]oldAttribute{
	attAttachData:              {id: mapi.AttachData, typ: mapi.TypeBinary},
	attAttachTitle:             {id: mapi.AttachLongFilename, typ: mapi.TypeString8},
	attAttachMetaFile:          {id: propAttachRendering, typ: mapi.TypeBinary},
	attAttachCreateDate:        {id: mapi.CreationTime, with: (*Properties).oldDate},
	attAttachModifyDate:        {id: mapi.LastModificationTime, with: (*Properties).oldDate},
	attAttachTransportFilename: {id: propAttachTransportName, typ: mapi.TypeString8},
}

// maxLegacy bounds the bytes of an old attribute that has to be looked into.
const maxLegacy = 64 << 10

// legacy takes an old attribute. What the table does not have is not decoded.
func (s *stream) legacy(a attribute, p *Properties, table map[attrID]oldAttribute) {
	o, ok := table[a.id]
	switch {
	case !ok:
		s.fault("attribute %v at offset %d is not known", a.id, a.at.off)
	case o.with == nil && (o.typ == mapi.TypeBinary || o.typ == mapi.TypeString8 && a.at.size <= maxValue ||
		a.at.size == int64(o.typ.FixedSize())):
		p.oldAt(o.id, o.typ, a.at)
	case o.with == nil || a.at.size > maxLegacy:
		s.fault("attribute %v at offset %d has %d bytes", a.id, a.at.off, a.at.size)
	default:
		b := make([]byte, a.at.size)
		if _, err := readFull(s.r, b, a.at.off); err != nil || !o.with(p, o.id, b) {
			s.fault("attribute %v at offset %d: no value of its type", a.id, a.at.off)
		}
	}
}

// oldClasses are names of classes that were current before ([MS-OXTNEF] 2.1.3.3.18).
var oldClasses = map[string]string{
	"ipm.microsoft mail.note":         "IPM.Note",
	"ipm.microsoft mail.read receipt": "REPORT.IPM.Note.IPNRN",
	"ipm.microsoft mail.non-delivery": "REPORT.IPM.Note.NDR",
	"ipm.microsoft schedule.mtgreq":   "IPM.Schedule.Meeting.Request",
	"ipm.microsoft schedule.mtgcncl":  "IPM.Schedule.Meeting.Canceled",
	"ipm.microsoft schedule.mtgrespp": "IPM.Schedule.Meeting.Resp.Pos",
	"ipm.microsoft schedule.mtgrespn": "IPM.Schedule.Meeting.Resp.Neg",
	"ipm.microsoft schedule.mtgrespa": "IPM.Schedule.Meeting.Resp.Tent",
}

// oldClass is a message class. A few characters before it are no part of it.
func (p *Properties) oldClass(id mapi.PropID, b []byte) bool {
	b, _, _ = bytes.Cut(b, []byte{0})
	class := string(b)
	if now, ok := oldClasses[strings.ToLower(class)]; ok {
		class = now
	}
	p.old(id, mapi.TypeString8, append([]byte(class), 0))
	return true
}

// oldDate is a date of seven numbers. It is in the time zone of the sender,
// which nothing tells, and is taken as UTC ([MS-OXTNEF] 2.1.3.3.4).
func (p *Properties) oldDate(id mapi.PropID, b []byte) bool {
	if len(b) < 14 {
		return false
	}
	n := func(i int) int { return int(binary.LittleEndian.Uint16(b[2*i:])) }
	if n(0) == 0 && n(1) == 0 {
		return true // no date
	}
	t := time.Date(n(0), time.Month(n(1)), n(2), n(3), n(4), n(5), 0, time.UTC)
	if t.Year() != n(0) || int(t.Month()) != n(1) || t.Day() != n(2) || n(3) > 23 || n(4) > 59 || n(5) > 59 ||
		t.Year() < 1601 || t.Year() > 9999 {
		return false
	}
	p.old(id, mapi.TypeTime, binary.LittleEndian.AppendUint64(nil, mapi.ToFileTime(t)))
	return true
}

// oldStatus is flags of a message ([MS-OXTNEF] 2.1.3.3.11).
func (p *Properties) oldStatus(id mapi.PropID, b []byte) bool {
	if len(b) != 1 {
		return false
	}
	flags := uint32(0)
	for _, f := range []struct {
		old byte
		now uint32
	}{{0x20, mapi.FlagRead}, {0x04, mapi.FlagSubmitted}, {0x02, mapi.FlagUnsent}, {0x80, mapi.FlagHasAttach}} {
		if b[0]&f.old != 0 {
			flags |= f.now
		}
	}
	if b[0]&0x01 == 0 {
		flags |= mapi.FlagUnmodified
	}
	p.old(id, mapi.TypeInt32, binary.LittleEndian.AppendUint32(nil, flags))
	return true
}

// oldHex is bytes as hexadecimal text.
func (p *Properties) oldHex(id mapi.PropID, b []byte) bool {
	b, _, _ = bytes.Cut(b, []byte{0})
	out := make([]byte, hex.DecodedLen(len(b)))
	if _, err := hex.Decode(out, b); err != nil {
		return false
	}
	p.old(id, mapi.TypeBinary, out)
	return true
}

// oldPriority is 1 for high to 3 for low ([MS-OXTNEF] 2.1.3.3.10).
func (p *Properties) oldPriority(id mapi.PropID, b []byte) bool {
	if len(b) < 2 || b[0] < 1 || b[0] > 3 || b[1] != 0 {
		return false
	}
	p.old(id, mapi.TypeInt32, []byte{3 - b[0], 0, 0, 0})
	return true
}

func (p *Properties) oldBool(id mapi.PropID, b []byte) bool {
	if len(b) < 2 {
		return false
	}
	p.old(id, mapi.TypeBool, oneByte(b))
	return true
}

// oldFrom is the sender as a triple: u16 kind, u16 length of all, u16 length of
// the name, u16 length of the address, both of which follow ([MS-OXTNEF]
// 2.1.3.3.6).
func (p *Properties) oldFrom(_ mapi.PropID, b []byte) bool {
	if len(b) < 8 {
		return false
	}
	name, address := int(binary.LittleEndian.Uint16(b[4:])), int(binary.LittleEndian.Uint16(b[6:]))
	if b = b[8:]; name+address > len(b) {
		return false
	}
	p.person(b[:name], b[name:name+address], senderProps)
	return true
}

// oldPerson is a person as a name and an address, each with its length before
// it ([MS-OXTNEF] 2.1.3.3.8).
func (p *Properties) oldPerson(_ mapi.PropID, b []byte) bool {
	var part [2][]byte
	for i := range part {
		if len(b) < 2 {
			return false
		}
		n := int(binary.LittleEndian.Uint16(b))
		if b = b[2:]; n > len(b) {
			return false
		}
		part[i], b = b[:n], b[n:]
	}
	p.person(part[0], part[1], representingProps)
	return true
}

// Name, type of address and address of a person.
var (
	senderProps       = [3]mapi.PropID{mapi.SenderName, mapi.SenderAddressType, mapi.SenderEmail}
	representingProps = [3]mapi.PropID{mapi.SentRepresentingName, mapi.SentRepresentingAddressType, mapi.SentRepresentingEmail}
)

// person takes a name and an address like "SMTP:ann@example.org".
func (p *Properties) person(name, address []byte, ids [3]mapi.PropID) {
	name, _, _ = bytes.Cut(name, []byte{0})
	address, _, _ = bytes.Cut(address, []byte{0})
	kind, rest, ok := bytes.Cut(address, []byte{':'})
	if !ok {
		kind, rest = nil, address
	}
	for i, b := range [3][]byte{name, kind, rest} {
		if len(b) > 0 {
			p.old(ids[i], mapi.TypeString8, slices.Clone(b))
		}
	}
}
