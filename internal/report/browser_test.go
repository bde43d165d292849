//go:build browser

package report_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/browsertest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// serve gives a page to the browser, and nothing else.
func serve(t *testing.T, page []byte) string {
	t.Helper()
	return browsertest.Serve(t, map[string]browsertest.File{"/": {Type: "text/html; charset=utf-8", Data: page}}, "")
}

func render(t *testing.T, r *report.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.HTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestBrowserLook shows every kind of report in every kind of window. What is on
// the picture is for people; the test asserts what people would complain of.
func TestBrowserLook(t *testing.T) {
	axe := testneed.Script(t, testneed.Axe)
	b := browsertest.New(t)
	for name, r := range kinds() {
		t.Run(name, func(t *testing.T) {
			b.For(t)
			page := render(t, r)
			browsertest.Keep(t, "report", name+".html", page)
			url := serve(t, page)
			for _, width := range []int{1280, 390} {
				for _, scheme := range []string{"light", "dark"} {
					b.Scheme(scheme)
					b.Size(width, 800)
					b.Open(url)
					checkQuiet(t, b, url)
					checkFits(t, b, width)
					if (width == 1280) == (scheme == "light") { // it takes a second or two
						checkAccessible(t, b, axe, scheme)
					}
					browsertest.Keep(t, "report", fmt.Sprintf("%s-%d-%s.png", name, width, scheme), b.Picture())
				}
			}
		})
	}
	t.Run("print", func(t *testing.T) {
		b.For(t)
		b.Media("print")
		b.Size(700, 800) // A4 within its margins
		b.Open(serve(t, render(t, trouble())))
		checkFits(t, b, 700)
		browsertest.Keep(t, "report", "trouble-print.png", b.Picture())
	})
}

// checkQuiet asserts that the page complains of nothing and asks for nothing.
func checkQuiet(t *testing.T, b *browsertest.Browser, url string) {
	t.Helper()
	for _, c := range b.Complaints {
		if !strings.Contains(c, "favicon.ico") { // the browser asks for it, not the page
			t.Errorf("the page complains: %s", c)
		}
	}
	for _, r := range b.Requests {
		if r != url && r != url+"favicon.ico" {
			t.Errorf("the page asks for %s", r)
		}
	}
}

// checkFits asserts that nothing is wider than the window, and makes the window as
// high as the page for the picture.
func checkFits(t *testing.T, b *browsertest.Browser, width int) {
	t.Helper()
	var got struct {
		Width, Height int
		Wide          []string
	}
	b.Evaluate(`({Width: document.documentElement.scrollWidth, Height: document.documentElement.scrollHeight,
		Wide: [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !(e.closest("thead") && getComputedStyle(e.closest("thead")).position === "absolute")).map(e => e.outerHTML.slice(0, 80))})`, &got)
	if got.Width > width || len(got.Wide) > 0 {
		t.Errorf("at %d pixels the page is %d wide: %q", width, got.Width, got.Wide)
	}
	b.Size(width, min(got.Height, 9000))
}

// checkAccessible asserts that axe-core finds nothing serious.
func checkAccessible(t *testing.T, b *browsertest.Browser, axe, scheme string) {
	t.Helper()
	b.Call("Page.setBypassCSP", map[string]any{"enabled": true}, nil)
	b.Evaluate(axe+";0", nil)
	var found []struct {
		ID, Impact string
		Nodes      []struct{ HTML, FailureSummary string }
	}
	b.Evaluate(`axe.run(document).then(r => r.violations.map(v => ({ID: v.id, Impact: v.impact,
		Nodes: v.nodes.slice(0, 3).map(n => ({HTML: n.html.slice(0, 160), FailureSummary: n.failureSummary}))})))`, &found)
	for _, f := range found {
		if f.Impact == "serious" || f.Impact == "critical" {
			t.Errorf("%s: %s (%s): %+v", scheme, f.ID, f.Impact, f.Nodes)
		} else {
			t.Logf("%s: %s (%s): %+v", scheme, f.ID, f.Impact, f.Nodes)
		}
	}
	b.Call("Page.setBypassCSP", map[string]any{"enabled": false}, nil)
}

// The page is complete without scripts, and what is hostile in it stays text.
func TestBrowserScripts(t *testing.T) {
	b := browsertest.New(t)
	url := serve(t, render(t, trouble()))
	cells := `[...document.querySelectorAll("tbody tr")].map(r => r.textContent.trim())`
	var plain, with []string
	b.Scripts(false)
	b.Size(1280, 800)
	b.Open(url)
	b.Evaluate(cells, &plain)
	b.Scripts(true)
	b.Open(url)
	b.Evaluate(cells, &with)
	if len(plain) < 30 || !slices.Equal(plain, with) {
		t.Errorf("without scripts there are %d rows, with scripts %d", len(plain), len(with))
	}
	var counts []int
	b.Evaluate(`["script", "img", "b[onmouseover]", "a:not([href^='#'])", "iframe", "form", "style"].map(s => document.querySelectorAll(s).length)`, &counts)
	if !slices.Equal(counts, []int{1, 0, 0, 0, 0, 0, 1}) {
		t.Errorf("elements that a subject could have brought: %v", counts)
	}
	checkQuiet(t, b, url)
	// Even markup that came through could do nothing.
	b.Evaluate(`(document.body.insertAdjacentHTML("beforeend", '<img src=/x onerror="window.owned=1"><p style="color:red" onclick="0">'), new Promise(r => setTimeout(r, 50)))`, nil)
	var owned bool
	b.Evaluate(`window.owned === 1`, &owned)
	if owned || slices.ContainsFunc(b.Requests, func(r string) bool { return strings.HasSuffix(r, "/x") && len(b.Complaints) == 0 }) {
		t.Errorf("the policy let markup work: %v, requests %v", owned, b.Requests)
	}
}

// Each column sorts, numbers as numbers, both ways, and no row is lost.
func TestBrowserSort(t *testing.T) {
	b := browsertest.New(t)
	b.Size(1280, 800)
	b.Open(serve(t, render(t, trouble())))
	column := func(i int) (out []string) {
		b.Evaluate(fmt.Sprintf(`[...document.querySelectorAll("table.folders tbody tr")].map(r => r.cells[%d].textContent.trim())`, i), &out)
		return out
	}
	click := func(i int) (sort string) {
		b.Evaluate(fmt.Sprintf(`(() => { const h = document.querySelectorAll("table.folders thead th")[%d]; h.querySelector("button").click(); return h.getAttribute("aria-sort"); })()`, i), &sort)
		return sort
	}
	all := column(0)
	if got, how := click(2), column(2); got != "descending" || how[0] != "31,060" || how[len(how)-1] != "2" {
		t.Errorf("%s: %v", got, how)
	}
	if got, how := click(2), column(2); got != "ascending" || how[0] != "2" || how[1] != "8" {
		t.Errorf("%s: %v", got, how)
	}
	if got, how := click(0), column(0); got != "ascending" || how[1] != "Entwürfe" || len(how) != len(all) {
		t.Errorf("%s: %v", got, how)
	}
}

// A report of 100,000 items with 5,000 failures opens in at most three times what the
// browser takes for a plain page of the same size. The shorter of two tries is
// taken of each, in turn, so that a busy machine does not decide.
func TestBrowserLoad(t *testing.T) {
	page := render(t, large(5_000))
	browsertest.Keep(t, "report", "large.html", page)
	b := browsertest.New(t)
	b.Size(1280, 800)
	pages := map[string]string{"report": serve(t, page), "plain": serve(t, plainPage(len(page)))}
	best := map[string]float64{}
	for range 2 {
		for _, name := range []string{"plain", "report"} {
			b.Open(pages[name])
			var ms float64
			// Loaded, laid out and on the screen.
			b.Evaluate(`new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(performance.now()))))`, &ms)
			if best[name] == 0 || ms < best[name] {
				best[name] = ms
			}
		}
	}
	t.Logf("%d bytes: report %.0f ms, plain page %.0f ms, ratio %.2f", len(page), best["report"], best["plain"], best["report"]/best["plain"])
	if best["report"] > 3*best["plain"] {
		t.Errorf("the report takes %.0f ms, a plain page %.0f ms", best["report"], best["plain"])
	}
}

// plainPage is paragraphs of text, so many bytes.
func plainPage(size int) []byte {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><meta charset=utf-8><title>plain</title>")
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "<p>%d The quick brown fox jumps over the lazy dog and runs from one end of the line to the other\n", i)
	}
	return []byte(b.String()[:size])
}
