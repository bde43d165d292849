package testneed

import (
	"runtime"
	"strings"
	"testing"
)

func TestBounded(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the programs that need a bound are not there")
	}
	out, err := Bounded("sh", "-c", `ulimit -t; echo "$1"`, "x", `a "b" $c`).Output()
	if got := strings.TrimSpace(string(out)); err != nil || got != "60\na \"b\" $c" {
		t.Errorf("got %q, %v", got, err)
	}
}
