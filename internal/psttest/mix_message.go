package psttest

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// The owner of the mailbox of [Mix]; the domain is reserved (RFC 2606).
const mixOwner = "Robin Delvin <robin.delvin@example.org>"

// mixStart and mixSpan are the time in which all messages were sent.
var mixStart = time.Date(2008, time.March, 3, 8, 0, 0, 0, time.UTC)

const mixSpan = 15 * 365 * 24 * time.Hour

// message makes the i-th message, of about so many bytes in the file.
func (m *mixer) message(i int, size int64, f *mixFolder) *Message {
	size = max(size-mixOverhead, 64)
	body := min(size, 2<<10+m.r.Int64N(20<<10))
	if size-body < 2<<10 { // too little to be a file
		body = size
	}
	plain, html := m.text.bodies(m.r, int(body))
	from, to := m.person(), mixOwner
	if f.sent {
		from, to = mixOwner, from
	}
	when := mixStart.Add(mixSpan / time.Duration(m.o.Messages) * time.Duration(i)).Truncate(time.Second)
	subject := sentence(m.r, 2+m.r.IntN(6))
	id := fmt.Sprintf("<%d.%x@mail.example.com>", i, m.r.Uint32())
	key := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, uint64(i)), m.r.Uint64())
	msg := &Message{Props: append(Sender(from),
		Str(mapi.MessageClass, "IPM.Note"), Str(mapi.Subject, subject), Str(mapi.ConversationTopic, subject),
		Prop{ID: mapi.Body, Type: mapi.TypeString, Value: plain}, Bin(mapi.HTML, html), Int32(mapi.NativeBody, 3),
		Int32(mapi.Importance, 1), Int32(mapi.Sensitivity, 0), Int32(mapi.InternetCodepage, 65001),
		Time(mapi.ClientSubmitTime, when), Time(mapi.MessageDeliveryTime, when.Add(5*time.Second)),
		Str(mapi.InternetMessageID, id), Bin(mapi.SearchKey, key))}
	m.recipients(msg, to)
	m.attach(msg, size-body)
	m.flags(msg, f)
	if !f.sent {
		msg.With(Str(mapi.TransportMessageHeaders, mixHeaders(from, to, subject, id, when, len(msg.Attachments) > 0)))
	}
	return msg
}

func (m *mixer) flags(msg *Message, f *mixFolder) {
	flags := mapi.FlagRead
	if f.sent {
		flags |= mapi.FlagSubmitted | mapi.FlagFromMe
	} else if m.r.IntN(20) == 0 {
		flags = 0
	}
	if len(msg.Attachments) > 0 {
		flags |= mapi.FlagHasAttach
	}
	msg.With(Int32(mapi.MessageFlags, flags))
	if m.r.IntN(50) == 0 {
		msg.With(Int32(mapi.FlagStatus, 2), Int32(mapi.FollowupIcon, 6))
	}
}

// recipients are the one given and at times some who get a copy.
func (m *mixer) recipients(msg *Message, to string) {
	msg.WithRecipients(To(splitMix(to)))
	for range max(m.r.IntN(8)-5, 0) {
		msg.WithRecipients(Cc(splitMix(m.person())))
	}
}

// mixFiles are kinds of attachments.
var mixFiles = []struct{ ending, mime string }{
	{"pdf", "application/pdf"}, {"jpg", "image/jpeg"}, {"zip", "application/zip"},
	{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
}

// attach spreads so many bytes over one to three attachments.
func (m *mixer) attach(msg *Message, size int64) {
	parts := 1 + m.r.Int64N(3)
	if size < parts*(2<<10) {
		parts = 1
	}
	for ; parts > 0 && size > 0; parts-- {
		n := size / parts
		size -= n
		kind := mixFiles[m.r.IntN(len(mixFiles))]
		a := ByValue(fmt.Sprintf("%s-%d.%s", word(m.r), m.r.IntN(1000), kind.ending), kind.mime, nil)
		a.Data, a.Source = nil, &noise{rand.NewPCG(m.r.Uint64(), m.r.Uint64()), n}
		msg.Attach(a)
	}
}

// person is one of some ten thousand.
func (m *mixer) person() string {
	first, last := word(m.r), word(m.r)
	return capital(first) + " " + capital(last) + " <" + first + "." + last + "@example.com>"
}

// splitMix takes an address of person apart, which is quicker than a parser.
func splitMix(s string) (name, addr string) {
	name, addr, _ = strings.Cut(s, " <")
	return name, strings.TrimSuffix(addr, ">")
}

// mixHeaders are the transport headers of a message that came in.
func mixHeaders(from, to, subject, id string, when time.Time, files bool) string {
	const layout = "Mon, 02 Jan 2006 15:04:05 -0700"
	kind := "alternative"
	if files {
		kind = "mixed"
	}
	sent, came := when.Format(layout), when.Add(5*time.Second).Format(layout)
	return "Received: from mail.example.com (mail.example.com [192.0.2.25])\r\n\tby mx.example.org with ESMTPS; " + came +
		"\r\nReceived: from [198.51.100.7] by mail.example.com with ESMTPSA; " + sent +
		"\r\nFrom: " + from + "\r\nTo: " + to + "\r\nSubject: " + subject + "\r\nDate: " + sent +
		"\r\nMessage-ID: " + id + "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/" + kind +
		";\r\n\tboundary=\"=-" + strings.Trim(id, "<>") + "\"\r\n\r\n"
}
