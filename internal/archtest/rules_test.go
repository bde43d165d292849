package archtest

import (
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// The rules would be worth nothing if they let everything pass.

func TestAllowed(t *testing.T) {
	tests := []struct {
		of, imports string
		want        bool
	}{
		{"cmd/pst2imap", "upload", true},
		{"upload", "internal/plan", true},
		{"upload", "verify", false},
		{"internal/plan", "upload", false},
		{"internal/eml", "pst", true},
		{"internal/eml", "internal/pim", true},
		{"internal/pim", "internal/eml", false},
		{"internal/imaptest/memserver", "internal/imaptest/selfsigned", true},
		{"pst", "pst/internal/ltp", true},
		{"pst", "internal/eml", false},
		{"pst", "internal/codepage", true},
		{"pst/internal/ltp", "pst/internal/ndb", true},
		{"pst/internal/ltp", "pst", false},
		{"pst/internal/ndb", "pst/internal/ltp", false},
		{"internal/mapi", "internal/codepage", true},
		{"internal/mapi", "pst", false},
		{"internal/psttest", "pst", false},
	}
	for _, tt := range tests {
		may, ok := allowed(tt.of)
		if got := ok && matches(tt.imports, may); got != tt.want {
			t.Errorf("%s may import %s: %v, want %v", tt.of, tt.imports, got, tt.want)
		}
	}
	if _, ok := allowed("elsewhere"); ok {
		t.Error("a package without a layer is allowed everything")
	}
}

func parseText(t *testing.T, text string) *source {
	t.Helper()
	s := &source{name: "x.go", fset: token.NewFileSet(), lines: strings.Count(text, "\n")}
	var err error
	if s.file, err = parser.ParseFile(s.fset, "x.go", text, 0); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestUses(t *testing.T) {
	s := parseText(t, `package x
import (
	"math/rand/v2"
	clock "time"
	"fmt"
)
var a = clock.Now
var b = fmt.Sprint(clock.UTC, rand.Int())
type time struct{ Now int }
var c = time{}.Now
`)
	want := []string{"x.go:3 imports math/rand/v2", "x.go:7 uses clock.Now"}
	if got := s.uses(forbidden); !slices.Equal(got, want) {
		t.Errorf("uses = %q, want %q", got, want)
	}
}

func TestTables(t *testing.T) {
	row := strings.Repeat("\n\t1,", tableLines)
	s := parseText(t, "package x\nvar a = []int{"+row+"\n}\nfunc f() []int {\n\treturn []int{"+row+"\n\t}\n}\nvar b = 1\n")
	if got, want := s.tables(s.file), 2*(tableLines+2); got != want {
		t.Errorf("tables take %d lines, want %d", got, want)
	}
}
