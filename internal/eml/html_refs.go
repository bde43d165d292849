package eml

import (
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// urlAttributes hold the URL of something that is shown with the page (A6);
// "href" is not among them, what it names is not shown.
var urlAttributes = set("src", "background", "data", "poster", "xlink:href")

var cssURL = regexp.MustCompile(`(?i)url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)`)

// maxComments bounds comments inside comments.
const maxComments = 3

// htmlReferences lists the URLs of what an HTML text shows, in document order,
// each once, with character references decoded. Conditional comments count:
// VML images are in them.
func htmlReferences(text string) []string { return readReferences(text).list }

func readReferences(text string) references {
	r := references{seen: map[string]bool{}}
	r.scan(text, 0)
	return r
}

type references struct {
	list []string
	seen map[string]bool
	base string // that the text says its URLs are relative to
}

func (r *references) add(u string) {
	if u = strings.TrimSpace(u); u != "" && !r.seen[u] {
		r.seen[u] = true
		r.list = append(r.list, u)
	}
}

func (r *references) scan(text string, depth int) {
	z := html.NewTokenizer(strings.NewReader(text))
	style := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			if style {
				r.css(string(z.Text()))
			}
		case html.CommentToken:
			if c := string(z.Text()); strings.HasPrefix(strings.TrimSpace(c), "[if") && depth < maxComments {
				_, inner, _ := strings.Cut(c, ">")
				r.scan(inner, depth+1)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			style = r.tag(z)
		case html.EndTagToken:
			style = false
		}
	}
}

// tag takes the references of a start tag and tells whether a style sheet
// begins.
func (r *references) tag(z *html.Tokenizer) (style bool) {
	name, more := z.TagName()
	style = string(name) == "style"
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch k := string(key); {
		case urlAttributes[k]:
			r.add(string(value))
		case k == "href" && string(name) == "base" && r.base == "":
			r.base = strings.TrimSpace(string(value))
		case k == "srcset":
			for candidate := range strings.SplitSeq(string(value), ",") {
				u, _, _ := strings.Cut(strings.TrimSpace(candidate), " ")
				r.add(u)
			}
		case k == "style":
			r.css(string(value))
		}
	}
	return style
}

func (r *references) css(text string) {
	for _, m := range cssURL.FindAllStringSubmatch(text, -1) {
		r.add(m[1] + m[2] + m[3])
	}
}

// percentDecoded undoes %XX; text that is not so encoded stays as it is.
func percentDecoded(s string) string {
	if d, err := url.PathUnescape(s); err == nil {
		return d
	}
	return s
}

// cidOf is the content id that a URL names (RFC 2392); ok is false for another
// kind of URL.
func cidOf(u string) (id string, ok bool) {
	if len(u) < 4 || !strings.EqualFold(u[:4], "cid:") {
		return "", false
	}
	return strings.Trim(percentDecoded(u[4:]), "<> "), true
}

// shown finds attachments by what a URL can say of them; the first of several
// with the same id or name counts.
type shown struct {
	baseURL            string // of the HTML: what it says itself, or its Content-Location
	cid, folded, names map[string]*attachment
	located            []*attachment
}

func newShown(baseURL string, atts []*attachment) *shown {
	s := &shown{baseURL: baseURL, cid: map[string]*attachment{}, folded: map[string]*attachment{},
		names: map[string]*attachment{}}
	put := func(m map[string]*attachment, key string, a *attachment) {
		if key != "" && m[key] == nil {
			m[key] = a
		}
	}
	for _, a := range atts {
		if !a.showable() {
			continue
		}
		put(s.cid, a.cid, a)
		put(s.folded, strings.ToLower(a.cid), a)
		put(s.names, strings.ToLower(a.name), a)
		if a.location != "" {
			s.located = append(s.located, a)
		}
	}
	return s
}

// markInline finds the attachments that the HTML shows (A6). One that is only
// found by its file name gets the id or location that the HTML has for it:
// readers of mail do not look for names.
func markInline(text, baseURL string, atts []*attachment) {
	if len(atts) == 0 {
		return
	}
	refs := readReferences(text)
	if full := resolved(baseURL, refs.base); full != "" {
		baseURL = full
	}
	s := newShown(baseURL, atts)
	used := map[*attachment]bool{}
	for _, ref := range refs.list {
		if a := s.placed(ref); a != nil {
			a.inline, used[a] = true, true
		}
	}
	for _, ref := range refs.list {
		if a := s.named(ref); a != nil && s.placed(ref) == nil {
			a.inline = true
			if !used[a] {
				used[a] = true
				a.answerTo(ref, baseURL)
			}
		}
	}
}

// answerTo makes the place of an attachment the one that the HTML names; the
// stored one leads nowhere.
func (a *attachment) answerTo(ref, baseURL string) {
	if id, ok := cidOf(ref); ok {
		a.cid = id
		return
	}
	a.location, a.base = ref, ""
	if full := resolved(baseURL, ref); full != "" {
		a.location = full
	}
}

// placed is the attachment whose Content-ID or Content-Location is a URL, nil
// without one.
func (s *shown) placed(ref string) *attachment {
	if id, ok := cidOf(ref); ok {
		if a := s.cid[id]; a != nil {
			return a
		}
		if a := s.folded[strings.ToLower(id)]; a != nil {
			return a
		}
	}
	for _, a := range s.located {
		if sameLocation(ref, a, s.baseURL) {
			return a
		}
	}
	return nil
}

// named is the attachment whose file name a URL is, nil without one.
func (s *shown) named(ref string) *attachment {
	name, ok := cidOf(ref)
	if !ok {
		if name = percentDecoded(ref); strings.ContainsAny(name, "/:") {
			return nil
		}
	}
	return s.names[strings.ToLower(name)]
}

// sameLocation tells whether a URL is the Content-Location of an attachment,
// exactly or after both are resolved against their bases.
func sameLocation(ref string, a *attachment, baseURL string) bool {
	if ref == a.location || percentDecoded(ref) == a.location {
		return true
	}
	base := a.base
	if base == "" {
		base = baseURL
	}
	full := resolved(baseURL, ref)
	return full != "" && full == resolved(base, a.location)
}

// resolved is ref as an absolute URL, "" when it is none.
func resolved(base, ref string) string {
	u, err := url.Parse(ref)
	if err != nil {
		return ""
	}
	if b, err := url.Parse(base); err == nil && base != "" {
		u = b.ResolveReference(u)
	}
	if !u.IsAbs() {
		return ""
	}
	return u.String()
}
