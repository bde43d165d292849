package vcard

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// maxPhoto bounds the bytes of a picture, which is held in memory.
const maxPhoto = 16 << 20

// photo writes the picture (A17).
func (c *converter) photo() {
	written, files := false, 0
	for _, a := range c.Attachments {
		switch {
		case written || !isPhoto(a):
			files++
		default:
			written = c.writePhoto(a)
		}
	}
	if files > 0 {
		c.warn("A17", "%d attached files are not in the card", files)
	}
}

// isPhoto tells whether an attachment is the picture of the contact.
func isPhoto(a mapi.Properties) bool {
	long, _ := a.Text(mapi.AttachLongFilename)
	short, _ := a.Text(mapi.AttachFilename)
	return a.Bool(mapi.AttachmentContactPhoto) || strings.EqualFold(firstText(long, short), "ContactPicture.jpg")
}

func (c *converter) writePhoto(a mapi.Properties) bool {
	b, err := readPhoto(a)
	if err != nil {
		c.warn("A17", "the picture is not in the card: %v", err)
		return false
	}
	for _, k := range pictures {
		if bytes.HasPrefix(b, []byte(k.magic)) {
			c.binary("PHOTO", k.mediaType, k.short, b)
			return true
		}
	}
	c.binary("PHOTO", "", "", b)
	return true
}

func readPhoto(a mapi.Properties) ([]byte, error) {
	r, size, err := a.Open(mapi.AttachData)
	switch {
	case err != nil:
		return nil, err
	case size > maxPhoto || size == 0:
		return nil, fmt.Errorf("it has %d bytes", size)
	}
	return io.ReadAll(io.LimitReader(r, maxPhoto))
}

// pictures are kinds of pictures by their first bytes.
var pictures = []struct{ magic, mediaType, short string }{
	{"\xFF\xD8\xFF", "image/jpeg", "JPEG"},
	{"\x89PNG\r\n", "image/png", "PNG"},
	{"GIF8", "image/gif", "GIF"},
	{"BM", "image/bmp", "BMP"},
}

// keys writes the certificates.
func (c *converter) keys() {
	v, err := c.Value(mapi.UserX509Certificate)
	if err != nil {
		return
	}
	list, err := v.Elements()
	if err != nil {
		c.warn("6.5", "certificates: %v", err)
	}
	for _, e := range list {
		if cert := certificate(e.Data); cert != nil {
			c.binary("KEY", "application/pkix-cert", "X509", cert)
		} else if len(e.Data) > 0 {
			c.binary("KEY", "", "", e.Data)
		}
	}
}

// certificate is the DER certificate in an entry of PidTagUserX509Certificate: a
// list of u16 tag, u16 length with these four bytes, and data, in which tag 3 is
// the certificate. Some writers store only that. It is nil when there is none.
func certificate(b []byte) []byte {
	const tagCertificate = 3
	if isDER(b) {
		return b
	}
	for len(b) >= 4 {
		tag, size := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		if size < 4 || size > len(b) {
			return nil
		}
		if tag == tagCertificate && isDER(b[4:size]) {
			return b[4:size]
		}
		b = b[size:]
	}
	return nil
}

// isDER tells whether b is one sequence with a length of two bytes, as every
// certificate is.
func isDER(b []byte) bool {
	return len(b) > 4 && b[0] == 0x30 && b[1] == 0x82 && int(binary.BigEndian.Uint16(b[2:])) == len(b)-4
}
