package eml

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/pst2imap/pst2imap/internal/codepage"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst"
)

// run is one conversion: the options, what was noted so far and how much
// nesting is left.
type run struct {
	o        *Options
	warnings []Warning
	embedded int  // messages opened, to bound a file that contains itself
	mapped   bool // o was asked for somebody's address or name

	spoolLeft int64           // how much more data of attachments may be kept
	buffers   []*bytes.Buffer // with the data of attachments
}

// maxEmbedded bounds the attached messages of one item, at all levels together.
const maxEmbedded = 2000

func newRun(o *Options) *run {
	if o == nil {
		o = &Options{}
	}
	return &run{o: o, spoolLeft: maxSpoolTotal}
}

// resolve asks for the address of a distinguished name.
func (r *run) resolve(dn string) (smtp string, ok bool) {
	if r.o.Resolver == nil {
		return "", false
	}
	r.mapped = true
	return r.o.Resolver(dn)
}

// contact asks for an address of a contact.
func (r *run) contact(entryID []byte, which int) (smtp string, ok bool) {
	if r.o.Contact == nil {
		return "", false
	}
	r.mapped = true
	return r.o.Contact(entryID, which)
}

// called asks for the name of a contact or distribution list.
func (r *run) called(entryID []byte) (name string, ok bool) {
	if r.o.Name == nil {
		return "", false
	}
	r.mapped = true
	return r.o.Name(entryID)
}

func (r *run) warn(rule, format string, args ...any) {
	r.warnings = append(r.warnings, Warning{Rule: rule, Detail: cleanText(fmt.Sprintf(format, args...))})
}

// item is a message with what conversion needs of it, read once.
type item struct {
	properties
	src    source
	run    *run
	parent *item // nil at the top
	depth  int

	class  string
	kind   Kind
	unsent bool

	stored    []rawField // usable transport headers, also where they are not used (H1)
	transport string     // the same as stored
	rcpts     []recipient
	// originators are the rows that are of nobody whom the item was sent to.
	originators []recipient
	atts        []*attachment

	sender, representing group
	known                map[string]string // lower-case DN -> SMTP address, from this item alone
}

// item is an item of which nothing has been read.
func (r *run) item(m source) *item { return &item{properties: m, src: m, run: r} }

// load reads an item and everything attached to it. What cannot be read is a
// warning, what cannot be converted is noted in r.
func (r *run) load(m source, parent *item) *item {
	it := r.item(m)
	it.parent = parent
	if parent != nil {
		it.depth = parent.depth + 1
	}
	class, _ := m.Text(mapi.MessageClass)
	flags, _ := m.Int(mapi.MessageFlags)
	it.class = cleanText(class)
	it.kind = Classify(class, flags)
	it.unsent = flags&mapi.FlagUnsent != 0
	it.loadStored()
	it.loadAddresses()
	it.loadAttachments()
	return it
}

// loadStored finds the original header (H1, H1b, H2).
func (it *item) loadStored() {
	text, ok := it.Text(mapi.TransportMessageHeaders)
	if !ok || strings.TrimSpace(text) == "" {
		raw, _ := it.Bytes(mapi.MimeSkeleton)
		text, _ = codepage.Decode(it.page(), raw)
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	fields, lost := parseTransport(text)
	switch {
	case fields == nil:
		it.run.warn("H2", "stored transport headers are no header and were not used")
	case lost > 0:
		it.run.warn("H2", "%d lines before the first stored header field were not used", lost)
	}
	it.stored, it.transport = fields, text
}

// header is the original header if it is to be used (H1).
func (it *item) header() []rawField {
	if it.unsent {
		return nil
	}
	return it.stored
}

// page is the code page of 8-bit strings without a property of their own, such
// as those in entry ids (P1).
func (it *item) page() int {
	for o := it; o != nil; o = o.parent {
		for _, id := range []mapi.PropID{mapi.MessageCodepage, mapi.InternetCodepage} {
			n, ok := o.Int(id)
			cp := int(n)
			if _, known := codepage.Lookup(cp); ok && known && cp != codepage.UTF16LE && cp != codepage.UTF16BE {
				return cp
			}
		}
	}
	return codepage.Windows1252
}

func (it *item) decode8(b []byte) string {
	s, _ := codepage.Decode(it.page(), b)
	return s
}

// text is a string property fit for a header (P3).
func (it *item) text(id mapi.PropID) string {
	s, _ := it.Text(id)
	return cleanText(s)
}

// named is a named string property fit for a header.
func (it *item) named(n mapi.Name) string {
	id, ok := it.NamedID(n)
	if !ok {
		return ""
	}
	return it.text(id)
}

// subject is PidTagSubject without the marker of its prefix (P5, [MS-PST]
// 2.5.3.1.1.1), or what stands in for it.
func (it *item) subject() string {
	s, ok := it.Text(mapi.Subject)
	if !ok {
		prefix, _ := it.Text(mapi.SubjectPrefix)
		rest, _ := it.Text(mapi.NormalizedSubject)
		if s = prefix + rest; s == "" {
			s, _ = it.Text(mapi.ConversationTopic)
		}
	}
	if s == "" && it.kind.IsPIM() { // K3
		s, _ = it.Text(mapi.DisplayName)
	}
	return cleanText(dropPrefixMarker(s))
}

// dropPrefixMarker drops U+0001 and the character after it, whose code is the
// length of the prefix plus one. The prefix itself stays.
func dropPrefixMarker(s string) string {
	if !strings.HasPrefix(s, "\x01") {
		return s
	}
	for i := range s {
		if i > 1 {
			return s[i:]
		}
	}
	return ""
}

// HeaderOnly tells whether the data file has only the header of a mail whose
// rest is still on a server (PidLidHeaderItem, K0). Such an item must not be
// taken for the mail.
func HeaderOnly(m *pst.Message) bool {
	id, ok := m.NamedID(mapi.NameHeaderItem)
	if !ok {
		return false
	}
	n, ok := m.Int(id)
	return ok && n != 0
}
