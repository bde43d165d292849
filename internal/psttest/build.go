package psttest

import (
	"crypto/sha256"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Folder is a folder of a [Tree] with all that is in it.
type Folder struct {
	Name     string
	Role     Role
	Props    []Prop
	Messages []*Message
	Folders  []Folder
}

// Tree is a whole file that fits in memory. Its folders are those below the top
// of the user's folders.
type Tree struct {
	Options
	Folders []Folder
}

// Write writes the tree as a data file.
func (t *Tree) Write(w *Writer) error {
	if err := w.writeAll(IPMSubtree, t.Folders); err != nil {
		return err
	}
	return w.Close()
}

func (w *Writer) writeAll(parent FolderID, folders []Folder) error {
	for _, f := range folders {
		id, err := w.Folder(parent, f.Name, f.Role, f.Props...)
		if err != nil {
			return err
		}
		for i, m := range f.Messages {
			if _, err := w.Add(id, m); err != nil {
				return fmt.Errorf("folder %q, message %d: %w", f.Name, i, err)
			}
		}
		if err := w.writeAll(id, f.Folders); err != nil {
			return err
		}
	}
	return nil
}

// Bytes is the data file of a tree.
func Bytes(t *Tree) ([]byte, error) {
	var m memory
	w, err := NewWriter(&m, t.Options)
	if err != nil {
		return nil, err
	}
	if err := t.Write(w); err != nil {
		return nil, err
	}
	return m, nil
}

// memory is a file in memory.
type memory []byte

// WriteAt never fails.
func (m *memory) WriteAt(p []byte, off int64) (int, error) {
	if end := int(off) + len(p); end > len(*m) {
		*m = append(*m, make([]byte, end-len(*m))...)
	}
	return copy((*m)[off:], p), nil
}

// DefaultDate is when mail was sent and delivered that says nothing else.
var DefaultDate = time.Date(2020, time.January, 2, 3, 4, 5, 0, time.UTC)

// Mail is a plain text message that was received and read. Both addresses may
// have the form "Ann Lee <ann@example.org>"; to may be empty. The search key is
// made from the arguments, there are no transport headers. Properties in extra
// take the place of those that Mail would set.
func Mail(subject, from, to, body string, extra ...Prop) *Message {
	key := sha256.Sum256([]byte(strings.Join([]string{subject, from, to, body}, "\x00")))
	m := &Message{Props: append(Sender(from),
		Str(mapi.MessageClass, "IPM.Note"),
		Str(mapi.Subject, subject),
		Str(mapi.ConversationTopic, subject),
		Str(mapi.Body, body),
		Int32(mapi.NativeBody, 1),
		Int32(mapi.Importance, 1),
		Int32(mapi.Sensitivity, 0),
		Int32(mapi.InternetCodepage, 65001),
		Time(mapi.ClientSubmitTime, DefaultDate),
		Time(mapi.MessageDeliveryTime, DefaultDate),
		Bin(mapi.SearchKey, key[:16]))}
	if to != "" {
		name, addr := splitAddress(to)
		m.Recipients = [][]Prop{To(name, addr)}
	}
	return m.With(extra...)
}

// With sets properties, in place of those with the same identifiers or names, and
// returns m.
func (m *Message) With(props ...Prop) *Message {
	m.Props = with(m.Props, props...)
	return m
}

// WithRecipients adds rows to the recipient table and returns m.
func (m *Message) WithRecipients(rows ...[]Prop) *Message {
	m.Recipients = append(m.Recipients, rows...)
	return m
}

// Attach adds attachments and returns m.
func (m *Message) Attach(a ...Attachment) *Message {
	m.Attachments = append(m.Attachments, a...)
	return m
}

func splitAddress(s string) (name, addr string) {
	a, err := mail.ParseAddress(s)
	if err != nil {
		return s, s
	}
	if a.Name == "" {
		return a.Address, a.Address
	}
	return a.Name, a.Address
}

// Sender is the sender of a message, who is also the one that it was sent for.
func Sender(from string) []Prop {
	name, addr := splitAddress(from)
	return []Prop{
		Str(mapi.SentRepresentingName, name), Str(mapi.SenderName, name),
		Str(mapi.SentRepresentingAddressType, "SMTP"), Str(mapi.SenderAddressType, "SMTP"),
		Str(mapi.SentRepresentingEmail, addr), Str(mapi.SenderEmail, addr),
		Str(mapi.SentRepresentingSMTP, addr), Str(mapi.SenderSMTP, addr),
	}
}

// To is a row of the recipient table for a primary recipient.
func To(name, addr string) []Prop { return recipient(1, name, addr) }

// Cc is a row of the recipient table for a copy.
func Cc(name, addr string) []Prop { return recipient(2, name, addr) }

// Bcc is a row of the recipient table for a blind copy.
func Bcc(name, addr string) []Prop { return recipient(3, name, addr) }

// recipient is a row as Outlook writes it for an SMTP address ([MS-OXCMSG] 2.2.3.1).
func recipient(kind int, name, addr string) []Prop {
	return []Prop{
		Int32(mapi.RecipientType, kind),
		Bool(mapi.Responsibility, true),
		Int32(mapi.ObjectType, 6), // mail user
		Bin(mapi.EntryID, oneOff(name, addr)),
		Str(mapi.DisplayName, name),
		Str(mapi.AddressType, "SMTP"),
		Str(mapi.EmailAddress, addr),
		Bin(mapi.SearchKey, append([]byte("SMTP:"+strings.ToUpper(addr)), 0)),
		Int32(mapi.DisplayType, 0),
		Str(mapi.SmtpAddress, addr),
	}
}

// oneOff is a one-off entry id with Unicode strings ([MS-OXCDATA] 2.2.5.1).
func oneOff(name, addr string) []byte {
	b := []byte("\x00\x00\x00\x00\x81\x2B\x1F\xA4\xBE\xA3\x10\x19\x9D\x6E\x00\xDD\x01\x0F\x54\x02\x00\x00\x01\x90")
	for _, s := range []string{name, "SMTP", addr} {
		b = append(b, encodeString(mapi.TypeString, s)...)
		b = append(b, 0, 0)
	}
	return b
}

// ByValue is an attachment that holds a file.
func ByValue(name, mime string, data []byte) Attachment {
	if data == nil {
		data = []byte{}
	}
	a := Attachment{Data: data, Props: []Prop{
		Str(mapi.DisplayName, name),
		Str(mapi.AttachFilename, name),
		Str(mapi.AttachLongFilename, name),
	}}
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		a.Props = append(a.Props, Str(mapi.AttachExtension, name[i:]))
	}
	if mime != "" {
		a.Props = append(a.Props, Str(mapi.AttachMimeTag, mime))
	}
	return a
}

// Inline is an image that an HTML body shows by its content id.
func Inline(name, mime, contentID string, data []byte) Attachment {
	a := ByValue(name, mime, data)
	a.Props = append(a.Props,
		Str(mapi.AttachContentID, contentID), Int32(mapi.AttachFlags, 4), Bool(mapi.AttachmentHidden, true))
	return a
}

// Embed is an attachment that is a message itself, named by its subject.
func Embed(m *Message) Attachment {
	a := Attachment{Embedded: m}
	if i := find(m.Props, mapi.Subject); i >= 0 {
		a.Props = []Prop{{ID: mapi.DisplayName, Type: m.Props[i].Type, Value: m.Props[i].Value}}
	}
	return a
}
