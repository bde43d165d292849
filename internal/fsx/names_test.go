package fsx

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
		"u\x01\u0308":           "ü",
	} {
		if got := SafeName(in, "none"); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	long := strings.Repeat("ü", 200)
	if got := SafeName(long, ""); len(got) > MaxName || got == SafeName(long+"x", "") || !utf8.ValidString(got) {
		t.Errorf("long name %q", got)
	}
}
