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
	MessageID string // with its angle brackets
	From      string // address only, lower case; empty when there is none
	Date      time.Time
	IDLine    string // value of X-Pst2imap-Id
}

// ParseFields reads a header block as FETCH BODY[HEADER.FIELDS (...)] gives it.
// Fields that are absent or unreadable stay empty.
func ParseFields(header []byte) Fields {
	// A block that is cut off or has a malformed line still gives what precedes it.
	header = append(header, "\r\n"...)
	br := bufio.NewReaderSize(bytes.NewReader(header), min(len(header), 4<<10))
	h, _ := textproto.NewReader(br).ReadMIMEHeader()
	f := Fields{
		MessageID: strings.TrimSpace(h.Get("Message-Id")),
		From:      Address(h.Get("From")),
		IDLine:    strings.TrimSpace(h.Get("X-Pst2imap-Id")),
	}
	if t, err := parseDate(h.Get("Date")); err == nil {
		f.Date = t.UTC()
	}
	return f
}

// parseDate is [mail.ParseDate], which tries two dozen other layouts before the one
// that nearly every message has.
func parseDate(date string) (time.Time, error) {
	if t, err := time.Parse("Mon, 2 Jan 2006 15:04:05 -0700", date); err == nil {
		return t, nil
	}
	return mail.ParseDate(date)
}

// idField starts the line by which a message of ours is recognized.
const idField = "X-Pst2imap-Id:"

// IDLine is the IDLine of [ParseFields], many times as fast: of a message of ours
// nothing else matters, and an account may have a million of them. The value is a
// part of header unless it is folded.
func IDLine(header []byte) (value []byte, ok bool) {
	for len(header) > 0 {
		line, rest, _ := bytes.Cut(header, []byte("\n"))
		if len(line) < len(idField) || !isIDField(line[:len(idField)]) {
			header = rest
			continue
		}
		value = line[len(idField):]
		if folded(rest) {
			value = bytes.Clone(value)
		}
		for folded(rest) {
			line, rest, _ = bytes.Cut(rest, []byte("\n"))
			value = append(append(bytes.TrimRight(value, "\r"), ' '), bytes.TrimSpace(line)...)
		}
		return bytes.TrimSpace(value), true
	}
	return nil, false
}

// folded tells whether the line before rest goes on there.
func folded(rest []byte) bool { return len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') }

func isIDField(name []byte) bool {
	return string(name) == idField || bytes.EqualFold(name, []byte(idField))
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
