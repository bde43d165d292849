package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pst2imap/pst2imap/internal/discover"
)

// shownFiles is how many data files fit a screen.
const shownFiles = 7

// askFiles lets the person choose from the data files of this computer, or name others.
func (g *guide) askFiles(ctx context.Context) error {
	if g.c.NArg() > 0 {
		files, err := someFiles(g.c)
		if err != nil {
			return err
		}
		g.files = files
		for _, path := range files {
			if err := probe(path); err != nil {
				return err
			}
		}
		return g.scan(ctx, true)
	}
	if err := g.scan(ctx, false); err != nil {
		return err
	}
	for {
		text, err := g.ask(ctx, g.filesQuestion(), g.filesAbout()...)
		if err != nil {
			return err
		}
		if strings.EqualFold(text, "no") || text == "" && len(g.candidates()) == 0 {
			g.told("Outlook shows it under File, Account Settings, Data Files.")
			continue
		}
		if err := g.takeFiles(text); err != nil {
			g.wrong(ctx, err)
			continue
		}
		return nil
	}
}

// scan looks for data files; only for the accounts if the files are known.
func (g *guide) scan(ctx context.Context, quick bool) error {
	o := discover.Options{Listener: g.ui, Quick: quick}
	if quick {
		o.Dirs = g.files
	} else {
		fmt.Fprintln(g.err)
		g.told("Looking for Outlook's data files on this computer …")
	}
	r, err := discover.Scan(ctx, o)
	g.scanned = r
	g.stopProgress()
	return err
}

// candidates are the files to choose from, those with the most at stake first.
func (g *guide) candidates() []discover.File {
	var list []discover.File
	for _, f := range g.scanned.Files {
		if f.Error == "" {
			list = append(list, f)
		}
	}
	return list
}

func (g *guide) filesQuestion() string {
	switch n := len(g.candidates()); n {
	case 0:
		return "Where is Outlook's data file?"
	case 1:
		return "Is this the file?"
	}
	return "Which files do you want to move?"
}

func (g *guide) filesAbout() []string {
	list := g.candidates()
	if len(list) == 0 {
		return []string{
			"None was found. Outlook shows it under File, Account Settings, Data Files:",
			"its name ends in .pst or .ost. Type where it is, or drag it into this window,",
			"and press Enter.",
		}
	}
	var about []string
	for i, f := range list[:min(len(list), shownFiles)] {
		about = append(about, fmt.Sprintf("%d  %s", i+1, shorten(clean(f.Path), 72)), "   "+fileFacts(f))
	}
	if more := len(list) - shownFiles; more > 0 {
		about = append(about, fmt.Sprintf("… and %d more: pst2imap scan shows them", more))
	}
	if len(list) == 1 {
		return append(about, "", "Press Enter if it is. Or type where another one is, or drag it in here.")
	}
	return append(about, "", "Type the number, or several such as 1,3, and press Enter; Enter alone is 1.", "Or type where another file is, or drag it into this window.")
}

// fileFacts says what helps to recognize a file.
func fileFacts(f discover.File) string {
	parts := []string{byteSize(f.Size)}
	if c := f.Contents; c != nil {
		parts = append(parts, plural(c.Items, "item"))
		if c.First != "" && c.Last != "" {
			parts = append(parts, c.First[:4]+" to "+c.Last[:4])
		}
	}
	switch f.Kind {
	case discover.KindPOP:
		parts = append(parts, "mail fetched by POP")
	case discover.KindArchive:
		parts = append(parts, "archive")
	case discover.KindCache:
		parts = append(parts, "likely a copy of what a server has")
	}
	if f.InUse == discover.InUseYes {
		parts = append(parts, "open in Outlook")
	}
	return strings.Join(parts, ", ")
}

// takeFiles understands numbers and a path.
func (g *guide) takeFiles(text string) error {
	list := g.candidates()
	chosen := map[string]bool{}
	if len(list) > 0 && (text == "" || len(list) == 1 && strings.EqualFold(text, "yes")) {
		text = "1"
	}
	numbers, err := numbersOf(text, len(list))
	if err == nil {
		for _, n := range numbers {
			chosen[list[n].Path] = true
		}
	} else {
		path := typedPath(text)
		if path == "" {
			return errors.New("nothing was typed")
		}
		if abs, err := filepath.Abs(path); err == nil {
			path = abs
		}
		chosen[path] = true
	}
	g.files, g.left = nil, nil
	for _, f := range list {
		if chosen[f.Path] {
			g.files = append(g.files, f.Path)
		} else if f.Kind != discover.KindCache {
			g.left = append(g.left, f.Path)
		}
		delete(chosen, f.Path)
	}
	for path := range chosen {
		g.files = append(g.files, path)
	}
	for _, path := range g.files {
		if err := probe(path); err != nil {
			return err
		}
	}
	return nil
}

var errNoNumbers = errors.New("these are no numbers of the list")

// numbersOf reads "1", "1,3" or "1 3"; they count from 0 in what comes back.
func numbersOf(text string, most int) ([]int, error) {
	var list []int
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 || n > most {
			return nil, errNoNumbers
		}
		list = append(list, n-1)
	}
	if len(list) == 0 {
		return nil, errNoNumbers
	}
	return list, nil
}

// wrong says what was wrong with an answer, and what helps.
func (g *guide) wrong(ctx context.Context, err error) {
	fmt.Fprintln(g.err)
	what, hint := plainly(ctx, err)
	g.told("%s", what)
	if hint != "" {
		g.told("%s.", capitalFirst(strings.TrimSuffix(hint, ".")))
	}
}

func capitalFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
