package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const (
	maxFileLines     = 500
	maxFunctionLines = 70
	// A declaration or a literal of at least this many lines is a table, whose
	// length says nothing about how hard the file is to read.
	tableLines = 40
)

// source is one parsed Go file of the module.
type source struct {
	name  string // from the module's root, with slashes
	dir   string // likewise; the package's name as in pkg.name
	test  bool
	fset  *token.FileSet
	file  *ast.File
	lines int
}

// lineSpan is the number of lines that a node takes.
func (s *source) lineSpan(n ast.Node) int {
	return s.fset.Position(n.End()).Line - s.fset.Position(n.Pos()).Line + 1
}

// tables is the number of lines that tables below a node take.
func (s *source) tables(n ast.Node) int {
	sum := 0
	ast.Inspect(n, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.GenDecl, *ast.CompositeLit:
			if span := s.lineSpan(n); span >= tableLines {
				sum += span
				return false
			}
		}
		return true
	})
	return sum
}

// sources parses all files, whatever system they are for. Generated files are
// left out.
func sources(t *testing.T) []*source {
	t.Helper()
	var all []*source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() && path != root && (base == "testdata" || base == "bin" || base[0] == '.' || base[0] == '_') {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(base) != ".go" {
			return nil
		}
		s, err := parse(path)
		if err == nil && !ast.IsGenerated(s.file) {
			all = append(all, s)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 2 {
		t.Fatal("no sources were found: nothing was checked")
	}
	return all
}

func parse(path string) (*source, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return nil, err
	}
	s := &source{
		name:  filepath.ToSlash(rel),
		dir:   filepath.ToSlash(filepath.Dir(rel)),
		test:  strings.HasSuffix(path, "_test.go"),
		fset:  token.NewFileSet(),
		lines: strings.Count(string(text), "\n"),
	}
	s.file, err = parser.ParseFile(s.fset, path, text, parser.ParseComments)
	return s, err
}

func TestFilesAreSmall(t *testing.T) {
	for _, s := range sources(t) {
		if lines := s.lines - s.tables(s.file); lines > maxFileLines {
			t.Errorf("%s has %d lines besides tables, more than %d", s.name, lines, maxFileLines)
		}
	}
}

func TestFunctionsAreSmall(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			// The body of a test is a table, mostly.
			if !ok || s.test {
				continue
			}
			if n := s.lineSpan(f) - s.tables(f); n > maxFunctionLines {
				t.Errorf("%s: %s has %d lines besides tables, more than %d", s.name, f.Name.Name, n, maxFunctionLines)
			}
		}
	}
}

func TestNoImportOfC(t *testing.T) {
	for _, s := range sources(t) {
		for _, imp := range s.file.Imports {
			if imp.Path.Value == `"C"` {
				t.Errorf("%s imports C", s.name)
			}
		}
	}
}

// converting packages make bytes or decisions out of bytes: the same for
// everyone, everywhere and always.
var converting = []string{
	"pst/...", "internal/mapi", "internal/codepage", "internal/rtf", "internal/tnef",
	"internal/ical", "internal/vcard", "internal/pim", "internal/eml", "internal/plan",
}

// forbidden has what those packages must not name, by import path. A name of ""
// forbids the import itself.
var forbidden = map[string][]string{
	"time":         {"Now", "Since", "Until", "Local", "LoadLocation"},
	"os":           {"Getenv", "LookupEnv", "Environ", "Hostname", "Stdout", "Stderr", "Exit"},
	"fmt":          {"Print", "Printf", "Println"},
	"math/rand":    {""},
	"math/rand/v2": {""},
	"crypto/rand":  {""},
	"log":          {""},
	"net":          {""},
	"os/exec":      {""},
}

func TestConversionIsDeterministic(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || !matches(s.dir, converting) {
			continue
		}
		for _, use := range s.uses(forbidden) {
			t.Errorf("%s: what converts must not depend on it", use)
		}
	}
}

// Only commands end the process or write to the terminal.
func TestOnlyCommandsPrint(t *testing.T) {
	rule := map[string][]string{
		"fmt":  {"Print", "Printf", "Println"},
		"os":   {"Exit", "Stdout"},
		"log":  {"Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln"},
		"flag": {""},
	}
	for _, s := range sources(t) {
		if s.test || s.file.Name.Name == "main" || !matches(s.dir, []string{"pst/...", "upload/...", "verify/...", "internal/..."}) {
			continue
		}
		for _, use := range s.uses(rule) {
			t.Errorf("%s: only commands do this", use)
		}
	}
}

// uses finds what a file uses of what a rule forbids, with the place.
func (s *source) uses(rule map[string][]string) []string {
	var found []string
	local := make(map[string]string) // name in the file -> import path
	for _, imp := range s.file.Imports {
		path := strings.Trim(imp.Path.Value, `"`)
		names, ok := rule[path]
		if !ok {
			continue
		}
		if names[0] == "" {
			found = append(found, s.place(imp)+" imports "+path)
			continue
		}
		name := path[strings.LastIndex(path, "/")+1:]
		if imp.Name != nil {
			name = imp.Name.Name
		}
		local[name] = path
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok {
			for _, name := range rule[local[x.Name]] {
				if sel.Sel.Name == name {
					found = append(found, s.place(sel)+" uses "+x.Name+"."+name)
				}
			}
		}
		return true
	})
	return found
}

func (s *source) place(n ast.Node) string {
	p := s.fset.Position(n.Pos())
	return s.name + ":" + strconv.Itoa(p.Line)
}
