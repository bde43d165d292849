package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/pst2imap/pst2imap/internal/report"
)

// Whatever a data file or a server says, nothing of it steers the terminal; the
// verdict is the first line and what to do the last.
func TestPrintReport(t *testing.T) {
	const nasty = "x\x1b]0;owned\a\x1b[2J\u009b31m\r\n\u202Egpj.exe\u2066\x00\x7f"
	rec := report.NewRecorder("migrate")
	rec.Folder(0, report.Folder{Path: nasty, Mailbox: nasty, Guessed: true, Why: nasty})
	rec.Item(0, report.Item{State: report.Failed, Subject: nasty, Reason: nasty}, nasty)
	rec.Item(0, report.Item{State: report.Skipped, Subject: nasty, Reason: nasty}, nasty)
	r := rec.Report()
	r.Interrupted = nasty
	r.Conclude(2, false)
	for _, interrupted := range []string{nasty, ""} {
		r.Interrupted = interrupted
		var b bytes.Buffer
		printReport(&ui{out: &b}, r)
		for _, c := range b.String() {
			if unicode.IsControl(c) && c != '\n' || c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069 {
				t.Fatalf("%U reaches the terminal: %q", c, b.String())
			}
		}
		first, rest, _ := strings.Cut(b.String(), "\n")
		if !strings.Contains(first, "not yet safe") || !strings.Contains(rest, "\nwhat to do now:\n  1. ") {
			t.Errorf("got:\n%s", b.String())
		}
	}
}
