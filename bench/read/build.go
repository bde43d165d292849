package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Names of the readers.
const (
	ours  = "pst2imap"
	gopst = "go-pst v6.0.2"
	pypff = "pypff"
)

// gopstModule is the module whose sample file everyone can read.
const gopstModule = "github.com/mooijtech/go-pst/v6"

// readers are the programs that are compared, and what they read.
type readers struct {
	ours, gopst, pypff reader
	enron              string // the sample file
	mkpst              string // makes others
}

func (r readers) all() []reader { return []reader{r.ours, r.gopst, r.pypff} }

// build makes the programs in a folder.
func build(dir string) (readers, error) {
	exe := ""
	if runtime.GOOS == "windows" {
		exe = ".exe"
	}
	program := func(name string) string { return filepath.Join(dir, name+exe) }
	own, other, mkpst := program("ours"), program("gopst"), program("mkpst")
	for _, args := range [][]string{
		{"build", "-o", own, "./bench/ours"},
		{"build", "-o", mkpst, "./internal/psttest/mkpst"},
		{"test", "-c", "-o", other, "./bench/gopst"},
	} {
		if err := goTool(args...); err != nil {
			return readers{}, err
		}
	}
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", gopstModule).Output()
	if err != nil {
		return readers{}, fmt.Errorf("where %s is: %w", gopstModule, err)
	}
	return readers{
		ours:  reader{ours, []string{own}},
		gopst: reader{gopst, []string{other}},
		pypff: reader{pypff, []string{python(), filepath.Join("bench", "pypff", "read.py")}},
		enron: filepath.Join(strings.TrimSpace(string(module)), "data", "enron.pst"),
		mkpst: mkpst,
	}, nil
}

func goTool(args ...string) error {
	cmd := exec.Command("go", args...) //nolint:gosec // those of build
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// python is the interpreter that Debian's packages belong to, where there is one.
func python() string {
	const system = "/usr/bin/python3"
	if _, err := os.Stat(system); err == nil {
		return system
	}
	return "python3"
}
