package rtf

import (
	"html"
	"strconv"
	"strings"
)

const (
	pictureURL  = "rtf-picture:"
	markStart   = "<!--objattph "
	markEnd     = "-->"
	place       = "\ufffc"
	pictureMark = `<img src="` + pictureURL
)

// Fill is the HTML with its references completed. picture gives the URL of
// inline picture i; attachment gives the HTML to put where attachment i belongs.
func (r *Result) Fill(picture, attachment func(i int) string) string {
	var out strings.Builder
	rest := r.HTML
	for {
		at, mark, end := firstMark(rest)
		if at < 0 {
			break
		}
		out.WriteString(rest[:at])
		number, tail, _ := strings.Cut(rest[at+len(mark):], end)
		rest = tail
		i, _ := strconv.Atoi(number) // written by the converter
		if mark == markStart {
			out.WriteString(attachment(i))
			continue
		}
		out.WriteString(`<img src="` + html.EscapeString(picture(i)) + end)
	}
	out.WriteString(rest)
	return out.String()
}

// firstMark finds what Fill replaces. Text cannot look like it: in HTML, it has
// no "<".
func firstMark(s string) (at int, mark, end string) {
	for from := 0; ; {
		i := strings.IndexByte(s[from:], '<')
		if i < 0 {
			return -1, "", ""
		}
		from += i
		switch {
		case strings.HasPrefix(s[from:], markStart):
			return from, markStart, markEnd
		case strings.HasPrefix(s[from:], pictureMark):
			return from, pictureMark, `"`
		}
		from++
	}
}

// FillText is the text with the places of attachments filled.
func (r *Result) FillText(attachment func(i int) string) string {
	parts := strings.Split(r.Text, place)
	var out strings.Builder
	for i, part := range parts {
		if i > 0 {
			out.WriteString(attachment(i - 1))
		}
		out.WriteString(part)
	}
	return out.String()
}
