package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

// works are what this program does when it starts itself: contenders that are no programs of their own. A process each, so
// that what one has in memory does not count as another's. The argument is a task, the last line of the output done.
var works map[string]func(string) error

func init() { //nolint:gochecknoinits // the map would refer to itself
	works = map[string]func(string) error{
		"render":   worker(render),
		"convert":  worker(convert),
		"identify": worker(identifyAll),
		"raw":      worker(sendRaw),
		"rendered": worker(sendRendered),
		"onebyone": worker(sendOneByOne),
		"fetch":    worker(fetchIndex),
		"examine":  worker(fetchIndexAndMeta),
		"read":     worker(readAll),
		"program":  program,
	}
}

// task is what to do.
type task struct {
	account
	File   string // data file
	Store  string // rendered messages
	Sample int    // of them; 0 is all
}

// done is what was done, without what comes before it, such as reading the messages into memory.
type done struct {
	Wall, CPU time.Duration
	Count     int
	Bytes     int64
}

func worker(fn func(task) (done, error)) func(string) error {
	return func(arg string) error {
		var t task
		if err := json.Unmarshal([]byte(arg), &t); err != nil {
			return err
		}
		d, err := fn(t)
		if err != nil {
			return err
		}
		b, err := json.Marshal(d)
		fmt.Println(string(b))
		return err
	}
}

// work starts this program for a task.
func (r *rig) work(name string, t task) (d done, err error) {
	arg, err := json.Marshal(t)
	if err != nil {
		return d, err
	}
	out, err := r.command(r.self, name, string(arg)).Output()
	if err != nil {
		return d, fmt.Errorf("%s: %w", name, err)
	}
	err = json.Unmarshal(out, &d)
	return d, err
}

// timed measures fn and the processor time that this process spends in it.
func timed(fn func() (done, error)) (done, error) {
	start, before := time.Now(), testneed.ProcessorTime()
	d, err := fn()
	d.Wall, d.CPU = time.Since(start), testneed.ProcessorTime()-before
	return d, err
}
