package pim

import (
	"bytes"
	"strings"

	"github.com/pst2imap/pst2imap/internal/ical"
	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Numbers of named properties of mail about meetings ([MS-OXOCAL] 2.2.5, 2.2.6).
const (
	lidCounterProposal = 0x8257
	lidInboundStream   = 0x827A
)

// Calendar is a calendar as it is sent: its method (RFC 5546 1.4), "" for one
// that only tells, and its bytes.
type Calendar struct {
	Method string
	Data   []byte
}

// mail says what a mail about a meeting does.
type mail struct {
	method string // RFC 5546 1.4; "" for none
	answer string // PARTSTAT of a response
	notice bool   // it only tells of the meeting, of which its recipients are not a part
}

// sent tells whether the item is mail at all.
func (m mail) sent() bool { return m.method != "" || m.notice }

// response tells whether the mail is an attendee's.
func (m mail) response() bool { return m.answer != "" }

// answers are what the classes of responses say.
var answers = map[string]string{
	"IPM.Schedule.Meeting.Resp.Pos":  "ACCEPTED",
	"IPM.Schedule.Meeting.Resp.Neg":  "DECLINED",
	"IPM.Schedule.Meeting.Resp.Tent": "TENTATIVE",
}

// mailOf tells what a mail is by its class.
func mailOf(i *Item) mail {
	switch {
	case mapi.HasClass(i.Class, "IPM.Schedule.Meeting.Request"):
		return mail{method: "REQUEST"}
	case mapi.HasClass(i.Class, "IPM.Schedule.Meeting.Canceled"):
		return mail{method: "CANCEL"}
	}
	for class, answer := range answers {
		if !mapi.HasClass(i.Class, class) {
			continue
		}
		if i.appointment().flag(lidCounterProposal) && !i.appointment().instant(lidProposedStart).IsZero() {
			return mail{method: "COUNTER", answer: answer}
		}
		return mail{method: "REPLY", answer: answer}
	}
	return mail{notice: true}
}

// Meeting is the calendar of a mail about a meeting, nil when the mail does not
// tell enough for one.
func Meeting(i *Item) *Calendar {
	if c := i.inbound(); c != nil {
		return c
	}
	m := &eventMapper{Item: i, mail: mailOf(i)}
	if !m.tellsStart() {
		return nil
	}
	c := ical.Calendar{Method: m.method, Events: m.all()}
	return &Calendar{c.Method, c.Append(nil)}
}

// tellsStart tells whether the start is known where there has to be one (RFC
// 5546 3.2).
func (m *eventMapper) tellsStart() bool {
	a := m.appointment()
	switch {
	case m.method == "CANCEL" || m.method == "REPLY":
		return true
	case !m.firstInstant(a.id(lidStart), mapi.StartDate).IsZero(), m.method == "COUNTER":
		return true
	case m.method == "REQUEST":
		m.Warn("M42", "the request does not say when the meeting is")
	}
	return false
}

// inbound is the calendar as it came by mail, nil without one (M40).
func (i *Item) inbound() *Calendar {
	b := i.appointment().bytes(lidInboundStream)
	if !bytes.HasPrefix(b, []byte("BEGIN:VCALENDAR")) {
		return nil
	}
	return &Calendar{methodOf(b), b}
}

// methodOf is the METHOD of a calendar, "" without one that can be a parameter.
func methodOf(b []byte) string {
	for line := range bytes.Lines(b) {
		name, value, ok := strings.Cut(strings.TrimRight(string(line), "\r\n"), ":")
		switch {
		case ok && strings.EqualFold(name, "BEGIN") && !strings.EqualFold(value, "VCALENDAR"):
			return "" // the properties of the calendar end
		case ok && strings.EqualFold(name, "METHOD") && isToken(value):
			return strings.ToUpper(value)
		}
	}
	return ""
}

// isToken tells whether s can be a method (RFC 5545 3.1, iana-token).
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '-' && (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != "" && len(s) <= 40
}
