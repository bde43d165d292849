package claim

import (
	"bufio"
	"bytes"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
)

// Fields are the header fields by which a message on the server is recognized.
type Fields struct {
	MessageID string
	From      string
	Date      time.Time
	IDLine    string // value of X-Pst2imap-Id
}

// ParseFields reads a header block as FETCH BODY[HEADER.FIELDS (...)] gives it.
// Fields that are absent or unreadable stay empty.
func ParseFields(header []byte) Fields {
	// A block that is cut off or has a malformed line still gives what precedes it.
	h, _ := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(header, "\r\n"...)))).ReadMIMEHeader()
	f := Fields{
		MessageID: strings.TrimSpace(h.Get("Message-Id")),
		From:      Address(h.Get("From")),
		IDLine:    strings.TrimSpace(h.Get("X-Pst2imap-Id")),
	}
	if t, err := mail.ParseDate(h.Get("Date")); err == nil {
		f.Date = t.UTC()
	}
	return f
}

// idField starts the line by which a message of ours is recognized.
const idField = "X-Pst2imap-Id:"

// IDLine is the IDLine of [ParseFields], many times as fast: of a message of ours
// nothing else matters, and an account may have a million of them.
func IDLine(header []byte) (value string, ok bool) {
	for len(header) > 0 {
		line, rest, _ := bytes.Cut(header, []byte("\n"))
		if len(line) < len(idField) || !bytes.EqualFold(line[:len(idField)], []byte(idField)) {
			header = rest
			continue
		}
		value = string(line[len(idField):])
		for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') { // folded
			line, rest, _ = bytes.Cut(rest, []byte("\n"))
			value = strings.TrimRight(value, "\r") + " " + strings.TrimSpace(string(line))
		}
		return strings.TrimSpace(value), true
	}
	return "", false
}

// Address is the address of a From field in lower case, empty when it has none
// that can be read. Only the address is compared: programs write names
// differently.
func Address(from string) string {
	if list, err := new(mail.AddressParser).ParseList(from); err == nil && len(list) > 0 {
		return strings.ToLower(list[0].Address)
	}
	open, end := strings.LastIndexByte(from, '<'), strings.LastIndexByte(from, '>')
	if open >= 0 && end > open {
		return strings.ToLower(strings.TrimSpace(from[open+1 : end]))
	}
	return ""
}
