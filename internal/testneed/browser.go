package testneed

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Axe is the name of the script that checks pages for accessibility, with its
// version; internal/browsertest/axe.sh fetches it.
const Axe = "axe-core-4.10.3.min.js"

// Script is the text of a script that tests put into pages. It is looked for in
// "scripts" beside the servers, see [Server]. A missing script skips the test, or
// fails it when [NoSkip] is set.
func Script(t testing.TB, name string) string {
	t.Helper()
	places := []string{"/var/cache/pst2imap/scripts"}
	if dir := os.Getenv(ServersVariable); dir != "" {
		places = []string{filepath.Join(filepath.Dir(dir), "scripts")}
	} else if cache, err := os.UserCacheDir(); err == nil {
		places = append(places, filepath.Join(cache, "pst2imap", "scripts"))
	}
	for _, place := range places {
		if b, err := os.ReadFile(filepath.Join(place, name)); err == nil {
			return string(b)
		}
	}
	missing(t, name, fmt.Sprintf("it is not in %q", places))
	return ""
}

// Python is Debian's own Python with a module of its packages, which no other has. A
// missing one skips the test, or fails it when [NoSkip] is set.
func Python(t testing.TB, module string) string {
	t.Helper()
	const path = "/usr/bin/python3"
	if err := exec.Command(path, "-c", "import "+module).Run(); err != nil {
		missing(t, "Python's "+module, err.Error())
	}
	return path
}
