package bench

import (
	"bytes"
	"fmt"
	"os"
)

// end is the marker after the results of a target of make; begin is the one before them.
const end = "<!-- end of results -->\n"

func begin(target string) string { return "<!-- results: make " + target + " -->\n" }

// ReplaceResults puts new results of a target of make into a file, in the place of the old ones.
func ReplaceResults(path, target, text string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(old, []byte(begin(target)))
	_, after, ok2 := bytes.Cut(rest, []byte(end))
	if !ok || !ok2 {
		return fmt.Errorf("%s has no place for the results of %s", path, target)
	}
	out := string(before) + begin(target) + text + end + string(after)
	return os.WriteFile(path, []byte(out), 0o644)
}
