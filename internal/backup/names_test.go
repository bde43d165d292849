package backup

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSafeName(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "none",
		"Projekte":              "Projekte",
		"a/b\\c:d*e?f\"g<h>i|j": "a_b_c_d_e_f_g_h_i_j",
		"..":                    "none",
		".":                     "none",
		"../../etc/passwd":      "_._.._etc_passwd",
		".hidden":               "_hidden",
		"con":                   "_con",
		"NUL.txt":               "_NUL.txt",
		"com7":                  "_com7",
		"COM10":                 "COM10",
		"Cur":                   "_Cur",
		"trailing. . ":          "trailing",
		"a\x00b\nc\u202ed":      "abcd",
		"Küche & Bad":           "Küche & Bad",
		"u\u0308":               "ü",
	} {
		if got := safeName(in, "none"); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	long := strings.Repeat("ü", 200)
	if got := safeName(long, ""); len(got) > maxName || got == safeName(long+"x", "") || !utf8.ValidString(got) {
		t.Errorf("long name %q", got)
	}
}

func FuzzSafeName(f *testing.F) {
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
				if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\:\x00") || !utf8.ValidString(name) || len(name) > maxName+8 {
					t.Errorf("%q gives %q", path, name)
				}
			}
		}
	})
}
