package pim

import (
	"fmt"
	"strings"

	"github.com/pst2imap/pst2imap/internal/ical"
	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Bits of PidTagRecipientFlags ([MS-OXOCAL] 2.2.4.10.1).
const (
	recipientOrganizer = 0x2
	recipientDeleted   = 0x20
)

// setPeople sets organizer and attendees (M44).
func (m *eventMapper) setPeople(e *ical.Event) {
	e.Organizer = m.organizer()
	if m.response() {
		p := person(m.From)
		p.Status = m.answer
		e.Attendees = []ical.Person{p}
		return
	}
	e.Attendees = m.attendees(m.Recipients)
}

// organizer is who called the meeting, nil when nobody did or nothing tells.
func (m *eventMapper) organizer() *ical.Person {
	var p Person
	sentBy := ""
	switch {
	case m.response():
		p = m.firstTo()
	case m.method != "":
		p, sentBy = m.From, m.Sender.Address
	default:
		p = m.organizerRow()
		state, _ := m.appointment().number(lidState)
		if p == (Person{}) && state&stateMeeting != 0 && !m.notice {
			p = m.From
		}
	}
	if p == (Person{}) {
		return nil
	}
	out := person(p)
	out.SentBy = mailto(sentBy)
	return &out
}

// firstTo is the first recipient that is not a copy.
func (m *eventMapper) firstTo() Person {
	for _, r := range m.Recipients {
		if r.Type == typeTo {
			return r.Person
		}
	}
	return Person{}
}

func (m *eventMapper) organizerRow() Person {
	for _, r := range m.Recipients {
		if r.flags()&recipientOrganizer != 0 {
			return r.Person
		}
	}
	return Person{}
}

// flags are PidTagRecipientFlags.
func (r *Recipient) flags() int64 {
	if r.Row == nil {
		return 0
	}
	n, _ := r.Row.Int(mapi.RecipientFlags)
	return n
}

// Types of recipients as they are used for meetings ([MS-OXOCAL] 2.2.4.10.2).
const (
	typeTo       = 1 // must attend
	typeCc       = 2 // may attend
	typeResource = 3 // a room or device
)

// attendees are the rows of those who are asked to come.
func (m *eventMapper) attendees(rows []Recipient) []ical.Person {
	if m.notice {
		return nil // the rows are of those who are told, not of those who come
	}
	rsvp := m.method == "REQUEST"
	if m.Has(mapi.ResponseRequested) {
		rsvp = m.Bool(mapi.ResponseRequested) && m.method != "CANCEL"
	}
	var out []ical.Person
	for _, r := range rows {
		if r.flags()&(recipientOrganizer|recipientDeleted) != 0 || r.Type == 0 {
			continue
		}
		p := person(r.Person)
		p.RSVP, p.Status = rsvp, r.status()
		switch r.Type {
		case typeTo:
			p.Role = "REQ-PARTICIPANT"
		case typeCc:
			p.Role = "OPT-PARTICIPANT"
		case typeResource:
			p.UserType, p.Role = "RESOURCE", "NON-PARTICIPANT"
		}
		out = append(out, p)
	}
	return out
}

// status is what the recipient answered: PidTagRecipientTrackStatus
// ([MS-OXOCAL] 2.2.4.10.3) as PARTSTAT.
func (r *Recipient) status() string {
	if r.Row != nil {
		switch n, _ := r.Row.Int(mapi.RecipientTrackStatus); n {
		case 2:
			return "TENTATIVE"
		case 3:
			return "ACCEPTED"
		case 4:
			return "DECLINED"
		}
	}
	return "NEEDS-ACTION"
}

func person(p Person) ical.Person { return ical.Person{Name: p.Name, Email: mailto(p.Address)} }

// mailto is an address as it stands in an URI (RFC 6068 2).
func mailto(address string) string {
	var b strings.Builder
	for i := range len(address) {
		if c := address[i]; c <= ' ' || c > '~' || strings.IndexByte(`"%<>\^`+"`{|}#?", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(address[i])
	}
	return b.String()
}
