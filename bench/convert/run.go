package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/pst2imap/pst2imap/bench"
)

type options struct {
	sizes, dir, write string
}

// What is promised.
const (
	times     = 3   // as fast as readpst
	megabytes = 150 // resident
)

// Titles of the works.
const (
	sample     = "enron.pst, 28 MB"
	mailbox200 = "mailbox of 200 MB"
	mailbox2G  = "mailbox of 2 GB"
	attachment = "attachment of 150 MB"
)

// work is a file that is exported, so many times by each program.
type work struct {
	title  string
	rounds int
	file   string
	stages bool // measured too
}

// run has the whole comparison and tells whether all goals are met.
func (o options) run() (met bool, err error) {
	temp, err := os.MkdirTemp(o.dir, "pst2imap-bench")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(temp) }() // made above
	where := bench.Machine()                  // of what is built now
	p, err := build(temp)
	if err != nil {
		return false, err
	}
	files := o.dir
	if files == "" {
		files = temp
	}
	works, err := o.works(p, files)
	if err != nil {
		return false, err
	}
	var all []result
	for i, w := range works {
		rs, err := p.hold(os.Stderr, w, filepath.Join(temp, fmt.Sprint("work", i)))
		if err != nil {
			return false, fmt.Errorf("%s: %w", w.title, err)
		}
		all = append(all, rs)
	}
	goals := goalsOf(all)
	text := where + "\n" + table(all) + "\n" + stageTable(all) + "\n" + bench.Goals(goals)
	fmt.Print(text)
	if o.write != "" {
		err = bench.ReplaceResults(o.write, "bench-convert", text)
	}
	return bench.Kept(goals), err
}

// works are the files of a size, which are made.
func (o options) works(p programs, dir string) ([]work, error) {
	large := bench.Input{Name: "attachment-150MB.pst", Args: []string{"-attachment", "150MB"}}
	var w work
	var in bench.Input
	switch o.sizes {
	case "small":
		w, in = work{title: mailbox200, rounds: 3, stages: true}, bench.Mailbox("mailbox-200MB.pst", "200MB", "3300")
	case "full":
		w, in = work{title: mailbox2G, rounds: 5, stages: true}, bench.Mailbox("mailbox-2GB.pst", "2GB", "33000")
	default:
		return nil, fmt.Errorf("no sizes %q", o.sizes)
	}
	enron, err := bench.SampleFile()
	if err != nil {
		return nil, err
	}
	if w.file, err = in.Make(p.mkpst, dir); err != nil {
		return nil, err
	}
	big, err := large.Make(p.mkpst, dir)
	if err != nil {
		return nil, err
	}
	return []work{{sample, 5, enron, true}, w, {attachment, w.rounds, big, false}}, nil
}

// programs are those that are compared, and what they need.
type programs struct {
	ours, stages, mkpst, self string
}

// build makes the programs in a folder.
func build(dir string) (programs, error) {
	exe := ""
	if runtime.GOOS == "windows" {
		exe = ".exe"
	}
	p := programs{ours: filepath.Join(dir, "pst2imap"+exe), stages: filepath.Join(dir, "ours"+exe), mkpst: filepath.Join(dir, "mkpst"+exe)}
	for _, args := range [][]string{
		{"build", "-trimpath", "-o", p.ours, "./cmd/pst2imap"},
		{"build", "-o", p.stages, "./bench/ours"},
		{"build", "-o", p.mkpst, "./internal/psttest/mkpst"},
	} {
		if err := bench.GoTool(args...); err != nil {
			return p, err
		}
	}
	var err error
	p.self, err = os.Executable()
	return p, err
}

// warm brings a file into the system's cache.
func warm(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(io.Discard, f)
	return err
}
