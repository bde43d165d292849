package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/pst2imap/pst2imap/bench"
)

// reader is a program that reads data files.
type reader struct {
	name    string
	command []string // before the work and the file
}

// sample is one run of a reader.
type sample struct {
	bench.Sample
	counts bench.Counts
}

// run starts a reader and waits for its end.
func (r reader) run(work, file string) (sample, error) {
	var s sample
	var err error
	if s.Sample, err = bench.Run(append(slices.Clone(r.command), work, file)...); err != nil {
		return s, fmt.Errorf("%s: %w", r.name, err)
	}
	if err := json.Unmarshal(s.Last, &s.counts); err != nil {
		return s, fmt.Errorf("%s, %s %s: the last line %q: %w", r.name, work, file, s.Last, err)
	}
	return s, nil
}
