package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/pst2imap/pst2imap/bench"
)

// input is a data file that is made for the comparison.
type input struct {
	name    string
	mailbox bench.Mailbox
}

// make writes the file unless it is there. It does so in a process of its own:
// the memory of a process that starts others counts as theirs, and writing a
// million messages takes a lot.
func (in input) make(dir string) (string, error) {
	path := filepath.Join(dir, in.name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	part := path + ".part"
	cmd := exec.Command(self, "make", part, strconv.FormatInt(in.mailbox.Size, 10), strconv.Itoa(in.mailbox.Messages)) //nolint:gosec // this program
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		_ = os.Remove(part) // the error of making it says more
		return "", fmt.Errorf("making %s: %w", path, err)
	}
	return path, os.Rename(part, path)
}

// makeFile is that process.
func makeFile(args []string) error {
	size, err := strconv.ParseInt(args[1], 10, 64)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	return bench.Mailbox{Size: size, Messages: n}.Write(args[0])
}
