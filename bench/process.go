package bench

import (
	"bytes"
	"cmp"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Sample is one run of a program, from its start to its end.
type Sample struct {
	Wall, CPU time.Duration
	RSS       int64  // bytes at most; 0 where the system does not tell
	Last      []byte // the last line that it printed
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

// Run starts a program and waits for its end.
func Run(command ...string) (Sample, error) {
	cmd := exec.Command(command[0], command[1:]...) //nolint:gosec // the programs are those that are compared
	var stdout, stderr tail
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	err := cmd.Run()
	s := Sample{Wall: time.Since(start), Last: stdout.lastLine()}
	if err != nil {
		return s, fmt.Errorf("%s: %w: %s", strings.Join(command, " "), err, stderr.b)
	}
	s.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	s.RSS = PeakMemory(cmd.ProcessState)
	return s, nil
}

// Median is the middle value, the lower one of two.
func Median[T any](all []T, of func(T) time.Duration) time.Duration {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b T) int { return cmp.Compare(of(a), of(b)) })
	return of(sorted[(len(sorted)-1)/2])
}
