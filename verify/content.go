package verify

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	// The charsets of other programs' messages.
	_ "github.com/emersion/go-message/charset"

	"github.com/emersion/go-message"
)

// parts is what a message says, whatever way it is written.
type parts struct {
	subject string
	texts   [][32]byte // decoded text, in order
	files   [][32]byte // decoded attachments, by hash
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

// diff names what differs, empty when nothing does.
func (p *parts) diff(q *parts) string {
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
	if len(out) == 0 {
		return ""
	}
	return "different on the server: " + strings.Join(out, ", ")
}
