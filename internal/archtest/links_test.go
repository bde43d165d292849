package archtest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	codeBlock  = regexp.MustCompile("(?s)```.*?```")
	linkTarget = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading    = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notInName  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// A link of the documentation leads to a file that is there, and to a heading that
// it has.
func TestLinksLeadSomewhere(t *testing.T) {
	pages := []string{filepath.Join(root, "README.md"), filepath.Join(root, "CONTRIBUTING.md")}
	docs, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, page := range append(pages, docs...) {
		for _, link := range linksOf(readPage(t, page)) {
			if strings.Contains(link, ":") {
				continue // not of this project
			}
			links++
			file, place, _ := strings.Cut(link, "#")
			target := page
			if file != "" {
				target = filepath.Join(filepath.Dir(page), filepath.FromSlash(file))
			}
			if _, err := os.Stat(target); errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: %s leads nowhere", page, link)
			} else if place != "" && !headingsOf(readPage(t, target))[place] {
				t.Errorf("%s: %s has no such heading", page, link)
			}
		}
	}
	if links == 0 {
		t.Error("no links found")
	}
}

func readPage(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// linksOf are the targets of the links and pictures of a page.
func linksOf(page string) []string {
	var links []string
	for _, m := range linkTarget.FindAllStringSubmatch(codeBlock.ReplaceAllString(page, ""), -1) {
		links = append(links, m[1])
	}
	return links
}

// headingsOf are the names that links can have behind a #, as code hosts make them.
func headingsOf(page string) map[string]bool {
	names := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(codeBlock.ReplaceAllString(page, ""), -1) {
		name := notInName.ReplaceAllString(strings.ToLower(strings.TrimSpace(m[1])), "")
		names[strings.ReplaceAll(name, " ", "-")] = true
	}
	return names
}

func TestHeadings(t *testing.T) {
	got := headingsOf("# OAuth 2.0\n```\n# no\n```\n## Ruhe & Müll_x: a-b?\n")
	if len(got) != 2 || !got["oauth-20"] || !got["ruhe--müll_x-a-b"] {
		t.Errorf("headings %v", got)
	}
}

// A stranger finds every package on the map.
func TestMapHasEveryPackage(t *testing.T) {
	page := readPage(t, filepath.Join(root, "CONTRIBUTING.md"))
	dirs, err := os.ReadDir(filepath.Join(root, "internal"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		if d.IsDir() && !strings.Contains(page, "`"+d.Name()+"`") && !strings.Contains(page, "`internal/"+d.Name()+"`") {
			t.Errorf("internal/%s is not on the map in CONTRIBUTING.md", d.Name())
		}
	}
}
