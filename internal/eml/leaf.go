package eml

import (
	"fmt"
	"io"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// textPart is a leaf with text (B17, B19). more are fields after the transfer
// encoding.
func textPart(mediaType, text, more string) *part {
	t := encodeText(text)
	p := &part{fields: "Content-Type: " + mediaType + "; charset=\"utf-8\"\r\n" +
		"Content-Transfer-Encoding: " + t.encoding + "\r\n" + more}
	p.content = func(w io.Writer) error {
		_, err := io.WriteString(w, t.text)
		return err
	}
	switch closed := text == "" || strings.HasSuffix(text, "\r\n"); {
	case t.encoding == "base64", t.encoding == "7bit" && !closed:
		p.ending = "\r\n"
	case !closed:
		p.ending = "=\r\n" // the line end is not part of the text
	}
	return p
}

// base64Part is a leaf whose data write gives.
func base64Part(fields string, write func(io.Writer) error) *part {
	return &part{fields: fields, ending: "\r\n", content: func(w io.Writer) error {
		e := newBase64(w)
		if err := write(e); err != nil {
			return err
		}
		return e.Close()
	}}
}

// parts is the attachment as MIME parts (section 5); more than one only where
// there is a link and the data as well (A12).
func (it *item) parts(a *attachment) ([]*part, error) {
	if a.link != nil {
		list := []*part{it.linkPart(a)}
		if a.whole() || a.data.truncated {
			list = append(list, it.filePart(a))
		}
		return list, nil
	}
	switch {
	case a.embedded != nil:
		return it.itemPart(a, a.embedded)
	case a.inside != nil:
		return it.itemPart(a, a.inside)
	case a.tooDeep:
		name := titleFileName(a.title, ".txt", a.index)
		text := "The attached message \"" + a.title + "\" is nested too deep and was left out.\r\n"
		return []*part{textPart("text/plain", text, it.disposition(a, name)+errorField("attached-message-too-deep"))}, nil
	case a.verbatim:
		p := &part{eightBit: a.data.lines.eightBit, marks: a.data.marks, ending: "\r\n", content: a.write}
		p.fields = it.messageFields(a, a.name)(p.encoding())
		return []*part{p}, nil
	}
	return []*part{it.filePart(a)}, nil
}

// itemPart is an attached item: a message, or a file for calendars and address
// books (A10).
func (it *item) itemPart(a *attachment, of *item) ([]*part, error) {
	if of.kind.IsPIM() {
		return []*part{it.attachedItem(a, of)}, nil
	}
	e, _, err := of.entity()
	if err != nil {
		return nil, err
	}
	return []*part{{message: e, labelled: it.messageFields(a, titleFileName(of.subject(), ".eml", a.index))}}, nil
}

// filePart is an attached file, with the AppleDouble header that belongs to it
// (A16).
func (it *item) filePart(a *attachment) *part {
	if a.place > 0 && a.cid == "" { // the HTML that was made from RTF shows it
		p := &part{}
		p.late = func(rootID, place string) {
			shown := *a
			shown.cid = generatedCID("rtfatt", a.place, rootID, place)
			*p = *it.filePart(&shown)
		}
		return p
	}
	if a.file == nil {
		return base64Part(it.fileFields(a), a.write)
	}
	p := base64Part(it.fileFields(a), a.file.write)
	if a.file.resource == nil {
		return p
	}
	f := newField("Content-Type")
	f.word("application/applefile;")
	f.nameParameter(a.name)
	header := base64Part(f.end()+"Content-Transfer-Encoding: base64\r\n"+it.disposition(a, a.name), a.file.resource)
	return multipart("appledouble", []*part{header, p})
}

// messageFields are the fields of a message/rfc822 part with a given transfer
// encoding.
func (it *item) messageFields(a *attachment, name string) func(encoding string) string {
	f := newField("Content-Type")
	f.word("message/rfc822;")
	f.nameParameter(name)
	contentType, rest := f.end(), it.places(a)+it.disposition(a, name)
	return func(encoding string) string {
		return contentType + "Content-Transfer-Encoding: " + encoding + "\r\n" + rest
	}
}

// fileFields are the fields of an attached file in the order of M2.
func (it *item) fileFields(a *attachment) string {
	f := newField("Content-Type")
	f.word(a.mediaType + ";")
	if charset, _ := a.Text(mapi.AttachCharset); strings.HasPrefix(a.mediaType, "text/") && isToken(charset) && len(charset) < 64 {
		f.word("charset=\"" + charset + "\";")
	}
	f.nameParameter(a.name)
	fields := f.end() + "Content-Transfer-Encoding: base64\r\n" + it.places(a) + it.disposition(a, a.name)
	switch {
	case a.missing:
		fields += errorField("attachment-data-missing")
	case a.data.truncated:
		expected, ok := a.Int(mapi.AttachSize)
		if !ok {
			expected = a.data.expected
		}
		fields += errorField(fmt.Sprintf("attachment-data-truncated; expected=%d; got=%d", expected, a.data.size))
	}
	return fields
}

func errorField(text string) string { return "X-Pst2imap-Error: " + text + "\r\n" }

// places are Content-ID, Content-Location and Content-Base of an attachment (A5).
func (it *item) places(a *attachment) string {
	var b strings.Builder
	if a.cid != "" {
		b.WriteString(it.placeField("Content-ID", "<"+percentEncoded(a.cid, `<>"`)+">"))
	}
	b.WriteString(it.placeField("Content-Location", percentEncoded(a.location, "")))
	b.WriteString(it.placeField("Content-Base", percentEncoded(a.base, "")))
	return b.String()
}

// placeField is a field with an id or URL, which cannot be folded.
func (it *item) placeField(name, value string) string {
	switch {
	case value == "":
		return ""
	case len(value) > maxToken:
		it.run.warn("A5", "%s of %d octets is too long for a header and was left out", name, len(value))
		return ""
	}
	return name + ": " + value + "\r\n"
}

// disposition is the Content-Disposition of an attachment (A7, A8).
func (it *item) disposition(a *attachment, name string) string {
	f := newField("Content-Disposition")
	if a.inline {
		f.word("inline;")
	} else {
		f.word("attachment;")
	}
	f.fileParameter(name)
	if it.run.o.AttachDates {
		for _, d := range []struct {
			name string
			id   mapi.PropID
		}{{"creation-date", mapi.CreationTime}, {"modification-date", mapi.LastModificationTime}} {
			if t, ok := mailTime(a.Time(d.id)); ok {
				f.attach(";")
				f.word(d.name + "=" + quoted(formatDate(t)))
			}
		}
	}
	return f.end()
}
