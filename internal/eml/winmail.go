package eml

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/tnef"
	"github.com/pst2imap/pst2imap/pst"
)

// maxTNEF is how large winmail.dat may be to be opened, because it is held in
// memory then.
const maxTNEF = 32 << 20

// tnefSignature begins winmail.dat ([MS-OXTNEF] 2.1.3.1).
const tnefSignature = "\x78\x9F\x3E\x22"

// tnefItem is an item in winmail.dat of which everything could be decoded.
type tnefItem struct{ *tnef.Message }

// Faults implements properties: there are none.
func (tnefItem) Faults() []error  { return nil }
func (tnefItem) node() pst.NodeID { return 0 }

func (m tnefItem) rows() ([]properties, error) {
	out := make([]properties, len(m.Recipients))
	for i, r := range m.Recipients {
		out[i] = tnefRow{r}
	}
	return out, nil
}

func (m tnefItem) files() ([]sourceFile, error) {
	out := make([]sourceFile, len(m.Attachments))
	for i, a := range m.Attachments {
		out[i] = tnefFile{a}
	}
	return out, nil
}

type tnefRow struct{ *tnef.Properties }

// Faults implements properties: there are none.
func (tnefRow) Faults() []error { return nil }

type tnefFile struct{ *tnef.Attachment }

// Faults implements properties: there are none.
func (tnefFile) Faults() []error { return nil }

// Err implements sourceFile: it was read.
func (tnefFile) Err() error { return nil }

func (f tnefFile) item() (source, error) {
	if f.Embedded == nil {
		return nil, mapi.ErrNoProperty
	}
	return tnefItem{f.Embedded}, nil
}

// isTNEF tells whether the attachment is winmail.dat (A18).
func (a *attachment) isTNEF() bool {
	return strings.HasPrefix(string(a.data.head), tnefSignature) && a.whole() && a.file == nil && a.link == nil &&
		(strings.EqualFold(a.name, "winmail.dat") || strings.HasSuffix(a.mediaType, "ms-tnef"))
}

// openTNEF opens winmail.dat (A18). One of which anything cannot be decoded stays
// as it is.
func (it *item) openTNEF(a *attachment) {
	if it.run.o.KeepTNEF || !a.isTNEF() {
		return
	}
	kept := func(why string) {
		it.run.warn("A18", "attachment %d: winmail.dat is kept as it is: %s", a.index, why)
	}
	it.run.embedded++
	switch left := it.run.o.maxDepth() - it.depth; {
	case a.data.size > maxTNEF:
		kept("it is too large")
	case left < 1 || it.run.embedded > maxEmbedded:
		kept("it is nested too deep")
	default:
		data, err := a.first(maxTNEF)
		if err != nil {
			kept(err.Error())
			return
		}
		m, err := tnef.Read(bytes.NewReader(data), int64(len(data)), &tnef.Options{CodePage: it.page(), MaxDepth: left})
		switch {
		case err != nil:
			kept(err.Error())
		case !m.Complete():
			kept(m.Faults()[0].Error())
		default:
			it.takeTNEF(a, m, kept)
		}
	}
}

// takeTNEF loads what is in winmail.dat, unless that is of a kind whose form
// depends on more than body and attachments.
func (it *item) takeTNEF(a *attachment, m *tnef.Message, kept func(string)) {
	inside := it.run.load(tnefItem{m}, it)
	switch inside.kind {
	case KindClearSigned, KindOpaque, KindDSN, KindMDN, KindAssociated:
		kept("there is a " + inside.kind.String() + " in it")
	default:
		a.inside = inside
		a.apart = !agree(it.body(), inside.body())
	}
}

// files are the attachments, those in winmail.dat instead of it.
func (it *item) files() []*attachment {
	var out []*attachment
	for _, a := range it.atts {
		if a.unfolded() {
			out = append(out, a.inside.files()...)
		} else {
			out = append(out, a)
		}
	}
	return out
}

// unfolded tells whether what is in winmail.dat is a part of the message.
func (a *attachment) unfolded() bool { return a.inside != nil && !a.apart }

// unfolded are those winmail.dat whose items are a part of the message.
func (it *item) unfolded() []*attachment {
	var out []*attachment
	for _, a := range it.atts {
		if a.unfolded() {
			out = append(append(out, a), a.inside.unfolded()...)
		}
	}
	return out
}

// wholeBody is the body of the message: its own, or that in winmail.dat where that
// says more. more are files for what else is there.
func (it *item) wholeBody() (b body, more []*part) {
	b = it.body()
	for _, a := range it.unfolded() {
		other := a.inside.body()
		switch {
		case b.empty():
			b = other
		case !b.hasHTML && other.hasHTML:
			other.text, other.hasText = b.text, b.hasText
			b = other
		case other.badRTF != nil:
			more = append(more, rtfFile(octetStream, "body.rtf.lzfu", other.badRTF))
		}
		if a.inside.kind.IsPIM() {
			more = append(more, it.attachedItem(a, a.inside))
		}
	}
	return b, more
}

func (b *body) empty() bool { return !b.hasText && !b.hasHTML && b.badRTF == nil }

// agree tells whether two bodies are of one message: one says what the other does,
// but for something before or behind it, such as what a mailing list adds.
func agree(a, b body) bool {
	if a.empty() || b.empty() {
		return true
	}
	x, y := a.words(), b.words()
	if len(x) > len(y) {
		x, y = y, x
	}
	return 2*len(x) >= len(y) && strings.Contains(y, x)
}

// words are the letters and digits of what a body shows, by which texts of
// different layout can be compared.
func (b body) words() string {
	s := b.text
	if !b.hasText && b.hasHTML {
		s = htmlWords(b.html)
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}
