package rtf

import (
	"bytes"
	"errors"
	"html"
)

// ErrNotHTML says that RTF does not wrap HTML; see [Recognize].
var ErrNotHTML = errors.New("the RTF does not wrap HTML")

// Options says what the conversion cannot know by itself. A nil *Options is
// that of a message without attachments.
type Options struct {
	// Resolves tells whether a link of the HTML, "cid:…" or a location, leads
	// to an attachment of the message. nil means that none does.
	Resolves func(url string) bool
}

func (o *Options) resolves(url string) bool {
	return o != nil && o.Resolves != nil && url != "" && o.Resolves(url)
}

// Decapsulate takes out the HTML that RTF of kind [HTML] wraps ([MS-OXRTFEX]
// 2.2, rules B7 to B13). Lines end in CR LF where the source of the HTML had
// line ends. Links that only the rewritten form of a tag resolves are taken from
// it.
//
// The warnings name what was not as it should be; the HTML is as whole as it can
// be. The error is [ErrNotHTML].
func Decapsulate(rtf []byte, o *Options) (html string, warnings []string, err error) {
	if Recognize(rtf) != HTML {
		return "", nil, ErrNotHTML
	}
	d := unwrap(rtf, true, o)
	return string(d.out), d.list, nil
}

// DecapsulateText takes out the plain text that RTF of kind [Text] wraps
// ([MS-OXRTFEX] 2.2, rule B14). Lines end in CR LF.
func DecapsulateText(rtf []byte) (text string, warnings []string) {
	d := unwrap(rtf, false, nil)
	return string(d.out), d.list
}

// unwrapper takes out what RTF wraps.
type unwrapper struct {
	engine
	options *Options
	html    bool // what is wrapped is HTML
	out     []byte
	other   otherTag
}

func unwrap(b []byte, html bool, o *Options) *unwrapper {
	d := &unwrapper{engine: newEngine(b), options: o, html: html, out: make([]byte, 0, len(b)/2)}
	d.h = d
	d.run()
	return d
}

// leftOut are destinations that no \* precedes and whose text is not that of the
// document (rule B8).
var leftOut = map[string]bool{
	"stylesheet": true, "info": true, "pict": true, "object": true, "pntext": true, "pntxta": true, "pntxtb": true,
	"listtext": true, "listtable": true, "generator": true, "filetbl": true, "nonshppict": true, "shprslt": true,
	"header": true, "headerl": true, "headerr": true, "headerf": true, "nonesttables": true,
	"footer": true, "footerl": true, "footerr": true, "footerf": true, "footnote": true,
	"fldinst": true, "xe": true, "tc": true, "rxe": true, "template": true,
}

// written are the control words that stand for characters: as HTML text, and in
// HTML source or plain text (rule B13).
var written = map[string][2]string{
	"par": {"\r\n", "\r\n"}, "line": {"\r\n", "\r\n"}, "tab": {"\t", "\t"},
	"lquote": {"&lsquo;", "‘"}, "rquote": {"&rsquo;", "’"}, "ldblquote": {"&ldquo;", "“"}, "rdblquote": {"&rdquo;", "”"},
	"bullet": {"&bull;", "•"}, "endash": {"&ndash;", "–"}, "emdash": {"&mdash;", "—"},
	"~": {"&nbsp;", "\u00a0"}, "_": {"&shy;", "\u00ad"},
}

func (d *unwrapper) word(t *token, star bool) {
	switch string(t.data) {
	case "htmlrtf":
		d.st.htmlrtf = !t.hasArg || t.arg != 0
		return
	case "htmltag", "mhtmltag":
		d.tag(t)
		return
	}
	switch {
	case d.st.dest == destSkip:
	case star || leftOut[string(t.data)]:
		d.st.dest = destSkip
	default:
		d.write(t.data)
	}
}

// tag begins a tag of the HTML or its other form.
func (d *unwrapper) tag(t *token) {
	switch {
	case d.st.dest != destBody:
	case string(t.data) == "htmltag":
		d.st.dest = destTag
		d.other.tag(t.arg, len(d.out))
	default:
		d.st.dest = destOtherTag
		d.other.begin(t.arg)
	}
}

func (d *unwrapper) symbol(c byte) {
	switch c {
	case '\r', '\n':
		d.write([]byte("par"))
	case '\t':
		d.write([]byte("tab"))
	default:
		d.write([]byte{c})
	}
}

// write puts what a control word stands for.
func (d *unwrapper) write(word []byte) {
	s, ok := written[string(word)]
	switch {
	case !ok:
	case d.html && d.st.dest == destBody:
		d.put([]byte(s[0]))
	default:
		d.put([]byte(s[1]))
	}
}

func (d *unwrapper) text(b []byte) {
	if d.html && d.st.dest == destBody && !d.st.htmlrtf {
		d.other.ready = false
		d.out = appendEscaped(d.out, b)
		return
	}
	d.put(b)
}

// put writes text that needs no escaping.
func (d *unwrapper) put(b []byte) {
	switch {
	case d.st.htmlrtf:
	case d.st.dest == destOtherTag:
		d.other.text = append(d.other.text, b...)
	case d.st.dest == destBody || d.st.dest == destTag:
		d.other.ready = false
		d.out = append(d.out, b...)
	}
}

func (d *unwrapper) binary([]byte) {}

func (d *unwrapper) left(st *state) {
	if st.dest == d.st.dest {
		return
	}
	switch st.dest {
	case destOtherTag:
		d.other.ready = true
	case destTag:
		d.out = d.other.choose(d.out, d.options)
	}
}

// appendEscaped writes text as HTML. An ampersand that begins a character
// reference stays: some writers have the reference in the text.
func appendEscaped(out, b []byte) []byte {
	from := 0
	for i, c := range b {
		var s string
		switch c {
		case '<':
			s = "&lt;"
		case '>':
			s = "&gt;"
		case '&':
			if reference(b[i:]) {
				continue
			}
			s = "&amp;"
		default:
			continue
		}
		out = append(append(out, b[from:i]...), s...)
		from = i + 1
	}
	return append(out, b[from:]...)
}

// maxReference is the length of the longest character reference of HTML.
const maxReference = 33

// reference tells whether b, which begins with an ampersand, begins with a
// character reference.
func reference(b []byte) bool {
	end := bytes.IndexByte(b[:min(len(b), maxReference)], ';')
	if end < 0 || b[1] == '#' && hexDigit(b[end-1]) < 0 {
		return false
	}
	s := string(b[:end+1])
	// A name without its semicolon may be the beginning of what stands here.
	u := html.UnescapeString(s)
	return u != s && (len(u) == 1 || u[len(u)-1] != ';')
}
