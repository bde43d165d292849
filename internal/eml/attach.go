package eml

import (
	"io"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// attachment is an attachment with what conversion needs of it. Its data is
// read once when the item is loaded, for its hash, size and shape. Small data
// is then kept, other data is read a second time when it is written.
type attachment struct {
	sourceFile
	of     *item // whose it is
	index  int   // from 1, in table order
	method int64 // PidTagAttachMethod

	name      string // file name, never empty
	mediaType string
	cid       string // content id without brackets
	location  string // Content-Location
	base      string // Content-Base
	inline    bool   // shown by the HTML body
	place     int    // in HTML that was made from RTF, from 1; 0 without one (B21)

	data    scan
	spool   []byte    // the data, if it is small
	missing bool      // no data where there should be some
	link    *link     // data that is elsewhere (A12)
	file    *unpacked // what is inside the data (A14, A16)

	embedded *item  // method 5
	inside   *item  // of winmail.dat, when it is opened (A18)
	apart    bool   // inside is another message
	tooDeep  bool   // method 5 that is not converted (A11)
	verbatim bool   // a message that goes as it is (A9)
	title    string // subject of an attached message
}

// showable tells whether HTML can show the attachment (A6).
func (a *attachment) showable() bool {
	return a.embedded == nil && a.inside == nil && !a.tooDeep && !a.verbatim && a.link == nil
}

// whole tells whether all of the data is there.
func (a *attachment) whole() bool { return !a.missing && !a.data.truncated && a.data.size > 0 }

// loadAttachments reads the attachments and the messages in them.
func (it *item) loadAttachments() {
	list, err := it.src.files()
	if err != nil {
		it.run.warn("A13", "attachments: %v", err)
	}
	for i, p := range list {
		a := &attachment{sourceFile: p, of: it, index: i + 1}
		it.atts = append(it.atts, a)
		it.loadAttachment(a)
	}
}

func (it *item) loadAttachment(a *attachment) {
	a.method, _ = a.Int(mapi.AttachMethod)
	if err := a.Err(); err != nil {
		it.run.warn("A13", "attachment %d: %v", a.index, err)
		a.missing = true
		a.describe()
		return
	}
	if a.method == mapi.AttachEmbedded && a.Type(mapi.AttachData) != mapi.TypeBinary {
		it.loadEmbedded(a)
		return
	}
	a.link = a.findLink()
	if a.link == nil || a.Has(mapi.AttachData) {
		it.scanData(a)
	}
	it.unpack(a)
	a.describe()
	it.openTNEF(a)
}

// loadEmbedded opens an attached message (A10), unless it is nested too deep
// (A11).
func (it *item) loadEmbedded(a *attachment) {
	m, err := a.item()
	if err != nil {
		it.run.warn("A13", "attachment %d: the attached message cannot be read: %v", a.index, err)
		a.missing = true
		a.describe()
		return
	}
	it.run.embedded++
	a.title = it.run.item(m).subject()
	if it.depth+1 > it.run.o.maxDepth() || it.run.embedded > maxEmbedded || it.repeats(m) {
		it.run.warn("A11", "attachment %d: the attached message %q is nested too deep and was left out", a.index, a.title)
		a.tooDeep = true
		return
	}
	a.embedded = it.run.load(m, it)
}

// repeats tells whether m is the item or one around it once more, as happens in
// a damaged file. Writers may give the same node id to messages on different
// levels, so the id alone does not tell.
func (it *item) repeats(m source) bool {
	for o := it; o != nil; o = o.parent {
		if m.node() != 0 && o.src.node() == m.node() && sameProperties(o, m) {
			return true
		}
	}
	return false
}

// sameProperties compares what tells two messages apart.
func sameProperties(a, b mapi.Properties) bool {
	for _, id := range []mapi.PropID{mapi.SearchKey, mapi.MessageSize, mapi.Subject, mapi.CreationTime, mapi.ClientSubmitTime} {
		x, _ := a.Value(id) // what cannot be read cannot tell them apart
		y, _ := b.Value(id)
		if string(x.Data) != string(y.Data) {
			return false
		}
	}
	return true
}

// describe finds name, type and the other fields of an attachment that is a
// file (A1, A2, A5).
func (a *attachment) describe() {
	tag, _ := a.Text(mapi.AttachMimeTag)
	name, head := a.fileName(), a.data.head
	ext, _ := a.Text(mapi.AttachExtension)
	if f := a.file; f != nil {
		head = f.head
		if f.name != "" {
			name = f.name
		}
		if f.ext != "" {
			name, tag, ext = replaceExtension(name, f.ext), extensionTypes[f.ext], f.ext
		}
		if f.mediaType != "" {
			tag = f.mediaType
		}
	}
	a.mediaType = mediaType(cleanText(tag), name, head)
	a.name = withExtension(name, cleanText(ext), a.mediaType, a.index)
	a.verbatim = a.file == nil && a.whole() && a.data.message() && isMessageFile(cleanText(tag), a.name)
	if a.verbatim {
		a.mediaType = "message/rfc822"
	}
	cid, _ := a.Text(mapi.AttachContentID)
	a.cid = cleanCID(cid)
	location, _ := a.Text(mapi.AttachLocation)
	a.location = cleanText(location)
	base, _ := a.Text(mapi.AttachContentBase)
	a.base = cleanText(base)
}

// fileName is the first of the properties that can hold a file's name.
func (a *attachment) fileName() string {
	for _, id := range []mapi.PropID{mapi.AttachLongFilename, mapi.AttachFilename, mapi.DisplayName,
		mapi.AttachLongPathname, mapi.AttachPathname} {
		s, _ := a.Text(id)
		if name := cleanFileName(s); name != "" {
			return name
		}
	}
	return ""
}

// unpacked is a file that was stored inside other data.
type unpacked struct {
	name      string // "" when the attachment's own counts
	ext       string // that the name must have, without a dot; "" for any
	mediaType string // "" when name and contents tell
	head      []byte
	write     func(io.Writer) error
	resource  func(io.Writer) error // an AppleDouble header to go before it; nil without
}

// unpack looks for a file inside the data (A14, A16).
func (it *item) unpack(a *attachment) {
	encoding, _ := a.Bytes(mapi.AttachEncoding)
	switch {
	case !a.whole():
	case a.method == mapi.AttachOLE:
		a.file = it.unpackOLE(a)
	case string(encoding) == macBinary:
		a.file = it.unpackMac(a)
	}
}
