package eml

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestHTMLText(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"blanks", " a \r\n\t b&nbsp; c ", "a b c"},
		{"inline", "a<b>b</b> <i>c</i><span> d</span>", "ab c d"},
		{"paragraphs", "<p>a</p>\n<p class=MsoNormal>b<o:p></o:p></p><p>&nbsp;</p><p>c</p>", "a\n\nb\n\nc"},
		{"lines", "<div>a</div><div>b</div><div><br></div><div>c<br></div>d", "a\nb\n\nc\nd"},
		{"breaks", "a<br>b<br/><br>c<br><br><br>d", "a\nb\n\nc\n\nd"},
		{"headings", "<h1>a</h1>b", "a\n\nb"},
		{"entities", "&lt;b&gt; &amp;amp; &eacute; &#8364; &#x1F600; &unknown; &#13;a", "<b> &amp; é € 😀 &unknown; a"},
		{"not seen", "<head><title>t</title><style>s{}</style></head><script>x<p>y</script>a<!-- c --><template>v<p>w</template><iframe>f</iframe>b", "ab"},
		{"conditional", "<!--[if mso]>m<![endif]--><!--[if !mso]><!-->n<!--<![endif]-->", "n"},
		{"without scripts", "<noscript><p>a</p></noscript>b", "a\n\nb"},
		{"list", "a<ul><li>b<li><p>c</p></li><li></li></ul>d", "a\n\n- b\n- c\n\nd"},
		{"numbers", "<ol start=9><li>b</li><li>c<ul><li>d<br>e</li></ul></li><li>f</li></ol>", "9. b\n10. c\n  - d\n    e\n11. f"},
		{"wild numbers", "<ol start=99999999999999999999><li>a</ol><ol start=-4><li>b</ol></ol><li>c", "1. a\n\n1. b\n\n- c"},
		{"table", "<table><tr><th>a</th><th><p>b</p></th></tr>\n<tr><td><p>c</p></td><td></td><td>d e</td></tr></table>f", "a\tb\nc\td e\nf"},
		{"cells of several lines", "<table><tr><td>a<br>b</td><td>c</td></tr><tr><td><td>d</table>", "a\nb\nc\nd"},
		{"table in a table", "<table><tr><td>a<td><table><tr><td>b<td>c</table><td>d<tr><td>e</table>", "a\nb\tc\nd\ne"},
		{"quotation", "a<blockquote>b<br><br>c<blockquote>d</blockquote></blockquote>e", "a\n\n> b\n>\n> c\n>\n> > d\n\ne"},
		{"preformatted", "<pre>\na  b\n  c <b>d</b>\r\n\n\n e</pre>f  g", "a  b\n  c d\n\n e\n\nf g"},
		{"rule", "a<hr>b", "a\n--------------------\nb"},
		{"link", `see <a href="https://x.org/?a=1&amp;b=2">here </a>.`, "see here <https://x.org/?a=1&b=2> ."},
		{"links that say it", `<a href="http://www.x.org/">www.x.org</a> <ul><li><a href="MAILTO:a@x.org">a@X.org</a></ul>`, "www.x.org\n\n- a@X.org"},
		{"links to nowhere", `<a name=x>a</a> <a href="#x">b</a> <a href="javascript:x()">c</a> <a href="x.html">d</a> <a href="http://">e</a> <a href="cid:x">f</a>`, "a b c d e f"},
		{"link over lines", "<a href=' http://x.org/a\r\nb c<d>é '>x</a>", "x <http://x.org/ab%20c%3Cd%3E%C3%A9>"},
		{"links that do not end", `<a href="http://x.org/1">a <a href="http://x.org/2">b`, "a <http://x.org/1> b <http://x.org/2>"},
		{"link too long", `<a href="http://x.org/` + strings.Repeat("x", maxTarget) + `">a</a>`, "a"},
		{"link around a block", `<a href="http://x.org/"><div>a</div></a>b`, "a <http://x.org/>\nb"},
		{"pictures", `<img alt=" a&#10;b "><img alt=""><img src=x> <a href="http://x.org/"><img src=x></a> <a href="http://y.org/"><img alt=c></a>`, "[a b] <http://x.org/> [c] <http://y.org/>"},
		{"nothing", "<img src=x><p>&nbsp;</p><a href='http://x.org'></a>", ""},
		{"controls", "a\x01&#8;\fb<pre>c\vd&#13;e</pre>", "a b\n\ncd e"},
		{"never closed", "<p><ul><li><blockquote><pre>a", "> - a"},
		{"closed only", "</li></ul></ol></blockquote></pre></a></table>a", "a"},
	} {
		want := strings.ReplaceAll(tc.want, "\n", "\r\n")
		if got := htmlText(tc.in); got != want {
			t.Errorf("%s: %q, want %q", tc.name, got, want)
		}
	}
}

// What is there without end costs in proportion, and is not shown without end.
func TestDeepHTMLText(t *testing.T) {
	for _, tag := range []string{"<blockquote>", "<ul><li>", "<ol>", "<table><tr><td>", "<div>", "<pre>", `<a href="http://x.org/">`, "<b>"} {
		in := strings.Repeat(tag, 100_000) + "a"
		if got := htmlText(in); !strings.Contains(got, "a") || len(got) > 100 {
			t.Errorf("%s: %.200q", tag, got)
		}
	}
}

// Whatever is called HTML, its text is one: lines without blanks at their ends, no
// two empty ones together, not much longer than the HTML, the same each time; and
// all words that the page shows are in it, in their order.
func FuzzHTMLText(f *testing.F) {
	f.Add(`<p>a</p><ol start=3><li>b<a href="http://x.org/é">c</a></ol><table><tr><td>d<td>e</table><img alt=f>`)
	f.Add("<blockquote><pre>\n a\tb&#13;\n</pre><hr><br><br><br>&nbsp;&#8;&#x2028;c</blockquote></a></li>")
	f.Add("<script>a</script><title>b<p>c</title><noscript><br>d</noscript><plaintext><p>e")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "\uFFFD")
		got := htmlText(text)
		if got != htmlText(text) {
			t.Fatal("not deterministic")
		}
		if !utf8.ValidString(got) || crlf(got) != got || hasTextControls(got) {
			t.Fatalf("%q", got)
		}
		if len(got) > 20*len(text)+100 {
			t.Fatalf("%d bytes of %d", len(got), len(text))
		}
		for l := range strings.SplitSeq(got, "\r\n") {
			if strings.TrimRight(l, " \t") != l {
				t.Fatalf("blanks at the end of %q", l)
			}
		}
		if strings.Contains(got, "\r\n\r\n\r\n") || strings.Trim(got, "\r\n") != got {
			t.Fatalf("empty lines in %q", got)
		}
		rest := got
		for _, r := range strings.Join(strings.Fields(htmlWords(text)), "") {
			_, after, ok := strings.Cut(rest, string(r))
			if !ok {
				t.Fatalf("%q is not in %q", htmlWords(text), got)
			}
			rest = after
		}
	})
}
