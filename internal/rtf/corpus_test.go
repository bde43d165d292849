package rtf_test

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/rtf"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// stored is an RTF body of a real item and what is stored beside it.
type stored struct {
	where string
	rtf   []byte
	text  string
}

// corpus are the RTF bodies of all items of the corpus, also of embedded ones.
func corpus(t *testing.T) []stored {
	t.Helper()
	dir := testneed.Corpus(t)
	var all []stored
	for _, pattern := range []string{"*.pst", "*.ost"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			all = append(all, bodies(file)...)
		}
	}
	if len(all) == 0 {
		t.Fatal("no RTF was found: nothing was checked")
	}
	return all
}

func bodies(file string) (all []stored) {
	s, err := pst.Open(file)
	if err != nil {
		return nil
	}
	defer s.Close()
	inv, err := s.Inventory()
	if err != nil {
		return nil
	}
	for _, f := range inv.Folders {
		for _, id := range f.Items {
			if m, err := s.Message(id); err == nil {
				all = append(all, bodyOf(m, filepath.Base(file), 0)...)
			}
		}
	}
	return all
}

func bodyOf(m *pst.Message, where string, depth int) (all []stored) {
	if raw, ok := m.Bytes(mapi.RtfCompressed); ok {
		if b, _ := rtf.Decompress(raw); len(b) > 0 {
			text, _ := m.Text(mapi.Body)
			all = append(all, stored{where + "/" + m.ID.String(), b, text})
		}
	}
	atts, _ := m.Attachments()
	for _, a := range atts {
		if inner, err := a.Message(); err == nil && depth < 10 {
			all = append(all, bodyOf(inner, where, depth+1)...)
		}
	}
	return all
}

// read is the RTF as HTML, if it has any, and as text.
func (s *stored) read(t *testing.T) (kind rtf.Kind, page, text string) {
	t.Helper()
	kind = rtf.Recognize(s.rtf)
	var err error
	switch kind {
	case rtf.HTML:
		page, _, err = rtf.Decapsulate(s.rtf, nil)
		text = visible(page)
	case rtf.Text:
		text, _ = rtf.DecapsulateText(s.rtf)
	default:
		var r *rtf.Result
		if r, err = rtf.Convert(s.rtf, nil); err == nil {
			page, text = r.HTML, r.Text
			sound(t, s.rtf, r)
		}
	}
	if err != nil {
		t.Errorf("%s: %v", s.where, err)
	}
	return kind, page, text
}

func TestCorpus(t *testing.T) {
	var same, compared [3]int
	all := 0.0
	for _, s := range corpus(t) {
		kind, page, text := s.read(t)
		if _, again, textAgain := s.read(t); again != page || textAgain != text {
			t.Errorf("%s: the second time is not like the first", s.where)
		}
		if !utf8.ValidString(page) || !utf8.ValidString(text) {
			t.Errorf("%s: not UTF-8", s.where)
		}
		if strings.TrimSpace(s.text) == "" {
			continue
		}
		compared[kind]++
		rate := alike(words(text), words(s.text))
		if rate >= 0.97 {
			same[kind]++
			all++
			continue
		}
		t.Logf("%s: kind %d: %.3f of the words are those of the text body", s.where, kind, rate)
	}
	t.Logf("as the text body: %v of %v (RTF, HTML, text)", same, compared)
	// A few items have a text body that was not made of the same text.
	if n := compared[rtf.Rich] + compared[rtf.HTML] + compared[rtf.Text]; all < 0.97*float64(n) {
		t.Errorf("only %.0f of %d are like the text body", all, n)
	}
}

// words are those of a text without what renditions of HTML and links add.
func words(s string) []string {
	s = strings.NewReplacer("\u00a0", " ", "\u00ad", "", "\u2011", "-", "\ufffc", " ").Replace(s)
	return strings.Fields(s)
}

// alike is the part of the words that two texts share, each as often as it is
// there.
func alike(a, b []string) float64 {
	count := make(map[string]int)
	for _, w := range a {
		count[w]++
	}
	shared := 0
	for _, w := range b {
		if count[w] > 0 {
			count[w]--
			shared++
		}
	}
	if len(a)+len(b) == 0 {
		return 1
	}
	return 2 * float64(shared) / float64(len(a)+len(b))
}

// visible is the text of an HTML document.
func visible(page string) string {
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	skip := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return out.String()
		case html.TextToken:
			if skip == "" {
				out.Write(z.Text())
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			switch n := string(name); n {
			case "style", "script", "title", "head":
				skip = n
			case "p", "div", "br", "td", "tr", "li":
				out.WriteByte('\n')
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == skip {
				skip = ""
			}
		}
	}
}

// balanced asserts that each element that needs an end has it, in order.
func balanced(t testing.TB, page string) {
	t.Helper()
	var open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("not closed: %v", open)
			}
			return
		case html.StartTagToken:
			name, _ := z.TagName()
			if n := string(name); n != "br" && n != "img" && n != "meta" {
				open = append(open, n)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Errorf("</%s> closes %v", name, open)
				return
			}
			open = open[:len(open)-1]
		}
	}
}
