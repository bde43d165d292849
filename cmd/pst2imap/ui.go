package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/runlog"
)

// The rules of the terminal: results go to standard output, everything else to
// standard error. Errors are one line, "pst2imap: ", lower case and without a
// full stop, and one line "hint: " at most. Text from a data file or a server
// never reaches the terminal with control characters.
type ui struct {
	out, err io.Writer
	tty      bool
	colour   bool
	asking   atomic.Bool // the person is at a question

	machine bool // a program reads what is said: --json-progress

	// Of the guided dialogue: it is under way, the result is to be short, what it signed
	// in with, the report that came of it, and whether that says complete.
	guided, brief bool
	signedIn      *credential
	page          string
	complete      bool

	log *runlog.Log // of the job, while there is one

	mu       sync.Mutex
	progress progress
}

func newUI(out, err *os.File) *ui {
	u := &ui{out: out, err: err, tty: term.IsTerminal(int(err.Fd()))}
	u.colour = u.tty && canColour(err)
	return u
}

// credential is what a server has let somebody in with.
type credential struct {
	password string
	token    func() (string, error) // nil: by password
}

// println writes a line of a result.
func (u *ui) println(s string) { fmt.Fprintln(u.out, wrapped(u.out, s)) }

// say writes a line for the person.
func (u *ui) say(format string, args ...any) {
	u.note("info", clean(fmt.Sprintf(format, args...)))
}

// warn is say for what is not as it should be.
func (u *ui) warn(format string, args ...any) {
	u.note("warning", clean(fmt.Sprintf(format, args...)))
}

// note writes a line in the form that is read.
func (u *ui) note(level, text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	line := text
	if level == "warning" {
		line = "warning: " + text
	}
	u.log.Printf("%s", line)
	if u.machine {
		writeObject(u.err, spoken{Type: "note", Level: level, Text: text})
		return
	}
	u.progress.clear()
	fmt.Fprintln(u.err, wrapped(u.err, line))
}

// logTo has what is said go into a log too; nil ends that.
func (u *ui) logTo(l *runlog.Log) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.log = l
}

// spoken is what --json-progress has besides progress.
type spoken struct {
	Type  string `json:"type"` // note, step or error
	Level string `json:"level,omitempty"`
	Text  string `json:"text"`
	Hint  string `json:"hint,omitempty"`
	Exit  int    `json:"exit_code,omitempty"`
	Step  string `json:"step,omitempty"`
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
	u.complain(f)
	return f.code
}

// complain writes an error with its hint.
func (u *ui) complain(f *failure) {
	if u.machine {
		writeObject(u.err, spoken{Type: "error", Text: clean(f.Error()), Hint: f.hint, Exit: f.code})
		return
	}
	hint := f.hint
	if u.guided {
		hint = strings.ReplaceAll(hint, "run the same command again", "start pst2imap again and answer as before")
	}
	fmt.Fprintln(u.err, wrapped(u.err, "pst2imap: "+clean(f.Error())))
	if hint != "" {
		fmt.Fprintln(u.err, wrapped(u.err, "hint: "+hint))
	}
}

// Note implements event.Listener.
func (u *ui) Note(n event.Note) {
	if n.Level == event.Warning {
		u.note("warning", clean(n.Text))
		return
	}
	u.note("info", clean(n.Text))
}

// Progress implements event.Listener.
func (u *ui) Progress(p event.Progress) {
	u.mu.Lock()
	defer u.mu.Unlock()
	now := time.Now()
	s, first := u.progress.update(p, now)
	switch {
	case u.machine:
		u.progress.object(u.err, s, first, now)
	case u.tty:
		u.progress.show(u.err, s, first)
	default:
		u.progress.line(u.err, s, first, now)
	}
}

// Steps of a migration, in their order.
const (
	stepCheck  = "check"
	stepBackup = "backup"
	stepUpload = "upload"
	stepVerify = "verify"
	stepReport = "report"
)

// plan says which steps the run has. The first is under way.
func (u *ui) plan(steps ...string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.progress = progress{steps: steps}
}

// passed says what came of the step that is under way, and goes on to the next. A run
// without steps says nothing.
func (u *ui) passed(format string, args ...any) {
	u.mu.Lock()
	defer u.mu.Unlock()
	g := &u.progress
	if len(g.steps) < 2 {
		return
	}
	text := clean(fmt.Sprintf(format, args...))
	u.log.Printf("%s: %s", g.steps[g.step], text)
	if u.machine {
		writeObject(u.err, spoken{Type: "step", Step: g.steps[g.step], Text: text})
	} else {
		g.clear()
		fmt.Fprintln(u.err, wrapped(u.err, fmt.Sprintf("%d of %d  %-8s%s", g.step+1, len(g.steps), g.steps[g.step], text)))
	}
	g.step, g.stage, g.bar = min(g.step+1, len(g.steps)-1), "", nil
}

// stopProgress removes the bar before the last words.
func (u *ui) stopProgress() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.progress.clear()
	u.progress.bar = nil
}

// clean replaces what could steer a terminal.
func clean(s string) string { return report.Plain(s) }
