// Command pst2imap brings the mail of Outlook data files to an IMAP server and
// proves that all of it arrived. See "pst2imap help".
package main

import "os"

func main() {
	noCoreDumps()
	tuneMemory()
	os.Exit(execute(os.Args))
}

// execute is main without the process: it gives the exit code.
func execute(args []string) int {
	ui := newUI(os.Stdout, os.Stderr)
	ctx, stop := interruptible(ui)
	defer stop()
	err := newApp(ui).RunContext(ctx, reorder(args))
	ui.stopProgress()
	code := ui.report(ctx, err)
	ui.hold()
	return code
}
