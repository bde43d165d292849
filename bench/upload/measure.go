package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/pst2imap/pst2imap/bench"
)

// ran is what a program took.
type ran struct {
	Wall, CPU time.Duration
	RSS       int64
}

// measure runs a program. It has this one start itself in between: a process is
// counted the memory of the one that started it too, which holds a line's buffers here.
func measure(ctx context.Context, cmd *exec.Cmd) (sample, error) {
	self, err := os.Executable()
	if err != nil {
		return sample{}, err
	}
	args, err := json.Marshal(cmd.Args)
	if err != nil {
		return sample{}, err
	}
	between := exec.CommandContext(ctx, self, "program", string(args)) //nolint:gosec // ours
	var out, failed bytes.Buffer
	between.Env, between.Stdout, between.Stderr = cmd.Env, &out, &failed
	if err := between.Run(); err != nil {
		return sample{}, fmt.Errorf("%s: %w\n%s", cmd.Path, err, failed.Bytes())
	}
	var r ran
	err = json.Unmarshal(out.Bytes(), &r)
	return sample{wall: r.Wall, cpu: r.CPU, rss: r.RSS}, err
}

// program is the one in between.
func program(args string) error {
	var list []string
	if err := json.Unmarshal([]byte(args), &list); err != nil {
		return err
	}
	cmd := exec.Command(list[0], list[1:]...) //nolint:gosec,noctx // what measure was given
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	err := cmd.Run()
	r := ran{Wall: time.Since(start)}
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out.Bytes())
	}
	r.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	r.RSS = bench.PeakMemory(cmd.ProcessState)
	b, err := json.Marshal(r)
	fmt.Println(string(b))
	return err
}
