package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// conversionRules are the ids of all rules in their order.
const conversionRules = "I1 I2 I3 I4 I5 P1 P2 P3 P4 P5 P6 K0 K1 K2 K3 K4 " +
	"H1 H1b H2 H3 H4 H5 H6 H6a H7 H8 H9 H10 H11 H12 H13 H14 H15 H16 H17 H18 H19 H20 H21 H22 H23 H24 H25 H26 H27 H28 H40 H41 H42 H43 E1 E2 E3 " +
	"F1 F2 F3 F4 F5 F6 F7 F8 B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 B11 B12 B13 B14 B15 B16 B17 B18 B19 B20 B21 " +
	"A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14 A15 A16 A17 A18 A19 M1 M2 M3 M4 M20 M21 M22 M23 M30 M31 " +
	"M40 M41 M42 M43 M44 M45 M46 M47 M48 M50"

var (
	ruleRow   = regexp.MustCompile(`(?m)^\| ([A-Z][0-9]+[a-z]?) \| [^|]+ \| ([^|]*) \|`)
	namedTest = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*`)
	namedFile = regexp.MustCompile(`\b\w+\.txtar\b`)
)

// docs/fidelity.md has a row for every rule, with a test, and every test that it
// names exists.
func TestFidelityTable(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(root, "docs", "fidelity.md"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	var ids []string
	for _, row := range ruleRow.FindAllStringSubmatch(text, -1) {
		ids = append(ids, row[1])
		if !namedTest.MatchString(row[2]) && !namedFile.MatchString(row[2]) {
			t.Errorf("%s has no test", row[1])
		}
	}
	if got := strings.Join(ids, " "); got != conversionRules {
		t.Errorf("rows for\n%s, want\n%s", got, conversionRules)
	}
	have := testNames(t)
	for _, name := range append(namedTest.FindAllString(text, -1), namedFile.FindAllString(text, -1)...) {
		if !have[name] {
			t.Errorf("there is no %s", name)
		}
	}
}

// testNames are the tests, fuzz targets and scripts of the project.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && len(d.Name()) > 2 && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".txtar"):
			names[d.Name()] = true
		case strings.HasSuffix(path, "_test.go"):
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, decl := range file.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil {
					names[f.Name.Name] = true
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
