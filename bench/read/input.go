package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// input is a data file that is made for the comparison.
type input struct {
	name     string
	size     string // as mkpst has it
	messages int
}

// make writes the file unless it is there. It does so in a process of its own:
// the memory of a process that starts others counts as theirs, and writing a
// million messages takes a lot.
func (in input) make(r readers, dir string) (string, error) {
	path := filepath.Join(dir, in.name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	part := path + ".part"
	_ = os.Remove(part)                                                                                        // of a run that was stopped
	cmd := exec.Command(r.mkpst, "-size", in.size, "-messages", strconv.Itoa(in.messages), "-seed", "1", part) //nolint:gosec // built by this program
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("making %s: %w", path, err)
	}
	return path, os.Rename(part, path)
}
