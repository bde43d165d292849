package psttest

import (
	"fmt"
	"io"
	"mime"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// The owner of the demonstration mailbox. She and all she writes to are invented;
// their domains are reserved for examples (RFC 2606).
const (
	demoOwner = "Clara Winter <clara.winter@example.org>"
	demoName  = "clara.winter@example.org"
)

// demoKey is the identity of the demonstration mailbox.
var demoKey = mapi.MustGUID("7C1E4B02-9D35-4F6A-8B1C-2E5F7A90D3C4")

// Demo writes the mailbox that shows what the program does, one section long
// (265 KiB): some forty mails of twelve years in the folders that people have,
// received with their transport headers and sent without, plain and HTML, read,
// unread, flagged, answered and unfinished, with categories, attachments and
// messages inside messages. It has only what becomes mail.
func Demo(w io.WriterAt) error {
	t := &Tree{
		Options: Options{Name: demoName, Encryption: EncryptPermute, RecordKey: demoKey},
		Folders: []Folder{
			{Name: "Inbox", Role: RoleInbox, Messages: mails(demoInbox())},
			{Name: "Sent Items", Role: RoleSent, Messages: mails(demoSent())},
			{Name: "Drafts", Role: RoleDrafts, Messages: mails(demoDrafts())},
			{Name: "Deleted Items", Role: RoleTrash, Messages: mails(demoDeleted())},
			{Name: "Junk E-mail", Role: RoleJunk, Messages: mails(demoJunk())},
			{Name: "Outbox", Role: RoleOutbox},
			{Name: "Projekte", Folders: []Folder{
				{Name: "Küche & Bad", Messages: mails(demoKitchen()), Folders: []Folder{
					{Name: "2019", Messages: mails(demoKitchen2019())},
				}},
			}},
			{Name: "Rechnungen", Messages: mails(demoBills())},
			{Name: "Später lesen"},
		},
	}
	p, err := NewWriter(w, t.Options)
	if err != nil {
		return err
	}
	return t.Write(p)
}

// demoMail is one mail of the demonstration mailbox. A mail with an id came in
// over SMTP and has transport headers; one without was written here.
type demoMail struct {
	id, date          string // id is the left half of the Message-ID; date is "2006-01-02 15:04", UTC+1
	from, to, cc, bcc string
	prefix, subject   string // prefix is "Re: " and the like
	text, html        string
	inReplyTo         string
	header            string // further header fields
	unread, draft     bool
	flagged           bool
	verb              int // last verb executed: 102 replied, 104 forwarded
	importance        int // 1 normal when zero and not low
	categories        []string
	files             []Attachment
}

func mails(list []demoMail) []*Message {
	out := make([]*Message, len(list))
	for i := range list {
		out[i] = list[i].message()
	}
	return out
}

func (d *demoMail) message() *Message {
	from := d.from
	if from == "" {
		from = demoOwner
	}
	when := demoDate(d.date)
	m := Mail(d.storedSubject(), from, "", crlf(d.text),
		Str(mapi.ConversationTopic, d.subject),
		Time(mapi.ClientSubmitTime, when),
		Time(mapi.MessageDeliveryTime, when.Add(7*time.Second)),
		Int32(mapi.MessageFlags, d.flags()),
		Int32(mapi.Importance, 1+d.importance))
	m.WithRecipients(demoRows(To, d.to)...).WithRecipients(demoRows(Cc, d.cc)...).WithRecipients(demoRows(Bcc, d.bcc)...)
	m.Attach(d.files...)
	d.setState(m)
	if d.html != "" {
		m.With(Bin(mapi.HTML, []byte(crlf(d.html))), Int32(mapi.NativeBody, 3))
	}
	if d.inReplyTo != "" {
		m.With(Str(mapi.InReplyToID, demoID(d.inReplyTo)), Str(mapi.InternetReferences, demoID(d.inReplyTo)))
	}
	if d.id != "" {
		m.With(Str(mapi.InternetMessageID, demoID(d.id)), Str(mapi.TransportMessageHeaders, d.transport(from, when)))
	}
	if d.draft { // nothing was sent or delivered
		created, changed := Time(mapi.CreationTime, when), Time(mapi.LastModificationTime, when.Add(4*time.Minute))
		m.without(mapi.ClientSubmitTime, mapi.MessageDeliveryTime).With(created, changed)
	}
	return m
}

// without removes properties and returns m.
func (m *Message) without(ids ...mapi.PropID) *Message {
	for _, id := range ids {
		if i := find(m.Props, id); i >= 0 {
			m.Props = append(m.Props[:i], m.Props[i+1:]...)
		}
	}
	return m
}

// storedSubject has the mark that Outlook puts in front of a subject: U+0001 and
// the length of the prefix plus one ([MS-PST] 2.5.3.1.1.1).
func (d *demoMail) storedSubject() string {
	return "\x01" + string(rune(len(d.prefix)+1)) + d.prefix + d.subject
}

func (d *demoMail) flags() int {
	flags := mapi.FlagRead
	switch {
	case d.draft:
		flags |= mapi.FlagUnsent
	case d.id == "":
		flags |= mapi.FlagSubmitted | mapi.FlagFromMe
	case d.unread:
		flags = 0
	}
	if len(d.files) > 0 {
		flags |= mapi.FlagHasAttach
	}
	return flags
}

// setState sets what the owner did with the mail.
func (d *demoMail) setState(m *Message) {
	if d.flagged {
		m.With(Int32(mapi.FlagStatus, 2), Int32(mapi.FollowupIcon, 6))
	}
	switch d.verb {
	case 102, 103:
		m.With(Int32(mapi.LastVerbExecuted, d.verb), Int32(mapi.IconIndex, 0x105))
	case 104:
		m.With(Int32(mapi.LastVerbExecuted, d.verb), Int32(mapi.IconIndex, 0x106))
	}
	if len(d.categories) > 0 {
		m.With(Keywords(d.categories...))
	}
}

// demoRows are the recipients in a list that is separated by "; ".
func demoRows(row func(name, addr string) []Prop, list string) [][]Prop {
	var rows [][]Prop
	if list == "" {
		return nil
	}
	for _, s := range strings.Split(list, "; ") {
		name, addr := splitAddress(s)
		rows = append(rows, row(name, addr))
	}
	return rows
}

// transport is the header of the mail as it came in.
func (d *demoMail) transport(from string, when time.Time) string {
	name, addr := splitAddress(from)
	_, host, _ := strings.Cut(addr, "@")
	stamp := func(t time.Time) string { return t.Format("Mon, 02 Jan 2006 15:04:05 -0700") }
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("Return-Path: <%s>", addr)
	line("Received: from mail.%s (mail.%s [192.0.2.25])\r\n\tby mx.example.org (Postfix) with ESMTPS id %s\r\n\tfor <%s>; %s",
		host, host, strings.ToUpper(d.id), demoName, stamp(when.Add(7*time.Second)))
	line("Received: from [198.51.100.7] by mail.%s; %s", host, stamp(when.Add(2*time.Second)))
	line("From: %s", demoAddress(name, addr))
	for _, field := range []struct{ name, list string }{{"To", d.to}, {"Cc", d.cc}} {
		if field.list != "" {
			line("%s: %s", field.name, demoAddresses(field.list))
		}
	}
	line("Subject: %s", mime.QEncoding.Encode("utf-8", d.prefix+d.subject))
	line("Date: %s", stamp(when))
	line("Message-ID: %s", demoID(d.id))
	if d.inReplyTo != "" {
		line("In-Reply-To: %s\r\nReferences: %s", demoID(d.inReplyTo), demoID(d.inReplyTo))
	}
	if d.header != "" {
		line("%s", d.header)
	}
	line("MIME-Version: 1.0")
	line("Content-Type: %s", d.contentType())
	return b.String() + "\r\n"
}

func (d *demoMail) contentType() string {
	switch {
	case len(d.files) > 0:
		return `multipart/mixed; boundary="=-` + d.id + `"`
	case d.html != "":
		return `multipart/alternative; boundary="=-` + d.id + `"`
	default:
		return "text/plain; charset=utf-8"
	}
}

func demoAddresses(list string) string {
	parts := strings.Split(list, "; ")
	for i, s := range parts {
		parts[i] = demoAddress(splitAddress(s))
	}
	return strings.Join(parts, ",\r\n\t")
}

func demoAddress(name, addr string) string {
	if name == addr {
		return addr
	}
	return mime.QEncoding.Encode("utf-8", name) + " <" + addr + ">"
}

func demoID(id string) string { return "<" + id + "@mail.example.com>" }

func demoDate(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, time.FixedZone("", 3600))
	if err != nil {
		panic("psttest: demo date: " + err.Error()) // a slip in a constant below
	}
	return t
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
