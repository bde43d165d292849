package backup

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pst2imap/pst2imap/internal/fsx"
)

func FuzzNames(f *testing.F) {
	f.Add("../x", "a. ")
	f.Fuzz(func(t *testing.T, a, b string) {
		n := newNamer()
		seen := map[string]bool{}
		for i, path := range [][]string{{a}, {b}, {a, b}, {b, a}, {a}} {
			dir := n.dir(path, uint32(i))
			key := strings.ToLower(strings.Join(dir, "/"))
			if seen[key] {
				t.Errorf("%q twice", key)
			}
			seen[key] = true
			for _, name := range dir {
				if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\:\x00") || !utf8.ValidString(name) || len(name) > fsx.MaxName+8 {
					t.Errorf("%q gives %q", path, name)
				}
			}
		}
	})
}
