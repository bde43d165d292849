package eml

import (
	"strings"

	"github.com/pst2imap/pst2imap/internal/ical"
	"github.com/pst2imap/pst2imap/internal/pim"
)

// pim is the item for the mapping to calendars and cards, with everything that is
// attached to it.
func (it *item) pim() *pim.Item {
	out := &pim.Item{
		Properties: it.properties, Class: it.class, Subject: it.subject(), Categories: it.categories(),
		Body:     func() string { return strings.ReplaceAll(it.plainText(), "\r\n", "\n") },
		Identity: func() string { return it.keyHash("pst2imap:uid:1") },
		Decode8:  it.decode8, Warn: it.run.warn,
	}
	from, sender := it.senders()
	if from.addr != unknownSender {
		out.From = pim.Person{Name: from.name, Address: from.addr}
	}
	out.Sender = pim.Person{Name: sender.name, Address: sender.addr}
	for _, r := range it.rcpts {
		out.Recipients = append(out.Recipients, r.pim())
	}
	for _, r := range it.originators {
		out.Recipients = append(out.Recipients, r.pim())
	}
	for _, a := range it.atts {
		out.Attachments = append(out.Attachments, a.pim())
	}
	return out
}

func (a *attachment) pim() pim.Attachment {
	p := pim.Attachment{Properties: a.sourceFile, Name: a.name, MediaType: a.mediaType}
	if a.embedded != nil {
		p.Name, p.Item = a.title, a.embedded.pim()
	}
	return p
}

func (r *recipient) pim() pim.Recipient {
	return pim.Recipient{Person: pim.Person{Name: r.name, Address: r.addr}, Row: r.row, Type: r.kind}
}

// plainText is the body as text, of HTML if there is no other.
func (it *item) plainText() string {
	b := it.body()
	if b.hasText || !b.hasHTML {
		return b.text
	}
	return htmlText(b.html)
}

// calendar is the item as a calendar; one with nothing in it when its kind has none.
func (it *item) calendar(p *pim.Item) *ical.Calendar {
	c := &ical.Calendar{}
	switch it.kind {
	case KindEvent:
		c.Events = pim.Events(p)
	case KindTask:
		c.Todos = []ical.Todo{p.Task()}
	case KindJournal:
		c.Journals = []ical.Journal{p.Journal()}
	case KindSticky:
		c.Journals = []ical.Journal{p.Note()}
	}
	return c
}

// people are those whom other items of the data file tell of.
func (it *item) people() pim.People {
	return pim.People{Resolver: it.run.resolve, Contact: func(entry []byte, which int) (name, smtp string, ok bool) {
		smtp, ok = it.run.contact(entry, which)
		name, _ = it.run.called(entry)
		return name, smtp, ok || name != ""
	}}
}
