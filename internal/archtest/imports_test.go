package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

// leaves serve everyone and import nothing of the module but each other.
var leaves = []string{
	"internal/mapi", "internal/codepage", "internal/rtf", "internal/tnef", "internal/ical",
	"internal/fsx", "internal/event", "internal/testneed", "testdata",
}

// layers are the packages from top to bottom and what of the module each may
// import. The first that matches a package is its layer.
var layers = []struct {
	of  string
	may []string
}{
	{"cmd/...", []string{"upload/...", "verify/...", "internal/...", "pst", "bench/...", "testdata"}},
	{"bench/...", []string{"upload/...", "verify/...", "internal/...", "pst", "bench/..."}},
	// What a release is made with, not what it is made of.
	{"deploy/...", nil},
	// What was uploaded is judged by code that did not upload it.
	{"upload/...", []string{"upload/...", "internal/...", "pst"}},
	{"verify/...", []string{"verify/...", "internal/...", "pst"}},
	{"pst/internal/ndb", leaves},
	{"pst/internal/ltp", slices.Concat([]string{"pst/internal/ndb"}, leaves)},
	{"pst/...", slices.Concat([]string{"pst/internal/..."}, leaves)},
	// The writer of test files must not share code with the reader, or both
	// would share their mistakes.
	{"internal/psttest/...", slices.Concat([]string{"internal/psttest/..."}, leaves)},
	// What is no mail is mapped below the conversion of mail, which embeds it.
	{"internal/pim", slices.Concat([]string{"internal/vcard"}, leaves)},
	{"internal/*", []string{"internal/...", "pst"}},
	{"internal/...", []string{"internal/...", "pst"}},
}

// allowed returns what a package may import of the module.
func allowed(name string) (may []string, ok bool) {
	if slices.Contains(leaves, name) {
		return leaves, true
	}
	for _, l := range layers {
		if matches(name, []string{l.of}) {
			return l.may, true
		}
	}
	return nil, false
}

func TestImportsGoOneWay(t *testing.T) {
	each(t, func(t *testing.T, p *pkg) {
		may, ok := allowed(p.name())
		if !ok {
			t.Errorf("%s has no layer: name it in this test", p.name())
			return
		}
		for _, imp := range p.Imports {
			if !strings.HasPrefix(imp, module) {
				continue
			}
			if name := inside(imp); !matches(name, may) {
				t.Errorf("%s imports %s, which is not below it", p.name(), name)
			}
		}
	})
}

func TestUploadAndVerifyStayApart(t *testing.T) {
	each(t, func(t *testing.T, p *pkg) {
		for _, pair := range [][2]string{{"upload", "verify"}, {"verify", "upload"}} {
			if p.name() == pair[0] && slices.Contains(p.Deps, module+"/"+pair[1]) {
				t.Errorf("%s depends on %s", pair[0], pair[1])
			}
		}
	})
}

// homes are the only packages whose program code may import a library.
var homes = []struct {
	module string
	in     []string
}{
	{"github.com/urfave/cli/...", []string{"cmd/..."}},
	{"github.com/schollz/progressbar/...", []string{"cmd/..."}},
	// Its types may appear in upload and verify, its connections not.
	{"github.com/emersion/go-imap/v2", []string{"internal/imapconn/...", "internal/imaptest/...", "upload/...", "verify/..."}},
	{"github.com/emersion/go-imap/...", []string{"internal/imapconn/...", "internal/imaptest/..."}},
	{"github.com/emersion/go-sasl/...", []string{"internal/imapconn/..."}},
	{"github.com/xdg-go/scram/...", []string{"internal/imapconn/..."}},
	{"github.com/zalando/go-keyring/...", []string{"internal/account/keyring"}},
	{"golang.org/x/oauth2/...", []string{"internal/account/oauth"}},
	// One self-referencing block of a data file ends go-pst's process.
	{"github.com/mooijtech/go-pst/...", nil},
	{"github.com/google/go-cmp/...", nil},
	{"github.com/cpuguy83/go-md2man/...", nil},
	{"github.com/CycloneDX/cyclonedx-go/...", []string{"deploy/release"}},
	{"github.com/rogpeppe/go-internal/...", nil},
}

func TestLibrariesStayAtHome(t *testing.T) {
	each(t, func(t *testing.T, p *pkg) {
		for _, imp := range p.Imports {
			i := slices.IndexFunc(homes, func(h struct {
				module string
				in     []string
			}) bool {
				return matches(imp, []string{h.module})
			})
			if i >= 0 && !matches(p.name(), homes[i].in) {
				t.Errorf("%s imports %s, which belongs to %q or to tests", p.name(), imp, homes[i].in)
			}
		}
	})
}

// Each direct dependency has a line that says what it is for.
func TestDependenciesAreExplained(t *testing.T) {
	root := testneed.Root(t)
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(filepath.Join(root, "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	direct := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllSubmatch(mod, -1)
	if len(direct) == 0 {
		t.Error("go.mod has no direct dependencies")
	}
	for _, m := range direct {
		if !regexp.MustCompile(regexp.QuoteMeta(string(m[1])) + `\s`).Match(doc) {
			t.Errorf("docs/dependencies.md does not name %s", m[1])
		}
	}
}

// go-pst must not come in by way of another library either.
func TestProgramDoesNotContainGoPst(t *testing.T) {
	each(t, func(t *testing.T, p *pkg) {
		for _, dep := range p.Deps {
			if matches(dep, []string{"github.com/mooijtech/..."}) {
				t.Errorf("%s depends on %s", p.name(), dep)
			}
		}
	})
}

func TestNoCgo(t *testing.T) {
	for goos, pkgs := range packages(t) {
		for _, p := range pkgs {
			if !p.Standard && len(p.CgoFiles) > 0 {
				t.Errorf("%s: %s needs cgo: %v", goos, p.ImportPath, p.CgoFiles)
			}
		}
	}
}

func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	each(t, func(t *testing.T, p *pkg) {
		if len(p.GoFiles) > 0 && p.Doc == "" {
			t.Errorf("%s has no package comment", p.name())
		}
	})
}
