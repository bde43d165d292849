package eml

import (
	"bytes"
	"cmp"
	"errors"
	"html"
	"io"
	"slices"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/rtf"
)

// rtfKind is what PidTagRtfCompressed holds (B1).
type rtfKind int

const (
	rtfNone rtfKind = iota
	rtfHTML
	rtfText
	rtfRich
	rtfBad
)

// rtfSource is the RTF body of an item, which is only looked at when the
// decision needs it.
type rtfSource struct {
	it    *item
	known bool
	is    rtfKind
	text  []byte // decompressed
}

// kind tells what the RTF holds.
func (s *rtfSource) kind() rtfKind {
	if s.known {
		return s.is
	}
	s.known = true
	raw, _ := s.it.Bytes(mapi.RtfCompressed)
	if blank(string(raw)) {
		return s.is
	}
	text, err := rtf.Decompress(raw)
	begin := bytes.TrimLeft(text, " \t\r\n\x00")
	if errors.Is(err, rtf.ErrFormat) || !bytes.HasPrefix(begin, []byte(`{\rtf`)) {
		s.is = rtfBad
		return s.is
	}
	if err != nil {
		s.it.run.warn("B5", "%v", err)
	}
	s.text = text
	s.is = map[rtf.Kind]rtfKind{rtf.HTML: rtfHTML, rtf.Text: rtfText, rtf.Rich: rtfRich}[rtf.Recognize(text)]
	return s.is
}

// bodyFromRTF makes what B2 wants from the RTF. HTML and text that were wrapped
// and are not there after all are read as the RTF that a program without
// knowledge of the wrapping would show.
func (it *item) bodyFromRTF(b *body, kind rtfKind, s *rtfSource) {
	switch kind {
	case rtfHTML:
		it.wrappedHTML(b, s)
	case rtfText:
		text, warnings := rtf.DecapsulateText(s.text)
		it.rtfWarnings("B14", warnings)
		if blank(text) {
			it.richRTF(b, s)
			return
		}
		b.setText(text)
	case rtfRich:
		it.richRTF(b, s)
	case rtfBad:
		b.badRTF, _ = it.Bytes(mapi.RtfCompressed)
		it.run.warn("B2", "the RTF body cannot be read and is attached as it is")
	}
}

func (it *item) rtfWarnings(rule string, list []string) {
	for _, w := range list {
		it.run.warn(rule, "RTF body: %s", w)
	}
}

// wrappedHTML takes the HTML out of RTF (B8 to B13, B17).
func (it *item) wrappedHTML(b *body, s *rtfSource) {
	shown := newShown(it.text(mapi.BodyLocation), it.atts)
	text, warnings, err := rtf.Decapsulate(s.text, &rtf.Options{Resolves: func(url string) bool { return shown.placed(url) != nil }})
	if err != nil || blank(text) {
		it.richRTF(b, s)
		return
	}
	it.rtfWarnings("B8", warnings)
	b.setHTML(declareUTF8(strings.TrimPrefix(text, "\uFEFF")))
}

// richBody is HTML that was made from RTF, with what it shows.
type richBody struct {
	it     *item
	res    *rtf.Result
	placed []*attachment // at the places for attachments; empty when they do not fit
	source []byte        // to be attached too
}

// richRTF converts RTF (B20). Text is only made of it where none is stored.
func (it *item) richRTF(b *body, s *rtfSource) {
	res, err := rtf.Convert(s.text, nil)
	if err != nil { // kind has looked at the beginning
		it.run.warn("B20", "the RTF body cannot be converted: %v", err)
		b.rich = &richBody{it: it, res: &rtf.Result{}, source: s.text}
		return
	}
	it.rtfWarnings("B20", res.Warnings)
	r := &richBody{it: it, res: res, placed: it.placedAttachments(res.Attachments)}
	if it.run.o.KeepRTF || len(res.Unknown) > 0 {
		r.source = s.text
	}
	if len(res.Unknown) > 0 {
		it.run.warn("B20", "parts of the RTF body are not in the HTML, the RTF is attached: %s", strings.Join(res.Unknown, ", "))
	}
	b.rich = r
	b.setHTML(res.HTML)
	if !b.hasText {
		b.setText(res.FillText(r.placeText))
	}
}

// placedAttachments are the attachments that belong to places in the text, in
// their order (B21); none when their number is another.
func (it *item) placedAttachments(places int) []*attachment {
	type position struct {
		a  *attachment
		at uint32
	}
	var list []position
	for _, a := range it.atts {
		if at, ok := a.Int(mapi.RenderingPosition); ok && at != -1 && !a.Bool(mapi.AttachmentHidden) {
			list = append(list, position{a, uint32(at)})
		}
	}
	if len(list) != places {
		return nil
	}
	slices.SortStableFunc(list, func(x, y position) int { return cmp.Compare(x.at, y.at) })
	out := make([]*attachment, len(list))
	for i, p := range list {
		out[i] = p.a
	}
	return out
}

// shownTypes are the pictures that a mail program can be expected to show.
var shownTypes = set("image/png", "image/jpeg", "image/gif", "image/bmp")

// markInline notes which attachments the HTML will show.
func (r *richBody) markInline() {
	for i, a := range r.placed {
		if a.showable() && a.whole() && shownTypes[a.mediaType] {
			a.inline, a.place = true, i+1
		}
	}
}

// placeText is what stands for an attachment in a text.
func (r *richBody) placeText(i int) string {
	if i >= len(r.placed) {
		return ""
	}
	name := r.placed[i].name
	if name == "" {
		name = r.placed[i].title
	}
	return "[" + name + "]"
}

// fill completes the HTML for the message at a place.
func (r *richBody) fill(rootID, place string) string {
	return r.res.Fill(func(i int) string {
		return "cid:" + generatedCID("rtfimg", i+1, rootID, place)
	}, func(i int) string {
		if i >= len(r.placed) || r.placed[i].place == 0 {
			return html.EscapeString(r.placeText(i))
		}
		cid := r.placed[i].cid
		if cid == "" {
			cid = generatedCID("rtfatt", i+1, rootID, place)
		}
		return `<img src="cid:` + html.EscapeString(percentEncoded(cid, `<>"`)) + `" alt="` + html.EscapeString(r.placed[i].name) + `">`
	})
}

// htmlPart is the HTML body.
func (it *item) htmlPart(b body) *part {
	places := it.htmlPlaces()
	if b.rich == nil {
		return textPart("text/html", b.html, places)
	}
	p := &part{}
	p.late = func(rootID, place string) {
		*p = *textPart("text/html", crlf(b.rich.fill(rootID, place)), places)
	}
	return p
}

// parts are the pictures of the RTF, those that the HTML shows and the others,
// and the RTF itself if it is wanted.
func (r *richBody) parts() (shown, files []*part) {
	for i, pic := range r.res.Pictures {
		if !pic.Inline {
			files = append(files, rtfFile(pic.MIME, pic.Name, pic.Data))
			continue
		}
		p := &part{}
		p.late = func(rootID, place string) {
			*p = *dataPart(pic.MIME, pic.Name, pic.Data, "inline", "Content-ID: <"+generatedCID("rtfimg", i+1, rootID, place)+">\r\n")
		}
		shown = append(shown, p)
	}
	if r.source != nil {
		files = append(files, rtfFile("application/rtf", "body.rtf", r.source))
	}
	return shown, files
}

// rtfFile is a file that came out of the RTF body.
func rtfFile(mediaType, name string, data []byte) *part {
	return dataPart(mediaType, name, data, "attachment", "")
}

// dataPart is a leaf with data that is in memory.
func dataPart(mediaType, name string, data []byte, disposition, more string) *part {
	fields := "Content-Type: " + mediaType + "; name=" + quoted(name) + "\r\n" +
		"Content-Transfer-Encoding: base64\r\n" + more +
		"Content-Disposition: " + disposition + "; filename=" + quoted(name) + "\r\n"
	return base64Part(fields, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}
