package verify

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"
	"time"

	// The charsets of other programs' messages.
	_ "github.com/emersion/go-message/charset"

	"github.com/emersion/go-message"

	"github.com/pst2imap/pst2imap/internal/eml"
)

// parts is what a message says, whatever way it is written.
type parts struct {
	subject string
	texts   [][32]byte          // decoded text, in order
	files   [][32]byte          // decoded attachments, by hash
	fields  map[string][]string // header fields by name in lower case, unfolded
}

// maxParts bounds what a hostile message can make of itself.
const maxParts = 10_000

// digest decodes a message.
func digest(r io.Reader) (*parts, error) {
	e, err := message.Read(r)
	if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return nil, err
	}
	p := new(parts)
	p.subject, _ = e.Header.Text("Subject")
	p.subject = strings.Join(strings.Fields(p.subject), " ")
	p.fields = fieldsOf(e.Header)
	if err := p.walk(e, new(int)); err != nil {
		return nil, err
	}
	slices.SortFunc(p.files, func(a, b [32]byte) int { return slices.Compare(a[:], b[:]) })
	return p, nil
}

func (p *parts) walk(e *message.Entity, n *int) error {
	if *n++; *n > maxParts {
		return fmt.Errorf("more than %d parts", maxParts)
	}
	mr := e.MultipartReader()
	if mr == nil {
		return p.leaf(e)
	}
	for {
		child, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
			return err
		}
		if err := p.walk(child, n); err != nil {
			return err
		}
	}
}

// leaf hashes one part. Texts are compared without white space at the ends of
// lines, which transport may change; files byte by byte.
func (p *parts) leaf(e *message.Entity) error {
	kind, _, _ := e.Header.ContentType()
	disposition, _, _ := e.Header.ContentDisposition()
	if strings.HasPrefix(kind, "text/") && disposition != "attachment" || kind == "" {
		b, err := io.ReadAll(io.LimitReader(e.Body, maxText))
		if err != nil {
			return err
		}
		p.texts = append(p.texts, sha256.Sum256([]byte(normalText(string(b)))))
		return nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, e.Body); err != nil {
		return err
	}
	p.files = append(p.files, [32]byte(h.Sum(nil)))
	return nil
}

// maxText bounds how much of a text is compared.
const maxText = 64 << 20

func normalText(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// fieldsOf are the header fields less those that say how the message is written
// down, and our own.
func fieldsOf(h message.Header) map[string][]string {
	fields := map[string][]string{}
	for f := h.Fields(); f.Next(); {
		name := strings.ToLower(f.Key())
		if strings.HasPrefix(name, "content-") || name == "mime-version" || strings.EqualFold(name, eml.IDField) {
			continue
		}
		text, err := f.Text()
		if err != nil {
			text = f.Value()
		}
		fields[name] = append(fields[name], meaning(name, text))
	}
	return fields
}

// meaning is the value of a field without the ways of writing it: dates are
// instants, addresses are without names, the rest is without white space.
func meaning(name, text string) string {
	switch name {
	case "date":
		if t, err := mail.ParseDate(text); err == nil {
			return t.UTC().Format(time.RFC3339)
		}
	case "from", "to", "cc", "bcc", "sender", "reply-to":
		if list, err := mail.ParseAddressList(text); err == nil {
			var all []string
			for _, a := range list {
				all = append(all, strings.ToLower(a.Address))
			}
			return strings.Join(all, ",")
		}
	}
	return strings.Join(strings.Fields(text), "")
}

// essential are the fields whose loss or change makes another message of it.
var essential = []string{"from", "to", "cc", "bcc", "date", "message-id", "sender", "reply-to", "in-reply-to", "references"}

// diff names what differs: in what the message says, and in the rest of its
// header. p is what was expected. In a message that this program wrote (ours)
// the essential fields count as what it says; another program's was recognized by
// some of them and may write the others as it likes.
func (p *parts) diff(q *parts, ours bool) (different, other string) {
	var out []string
	if p.subject != q.subject {
		out = append(out, "the subject")
	}
	if !slices.Equal(p.texts, q.texts) {
		out = append(out, "the text")
	}
	if !slices.Equal(p.files, q.files) {
		out = append(out, "the attachments")
	}
	changed := p.changedFields(q)
	for _, name := range changed {
		if ours && slices.Contains(essential, name) {
			out = append(out, "the field "+name)
		}
	}
	if len(out) > 0 {
		return "different on the server: " + strings.Join(out, ", "), ""
	}
	other = "the same content in other bytes"
	if len(changed) > 0 {
		other += "; other header fields: " + strings.Join(changed[:min(len(changed), 8)], ", ")
	}
	return "", other
}

// changedFields are the names of fields that are not the same on both sides.
func (p *parts) changedFields(q *parts) []string {
	var names []string
	for name, values := range p.fields {
		if name != "subject" && !slices.Equal(values, q.fields[name]) {
			names = append(names, name)
		}
	}
	for name := range q.fields {
		if _, both := p.fields[name]; !both && name != "subject" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
