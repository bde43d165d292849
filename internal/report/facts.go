package report

import (
	"fmt"
	"strings"
)

// exitMeanings are those of docs/exit-codes.md that a report can have.
var exitMeanings = map[int]string{
	ExitOK: "complete, or done as asked", ExitDamaged: "the data file could be read only in part",
	ExitMissing: "messages are missing on the server", ExitDifferent: "messages are different on the server",
	ExitFailed: "some items failed", ExitInterrupted: "interrupted", 10: "no connection, or it was lost",
	112: "more items failed than allowed", 113: "the mailbox is full", 114: "the server refuses every message",
}

// facts are what a support engineer asks for.
func (r *Report) facts() []fact {
	var out []fact
	add := func(name, value string) {
		if value = Plain(value); value != "" {
			out = append(out, fact{name, value})
		}
	}
	for _, s := range r.sources() {
		name, text := "Data file", s.File
		if s.Format == FormatRescue {
			name = "Messages from"
		}
		if s.Format != "" {
			text += fmt.Sprintf(" (%s, %s)", s.Format, ByteSize(s.Size))
		}
		if s.Modified != "" {
			text += ", last written " + stamp(s.Modified)
		}
		add(name, text)
		add("Verified copy", s.Copy)
	}
	if r.Server.Host != "" {
		add("Server", fmt.Sprintf("%s, port %d", r.Server.Host, r.Server.Port))
	}
	add("User", r.Server.User)
	add("Server software", r.Server.Software)
	add("Server can", strings.Join(r.Server.Capabilities, " "))
	add("Program", "pst2imap "+r.Version)
	add("Started", stamp(r.Started))
	add("Finished", stamp(r.Finished))
	add("Ended early", r.Interrupted)
	add("Job folder", r.Job)
	if r.Rescue != nil {
		add("Rescue folder", fmt.Sprintf("%s (%s, %s)", r.Rescue.Folder, Count(r.Rescue.Items, "message", "messages"), ByteSize(r.Rescue.Bytes)))
	}
	if r.MadeFrom != FromJournal {
		text := fmt.Sprint(r.Exit)
		if m := exitMeanings[r.Exit]; m != "" {
			text += ": " + m
		}
		add("Exit code", text)
	}
	return out
}
