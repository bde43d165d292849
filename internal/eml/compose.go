package eml

import (
	"io"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// entity is the item as a message, with its header once more for those who want
// to look into it.
func (it *item) entity() (*entity, *header, error) {
	h := newHeader()
	root := it.secured()
	if root == nil {
		b, err := it.body()
		if err != nil {
			return nil, nil, err
		}
		if root, err = it.tree(b); err != nil {
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

// tree composes the MIME tree (M1): mixed around related around alternative,
// each only where it has something to hold together.
func (it *item) tree(b body) (*part, error) {
	if b.hasHTML {
		markInline(b.html, it.text(mapi.BodyLocation), it.atts)
	}
	shown, files, report, err := it.attachmentParts()
	if err != nil {
		return nil, err
	}
	if b.badRTF != nil {
		files = append(files, rawRTF(b.badRTF))
	}
	if len(report.machine) > 0 && !b.hasText && !b.hasHTML {
		b.text, b.hasText = it.reportText(), true
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
	for _, a := range it.atts {
		list, err := it.parts(a)
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
// without a body has an empty text.
func (it *item) bodyParts(b body) (root *part, mediaType string) {
	var parts []*part
	if b.hasText || !b.hasHTML {
		parts = append(parts, textPart("text/plain", b.text, ""))
		mediaType = "text/plain"
	}
	if b.hasHTML {
		parts = append(parts, textPart("text/html", b.html, it.htmlPlaces()))
		mediaType = "text/html"
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

// rawRTF is an RTF body that cannot be decompressed, as it is stored (B2).
func rawRTF(data []byte) *part {
	fields := "Content-Type: " + octetStream + "; name=\"body.rtf.lzfu\"\r\n" +
		"Content-Transfer-Encoding: base64\r\n" +
		"Content-Disposition: attachment; filename=\"body.rtf.lzfu\"\r\n"
	return base64Part(fields, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}
