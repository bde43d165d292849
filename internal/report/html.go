package report

import (
	"crypto/sha256"
	_ "embed" // the parts of the page
	"encoding/base64"
	"html/template"
	"io"
	"reflect"
	"regexp"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string

	pageTemplate = template.Must(template.New("report").Funcs(template.FuncMap{"num": Number, "sortable": sortable}).Parse(pageHTML))
)

// pagePolicy forbids the page everything but its own style and script: nothing
// that a data file or a server says can load or run anything, even if it came
// through the escaping.
var pagePolicy = "default-src 'none'; style-src " + hashSource(pageCSS) + "; script-src " + hashSource(pageJS) +
	"; base-uri 'none'; form-action 'none'"

// hashSource names an inline element by its content (Content Security Policy 3, 6.7.2).
func hashSource(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// HTML writes the report as one page that stands alone.
func (r *Report) HTML(w io.Writer) error {
	p := newPage(r)
	p.Policy = pagePolicy
	p.Style, p.Script = template.HTML("<style>"+pageCSS+"</style>"), template.HTML("<script>"+pageJS+"</script>")
	return pageTemplate.Execute(w, p)
}

// signs say the mood without colour.
var signs = map[string]template.HTML{
	moodGood: sign(`<path d="M14 25l7 7 14-16" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>`),
	moodWarn: sign(`<path d="M24 12v15m0 7v1" stroke="currentColor" stroke-width="4.5" stroke-linecap="round"/>`),
	moodBad:  sign(`<path d="M16 16l16 16m0-16L16 32" stroke="currentColor" stroke-width="4" stroke-linecap="round"/>`),
	moodCalm: sign(`<path d="M24 22v13m0-20v1" stroke="currentColor" stroke-width="4.5" stroke-linecap="round"/>`),
}

func sign(path string) template.HTML {
	return template.HTML(`<svg viewBox="0 0 48 48" aria-hidden="true"><circle cx="24" cy="24" r="21" fill="none" stroke="currentColor" stroke-width="3"/>` + path + `</svg>`)
}

// sortable is the class of a table that is worth sorting.
func sortable(rows any) string {
	if reflect.ValueOf(rows).Len() < 3 {
		return ""
	}
	return " sortable"
}

// steps are sentences in which options can be told from the words around them.
func steps(list []string) []template.HTML {
	out := make([]template.HTML, len(list))
	for i, s := range list {
		out[i] = step(s)
	}
	return out
}

func step(s string) template.HTML {
	escaped := template.HTMLEscapeString(Plain(s))
	return template.HTML(options.ReplaceAllString(escaped, "<code>$0</code>"))
}

var options = regexp.MustCompile(`--[a-z][a-z-]*`)
