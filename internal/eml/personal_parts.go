package eml

import (
	"io"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/pim"
)

// calendarPart is the calendar of the mail, if need be the one in winmail.dat; nil
// without one.
func (it *item) calendarPart() *part {
	p := it.meetingPart()
	for _, a := range it.unfolded() {
		if p == nil {
			p = a.inside.meetingPart()
		}
	}
	return p
}

// meetingPart is the calendar of a mail about a meeting (M40, M41), nil without
// one. Clients that know calendars act on it by its method.
func (it *item) meetingPart() *part {
	if it.kind != KindMeeting {
		return nil
	}
	c := pim.Meeting(it.pim())
	if c == nil {
		return nil
	}
	f := newField("Content-Type")
	f.word("text/calendar;")
	if c.Method != "" {
		f.word(`charset="utf-8";`)
		f.word("method=" + c.Method)
	} else {
		f.word(`charset="utf-8"`)
	}
	return base64Part(f.end()+"Content-Transfer-Encoding: base64\r\n", bytesOf(c.Data))
}

func bytesOf(b []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}

// consumed tells whether the attachment is a part of what the item says of a
// meeting or a person, and no file (A17, A19).
func (it *item) consumed(a *attachment) bool {
	switch it.kind {
	case KindMeeting, KindEvent:
		return a.embedded != nil && pim.IsException(a.sourceFile, a.embedded.class)
	case KindContact:
		return a.embedded == nil && (a.Bool(mapi.AttachmentContactPhoto) || strings.EqualFold(a.name, "ContactPicture.jpg"))
	}
	return false
}

// attachedItem is an attached item that is no message, in the form that other
// programs take it in (A10).
func (it *item) attachedItem(a *attachment, of *item) *part {
	form := of.personalForm(of.pim())
	name := titleFileName(of.subject(), form.extension, a.index)
	rest := it.places(a) + it.disposition(a, name)
	if of.kind == KindSticky {
		return textPart(form.mediaType, string(form.data), rest)
	}
	return form.part(name, rest)
}

// personalForm is an item that is no mail as other programs take it.
type personalForm struct {
	mediaType, extension string
	data                 []byte
}

func (it *item) personalForm(p *pim.Item) personalForm {
	switch it.kind {
	case KindSticky:
		return personalForm{"text/plain", ".txt", []byte(crlf(it.plainText()))}
	case KindContact, KindGroup:
		return personalForm{"text/vcard", ".vcf", p.Card(it.run.o.CardVersion, p.CardUID(), it.people())}
	}
	return personalForm{"text/calendar", ".ics", it.calendar(p).Append(nil)}
}

// part is the form as a file; rest are the fields after its encoding.
func (f personalForm) part(name, rest string) *part {
	b := newField("Content-Type")
	b.word(f.mediaType + ";")
	b.word(`charset="utf-8";`)
	b.nameParameter(name)
	return base64Part(b.end()+"Content-Transfer-Encoding: base64\r\n"+rest, bytesOf(f.data))
}

// personalTree is the message of an item that is no mail and was asked for (K3):
// what it says for the eye, and for programs.
func (it *item) personalTree() (*part, error) {
	shown, files, _, err := it.attachmentParts()
	if err != nil {
		return nil, err
	}
	p := it.pim()
	p.Attachments = nil
	for _, a := range it.atts {
		if it.consumed(a) { // the others are parts of the message
			p.Attachments = append(p.Attachments, a.pim())
		}
	}
	form := it.personalForm(p)
	name := titleFileName(it.subject(), form.extension, 1)
	f := newField("Content-Disposition")
	f.word("attachment;")
	f.fileParameter(name)
	parts := []*part{textPart("text/plain", crlf(it.summary(p)), ""), form.part(name, f.end())}
	return multipart("mixed", append(append(parts, shown...), files...)), nil
}

// summary is what an item that is no mail says for the eye.
func (it *item) summary(p *pim.Item) string {
	lines := []string{it.subject()}
	if it.kind == KindEvent {
		lines = append(lines, pim.When(p)...)
	}
	return strings.Join(lines, "\n") + "\n\n" + it.plainText()
}
