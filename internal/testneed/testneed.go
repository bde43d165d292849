// Package testneed says what a test needs from the machine it runs on.
//
// Some tests ask programs that this project did not write for a second opinion.
// Where such a program is missing the test is skipped with the reason, unless
// the environment says that nothing may be skipped.
package testneed

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// NoSkip names the environment variable that turns every skip for a missing
// tool into a failure when it is "1". Full test runs set it, so that a check
// does not vanish because a package was not installed.
const NoSkip = "PST2IMAP_TEST_NOSKIP"

// Tool is the path of the program called name. A missing program skips the
// test, or fails it when [NoSkip] is set.
func Tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv(NoSkip) == "1" {
		t.Fatalf("%s is needed and skipping is not allowed (%s=1): %v", name, NoSkip, err)
	}
	t.Skipf("%s is not installed: %v", name, err)
	return ""
}

// ServersVariable names the environment variable with the folder that holds the IMAP servers which are unpacked, not
// installed. Without it they are looked for where "make deps" puts them: for everyone, or in the user's own cache.
const ServersVariable = "PST2IMAP_SERVERS"

// Server is the folder with the files of an unpacked IMAP server, of which program is one. A missing server skips the test, or
// fails it when [NoSkip] is set.
func Server(t testing.TB, name, program string) string {
	t.Helper()
	places := []string{os.Getenv(ServersVariable)}
	if places[0] == "" {
		places[0] = "/var/cache/pst2imap/servers"
		if cache, err := os.UserCacheDir(); err == nil {
			places = append(places, filepath.Join(cache, "pst2imap", "servers"))
		}
	}
	for _, place := range places {
		dir := filepath.Join(place, name)
		if _, err := os.Stat(filepath.Join(dir, program)); err == nil {
			return dir
		}
	}
	if os.Getenv(NoSkip) == "1" {
		t.Fatalf("%s is needed and skipping is not allowed (%s=1): it is not in %q", name, NoSkip, places)
	}
	t.Skipf("%s is not unpacked in %q", name, places)
	return ""
}

// CorpusVariable names the environment variable with the folder of real data
// files; without it the folder shared/corpus beside the project is used.
const CorpusVariable = "PST2IMAP_CORPUS"

// Corpus is the folder of real data files and what independent readers count
// in them. They are not part of the project: where they are missing the test
// is skipped, [NoSkip] or not.
func Corpus(t testing.TB) string {
	t.Helper()
	dir, ok := HasCorpus(t)
	if !ok {
		t.Skipf("the corpus of real data files is not in %s (%s)", dir, CorpusVariable)
	}
	return dir
}

// HasCorpus is [Corpus] for a test that does more with it, and not nothing
// without it.
func HasCorpus(t testing.TB) (dir string, ok bool) {
	t.Helper()
	if dir = os.Getenv(CorpusVariable); dir == "" {
		dir = filepath.Join(filepath.Dir(Root(t)), "shared", "corpus")
	}
	_, err := os.Stat(filepath.Join(dir, "expected.json"))
	return dir, err == nil
}

// Root is the folder of the project.
func Root(t testing.TB) string {
	t.Helper()
	return goList(t, "-m")
}

// ModuleDir is the folder of a module that the project requires.
func ModuleDir(t testing.TB, module string) string {
	t.Helper()
	return goList(t, "-m", module)
}

func goList(t testing.TB, args ...string) string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-f", "{{.Dir}}"}, args...)...).Output()
	if err != nil {
		t.Fatalf("go list %v: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}

// Module checks that a Python has the modules called names, with commas between
// them. Missing ones skip the test, or fail it when [NoSkip] is set.
func Module(t testing.TB, python, names string) {
	t.Helper()
	err := exec.Command(Tool(t, python), "-c", "import "+names).Run()
	switch {
	case err == nil:
	case os.Getenv(NoSkip) == "1":
		t.Fatalf("%s of %s is needed and skipping is not allowed (%s=1)", names, python, NoSkip)
	default:
		t.Skipf("%s of %s is not installed", names, python)
	}
}
