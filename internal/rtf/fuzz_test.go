package rtf_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/pst2imap/pst2imap/internal/rtf"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// bound is how long output may be.
func bound(in []byte) int { return 20*len(in) + 256<<10 }

func seeds(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob("testdata/rich/*.rtf")
	if err != nil || len(files) == 0 {
		f.Fatalf("no samples: %v", err)
	}
	for _, file := range append(files, "testdata/encapsulated.rtf") {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, s := range hostile {
		f.Add([]byte(s))
	}
}

// hostile are short beginnings of what could be made to grow.
var hostile = []string{
	`{\rtf1\fromhtml1 {\*\mhtmltag1 a}{\*\htmltag1 b}\u-10179\'93`,
	`{\rtf1\fromtext \uc2\u1 ab{{{{}}}}}}}}`,
	`{\rtf1{\colortbl;\red1;}\cf1\fs9 a\cf0\fs8 b\intbl\itap9 c\par\itap0 d\par`,
	`{\rtf1\trowd\clvmgf\cellx9\clmrg\cellx8\intbl a\cell\cell\row\trowd\clvmrg\cellx9 \cell\row`,
	`{\rtf1{\field{\*\fldinst HYPERLINK "http:\\\\"}{\fldrslt a\par b}}{\field{\*\fldinst SYMBOL 74 \\f "Wingdings"}{\fldrslt}}`,
	`{\rtf1{\shp{\*\shpinst{\sp{\sn pib}{\sv{\pict\dibitmap 28}}}{\shptxt a\par}}{\shprslt b}}{\footnote a\cell\row}\objattph`,
	"{\\rtf1{\\pict\\wbitmap0\\picw9\\pich9\\wbmwidthbytes2\\bin9 aaaaaaaaa}\\\n{\\pntext\\tab\\par}\\page",
}

func FuzzDecapsulate(f *testing.F) {
	seeds(f)
	o := &rtf.Options{Resolves: func(url string) bool { return len(url)%2 == 1 }}
	f.Fuzz(func(t *testing.T, b []byte) {
		page, warnings, err := rtf.Decapsulate(b, o)
		again, warningsAgain, _ := rtf.Decapsulate(b, o)
		text, _ := rtf.DecapsulateText(b)
		if page != again || !reflect.DeepEqual(warnings, warningsAgain) {
			t.Fatal("not deterministic")
		}
		if (err == nil) != (rtf.Recognize(b) == rtf.HTML) {
			t.Fatalf("error %v", err)
		}
		for _, s := range []string{page, text} {
			if !utf8.ValidString(s) || len(s) > bound(b) || strings.Contains(s, "\x00") {
				t.Fatalf("%d bytes of %d: %.100q", len(s), len(b), s)
			}
		}
	})
}

func FuzzConvert(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := rtf.Convert(b, nil)
		if err != nil {
			return
		}
		again, _ := rtf.Convert(b, nil)
		if !reflect.DeepEqual(r, again) {
			t.Fatal("not deterministic")
		}
		sound(t, b, r)
	})
}

// sound asserts what holds for any result.
func sound(t testing.TB, in []byte, r *rtf.Result) {
	t.Helper()
	data := 0
	for _, p := range r.Pictures {
		data += len(p.Data)
	}
	if len(r.HTML) > bound(in) || len(r.Text) > bound(in) || data > bound(in) {
		t.Fatalf("%d, %d and %d bytes of %d", len(r.HTML), len(r.Text), data, len(in))
	}
	if !utf8.ValidString(r.HTML) || !utf8.ValidString(r.Text) {
		t.Fatal("not UTF-8")
	}
	if n := strings.Count(r.Text, "\ufffc"); n != r.Attachments {
		t.Fatalf("%d places in the text, %d attachments", n, r.Attachments)
	}
	balanced(t, r.HTML)
	harmless(t, r)
}

// known are the elements and attributes that a result may have.
var known = map[string]string{
	"html": "", "head": "", "meta": "charset", "body": "", "div": "style dir", "br": "", "span": "style", "a": "href",
	"b": "", "i": "", "u": "", "s": "", "sup": "", "sub": "", "img": "src width height alt",
	"table": "cellspacing cellpadding align style", "tr": "", "td": "colspan rowspan style",
}

// harmless asserts that the HTML has nothing but what the converter writes.
func harmless(t testing.TB, r *rtf.Result) {
	t.Helper()
	attachments := 0
	z := html.NewTokenizer(strings.NewReader(r.HTML))
	for z.Next() != html.ErrorToken {
		tok := z.Token()
		switch tok.Type {
		case html.CommentToken:
			if want := fmt.Sprintf("objattph %d", attachments); tok.Data != want {
				t.Fatalf("comment %q, want %q", tok.Data, want)
			}
			attachments++
		case html.StartTagToken:
			attributes, ok := known[tok.Data]
			if !ok {
				t.Fatalf("element %q", tok.Data)
			}
			for _, a := range tok.Attr {
				if !strings.Contains(" "+attributes+" ", " "+a.Key+" ") || !allowed(a, len(r.Pictures)) {
					t.Fatalf("<%s %s=%q>", tok.Data, a.Key, a.Val)
				}
			}
		case html.DoctypeToken, html.SelfClosingTagToken:
			t.Fatalf("%s", tok)
		}
	}
	if attachments != r.Attachments {
		t.Fatalf("%d places in the HTML, %d attachments", attachments, r.Attachments)
	}
}

func allowed(a html.Attribute, pictures int) bool {
	switch a.Key {
	case "src":
		var i int
		_, err := fmt.Sscanf(a.Val, "rtf-picture:%d", &i)
		return err == nil && i >= 0 && i < pictures && a.Val == fmt.Sprintf("rtf-picture:%d", i)
	case "href":
		low := strings.ToLower(a.Val)
		for _, s := range []string{"http:", "https:", "mailto:", "ftp:", "file:", "cid:", "#"} {
			if strings.HasPrefix(low, s) {
				return true
			}
		}
		return false
	case "style":
		return !strings.ContainsAny(a.Val, "\"<>\\(@/") && strings.Count(a.Val, "'")%2 == 0
	}
	return true
}

// What is repeated many times does not take more than its share of output and
// time.
func TestRepetition(t *testing.T) {
	n := 1 << 17
	if testing.Short() {
		n = 1 << 14
	}
	const head = `{\rtf1\ansi{\fonttbl{\f0\fcharset128 A;}{\f1\fcharset2 Wingdings;}}{\colortbl;\red1;\red2;}`
	for _, unit := range []string{
		"{", "}", "{}", `\b `, `\'81`, `\u1?`, `\u-10179`, "\x81", `"`, "<", " ", `\~`, `\tab`, `\par`, `\line`, `\page`,
		`\b\i\ul\strike\super\cf1\cb2\fs9 x\plain y`, `{\f1\cf1\fs9 J}K`, `\cf1 x\cf2 y`, `\f0 x\f1 y`,
		`\intbl\par\pard\par`, `\itap12 x\par\itap0 y\par`, `\cell`, `\cell\row`, `\trowd\cellx1 \cell\row`, `\intbl x\row`,
		`\trowd\clvmrg\cellx9\clvmrg\cellx99 \cell\cell\row`, `\itap9\nestcell`, `\cellx1`, `\nestcell\nestrow`,
		`{\field{\*\fldinst HYPERLINK "http:"}{\fldrslt x}}`, `{\field{\*\fldinst HYPERLINK "http:a"}{\fldrslt `, `{\field{`,
		`{\pict\pngblip 89}`, `\pict`, `{\pict\wbitmap0\picw1\pich1\wbmwidthbytes1 00}`, `{\pict\dibitmap 0c0000000000000000000000}`,
		`\objattph`, `{\pntext x}\par`, `{\footnote x}`, `{\footnote `, `{\*\x y}`, `{\shp{\*\shpinst{\shptxt x\par}}}`, `\bin1 x`,
		`\rtlpar\qc x\par`, `{\v x}`, `\*`, `\`, `\'`, `&`, `&#1;`, `{\*\mhtmltag1 <a src=x>}{\*\htmltag1 <a src=y>}`,
		`{\*\htmltag <a `, "{\\fonttbl{\\f2 x;}}", `\htmlrtf `, `{\upr{x}{\*\ud y}}`, "\x93\xfa", "\\\n",
	} {
		in := []byte(head + strings.Repeat(unit, n/len(unit)))
		start := testneed.ProcessorTime()
		r, err := rtf.Convert(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		sound(t, in, r)
		wrapped := []byte(strings.Replace(string(in), `\ansi`, `\ansi\fromhtml1`, 1))
		page, _, err := rtf.Decapsulate(wrapped, &rtf.Options{Resolves: func(url string) bool { return url == "x" }})
		if err != nil || len(page) > bound(wrapped) {
			t.Errorf("%q: %d bytes of %d, %v", unit, len(page), len(wrapped), err)
		}
		// Hundreds of times what it takes: only what grows with the square is slower.
		if took := testneed.ProcessorTime() - start; took > time.Minute {
			t.Errorf("%q: %v", unit, took)
		}
	}
}
