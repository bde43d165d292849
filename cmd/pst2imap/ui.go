package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/report"
)

// The rules of the terminal: results go to standard output, everything else to
// standard error. Errors are one line, "pst2imap: ", lower case and without a
// full stop, and one line "hint: " at most. Text from a data file or a server
// never reaches the terminal with control characters. On a terminal a bar shows
// progress; elsewhere a line every ten seconds does.
type ui struct {
	out, err io.Writer
	tty      bool

	mu    sync.Mutex
	bar   *progressbar.ProgressBar
	stage event.Stage
	text  string // beside the bar
	last  time.Time
}

// plainInterval is how often a line of progress is written without a terminal.
const plainInterval = 10 * time.Second

func newUI(out, err *os.File) *ui {
	return &ui{out: out, err: err, tty: term.IsTerminal(int(err.Fd()))}
}

// println writes a line of a result.
func (u *ui) println(s string) { fmt.Fprintln(u.out, s) }

// say writes a line for the person.
func (u *ui) say(format string, args ...any) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.clearBar()
	fmt.Fprintln(u.err, clean(fmt.Sprintf(format, args...)))
}

// report writes the error that ended the program and gives its exit code.
func (u *ui) report(ctx context.Context, err error) int {
	var status exitStatus
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &status):
		return int(status)
	}
	f := explain(ctx, err)
	fmt.Fprintln(u.err, "pst2imap: "+clean(f.Error()))
	if f.hint != "" {
		fmt.Fprintln(u.err, "hint: "+f.hint)
	}
	return f.code
}

// Note implements event.Listener.
func (u *ui) Note(n event.Note) {
	if n.Level == event.Warning {
		u.say("warning: %s", n.Text)
		return
	}
	u.say("%s", n.Text)
}

// Progress implements event.Listener.
func (u *ui) Progress(p event.Progress) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if p.Total == 0 {
		p.Total = -1 // a spinner
	}
	if u.tty {
		u.barProgress(p)
		return
	}
	if now := time.Now(); p.Stage != u.stage || now.Sub(u.last) >= plainInterval {
		u.stage, u.last = p.Stage, now
		of := ""
		if p.Total > 0 {
			of = fmt.Sprintf(" of %d", p.Total)
		}
		fmt.Fprintf(u.err, "%s: %d%s%s\n", describe(p), p.Done, of, inFolder(p.Folder))
	}
}

// describe is what is being done, and what it waits for.
func describe(p event.Progress) string {
	if p.Waiting != "" {
		return string(p.Stage) + " (" + p.Waiting + ")"
	}
	return string(p.Stage)
}

func inFolder(folder string) string {
	if folder == "" {
		return ""
	}
	return ", " + clean(folder)
}

func (u *ui) barProgress(p event.Progress) {
	if p.Stage != u.stage || u.bar == nil {
		u.clearBar()
		u.stage = p.Stage
		u.bar = progressbar.NewOptions(p.Total,
			progressbar.OptionSetWriter(u.err),
			progressbar.OptionSetDescription(describe(p)),
			progressbar.OptionShowCount(),
			progressbar.OptionShowIts(),
			progressbar.OptionSetItsString("items"),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionSetWidth(24),
			progressbar.OptionThrottle(event.Interval),
		)
	}
	if text := describe(p); text != u.text {
		u.text = text
		u.bar.Describe(text)
	}
	_ = u.bar.Set(p.Done) // drawing is no reason to stop
}

func (u *ui) clearBar() {
	if u.bar != nil {
		_ = u.bar.Clear() // drawing is no reason to stop
	}
}

// stopProgress removes the bar before the last words.
func (u *ui) stopProgress() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.clearBar()
	u.bar = nil
}

// clean replaces what could steer a terminal.
func clean(s string) string { return report.Plain(s) }
