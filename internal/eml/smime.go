package eml

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// maxEntityHeader is how long the header of a stored MIME entity may be.
const maxEntityHeader = 64 << 10

// secured finds the signed or encrypted content of an item; nil when the item
// is not of that kind, or not of the shape that such mail has and to be
// converted like any other (M22).
func (it *item) secured() *part {
	if it.kind != KindClearSigned && it.kind != KindOpaque {
		return nil
	}
	if len(it.atts) != 1 || !it.atts[0].whole() || it.atts[0].embedded != nil {
		it.run.warn("M22", "the item is of class %s but has not exactly one attachment with data", it.class)
		return nil
	}
	a := it.atts[0]
	if e, ok := a.entityHeader(); ok && isType(e, "multipart/signed") {
		p := it.clearSigned(a, e)
		if p == nil {
			a.mediaType = octetStream
		}
		return p
	}
	if p := it.opaque(a); p != nil {
		return p
	}
	it.run.warn("M22", "the item is of class %s but its attachment is neither signed nor encrypted", it.class)
	return nil
}

// entityHeader reads the header of an attachment that holds a MIME entity.
func (a *attachment) entityHeader() ([]rawField, bool) {
	n := a.data.bodyStart
	if n == 0 || n > maxEntityHeader || !a.data.entity() {
		return nil, false
	}
	b, err := a.first(n)
	if err != nil {
		return nil, false
	}
	var out []rawField
	for line := range strings.SplitSeq(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n") {
		name, _, ok := cutField(line)
		switch {
		case line == "":
		case ok:
			out = append(out, rawField{name, []string{line}})
		case len(out) > 0 && startsBlank(line):
			out[len(out)-1].lines = append(out[len(out)-1].lines, line)
		default:
			return nil, false
		}
	}
	return out, true
}

func isType(fields []rawField, mediaType string) bool {
	v, _ := lookup(fields, "Content-Type")
	t, _ := typeToken(v)
	return t == mediaType
}

// clearSigned is a stored multipart/signed, octet by octet (M20). Its content
// fields are those that were stored. What cannot be sent as it is, is nil.
func (it *item) clearSigned(a *attachment, fields []rawField) *part {
	lines := a.data.body
	onlyLF := lines.bareLF && !lines.crlf && !lines.bareCR
	switch {
	case lines.nul:
		it.run.warn("M22", "the signed content has NUL characters and is attached as a file")
		return nil
	case lines.bareCR, lines.bareLF && !onlyLF:
		it.run.warn("M20", "the signed content has line ends that mail cannot carry and is attached as a file")
		return nil
	}
	p := &part{eightBit: lines.eightBit, marks: a.data.marks}
	for _, f := range fields {
		if !strings.HasPrefix(strings.ToLower(f.name), "content-") {
			continue
		}
		text, _ := keep(f)
		if text != strings.Join(f.lines, "\r\n")+"\r\n" {
			it.run.warn("M20", "%s of the signed content had to be repaired", f.name)
		}
		p.fields += text
	}
	if _, labelled := lookup(fields, "Content-Transfer-Encoding"); lines.eightBit && !labelled {
		p.fields += "Content-Transfer-Encoding: 8bit\r\n"
	}
	if lines.long {
		it.run.warn("M20", "the signed content has lines over 998 octets, which some servers refuse")
	}
	p.content = func(w io.Writer) error { return a.writeFrom(w, a.data.bodyStart) }
	if onlyLF {
		it.run.warn("M20", "the line ends of the signed content were completed")
		p.content = func(w io.Writer) error { return a.writeFrom(&lineEnder{w}, a.data.bodyStart) }
	}
	return p
}

// lineEnder puts a CR before each LF.
type lineEnder struct{ w io.Writer }

func (l *lineEnder) Write(p []byte) (int, error) {
	if _, err := l.w.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// opaque is enveloped or signed data of CMS (M21), nil when the attachment is
// neither.
func (it *item) opaque(a *attachment) *part {
	tag, _ := a.Text(mapi.AttachMimeTag)
	t, _ := typeToken(cleanText(tag))
	named := t == "application/pkcs7-mime" || t == "application/x-pkcs7-mime" ||
		t == octetStream && extension(a.name) == "p7m"
	head, err := a.first(maxSpool) // certs-only is told by what comes last
	if err != nil {
		return nil
	}
	kind, isCMS := smimeType(head)
	write := a.write
	if !isCMS {
		if k, w, ok := a.unwrapCMS(head); ok {
			kind, write, isCMS = k, w, true
		}
	}
	if !isCMS && !named {
		return nil
	}
	return base64Part(it.opaqueFields(kind, isCMS), write)
}

// opaqueFields are the fields of a part with CMS data. What the data does not
// tell, the original header may.
func (it *item) opaqueFields(kind string, isCMS bool) string {
	f := newField("Content-Type")
	f.word("application/pkcs7-mime;")
	if v, ok := lookup(it.stored, "Content-Type"); ok && kind == "" {
		if _, params, err := mime.ParseMediaType(v); err == nil && isToken(params["smime-type"]) {
			kind = params["smime-type"]
		}
	}
	if kind != "" {
		f.word("smime-type=" + kind + ";")
	}
	if !isCMS {
		it.run.warn("M21", "the encrypted or signed data is of no known format")
	}
	f.word(`name="smime.p7m"`)
	return f.end() + "Content-Transfer-Encoding: base64\r\n" +
		"Content-Disposition: attachment; filename=\"smime.p7m\"\r\n"
}

// unwrapCMS looks for CMS data in base64, alone or as a MIME entity with a
// header. The whole of it must decode.
func (a *attachment) unwrapCMS(head []byte) (kind string, write func(io.Writer) error, ok bool) {
	start, encoded := int64(0), true
	if fields, isEntity := a.entityHeader(); isEntity {
		v, _ := lookup(fields, "Content-Transfer-Encoding")
		start, encoded = a.data.bodyStart, strings.EqualFold(v, "base64")
	}
	write = func(w io.Writer) error {
		r, err := a.section(start, a.data.size-start)
		if err == nil && encoded {
			r = base64.NewDecoder(base64.StdEncoding, noBlanks{r})
		}
		if err == nil {
			_, err = io.Copy(w, r)
		}
		return err
	}
	if !encoded {
		kind, ok = smimeType(head[min(start, int64(len(head))):])
		return kind, write, ok
	}
	if c := bytes.TrimLeft(head[min(start, int64(len(head))):], " \t\r\n"); len(c) == 0 || c[0] != 'M' { // 0x30, a sequence
		return "", nil, false
	}
	k := &beginning{}
	if err := write(k); err != nil {
		return "", nil, false
	}
	kind, ok = smimeType(k.b)
	return kind, write, ok
}

// beginning keeps the beginning of what is written to it.
type beginning struct{ b []byte }

func (k *beginning) Write(p []byte) (int, error) {
	k.b = append(k.b, p[:min(len(p), maxSpool-len(k.b))]...)
	return len(p), nil
}

// noBlanks leaves out blanks and tabs, which the decoder of base64 refuses.
type noBlanks struct{ r io.Reader }

func (n noBlanks) Read(p []byte) (int, error) {
	for {
		k, err := n.r.Read(p)
		kept := p[:0]
		for _, c := range p[:k] {
			if c != ' ' && c != '\t' {
				kept = append(kept, c)
			}
		}
		if len(kept) > 0 || err != nil || len(p) == 0 {
			return len(kept), err
		}
	}
}
