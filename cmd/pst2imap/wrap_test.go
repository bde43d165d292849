package main

import "testing"

// Lines break between words, and what follows is below the text of the first.
func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		line  string
		width int
		want  string
	}{
		{"short", 20, "short"},
		{"one two three four", 9, "one two\nthree\nfour"},
		{"  two words more", 9, "  two\n  words\n  more"},
		{"  1. do this and then that", 16, "  1. do this and\n     then that"},
		{"2 of 5  backup  all of it is there", 33, "2 of 5  backup  all of it is\n                there"},
		{"  averyveryverylongwordthatcannotbreak", 10, "  averyveryverylongwordthatcannotbreak"},
		{"日本語 日本語 日本語", 14, "日本語 日本語\n日本語"},
	} {
		if got := wrap(tt.line, tt.width); got != tt.want {
			t.Errorf("%q in %d: %q, want %q", tt.line, tt.width, got, tt.want)
		}
	}
}
