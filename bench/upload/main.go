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
	sizes, dir, write, only string
	rounds                  int
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
	where := bench.Machine() // of what is built now
	var rs results
	err = onBed(func(b *bed) error {
		r, err := newRig(ctx, b, size, o.dir)
		if err == nil {
			rs, err = hold(r, os.Stderr, contests(r), o.only)
		}
		return err
	})
	if err != nil {
		return false, err
	}
	goals := rs.goals()
	text := where + fmt.Sprintf("The median of %d rounds, fewer where a contender takes minutes.\n", size.rounds) + "\n" + table(rs, goals) + busyNote(rs)
	fmt.Print(text)
	if o.write != "" {
		err = bench.ReplaceResults(o.write, "bench-upload", text)
	}
	return !slices.ContainsFunc(goals, goal.missed), err
}
