package pim

import (
	"encoding/base64"
	"io"

	"github.com/pst2imap/pst2imap/internal/ical"
	"github.com/pst2imap/pst2imap/internal/mapi"
)

// maxFiles bounds the attached files of one item that go into its calendar.
const maxFiles = 8 << 20

// enclosed are the attached files as ATTACH (RFC 5545 3.8.1.1). What cannot be in a
// calendar is told.
func (i *Item) enclosed() []ical.Property {
	var out []ical.Property
	left := int64(maxFiles)
	for n := range i.Attachments {
		a := &i.Attachments[n]
		if a.isException() {
			continue
		}
		data, why := a.data(left)
		if why != "" {
			i.Warn("M42", "attachment %d (%q) is not in the calendar: %s", n+1, a.Name, why)
			continue
		}
		left -= int64(len(data))
		p := ical.Property{Name: "ATTACH", Value: base64.StdEncoding.EncodeToString(data)}
		if a.MediaType != "" {
			p.Params = append(p.Params, ical.Param{Name: "FMTTYPE", Values: []string{a.MediaType}})
		}
		p.Params = append(p.Params, ical.Param{Name: "ENCODING", Values: []string{"BASE64"}},
			ical.Param{Name: "VALUE", Values: []string{"BINARY"}}, ical.Param{Name: "X-FILENAME", Values: []string{a.Name}})
		out = append(out, p)
	}
	return out
}

// data is the attached file, or why it cannot be had.
func (a *Attachment) data(limit int64) (data []byte, why string) {
	if a.Item != nil {
		return nil, "it is an item"
	}
	r, size, err := a.Open(mapi.AttachData)
	switch {
	case err != nil:
		return nil, err.Error()
	case size > limit:
		return nil, "it is too large"
	}
	if data, err = io.ReadAll(io.LimitReader(r, limit)); err != nil {
		return nil, err.Error()
	}
	return data, ""
}
