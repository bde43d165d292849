package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// interruptible gives a context that ends with the first Ctrl-C, or SIGTERM: the
// run then hears what becomes of what it has sent, writes the journal and says
// how to go on. The second one ends the process at once, as a power cut would;
// the next run looks on the server for what was under way.
func interruptible(ui *ui) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if _, ok := <-signals; !ok {
			return
		}
		cancel()
		if ui.asking.Load() {
			return
		}
		ui.say("stopping when what is under way is settled; interrupt again to stop at once")
		if _, ok := <-signals; ok {
			ui.complain(&failure{exitInterrupted, errors.New("interrupted"), hintInterrupted}) // whoever holds the terminal
			os.Exit(exitInterrupted)
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel()
	}
}
