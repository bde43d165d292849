//go:build browser

package eml

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/pst2imap/pst2imap/internal/browsertest"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// showcase is an item and what a person sees of it.
type showcase struct {
	name   string
	item   *pst.Message
	want   []string // is on the page, white space apart
	absent []string // is not
	images int      // that are shown
	cells  int      // of tables
	links  []string
	bold   string
}

// TestBrowser shows chosen mails in Chromium as a mail program would and asserts
// what can be seen of them. Each is made a picture of, to look at; those of real
// items are not to be kept or shown to others.
func TestBrowser(t *testing.T) {
	b := browsertest.New(t)
	for _, s := range madeItems(t) {
		t.Run(s.name, func(t *testing.T) { s.check(t, show(t, b, s)) })
	}
	t.Run("real", func(t *testing.T) {
		for _, s := range realItems(t) {
			t.Run(s.name, func(t *testing.T) {
				page := show(t, b, s)
				s.check(t, page)
				checkWords(t, s.item, page.Text)
			})
		}
	})
}

// Sizes of the window, in pixels, and how much of a page is on its picture.
const (
	pageWidth  = 900
	pageHeight = 200 // a page is at least as high as its window
	maxPicture = 4000
)

// show converts an item, opens it in the browser and makes the picture.
func show(t *testing.T, b *browsertest.Browser, s showcase) *seenPage {
	t.Helper()
	b.For(t)
	var out bytes.Buffer
	res, err := Convert(&out, s.item, nil)
	if err != nil {
		t.Fatal(err)
	}
	b.Size(pageWidth, pageHeight)
	b.Open(newMailPage(t, out.String(), res).serve())
	var page seenPage
	b.Evaluate(look, &page)
	b.Size(pageWidth, min(page.Height+20, maxPicture))
	browsertest.Keep(t, "mail", s.name+".png", b.Picture())
	return &page
}

// check asserts what holds for every page, and what the item wants.
func (s showcase) check(t *testing.T, page *seenPage) {
	t.Helper()
	text := squeeze(page.Text)
	for _, bad := range []string{"\uFFFD", "Ã¤", "Ã©", "Ã¼", "â€", "Â ", "&nbsp;", "&lt;", `\par`, `\'`, "{\\*", "=?utf-8", "=?UTF-8"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q is on the page", bad)
		}
	}
	for _, w := range s.want {
		if !strings.Contains(text, squeeze(w)) {
			t.Errorf("%q is not on the page", w)
		}
	}
	for _, a := range s.absent {
		if strings.Contains(text, a) {
			t.Errorf("%q is on the page", a)
		}
	}
	images := 0
	for _, i := range page.Images {
		own := strings.HasPrefix(i.Src, "/")
		if i.Width > 0 {
			images++
		} else if own || strings.HasPrefix(i.Src, "cid:") || strings.HasPrefix(i.Src, "rtf-picture:") {
			t.Errorf("the picture %s is not shown", i.Src)
		}
	}
	if images < s.images || page.Cells < s.cells {
		t.Errorf("%d pictures and %d cells, want %d and %d", images, page.Cells, s.images, s.cells)
	}
	for _, l := range s.links {
		if !strings.Contains("\n"+strings.Join(page.Links, "\n")+"\n", "\n"+l+"\n") {
			t.Errorf("no link to %s among %d", l, len(page.Links))
		}
	}
	// Senders hide text in HTML of their own; what is made of RTF hides none.
	if page.Unreadable != "" && !s.item.Has(mapi.HTML) {
		t.Errorf("%d characters cannot be told from what is behind them", len(page.Unreadable))
	}
	if !strings.Contains(squeeze(page.Bold), s.bold) {
		t.Errorf("%q is not bold", s.bold)
	}
}

// squeeze makes any white space one blank.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// checkWords compares the page with the stored plain text: what programs made of
// the same mail has the same words.
func checkWords(t *testing.T, m *pst.Message, page string) {
	t.Helper()
	text, _ := m.Text(mapi.Body)
	words := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	}
	have := map[string]bool{}
	for _, w := range words(page) {
		have[w] = true
	}
	all, missing := 0, 0
	for _, w := range words(text) {
		if all++; !have[w] {
			missing++
		}
	}
	// Addresses of links and names of files are in the text, not on the page.
	if missing*8 > all {
		t.Errorf("%d of %d words of the stored text are not on the page", missing, all)
	}
}

// realItems are items of the corpus.
func realItems(t *testing.T) []showcase {
	dir := testneed.Corpus(t)
	list := []struct {
		name, file    string
		id            pst.NodeID
		images, cells int
	}{
		{"real-rich-native", "tika-variousBodyTypes.pst", 0x200064, 0, 0},
		{"real-rich-ost", "aspose-SampleOstFile.ost", 0x2134a4, 0, 0},
		{"real-rich-ost-2", "aspose-SampleOstFile.ost", 0x2144a4, 0, 0},
		{"real-rich-ansi", "97_outlook_pass12345.pst", 0x2000a4, 0, 0},
		{"real-wrapped-pictures", "2003_compressible_quickquick.pst", 0x200164, 1, 0},
		{"real-pictures", "libyal-outlook.pst", 0x200024, 1, 0},
		{"real-pictures-2", "nc-archives-sample.pst", 0x200024, 1, 0},
		{"real-pictures-ost", "pstextractortest@outlook.com.ost", 0x200104, 1, 0},
		{"real-iso2022jp", "jintrick-sample.pst", 0x200024, 0, 0},
		{"real-japanese-attached", "msgInMsg.pst", 0x200024, 0, 0},
		{"real-korean", "silver-test.pst", 0x200024, 1, 0},
		{"real-ndr", "aspose-passwordprotectedPST.pst", 0x200144, 0, 0},
		{"real-read", "aspose-passwordprotectedPST.pst", 0x2001c4, 0, 0},
		{"real-wrapped-files", "aspose-passwordprotectedPST.pst", 0x2002c4, 0, 0},
		{"real-nested", "four_nesting_levels.pst", 0x2002c4, 0, 0},
		{"real-signed", "mcflip-TEST.pst", 0x200044, 0, 0},
		{"real-draft", "200 recipients.pst", 0x200024, 0, 0},
		{"real-plain", "tika-testPST.pst", 0x200064, 0, 0},
		{"real-rules", "backup_with_rules.pst", 0x200044, 0, 0},
	}
	var out []showcase
	for _, r := range list {
		s, err := pst.Open(filepath.Join(dir, r.file))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() }) // it was only read
		m, err := s.Message(r.id)
		if err != nil {
			t.Fatalf("%s: %v", r.name, err)
		}
		out = append(out, showcase{name: r.name, item: m, images: r.images, cells: r.cells})
	}
	return out
}
