package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/pst2imap/pst2imap/bench"
)

// Names of what takes turns.
const (
	ours    = "pst2imap export"
	readpst = "readpst -D -e"
	bare    = "bare files"
	reading = "read"
	convert = "convert"
)

// contender is something that is measured. Its command gets the folder to write
// to, which is there and empty.
type contender struct {
	name    string
	command func(file, to string) []string
	timed   bool // it prints its own time in nanoseconds, to leave out its preparations
}

// result is what all contenders have done with a file.
type result struct {
	work
	size int64 // of the file, bytes
	by   map[string]measured
}

// measured is what a contender has done.
type measured struct {
	wall, cpu time.Duration // medians
	rss       int64         // the most of all runs, bytes
	files     int           // that the first run wrote
	bytes     int64         // in them
}

// contenders of a work. The list of files that the bare program makes is that
// of our export, which comes first.
func (p programs) contenders(list string, stages bool) []contender {
	all := []contender{
		{ours, func(file, to string) []string { return []string{p.ours, "export", "--to", to, "--format", "eml", file} }, false},
		{readpst, func(file, to string) []string { return []string{"readpst", "-q", "-D", "-e", "-o", to, file} }, false},
		{bare, func(_, to string) []string { return []string{p.self, "-floor", list, to} }, true},
	}
	if !stages {
		return all
	}
	return append(all,
		contender{reading, func(file, _ string) []string { return []string{p.stages, "read", file} }, false},
		contender{convert, func(file, _ string) []string { return []string{p.stages, "convert", file} }, false})
}

// hold has all rounds. What was written stays, without its contents, until the
// end: some file systems are slow to make files for minutes after others were
// removed.
func (p programs) hold(log io.Writer, w work, dir string) (result, error) {
	out := result{work: w, by: map[string]measured{}}
	st, err := os.Stat(w.file)
	if err != nil {
		return out, err
	}
	out.size = st.Size()
	if err := warm(w.file); err != nil {
		return out, err
	}
	list := filepath.Join(dir, "files.txt")
	samples := map[string][]bench.Sample{}
	all := p.contenders(list, w.stages)
	for round := range w.rounds {
		for i, c := range all {
			to := filepath.Join(dir, fmt.Sprintf("%d-%d", round, i))
			if err := os.MkdirAll(to, 0o700); err != nil {
				return out, err
			}
			s, err := c.run(w.file, to)
			if err != nil {
				return out, err
			}
			samples[c.name] = append(samples[c.name], s)
			fmt.Fprintf(log, "%s, round %d: %s %v, %v, %d MB\n", w.title, round+1, c.name, s.Wall.Round(time.Millisecond), s.CPU.Round(time.Millisecond), s.RSS>>20)
			t, err := emptied(to)
			if err != nil {
				return out, err
			}
			if round == 0 {
				out.by[c.name] = measured{files: len(t.files), bytes: t.bytes}
			}
			if c.name == ours {
				if err := t.save(list); err != nil {
					return out, err
				}
			}
		}
	}
	for name, m := range out.by {
		m.wall = bench.Median(samples[name], func(s bench.Sample) time.Duration { return s.Wall })
		m.cpu = bench.Median(samples[name], func(s bench.Sample) time.Duration { return s.CPU })
		for _, s := range samples[name] {
			m.rss = max(m.rss, s.RSS)
		}
		out.by[name] = m
	}
	return out, nil
}

func (c contender) run(file, to string) (bench.Sample, error) {
	s, err := bench.Run(c.command(file, to)...)
	if err != nil || !c.timed {
		return s, err
	}
	n, err := strconv.ParseInt(string(s.Last), 10, 64)
	if err != nil {
		return s, fmt.Errorf("%s: its time %q: %w", c.name, s.Last, err)
	}
	s.Wall, s.RSS = time.Duration(n), 0 // its memory is nobody's concern
	return s, nil
}
