package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

const (
	module = "github.com/pst2imap/pst2imap"
	root   = "../.."
)

// pkg is what go list tells of a package.
type pkg struct {
	Dir          string
	ImportPath   string
	Doc          string
	Standard     bool
	GoFiles      []string
	CgoFiles     []string
	TestGoFiles  []string
	XTestGoFiles []string
	Imports      []string
	Deps         []string
	Module       *struct{ Path string }
}

// ours tells whether the package is one of this module.
func (p *pkg) ours() bool { return p.Module != nil && p.Module.Path == module }

// name is the path inside the module; "." is the module's root.
func (p *pkg) name() string { return inside(p.ImportPath) }

func inside(importPath string) string {
	if importPath == module {
		return "."
	}
	return strings.TrimPrefix(importPath, module+"/")
}

// systems are the ones that the program is built for; a file for one of them
// must not break a rule that the others keep.
var systems = []string{"linux", "windows", "darwin"}

var (
	listOnce  sync.Once
	listCache map[string][]*pkg
	errList   error
)

// packages returns the module's packages and all they depend on, by system.
func packages(t *testing.T) map[string][]*pkg {
	t.Helper()
	goTool := testneed.Tool(t, "go")
	listOnce.Do(func() {
		listCache = make(map[string][]*pkg)
		for _, goos := range systems {
			if listCache[goos], errList = list(goTool, goos); errList != nil {
				return
			}
		}
	})
	if errList != nil {
		t.Fatal(errList)
	}
	return listCache
}

// list asks the go command, with cgo allowed so that its use can be seen.
func list(goTool, goos string) ([]*pkg, error) {
	cmd := exec.Command(goTool, "list", "-e", "-deps", "-json", "./...")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=amd64", "CGO_ENABLED=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.New("go list: " + err.Error() + ": " + stderr.String())
	}
	var pkgs []*pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(pkg)
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			return pkgs, nil
		} else if err != nil {
			return nil, err
		}
		pkgs = append(pkgs, p)
	}
}

// each calls f for every package of the module, once for each system.
func each(t *testing.T, f func(t *testing.T, p *pkg)) {
	t.Helper()
	n := 0
	for _, goos := range systems {
		for _, p := range packages(t)[goos] {
			if p.ours() {
				n++
				f(t, p)
			}
		}
	}
	if n < len(systems) {
		t.Fatalf("only %d packages were found: the rules were not checked", n)
	}
}

// matches tells whether name is one of patterns; "x/..." is x and what is below.
func matches(name string, patterns []string) bool {
	for _, p := range patterns {
		if dir, ok := strings.CutSuffix(p, "/..."); ok {
			if name == dir || strings.HasPrefix(name, dir+"/") {
				return true
			}
		} else if ok, _ := path.Match(p, name); ok {
			return true
		}
	}
	return false
}

func TestMatches(t *testing.T) {
	tests := []struct {
		name, pattern string
		want          bool
	}{
		{"pst", "pst/...", true},
		{"pst/internal/ndb", "pst/...", true},
		{"psttest", "pst/...", false},
		{"internal/plan", "internal/*", true},
		{"internal/imaptest/memserver", "internal/*", false},
		{"upload", "verify", false},
	}
	for _, tt := range tests {
		if got := matches(tt.name, []string{tt.pattern}); got != tt.want {
			t.Errorf("matches(%q, %q) = %v", tt.name, tt.pattern, got)
		}
	}
}
