//go:build browser

package eml

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"

	gomessage "github.com/emersion/go-message"

	"github.com/pst2imap/pst2imap/internal/browsertest"
)

// mailPage shows a mail as a mail program does: some fields, the best body, the
// files, and attached messages below it. HTML is in a frame of its own, served
// with the type that the mail gives it, so that a wrong charset is seen.
type mailPage struct {
	t     *testing.T
	files map[string]browsertest.File // by path
	page  strings.Builder
	count int

	located []string // absolute places of parts, and where they are here, in turn
}

var shownFields = []string{"From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject", "Importance", "Keywords",
	"Disposition-Notification-To", "X-MAPI-Message-Class", "Content-Type"}

// newMailPage is the page of a mail, with what else a person would see of it.
func newMailPage(t *testing.T, s string, res *Result) *mailPage {
	t.Helper()
	p := &mailPage{t: t, files: map[string]browsertest.File{}}
	p.page.WriteString(`<!DOCTYPE html><meta charset="utf-8"><style>body,pre{font:14px sans-serif;margin:8px}
iframe{border:1px solid #ccc;width:100%;display:block}pre{white-space:pre-wrap;border:1px solid #ccc;padding:6px}
div.in{margin-left:18px;border-left:3px solid #88f;padding-left:6px}.h{color:#456}</style>`)
	fmt.Fprintf(&p.page, "<div class=h>Flags: %s · received %s</div>", html.EscapeString(strings.Join(res.Flags, " ")), res.InternalDate)
	for _, w := range res.Warnings {
		fmt.Fprintf(&p.page, "<div class=h>Warning: %s</div>", html.EscapeString(w.String()))
	}
	p.mail([]byte(s))
	p.files["/"] = browsertest.File{Type: "text/html; charset=utf-8", Data: []byte(p.page.String())}
	return p
}

// mail adds a message.
func (p *mailPage) mail(b []byte) {
	e, err := gomessage.Read(bytes.NewReader(b))
	if err != nil {
		p.t.Fatal(err)
	}
	for _, name := range shownFields {
		if v, err := e.Header.Text(name); v != "" {
			fmt.Fprintf(&p.page, "<div class=h>%s: %s</div>", name, html.EscapeString(v))
		} else if err != nil {
			p.t.Errorf("%s: %v", name, err)
		}
	}
	p.part(e)
}

// part adds a part, of an alternative only the best.
func (p *mailPage) part(e *gomessage.Entity) {
	kind, params, err := e.Header.ContentType()
	if err != nil {
		p.t.Fatal(err)
	}
	mr := e.MultipartReader()
	if mr == nil {
		p.leaf(e, kind, params)
		return
	}
	var parts []*gomessage.Entity
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			p.t.Fatal(err)
		}
		b, err := io.ReadAll(part.Body)
		if err != nil {
			p.t.Fatal(err)
		}
		part.Header.Del("Content-Transfer-Encoding") // it is decoded
		copied, err := gomessage.New(part.Header, bytes.NewReader(b))
		if err != nil {
			p.t.Fatal(err)
		}
		parts = append(parts, copied)
	}
	switch kind {
	case "multipart/alternative":
		p.part(parts[len(parts)-1])
	case "multipart/related":
		p.related(parts)
	default:
		for _, part := range parts {
			p.part(part)
		}
	}
}

// related adds what the root shows before the root itself, where the root names
// it: by Content-ID or Content-Location, and by nothing else.
func (p *mailPage) related(parts []*gomessage.Entity) {
	dir := p.dir()
	base, _ := url.Parse(parts[0].Header.Get("Content-Location")) // that of the page, mostly none
	for i, part := range parts[1:] {
		b, err := io.ReadAll(part.Body)
		if err != nil {
			p.t.Fatal(err)
		}
		file := browsertest.File{Type: part.Header.Get("Content-Type"), Data: b}
		if id := strings.Trim(part.Header.Get("Content-Id"), "<>"); id != "" {
			if raw, err := url.PathUnescape(id); err == nil {
				id = raw
			}
			p.files[dir+"cid/"+id] = file
		}
		at := part.Header.Get("Content-Location")
		switch u, err := url.Parse(at); {
		case at == "" || err != nil:
		case !u.IsAbs():
			p.files[dir+u.Path] = file
		default:
			place := fmt.Sprintf("%sat/%d", dir, i)
			p.files[place] = file
			p.located = append(p.located, at, place)
			if base != nil && base.IsAbs() {
				if rel, ok := strings.CutPrefix(at, base.ResolveReference(&url.URL{Path: "."}).String()); ok {
					p.files[dir+rel] = file
				}
			}
		}
	}
	p.part(parts[0])
	p.located = nil
}

func (p *mailPage) dir() string { return fmt.Sprintf("/%d/", p.count) }

// baseTag would lead away from the server.
var baseTag = regexp.MustCompile(`(?i)<base[^>]*>`)

var cidURL = regexp.MustCompile(`(?i)cid:([^"'\s>)]+)`)

func (p *mailPage) leaf(e *gomessage.Entity, kind string, params map[string]string) {
	b, err := io.ReadAll(e.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	disposition, names, _ := e.Header.ContentDisposition() // a body has none
	switch {
	case kind == "message/rfc822":
		fmt.Fprintf(&p.page, "<div class=in><div class=h>Attached message: %s</div>", html.EscapeString(names["filename"]))
		p.mail(b)
		p.page.WriteString("</div>")
	case disposition == "attachment":
		fmt.Fprintf(&p.page, "<div class=h>File: <b>%s</b> (%s, %d bytes)</div>", html.EscapeString(names["filename"]), kind, len(b))
	case kind == "text/html":
		dir := p.dir()
		text := cidURL.ReplaceAllStringFunc(string(b), func(s string) string {
			id := html.UnescapeString(s[len("cid:"):])
			if raw, err := url.PathUnescape(id); err == nil {
				id = raw
			}
			return dir + "cid/" + url.PathEscape(id)
		})
		text = strings.NewReplacer(p.located...).Replace(baseTag.ReplaceAllString(text, ""))
		p.files[dir] = browsertest.File{Type: e.Header.Get("Content-Type"), Data: []byte(text)}
		fmt.Fprintf(&p.page, `<iframe sandbox="allow-same-origin" src="%s"></iframe>`, dir)
		p.count++
	default: // text of one kind or another
		if c := params["charset"]; strings.HasPrefix(kind, "text/") && c != "utf-8" && c != "us-ascii" && c != "" {
			p.t.Errorf("%s in %s", kind, c)
		}
		fmt.Fprintf(&p.page, "<div class=h>%s</div><pre>%s</pre>", kind, html.EscapeString(string(b)))
	}
}

// serve makes the page reachable for the browser; nothing in it runs or is
// fetched from elsewhere.
func (p *mailPage) serve() string {
	p.t.Helper()
	return browsertest.Serve(p.t, p.files, "default-src 'self' 'unsafe-inline' data:; script-src 'none'")
}

// seenPage is what the browser tells of a page, with all frames in it.
type seenPage struct {
	Text   string // as laid out: without what is hidden
	Images []struct {
		Src   string
		Width int
	}
	Cells, Height int
	Links         []string
	Unreadable    string // text in the colour of what is behind it
	Bold          string // all text that is bold
}

// look is the expression for a seenPage. It makes every frame as high as what is
// in it.
const look = `(() => {
const seen = {Text: "", Images: [], Cells: 0, Links: [], Bold: "", Unreadable: "", Height: 0};
const behind = e => {
  for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor;
    if (c != "rgba(0, 0, 0, 0)" && c != "transparent") return c;
  }
  return "rgb(255, 255, 255)";
};
const add = d => {
  seen.Text += d.body.innerText + "\n";
  for (const i of d.images) seen.Images.push({Src: i.getAttribute("src") || "", Width: i.naturalWidth});
  seen.Cells += d.querySelectorAll("td").length;
  for (const a of d.querySelectorAll("a[href]")) seen.Links.push(a.getAttribute("href"));
  for (const e of d.querySelectorAll("body *"))
    for (const n of e.childNodes)
      if (n.nodeType == 3 && n.data.trim()) {
        if (getComputedStyle(e).fontWeight >= 600) seen.Bold += n.data + "\n";
        if (getComputedStyle(e).color == behind(e)) seen.Unreadable += n.data + "\n";
      }
};
for (const f of document.querySelectorAll("iframe")) {
  add(f.contentDocument);
  f.style.height = f.contentDocument.documentElement.scrollHeight + "px";
}
add(document);
seen.Height = document.documentElement.scrollHeight;
return seen;
})()`
