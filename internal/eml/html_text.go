package eml

import (
	"strings"

	"golang.org/x/net/html"
)

// unseen are elements whose text nobody sees, blocks those that stand on lines of
// their own.
var (
	unseen = set("script", "style", "title", "template")
	blocks = set("address", "blockquote", "br", "dd", "div", "dl", "dt", "form", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
		"ol", "p", "pre", "table", "td", "th", "tr", "ul")
)

// htmlText is what an HTML text says, for where only text can be. Lines are those
// of its blocks.
func htmlText(text string) string {
	z := html.NewTokenizer(strings.NewReader(text))
	var b strings.Builder
	hidden := ""
	for {
		switch t := z.Next(); t {
		case html.ErrorToken:
			return joinLines(b.String())
		case html.TextToken:
			if hidden == "" {
				b.WriteString(breaks.Replace(string(z.Text())))
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			raw, _ := z.TagName()
			name := string(raw)
			switch {
			case t == html.StartTagToken && hidden == "" && unseen[name]:
				hidden = name
			case t == html.EndTagToken && hidden == name:
				hidden = ""
			case name == "td" || name == "th":
				b.WriteByte('\t')
			case blocks[name]:
				b.WriteByte('\n')
			}
		}
	}
}

// breaks in the source are blanks on the page.
var breaks = strings.NewReplacer("\r", " ", "\n", " ")

// joinLines drops blanks at the ends of lines and all but one of several empty
// lines.
func joinLines(s string) string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line != "" || len(out) > 0 && out[len(out)-1] != "" {
			out = append(out, line)
		}
	}
	return strings.TrimSpace(strings.Join(out, "\r\n"))
}
