// Command pst2imap brings the mail of Outlook data files to an IMAP server and
// proves that all of it arrived. See "pst2imap help".
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	tuneMemory()
	os.Exit(execute(os.Args))
}

// execute is main without the process: it gives the exit code.
func execute(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ui := newUI(os.Stdout, os.Stderr)
	err := newApp(ui).RunContext(ctx, reorder(args))
	ui.stopProgress()
	return ui.report(ctx, err)
}
