// Command pst2imap brings the mail of Outlook data files to an IMAP server and
// proves that all of it arrived. See "pst2imap help".
package main

import (
	"fmt"
	"os"
	"path"
	"runtime/debug"
	"strings"
)

func main() {
	noCoreDumps()
	tuneMemory()
	os.Exit(execute(os.Args))
}

// guarded has a fault of the program be an error like others, in a line.
func guarded(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("a fault of the program: %v, at %s", r, faultyPlace(debug.Stack()))
		}
	}()
	return do()
}

// faultyPlace is the file and line where a panic came from.
func faultyPlace(stack []byte) string {
	_, after, _ := strings.Cut(string(stack), "panic(")
	for line := range strings.Lines(after) {
		place, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if dir := path.Dir(place); strings.Contains(place, ".go:") && path.Base(dir) != "runtime" {
			return path.Base(dir) + "/" + path.Base(place)
		}
	}
	return "an unknown place"
}

// execute is main without the process: it gives the exit code.
func execute(args []string) int {
	ui := newUI(os.Stdout, os.Stderr)
	ctx, stop := interruptible(ui)
	defer stop()
	err := guarded(func() error { return newApp(ui).RunContext(ctx, reorder(args)) })
	ui.stopProgress()
	code := ui.report(ctx, err)
	ui.hold()
	return code
}
