package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Input is a data file that is made for a comparison.
type Input struct {
	Name string
	Args []string // of internal/psttest/mkpst, before the file
}

// Mailbox is an input with the mix of messages that mailboxes have.
func Mailbox(name, size, messages string) Input {
	return Input{name, []string{"-size", size, "-messages", messages, "-seed", "1"}}
}

// Make writes the file into a folder unless it is there. It does so in a process
// of its own, mkpst: the memory of a process that starts others counts as
// theirs, and writing a million messages takes a lot.
func (in Input) Make(mkpst, dir string) (string, error) {
	path := filepath.Join(dir, in.Name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	part := path + ".part"
	_ = os.Remove(part)                                                            // of a run that was stopped
	cmd := exec.Command(mkpst, append(append([]string(nil), in.Args...), part)...) //nolint:gosec // built by the caller
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("making %s: %w", path, err)
	}
	return path, os.Rename(part, path)
}

// SampleModule is the module whose sample file everyone can read.
const SampleModule = "github.com/mooijtech/go-pst/v6"

// SampleFile is where the sample file is, which is real mail.
func SampleFile() (string, error) {
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", SampleModule).Output()
	if err != nil {
		return "", fmt.Errorf("where %s is: %w", SampleModule, err)
	}
	return filepath.Join(strings.TrimSpace(string(module)), "data", "enron.pst"), nil
}

// GoTool runs the go command, to build what is compared.
func GoTool(args ...string) error {
	cmd := exec.Command("go", args...) //nolint:gosec // of the programs of this folder
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return nil
}
