package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/runlog"
)

// The rules of the terminal: results go to standard output, everything else to
// standard error. Errors are one line, "pst2imap: ", lower case and without a
// full stop, and one line "hint: " at most. Text from a data file or a server
// never reaches the terminal with control characters. On a terminal a bar shows
// progress; elsewhere a line every ten seconds does.
type ui struct {
	out, err io.Writer
	tty      bool

	log *runlog.Log // of the job, while there is one

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
	text := clean(fmt.Sprintf(format, args...))
	fmt.Fprintln(u.err, text)
	u.log.Printf("%s", text)
}

// logTo has what is said go into a log too; nil ends that.
func (u *ui) logTo(l *runlog.Log) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.log = l
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
		fmt.Fprintf(u.err, "%s: %s%s%s\n", describe(p), howFar(p), inFolder(p.Folder), timeLeft(p.Left))
	}
}

// howFar is what is done, of what there is if that is known.
func howFar(p event.Progress) string {
	switch {
	case p.TotalBytes > 0:
		return byteSize(p.Bytes) + " of " + byteSize(p.TotalBytes)
	case p.Total > 0:
		return fmt.Sprintf("%d of %d", p.Done, p.Total)
	}
	return strconv.Itoa(p.Done)
}

// timeLeft is how long the rest may take, if that is known.
func timeLeft(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return ", about " + d.Round(time.Second).String() + " left"
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
		u.bar = u.newBar(p)
	}
	if text := describe(p); text != u.text {
		u.text = text
		u.bar.Describe(text)
	}
	done := int64(p.Done)
	if p.TotalBytes > 0 {
		done = p.Bytes
	}
	_ = u.bar.Set64(done) // drawing is no reason to stop
}

// newBar is a bar of items, or of bytes where they say how far a stage is.
func (u *ui) newBar(p event.Progress) *progressbar.ProgressBar {
	total, count := int64(p.Total), []progressbar.Option{progressbar.OptionShowIts(), progressbar.OptionSetItsString("items")}
	if p.TotalBytes > 0 {
		total, count = p.TotalBytes, []progressbar.Option{progressbar.OptionShowBytes(true), progressbar.OptionUseIECUnits(true)}
	}
	return progressbar.NewOptions64(total, append(count,
		progressbar.OptionSetWriter(u.err),
		progressbar.OptionSetDescription(describe(p)),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetWidth(24),
		progressbar.OptionThrottle(event.Interval),
	)...)
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
