package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/pst2imap/pst2imap/bench"
)

func main() {
	var o options
	flag.StringVar(&o.sizes, "sizes", "full", "small (two minutes) or full (needs 25 GB of disk)")
	flag.StringVar(&o.dir, "dir", "", "folder where the large files are and stay; a temporary one when empty")
	flag.StringVar(&o.write, "write", "", "text whose results are replaced")
	flag.Parse()
	met, err := o.run()
	if err != nil {
		fail(err)
	}
	if !met {
		fail(fmt.Errorf("a goal is missed"))
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench-read:", err)
	os.Exit(1)
}

type options struct {
	sizes, dir, write string
}

// run has the whole comparison and tells whether all goals are met.
func (o options) run() (met bool, err error) {
	p, ok := plans[o.sizes]
	if !ok {
		return false, fmt.Errorf("no sizes %q", o.sizes)
	}
	temp, err := os.MkdirTemp("", "pst2imap-bench")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(temp) }() // it is the system's temporary folder
	dir := o.dir
	if dir == "" {
		dir = temp
	}
	where := bench.Machine() // of what is built now
	r, err := build(temp)
	if err != nil {
		return false, err
	}
	rs, err := p(r, func(in input) (string, error) { return in.make(r, dir) })
	if err != nil {
		return false, err
	}
	return o.report(where, rs)
}

// report prints the results and tells whether all goals are met.
func (o options) report(where string, rs results) (met bool, err error) {
	goals := rs.goals()
	text := where + "\n" + table(rs, goals)
	if busy := rs.starved(runtime.GOMAXPROCS(0)); len(busy) > 0 {
		text += "\nThe machine was busy, which costs the reader most that uses all of it. " + strings.Join(busy, "; ") + ".\n"
	}
	fmt.Print(text)
	if o.write != "" {
		err = bench.ReplaceResults(o.write, "bench-read", text)
	}
	missed := func(g goal) bool { return g.judged && !g.met }
	return !slices.ContainsFunc(goals, missed), err
}
