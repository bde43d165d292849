package main

import (
	"os"
	"path/filepath"
	"runtime"

	"github.com/pst2imap/pst2imap/bench"
)

// Names of the readers.
const (
	ours  = "pst2imap"
	gopst = "go-pst v6.0.2"
	pypff = "pypff"
)

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
		if err := bench.GoTool(args...); err != nil {
			return readers{}, err
		}
	}
	enron, err := bench.SampleFile()
	if err != nil {
		return readers{}, err
	}
	return readers{
		ours:  reader{ours, []string{own}},
		gopst: reader{gopst, []string{other}},
		pypff: reader{pypff, []string{python(), filepath.Join("bench", "pypff", "read.py")}},
		enron: enron,
		mkpst: mkpst,
	}, nil
}

// python is the interpreter that Debian's packages belong to, where there is one.
func python() string {
	const system = "/usr/bin/python3"
	if _, err := os.Stat(system); err == nil {
		return system
	}
	return "python3"
}
