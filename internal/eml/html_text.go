package eml

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// unseen are elements whose text nobody sees.
var unseen = set("script", "style", "title", "template", "iframe", "noembed", "noframes")

// blockGaps are the elements that stand on lines of their own, with what parts
// them from what is around them.
var blockGaps = map[string]gap{
	"p": paragraph, "h1": paragraph, "h2": paragraph, "h3": paragraph, "h4": paragraph, "h5": paragraph, "h6": paragraph, "dl": paragraph,
	"address": line, "article": line, "aside": line, "body": line, "caption": line, "center": line, "dd": line, "details": line,
	"div": line, "dt": line, "fieldset": line, "figcaption": line, "figure": line, "footer": line, "form": line, "header": line,
	"legend": line, "main": line, "nav": line, "option": line, "section": line, "summary": line,
}

// htmlText is what an HTML text says, for where only text can be: lines and
// paragraphs, lists, quotations, the cells of tables, where links lead, what
// pictures are said to show. Tags count as they come, and no tree is made of
// them: what is never closed, or nested without end, costs nothing.
func htmlText(text string) string { return layOut(text, &textLayout{}) }

// htmlWords are only the words that an HTML text shows, to be compared with those
// of another.
func htmlWords(text string) string { return layOut(text, &textLayout{bare: true}) }

func layOut(text string, l *textLayout) string {
	z := html.NewTokenizer(strings.NewReader(text))
	hidden := ""
	for {
		t := z.Next()
		switch t {
		case html.ErrorToken:
			l.endLink()
			return l.out.String()
		case html.TextToken:
			if hidden == "" {
				l.text(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			raw, _ := z.TagName()
			name := string(raw)
			switch end := t == html.EndTagToken; {
			case hidden != "":
				if end && hidden == name {
					hidden = ""
				}
			case end:
				l.end(name)
			case unseen[name]:
				hidden = name
			default:
				l.start(name, z)
			}
		}
	}
}

// start lays out the beginning of an element.
func (l *textLayout) start(name string, z *html.Tokenizer) {
	switch name {
	case "br":
		l.lineBreak()
	case "hr":
		l.rule()
	case "a":
		l.startLink(linkTarget(attributesOf(z)["href"]))
	case "img":
		l.picture(strings.TrimSpace(attributesOf(z)["alt"]))
	case "ol":
		first, err := strconv.Atoi(attributesOf(z)["start"])
		if err != nil || first < 0 || first > maxNumber {
			first = 1
		}
		l.startList(first - 1)
	case "ul", "menu", "dir":
		l.startList(unnumbered)
	case "li":
		l.item()
	case "blockquote":
		l.quote(1)
	case "pre":
		l.preformatted(1)
	case "table":
		l.table()
	case "tr":
		l.row()
	case "td", "th":
		l.cell()
	case "noscript":
		z.NextIsNotRawText() // it is shown: mail has no scripts
	default:
		l.block(blockGaps[name])
	}
}

// end lays out the end of an element.
func (l *textLayout) end(name string) {
	switch name {
	case "a":
		l.endLink()
	case "ol", "ul", "menu", "dir":
		l.endList()
	case "li":
		l.endItem()
	case "blockquote":
		l.quote(-1)
	case "pre":
		l.preformatted(-1)
	case "table", "tr":
		l.row()
	default:
		l.block(blockGaps[name])
	}
}

// attributesOf are the attributes of the tag that was read last; of several of one
// name the first counts.
func attributesOf(z *html.Tokenizer) map[string]string {
	all := map[string]string{}
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		if _, have := all[string(key)]; !have {
			all[string(key)] = string(value)
		}
	}
	return all
}

// maxTarget is how long a URL may be to be written down.
const maxTarget = 2048

// leadsNowhere are the schemes of URLs that say nothing outside the page.
var leadsNowhere = set("about:", "blob:", "cid:", "data:", "javascript:", "mid:", "vbscript:", "x-apple-data-detectors:")

// linkTarget is the URL of a link as it is written down, "" for one that leads
// nowhere from a text.
func linkTarget(href string) string {
	href = urlBreaks.Replace(strings.TrimSpace(href))
	scheme := urlScheme.FindString(href)
	if len(href) > maxTarget || scheme == "" || leadsNowhere[strings.ToLower(scheme)] || bareTarget(href) == "" {
		return ""
	}
	return percentEncoded(href, `<>"`)
}

var (
	urlScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)
	urlBreaks = strings.NewReplacer("\t", "", "\r", "", "\n", "") // what browsers leave out
)

// saysTarget tells whether the words of a link are already where it leads.
func saysTarget(words, target string) bool {
	return strings.EqualFold(bareTarget(words), bareTarget(target))
}

func bareTarget(s string) string {
	for _, scheme := range []string{"https://", "http://", "mailto:", "tel:"} {
		if hasPrefixFold(s, scheme) {
			s = s[len(scheme):]
			break
		}
	}
	return strings.TrimSuffix(s, "/")
}
