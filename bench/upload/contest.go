package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// contest is the same work for several contenders. They take turns, so that whatever else the machine does meets all of
// them; the middle of the times counts.
type contest struct {
	title      string
	rounds     int
	before     func() error // once
	contenders []contender
}

// contender does the work of a contest.
type contender struct {
	name  string
	times float64                // what it does is so many times less than the others' work; 0 is 1
	most  int                    // rounds; 0 is all
	do    func() (sample, error) // once
}

// sample is one run.
type sample struct {
	wall   time.Duration
	cpu    time.Duration // of the contender; 0 when not known
	server time.Duration // processor time of the server; 0 when not known
	rss    int64         // bytes at most; 0 when not known
	count  int           // messages
	bytes  int64         // of messages
}

// result is what a contender has done in a contest.
type result struct {
	sample // medians, and the most memory
	title  string
	name   string
}

// results of all contests.
type results []result

// hold has the contests whose title contains only.
func hold(r *rig, log io.Writer, all []contest, only string) (results, error) {
	var out results
	for _, c := range all {
		if !strings.Contains(c.title, only) {
			continue
		}
		rs, err := c.run(r, log)
		if err != nil {
			return out, fmt.Errorf("%s: %w", c.title, err)
		}
		out = append(out, rs...)
	}
	return out, nil
}

func (c *contest) run(r *rig, log io.Writer) (results, error) {
	if c.before != nil {
		if err := c.before(); err != nil {
			return nil, err
		}
	}
	samples := make([][]sample, len(c.contenders))
	for round := range c.rounds {
		for i, who := range c.contenders {
			if who.most > 0 && round >= who.most {
				continue
			}
			if err := r.ctx.Err(); err != nil {
				return nil, err
			}
			s, err := who.do()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", who.name, err)
			}
			samples[i] = append(samples[i], s.scaled(who.times))
			fmt.Fprintf(log, "%s, round %d: %s %v, processor %v and %v, %d MB, %d messages\n", c.title, round+1, who.name,
				s.wall.Round(time.Millisecond), s.cpu.Round(time.Millisecond), s.server.Round(time.Millisecond), s.rss>>20, s.count)
		}
	}
	var out results
	for i, who := range c.contenders {
		out = append(out, result{middle(samples[i]), c.title, who.name})
	}
	return out, nil
}

// scaled is the sample as if all of the work had been done.
func (s sample) scaled(times float64) sample {
	if times > 0 {
		for _, d := range []*time.Duration{&s.wall, &s.cpu, &s.server} {
			*d = time.Duration(float64(*d) * times)
		}
	}
	return s
}

// middle has the median of each time and the most memory.
func middle(all []sample) sample {
	out := all[0]
	out.wall = median(all, func(s sample) time.Duration { return s.wall })
	out.cpu = median(all, func(s sample) time.Duration { return s.cpu })
	out.server = median(all, func(s sample) time.Duration { return s.server })
	for _, s := range all {
		out.rss = max(out.rss, s.rss)
	}
	return out
}

// median is the middle value, the lower one of two.
func median(all []sample, of func(sample) time.Duration) time.Duration {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b sample) int { return cmp.Compare(of(a), of(b)) })
	return of(sorted[(len(sorted)-1)/2])
}
