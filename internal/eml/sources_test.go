package eml

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// I1: the converter names neither clock nor random numbers nor the machine.
func TestSourcesAreDeterministic(t *testing.T) {
	forbidden := map[string]bool{"time.Now": true, "time.Local": true, "time.Since": true, "time.Parse": true,
		"time.LoadLocation": true, "os.Hostname": true, "os.Getenv": true, "mime.TypeByExtension": true, "mail.ParseDate": true}
	for _, dir := range []string{".", "../cfb", "../codepage", "../rtf"} {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(names), err)
		}
		for _, name := range names {
			if !strings.HasSuffix(name, "_test.go") {
				checkSource(t, name, forbidden)
			}
		}
	}
}

func checkSource(t *testing.T, name string, forbidden map[string]bool) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, imp := range file.Imports {
		if strings.Contains(imp.Path.Value, "rand") {
			t.Errorf("%s: import of %s", files.Position(imp.Pos()), imp.Path.Value)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && forbidden[x.Name+"."+sel.Sel.Name] {
				t.Errorf("%s: %s.%s", files.Position(n.Pos()), x.Name, sel.Sel.Name)
			}
		}
		return true
	})
}
