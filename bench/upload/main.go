package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"

	"github.com/pst2imap/pst2imap/bench"
)

func main() {
	if len(os.Args) == 3 && works[os.Args[1]] != nil { // this program started by itself
		if err := works[os.Args[1]](os.Args[2]); err != nil {
			fail(err)
		}
		return
	}
	var o options
	flag.StringVar(&o.sizes, "sizes", "full", "small (some minutes) or full")
	flag.StringVar(&o.dir, "dir", "", "folder where the data files are and stay; a temporary one when empty")
	flag.StringVar(&o.write, "write", "", "text whose results are replaced")
	flag.StringVar(&o.only, "only", "", "only the contests whose title contains this")
	flag.StringVar(&o.set, "set", "upload", "upload or verify")
	flag.IntVar(&o.rounds, "rounds", 0, "turns of each contender; 0 is what the size has")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	met, err := o.run(ctx)
	if err == nil && !met {
		err = errors.New("a goal is missed")
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench-upload:", err)
	os.Exit(1)
}

type options struct {
	sizes, dir, write, only, set string
	rounds                       int
}

// set is contests that belong together, with what is promised of them.
type set struct {
	contests func(*rig) []contest
	goals    func(results) []goal
	ours     string // what the others are compared with
	quiet    string // the contest that tells whether the machine was quiet
}

// sets by the target of make.
var sets = map[string]set{
	"upload": {contests, results.goals, ours, loopback},
	"verify": {verification, results.verificationGoals, verifyFull, readBack},
}

// run has the whole comparison and tells whether all goals are met.
func (o options) run(ctx context.Context) (met bool, err error) {
	size, ok := sizes[o.sizes]
	if !ok {
		return false, fmt.Errorf("no sizes %q", o.sizes)
	}
	if o.rounds > 0 {
		size.rounds = o.rounds
	}
	set, ok := sets[o.set]
	if !ok {
		return false, fmt.Errorf("no set %q", o.set)
	}
	where := bench.Machine() // of what is built now
	var rs results
	err = onBed(func(b *bed) error {
		r, err := newRig(ctx, b, size, o.dir)
		if err == nil {
			rs, err = hold(r, os.Stderr, set.contests(r), o.only)
		}
		return err
	})
	if err != nil {
		return false, err
	}
	goals := set.goals(rs)
	text := where + fmt.Sprintf("The median of %d rounds, fewer where a contender takes minutes. The servers are on %s.\n", size.rounds, bench.FileSystem(os.TempDir())) + "\n" + table(rs, goals, set.ours) + busyNote(rs, set.quiet)
	fmt.Print(text)
	if o.write != "" {
		err = bench.ReplaceResults(o.write, "bench-"+o.set, text)
	}
	return !slices.ContainsFunc(goals, goal.missed), err
}
