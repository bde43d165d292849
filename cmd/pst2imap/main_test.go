package main

import (
	"regexp"
	"testing"
)

// A fault of the program is told in a line that says where, without a stack.
func TestGuarded(t *testing.T) {
	var none map[string]int
	err := guarded(func() error { none["x"]++; return nil })
	if err == nil || !regexp.MustCompile(`^a fault of the program: assignment to entry in nil map, at pst2imap/main_test\.go:\d+$`).MatchString(err.Error()) {
		t.Errorf("%v", err)
	}
	if f := explain(t.Context(), err); f.code != exitInternal || f.hint == "" {
		t.Errorf("exit %d, hint %q", f.code, f.hint)
	}
}
