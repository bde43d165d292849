package eml

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst"
)

// attachment is an attachment with what conversion needs of it. Its data is
// read once when the item is loaded, for its hash, size and shape, and a second
// time when it is written; it is never in memory.
type attachment struct {
	*pst.Attachment
	index  int   // from 1, in table order
	method int64 // PidTagAttachMethod

	name      string // file name, never empty
	mediaType string
	cid       string // content id without brackets
	location  string // Content-Location
	base      string // Content-Base
	inline    bool   // shown by the HTML body
	data      scan
	missing   bool   // no data where there should be some
	embedded  *item  // method 5
	tooDeep   bool   // method 5 that is not converted (A11)
	verbatim  bool   // a message that goes as it is (A9)
	title     string // subject of an attached message
}

// showable tells whether HTML can show the attachment (A6).
func (a *attachment) showable() bool { return a.embedded == nil && !a.tooDeep && !a.verbatim }

// loadAttachments reads the attachments and the messages in them.
func (it *item) loadAttachments() {
	list, err := it.Attachments()
	if err != nil {
		it.run.warn("A13", "attachments: %v", err)
	}
	for i, p := range list {
		a := &attachment{Attachment: p, index: i + 1}
		it.atts = append(it.atts, a)
		it.loadAttachment(a)
	}
}

func (it *item) loadAttachment(a *attachment) {
	a.method, _ = a.Int(mapi.AttachMethod)
	isObject := a.Type(mapi.AttachData) == mapi.TypeObject
	switch err := a.Err(); {
	case err != nil:
		it.run.warn("A13", "attachment %d: %v", a.index, err)
		a.missing = true
		a.describe()
		return
	case a.method == mapi.AttachEmbedded && a.Type(mapi.AttachData) != mapi.TypeBinary:
		it.loadEmbedded(a)
		return
	case a.method == mapi.AttachOLE:
		it.run.refuse("embedded OLE object")
	case a.method == mapi.AttachByWebRef:
		it.run.refuse("attachment by web reference")
	case isObject:
		it.run.refuse("attachment data as an object")
	case a.byReference() && !a.Has(mapi.AttachData): // with data it is as good as by value (A12)
		it.run.refuse("attachment by reference")
	}
	if !isObject {
		it.scanData(a)
	}
	a.describe()
	it.refuseFormats(a)
}

func (a *attachment) byReference() bool {
	switch a.method {
	case mapi.AttachByReference, mapi.AttachByRefResolve, mapi.AttachByRefOnly:
		return true
	}
	return false
}

// macBinary marks data in MacBinary ([MS-OXCMSG] 2.2.2.11).
const macBinary = "\x2A\x86\x48\x86\xF7\x14\x03\x0B\x01"

// refuseFormats refuses data that is to be unpacked.
func (it *item) refuseFormats(a *attachment) {
	encoding, _ := a.Bytes(mapi.AttachEncoding)
	if string(encoding) == macBinary {
		it.run.refuse("attachment in MacBinary")
	}
	if strings.HasPrefix(string(a.data.head), "\x78\x9F\x3E\x22") &&
		(strings.EqualFold(a.name, "winmail.dat") || strings.HasSuffix(a.mediaType, "ms-tnef")) {
		it.run.refuse("winmail.dat")
	}
}

// scanData reads the data once (A13).
func (it *item) scanData(a *attachment) {
	r, size, err := a.Open(mapi.AttachData)
	if err == nil {
		a.data, err = scanReader(r)
		a.data.expected = size
	}
	if err == nil && a.data.size != size {
		err = io.ErrUnexpectedEOF
	}
	switch {
	case err == nil:
	case errors.Is(err, pst.ErrNoProperty):
		a.missing = true
		it.run.warn("A13", "attachment %d has no data", a.index)
	case a.data.size == 0:
		a.missing = true
		it.run.warn("A13", "attachment %d: no data can be read: %v", a.index, err)
	default:
		a.data.truncated = true
		it.run.warn("A13", "attachment %d: %d of %d bytes could be read: %v", a.index, a.data.size, size, err)
	}
}

// loadEmbedded opens an attached message (A10), unless it is nested too deep
// (A11).
func (it *item) loadEmbedded(a *attachment) {
	m, err := a.Message()
	if err != nil {
		it.run.warn("A13", "attachment %d: the attached message cannot be read: %v", a.index, err)
		a.missing = true
		a.describe()
		return
	}
	it.run.embedded++
	a.title = (&item{Message: m, run: it.run}).subject()
	if it.depth+1 > it.run.o.maxDepth() || it.run.embedded > maxEmbedded {
		it.run.warn("A11", "attachment %d: the attached message %q is nested too deep and was left out", a.index, a.title)
		a.tooDeep = true
		return
	}
	a.embedded = it.run.load(m, it)
}

// describe finds name, type and the other fields of an attachment that is a
// file (A1, A2, A5).
func (a *attachment) describe() {
	tag, _ := a.Text(mapi.AttachMimeTag)
	name := a.fileName()
	a.mediaType = mediaType(cleanText(tag), name, a.data.head)
	ext, _ := a.Text(mapi.AttachExtension)
	a.name = withExtension(name, cleanText(ext), a.mediaType, a.index)
	a.verbatim = !a.missing && !a.data.truncated && a.data.message() && isMessageFile(cleanText(tag), a.name)
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

// write copies the data; it fails when less can be read than before.
func (a *attachment) write(w io.Writer) error {
	if a.missing || a.data.size == 0 {
		return nil
	}
	r, _, err := a.Open(mapi.AttachData)
	if err != nil {
		return fmt.Errorf("attachment %d: %w", a.index, err)
	}
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(w, sum), r, a.data.size); err != nil {
		return fmt.Errorf("attachment %d: %w", a.index, err)
	}
	if [32]byte(sum.Sum(nil)) != a.data.sum {
		return fmt.Errorf("attachment %d: %w", a.index, errChanged)
	}
	return nil
}

var errChanged = errors.New("the data changed while it was read")
