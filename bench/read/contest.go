package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/pst2imap/pst2imap/bench"
)

// contest is the same work for several readers. They take turns, so that
// whatever else the machine does meets all of them; the middle of the times
// counts.
type contest struct {
	title   string
	work    string // "read", "folders" or "inventory"
	file    string
	rounds  int
	readers []reader
}

// result is what a reader has done in a contest.
type result struct {
	contest *contest
	reader  string
	wall    time.Duration // median
	cpu     time.Duration // median
	rss     int64         // the most of all runs, bytes
	counts  bench.Counts
}

// run has all rounds and one before them that does not count: it brings what
// is read into the system's cache.
func (c *contest) run(log io.Writer) ([]result, error) {
	if len(c.readers) > 1 {
		if err := c.warm(); err != nil {
			return nil, err
		}
	}
	samples := make([][]sample, len(c.readers))
	for round := range c.rounds {
		for i, r := range c.readers {
			s, err := r.run(c.work, c.file)
			if err != nil {
				return nil, err
			}
			samples[i] = append(samples[i], s)
			fmt.Fprintf(log, "%s, round %d: %s %v, %d MB\n", c.title, round+1, r.name, s.Wall.Round(time.Millisecond), s.RSS>>20)
		}
	}
	var out []result
	for i, r := range c.readers {
		out = append(out, c.result(r, samples[i]))
	}
	return out, nil
}

// fitsCache is up to which size a file is read ahead of its readers.
const fitsCache = 4 << 30

func (c *contest) warm() error {
	f, err := os.Open(c.file)
	if err != nil {
		return err
	}
	defer f.Close()
	if st, err := f.Stat(); err != nil || st.Size() <= fitsCache {
		_, err = io.Copy(io.Discard, f)
		return err
	}
	for _, r := range c.readers {
		if _, err := r.run(c.work, c.file); err != nil {
			return err
		}
	}
	return nil
}

func (c *contest) result(r reader, all []sample) result {
	out := result{contest: c, reader: r.name, counts: all[0].counts}
	out.wall = bench.Median(all, func(s sample) time.Duration { return s.Wall })
	out.cpu = bench.Median(all, func(s sample) time.Duration { return s.CPU })
	for _, s := range all {
		out.rss = max(out.rss, s.RSS)
	}
	return out
}
