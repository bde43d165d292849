package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"time"

	"github.com/pst2imap/pst2imap/bench"
)

// reader is a program that reads data files.
type reader struct {
	name    string
	command []string // before the work and the file
}

// sample is one run of a reader.
type sample struct {
	wall, cpu time.Duration
	rss       int64 // bytes at most; 0 where the system does not tell
	counts    bench.Counts
}

// tail keeps the end of what a program prints: some print a line for each
// message before the one that counts.
type tail struct{ b []byte }

const tailSize = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	if len(t.b) > 2*tailSize {
		t.b = append(t.b[:0], t.b[len(t.b)-tailSize:]...)
	}
	return len(p), nil
}

// lastLine is what came last, without the end of the line.
func (t *tail) lastLine() []byte {
	b := bytes.TrimSpace(t.b)
	return b[bytes.LastIndexByte(b, '\n')+1:]
}

// run starts a reader and waits for its end.
func (r reader) run(work, file string) (sample, error) {
	args := append(append([]string(nil), r.command...), work, file)
	cmd := exec.Command(args[0], args[1:]...) //nolint:gosec // the readers are those of this folder
	var stdout, stderr tail
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	err := cmd.Run()
	s := sample{wall: time.Since(start)}
	if err != nil {
		return s, fmt.Errorf("%s, %s %s: %w: %s", r.name, work, file, err, stderr.b)
	}
	s.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	s.rss = bench.PeakMemory(cmd.ProcessState)
	if err := json.Unmarshal(stdout.lastLine(), &s.counts); err != nil {
		return s, fmt.Errorf("%s, %s %s: the last line %q: %w", r.name, work, file, stdout.lastLine(), err)
	}
	return s, nil
}
