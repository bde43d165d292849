package eml

import (
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// entity is the item as a message, with its header once more for those who want
// to look into it.
func (it *item) entity() (*entity, *header, error) {
	h := newHeader()
	root := it.secured()
	if root == nil {
		var err error
		if root, err = it.tree(); err != nil {
			return nil, nil, err
		}
	} else {
		h.content = strings.Contains(root.fields, "multipart/signed") // M20: it brings its own fields
	}
	if fields := it.header(); fields != nil {
		it.keepHeader(h, fields)
	} else {
		it.synthesize(h)
	}
	return &entity{header: h.text.String(), root: root}, h, nil
}

// tree is the MIME tree of what is not signed or encrypted.
func (it *item) tree() (*part, error) {
	if it.kind.IsPIM() && it.kind != KindSticky {
		return it.personalTree()
	}
	return it.mailTree(it.wholeBody())
}

// mailTree composes the MIME tree (M1): mixed around related around alternative,
// each only where it has something to hold together. more are further files.
func (it *item) mailTree(b body, more []*part) (*part, error) {
	if b.hasHTML {
		markInline(b.html, b.of.text(mapi.BodyLocation), it.files())
	}
	if b.rich != nil {
		b.rich.markInline()
	}
	shown, files, report, err := it.attachmentParts()
	if err != nil {
		return nil, err
	}
	files = append(files, more...)
	if b.badRTF != nil {
		files = append(files, rtfFile(octetStream, "body.rtf.lzfu", b.badRTF))
	}
	if b.rich != nil {
		inline, rest := b.rich.parts()
		shown, files = append(shown, inline...), append(files, rest...)
	}
	if len(report.machine) > 0 && !b.hasText && !b.hasHTML {
		b.text, b.hasText = it.reportText(), true
	}
	if it.run.o.MakePlain {
		b.makePlain()
	}
	root, rootType := it.bodyParts(b)
	if len(shown) > 0 {
		root = multipart("related", append([]*part{root}, shown...))
		root.params = []string{`type="` + rootType + `"`}
	}
	if len(report.machine) > 0 {
		root = multipart("report", append([]*part{root}, report.machine...))
		root.params = []string{"report-type=" + report.kind}
	}
	return multipart("mixed", append([]*part{root}, files...)), nil
}

// attachmentParts are the attachments as parts: what the HTML shows, other files,
// and what belongs to a report.
func (it *item) attachmentParts() (shown, files []*part, rep report, err error) {
	rep = it.newReport()
	for _, a := range it.files() {
		if a.of.consumed(a) {
			continue
		}
		list, err := a.of.parts(a)
		if err != nil {
			return nil, nil, rep, err
		}
		switch {
		case a.inline:
			shown = append(shown, list...)
		case rep.take(a, list):
		default:
			files = append(files, list...)
		}
	}
	it.finishReport(&rep)
	return shown, files, rep, nil
}

// bodyParts are the bodies as one part, and the type of that part. A message
// without a body has an empty text. A calendar is the last of them: the form that
// says most.
func (it *item) bodyParts(b body) (root *part, mediaType string) {
	var parts []*part
	if b.hasText || !b.hasHTML {
		parts = append(parts, textPart("text/plain", b.text, ""))
		mediaType = "text/plain"
	}
	if b.hasHTML {
		parts = append(parts, b.of.htmlPart(b))
		mediaType = "text/html"
	}
	if p := it.calendarPart(); p != nil {
		parts = append(parts, p)
	}
	if len(parts) > 1 {
		mediaType = "multipart/alternative"
	}
	return multipart("alternative", parts), mediaType
}

// htmlPlaces are Content-ID and Content-Location of the HTML body.
func (it *item) htmlPlaces() string {
	fields := ""
	if cid := cleanCID(it.text(mapi.BodyContentID)); cid != "" {
		fields = it.placeField("Content-ID", "<"+percentEncoded(cid, `<>"`)+">")
	}
	return fields + it.placeField("Content-Location", percentEncoded(it.text(mapi.BodyLocation), ""))
}
