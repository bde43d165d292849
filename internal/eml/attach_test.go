package eml

import (
	"bytes"
	"mime"
	"os"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

var png = []byte("\x89PNG\r\n\x1a\n image")

func cid(id string) psttest.Prop { return psttest.Str(mapi.AttachContentID, id) }

// with adds properties to an attachment.
func with(a psttest.Attachment, props ...psttest.Prop) psttest.Attachment {
	a.Props = append(a.Props, props...)
	return a
}

func TestC52Inline(t *testing.T) {
	m := note(htmlBody(`<img src="cid:img1@x">`)).Attach(with(psttest.ByValue("a.png", "image/png", png), cid("<img1@x>")))
	s, _ := convert(t, m, nil)
	leaves := wantTree(t, s, "related{alternative{text/plain text/html} image/png}")
	if h := leaves[2].header; h.Get("Content-Id") != "<img1@x>" || !strings.HasPrefix(h.Get("Content-Disposition"), "inline;") {
		t.Errorf("header %v", h)
	}
	if leaves[2].body != string(png) {
		t.Errorf("data %q", leaves[2].body)
	}
	if v, _ := field(t, s, "Content-Type"); !strings.Contains(v, `type="multipart/alternative"`) {
		t.Errorf("root %s", v)
	}
}

func TestC53HiddenButNotShown(t *testing.T) {
	s, _ := convert(t, note(htmlBody("<p>x</p>")).Attach(psttest.Inline("a.png", "image/png", "img1@x", png)), nil)
	leaves := wantTree(t, s, "mixed{alternative{text/plain text/html} image/png}")
	if d := leaves[2].header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment;") {
		t.Errorf("disposition %s", d)
	}
}

func TestC54InlineAndFile(t *testing.T) {
	m := note(htmlBody(`<img src='CID:IMG1@x'>`)).Attach(psttest.ByValue("b.pdf", "application/pdf", []byte("%PDF-1")),
		psttest.Inline("a.png", "image/png", "img1@x", png))
	s, _ := convert(t, m, nil)
	wantTree(t, s, "mixed{related{alternative{text/plain text/html} image/png} application/pdf}")
}

func TestAttachmentOnly(t *testing.T) {
	s, _ := convert(t, drop(note(), mapi.Body).Attach(psttest.ByValue("b.pdf", "application/pdf", []byte("%PDF-1"))), nil)
	wantTree(t, s, "mixed{text/plain application/pdf}")
}

func TestInlineReferences(t *testing.T) {
	location := func(s string) psttest.Prop { return psttest.Str(mapi.AttachLocation, s) }
	for _, tc := range []struct {
		name, html string
		att        []psttest.Prop
		inline     bool
	}{
		{"entity", `<img src="cid:a&#64;x">`, []psttest.Prop{cid("a@x")}, true},
		{"percent", `<img src="cid:a%40x">`, []psttest.Prop{cid("a@x")}, true},
		{"href", `<a href="cid:a@x">`, []psttest.Prop{cid("a@x")}, false},
		{"background", `<td background=cid:a@x>`, []psttest.Prop{cid("a@x")}, true},
		{"style", `<td style="background:url( 'cid:a@x' )">`, []psttest.Prop{cid("a@x")}, true},
		{"style sheet", `<style>p{background:url(cid:a@x)}</style>`, []psttest.Prop{cid("a@x")}, true},
		{"srcset", `<img srcset="x.png 1x, cid:a@x 2x">`, []psttest.Prop{cid("a@x")}, true},
		{"VML in a conditional comment", `<!--[if gte vml 1]><v:imagedata src="cid:a@x"/><![endif]-->`, []psttest.Prop{cid("a@x")}, true},
		{"comment", `<!-- <img src="cid:a@x"> -->`, []psttest.Prop{cid("a@x")}, false},
		{"text", `cid:a@x`, []psttest.Prop{cid("a@x")}, false},
		{"location", `<img src="http://x.org/a.png">`, []psttest.Prop{location("http://x.org/a.png")}, true},
		{"resolved location", `<img src="b/a.png">`, []psttest.Prop{location("http://x.org/b/a.png"),
			psttest.Str(mapi.AttachContentBase, "http://x.org/")}, false},
		{"file name", `<img src="pic.png">`, nil, true},
		{"cid of the file name", `<img src="cid:pic.png">`, nil, true},
		{"path", `<img src="img/pic.png">`, nil, false},
		{"other id", `<img src="cid:b@x">`, []psttest.Prop{cid("a@x")}, false},
	} {
		s, _ := convert(t, note(htmlBody(tc.html)).Attach(with(psttest.ByValue("pic.png", "image/png", png), tc.att...)), nil)
		want := "mixed{alternative{text/plain text/html} image/png}"
		if tc.inline {
			want = "related{alternative{text/plain text/html} image/png}"
		}
		if got, _ := parse(t, s); got != want {
			t.Errorf("%s: %s", tc.name, got)
		}
	}
	m := note(htmlBody(`<img src="b/a.png">`), psttest.Str(mapi.BodyLocation, "http://x.org/")).
		Attach(with(psttest.ByValue("x.png", "image/png", png), location("http://x.org/b/a.png")))
	s, _ := convert(t, m, nil)
	wantTree(t, s, "related{alternative{text/plain text/html} image/png}")
}

// A6: a part that only its file name leads to is found by readers of mail that do
// not look for names: it gets the id or location that the HTML has.
func TestPictureFoundByItsName(t *testing.T) {
	location := psttest.Str(mapi.AttachLocation, "http://internal/pic.png")
	for _, tc := range []struct {
		name, html, base     string
		att                  []psttest.Prop
		wantID, wantLocation string
	}{
		{"cid", `<img src="cid:pic.png">`, "", nil, "<pic.png>", ""},
		{"cid beside another id", `<img src="cid:Pic.png">`, "", []psttest.Prop{cid("unused@x")}, "<Pic.png>", ""},
		{"relative", `<img src="pic.png">`, "", nil, "", "pic.png"},
		{"relative beside another place", `<img src="pic.png">`, "", []psttest.Prop{location, cid("a@x")}, "<a@x>", "pic.png"},
		{"relative to the base that the HTML names", `<base href="http://x.org/c/index.htm"><img src="pic.png">`, "http://x.org/b/", nil, "", "http://x.org/c/pic.png"},
		{"at its place", `<BASE HREF=http://internal/><img src="pic.png">`, "", []psttest.Prop{location}, "", "http://internal/pic.png"},
		{"relative to the HTML", `<img src="pic.png">`, "http://x.org/b/", nil, "", "http://x.org/b/pic.png"},
		{"found otherwise too", `<img src="pic.png"><img src="cid:a@x">`, "", []psttest.Prop{location, cid("a@x")}, "<a@x>", "http://internal/pic.png"},
	} {
		m := note(htmlBody(tc.html), psttest.Str(mapi.BodyLocation, tc.base)).Attach(with(psttest.ByValue("pic.png", "image/png", png), tc.att...))
		s, _ := convert(t, m, nil)
		h := wantTree(t, s, "related{alternative{text/plain text/html} image/png}")[2].header
		if id, at := h.Get("Content-Id"), h.Get("Content-Location"); id != tc.wantID || at != tc.wantLocation {
			t.Errorf("%s: id %q, location %q", tc.name, id, at)
		}
	}
}

func TestSecondAttachmentOfAnIDIsAFile(t *testing.T) {
	m := note(htmlBody(`<img src="cid:a@x">`)).Attach(psttest.Inline("1.png", "image/png", "a@x", png),
		psttest.Inline("2.png", "image/png", "a@x", png))
	s, _ := convert(t, m, nil)
	wantTree(t, s, "mixed{related{alternative{text/plain text/html} image/png} image/png}")
}

func TestC55FileNames(t *testing.T) {
	s, _ := convert(t, note().Attach(psttest.ByValue("Übersicht 2020.pdf", "application/pdf", []byte("x"))), nil)
	if !strings.Contains(s, "filename*=UTF-8''%C3%9Cbersicht%202020.pdf") || !strings.Contains(s, `name="=?UTF-8?B?`) {
		t.Errorf("got %s", s)
	}
	for _, name := range []string{"Übersicht 2020.pdf", "a.pdf", `q"uote.pdf`, strings.Repeat("長い", 60) + ".pdf",
		strings.Repeat("ascii ", 100) + ".pdf", "percent%20.pdf", "se;mi'colon.pdf"} {
		s, _ := convert(t, note().Attach(psttest.ByValue(name, "application/pdf", []byte("x"))), nil)
		_, leaves := parse(t, s)
		h := leaves[1].header
		_, params, err := mime.ParseMediaType(h.Get("Content-Disposition"))
		if err != nil || params["filename"] != name {
			t.Errorf("%q became %q (%v)", name, params["filename"], err)
		}
		_, params, err = mime.ParseMediaType(h.Get("Content-Type"))
		if err != nil || decodeWords(params["name"]) != name {
			t.Errorf("%q became name %q (%v)", name, decodeWords(params["name"]), err)
		}
	}
}

func TestC56MediaTypes(t *testing.T) {
	for _, tc := range []struct{ tag, name, head, want string }{
		{"multipart/mixed", "a.pdf", "", "application/pdf"},
		{"junk", "a.pdf", "", "application/pdf"},
		{"multipart/mixed", "a", "", octetStream},
		{"message/delivery-status", "a.xyz", "", octetStream},
		{"image/pjpeg", "a.jpg", "", "image/jpeg"},
		{"application/octet-stream", "a.docx", "", extensionTypes["docx"]},
		{"Text/Plain; charset=x", "a.bin", "", "text/plain"},
		{"", "a", "%PDF-1.4", "application/pdf"},
		{"", "a", "GIF89a", "image/gif"},
		{"", "a", "what", octetStream},
		{"application/applefile", "a", "", octetStream},
		{"text/", "a", "", octetStream},
		{"te xt/plain", "a.txt", "", "text/plain"},
	} {
		if got := mediaType(tc.tag, tc.name, []byte(tc.head)); got != tc.want {
			t.Errorf("mediaType(%q, %q, %q) = %s, want %s", tc.tag, tc.name, tc.head, got, tc.want)
		}
	}
}

func TestFileNames(t *testing.T) {
	for _, tc := range []struct{ name, ext, mediaType, want string }{
		{`C:\folder\a.txt`, "", "", "a.txt"},
		{"../../etc/passwd", "", octetStream, "passwd"},
		{"a.txt. . ", "", "", "a.txt"},
		{"name\x01\nx.txt", "", "", "name x.txt"},
		{"", ".doc", "", "attachment-3.doc"},
		{"", "", "image/jpeg", "attachment-3.jpg"},
		{"Mr. Smith", "", "application/pdf", "Mr. Smith.pdf"},
		{"letter", "..doc", "", "letter.doc"},
		{"x", "", octetStream, "x"},
		{"D:x.txt", "", "", "x.txt"},
	} {
		if got := withExtension(cleanFileName(tc.name), tc.ext, tc.mediaType, 3); got != tc.want {
			t.Errorf("%q, %q, %q: %q, want %q", tc.name, tc.ext, tc.mediaType, got, tc.want)
		}
	}
	if got := titleFileName("RE: a/b\\c?", ".eml", 1); got != "RE_ a_b_c?.eml" {
		t.Errorf("title %q", got)
	}
	if got := titleFileName(" . ", ".eml", 7); got != "attachment-7.eml" {
		t.Errorf("empty title %q", got)
	}
}

func TestC57Embedded(t *testing.T) {
	inner := note(headers("Received: from x by y; Tue, 5 Mar 2024 08:09:10 +0000", "From: inner@x.org"), psttest.Str(mapi.Subject, "Inner"))
	middle := note(psttest.Str(mapi.Subject, "Middle/Ü")).Attach(psttest.Embed(inner))
	s, _ := convert(t, note().Attach(psttest.Embed(middle)), nil)
	leaves := wantTree(t, s, "mixed{text/plain message[mixed{text/plain message[text/plain]}]}")
	if got := leaves[1].header.Get("Content-Transfer-Encoding"); got != "7bit" {
		t.Errorf("transfer encoding %s", got)
	}
	if strings.Count(s, "Message-ID:") != 1 || strings.Count(s, "MIME-Version: 1.0\r\n") != 3 {
		t.Errorf("ids or versions in %s", s)
	}
	if !strings.Contains(s, "Received: from x by y; Tue, 5 Mar 2024 08:09:10 +0000\r\nFrom: inner@x.org\r\n") {
		t.Error("the header of the inner message was not kept")
	}
	if !strings.Contains(s, "filename*=UTF-8''Middle_%C3%9C.eml") {
		t.Errorf("file name in %s", s)
	}
}

func TestC57Depth(t *testing.T) {
	m := note(psttest.Str(mapi.Subject, "the innermost"))
	for range 21 {
		m = note().Attach(psttest.Embed(m))
	}
	s, res := convert(t, m, nil)
	wantRule(t, res, "A11", 1)
	if !strings.Contains(s, `The attached message "the innermost" is nested too deep`) || strings.Count(s, "Content-Type: message/rfc822") != 20 {
		t.Errorf("%d levels", strings.Count(s, "message/rfc822"))
	}
	parse(t, s)
	_, res = convert(t, m, &Options{MaxDepth: 30})
	wantRule(t, res, "A11", 0)
}

func TestC58MissingData(t *testing.T) {
	s, res := convert(t, note().Attach(psttest.Attachment{Props: []psttest.Prop{psttest.Str(mapi.AttachLongFilename, "a.pdf")}}), nil)
	leaves := wantTree(t, s, "mixed{text/plain application/pdf}")
	if leaves[1].body != "" || leaves[1].header.Get("X-Pst2imap-Error") != "attachment-data-missing" {
		t.Errorf("part %v", leaves[1])
	}
	wantRule(t, res, "A13", 1)
	s, res = convert(t, note().Attach(psttest.ByValue("a.pdf", "", nil)), nil)
	if len(res.Warnings) != 0 || strings.Contains(s, "X-Pst2imap-Error") {
		t.Errorf("an empty file is not missing: %v", res.Warnings)
	}
}

func TestMessageFiles(t *testing.T) {
	for _, tc := range []struct{ name, data, want string }{
		{"7-bit", "From: a@x.org\r\n\r\nbody\r\n", "mixed{text/plain message[text/plain]}"},
		{"bare LF", "From: a@x.org\n\nbody\n", "mixed{text/plain application/octet-stream}"},
		{"no header", "just text", "mixed{text/plain application/octet-stream}"},
		{"long line", "From: a@x.org\r\n\r\n" + strings.Repeat("x", 999), "mixed{text/plain application/octet-stream}"},
	} {
		s, _ := convert(t, note().Attach(psttest.ByValue("m.eml", "", []byte(tc.data))), nil)
		leaves := wantTree(t, s, tc.want)
		if leaves[1].body != tc.data {
			t.Errorf("%s: %q, want %q", tc.name, leaves[1].body, tc.data)
		}
	}
}

func TestVerbatim8BitIsLabelled(t *testing.T) {
	data := "From: a@x.org\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xfc\xdfe\r\n"
	inner := note().Attach(psttest.ByValue("m.eml", "message/rfc822", []byte(data)))
	var b bytes.Buffer
	if _, err := Convert(&b, open(t, note().Attach(psttest.Embed(inner))), nil); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "Content-Transfer-Encoding: 8bit\r\n"); n != 5 { // two multiparts, two messages, the data
		t.Errorf("%d labels in %s", n, b.String())
	}
	if !strings.Contains(b.String(), data) {
		t.Error("the message was changed")
	}
}

func TestBoundaryAvoidsVerbatimContent(t *testing.T) {
	m := func(extra string) *psttest.Message {
		return note().Attach(psttest.ByValue("m.eml", "", []byte("From: a@x.org\r\n\r\n"+extra+"body\r\n")))
	}
	s, _ := convert(t, m(""), nil)
	v, _ := field(t, s, "Content-Type")
	_, params, err := mime.ParseMediaType(v)
	if err != nil {
		t.Fatal(err)
	}
	s, _ = convert(t, m("--"+params["boundary"]+"\r\n"), nil)
	leaves := wantTree(t, s, "mixed{text/plain message[text/plain]}")
	if !strings.Contains(leaves[1].body, params["boundary"]) {
		t.Error("the attached message was cut")
	}
}

func TestC64CopyOfItself(t *testing.T) {
	body := psttest.Str(mapi.Body, "same")
	s, _ := convert(t, note(body).Attach(psttest.ByValue("a.txt", "", []byte("x")),
		psttest.Embed(note(body).Attach(psttest.ByValue("a.txt", "", []byte("x"))))), nil)
	wantTree(t, s, "mixed{text/plain text/plain message[mixed{text/plain text/plain}]}")
}

func TestC64Golden(t *testing.T) {
	m := note(htmlBody(`<img src="cid:i@x">`), psttest.Str(mapi.Subject, "Grüße")).
		Attach(psttest.Inline("i.png", "image/png", "i@x", png), psttest.ByValue("a.bin", "", []byte("data")))
	s, _ := convert(t, m, nil)
	want, err := os.ReadFile("testdata/inline-and-file.eml")
	if err != nil {
		t.Fatal(err)
	}
	// The file has LF line ends, so that no tool changes it.
	if got := strings.ReplaceAll(s, "\r\n", "\n"); got != string(want) {
		t.Errorf("the output changed:\n%s", got)
	}
}

func TestAttachDates(t *testing.T) {
	a := with(psttest.ByValue("a.txt", "", []byte("x")), psttest.Time(mapi.CreationTime, sent))
	s, _ := convert(t, note().Attach(a), &Options{AttachDates: true})
	if !strings.Contains(s, `creation-date="Tue, 05 Mar 2024 08:09:10 +0000"`) {
		t.Errorf("got %s", s)
	}
	parse(t, s)
}

func TestMessageAsBytes(t *testing.T) {
	a := psttest.ByValue("forward.msg", "", []byte("bytes"))
	a.Props = append(a.Props, psttest.Int32(mapi.AttachMethod, mapi.AttachEmbedded))
	s, _ := convert(t, note().Attach(a), nil)
	if leaves := wantTree(t, s, "mixed{text/plain application/vnd.ms-outlook}"); leaves[1].body != "bytes" {
		t.Errorf("data %q", leaves[1].body)
	}
}
