package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pst2imap/pst2imap/internal/report"
)

// verdict is printed only when report.Report.Complete holds.
const verdict = "complete: it is safe to switch this account from POP to IMAP"

// shownItems is how many items that went wrong fit a screen; the JSON report
// has them all.
const shownItems = 20

func printReport(ui *ui, r *report.Report) {
	printFolders(ui, r)
	if r.Command != "verify" {
		t := r.Totals
		done := "uploaded"
		if r.Command == "export" {
			done = "written"
		}
		ui.println(fmt.Sprintf("%s found = %s %s + %s present + %s skipped + %s failed",
			number(t.Found), number(t.Uploaded), done, number(t.Present), number(t.Skipped), number(t.Failed)))
	}
	if v := r.Verify; v != nil {
		ui.println(verifyLine(v))
	}
	printItems(ui, r)
	if r.Command == "export" {
		printExport(ui, r)
		return
	}
	if r.Complete {
		ui.println(verdict)
		ui.println("POP must be switched off in every program and on every device before the next mail is fetched")
		return
	}
	ui.println("done as asked; not yet safe:")
	for _, why := range r.NotSafeBecause {
		ui.println("  " + clean(why))
	}
}

func printFolders(ui *ui, r *report.Report) {
	to, done := "mailbox", "uploaded"
	if r.Command == "export" {
		to, done = "written to", "written"
	}
	titles := []string{"folder", to, ">found", ">" + done, ">present", ">skipped", ">failed"}
	if r.Dry {
		titles = append(titles, "why")
	}
	t := newTable(titles...)
	guessed := false
	for _, f := range r.Folders {
		box := f.Mailbox
		if f.Guessed {
			box += " (?)"
			guessed = true
		}
		cells := []string{f.Path, box, number(f.Found), number(f.Uploaded), number(f.Present), number(f.Skipped), number(f.Failed)}
		if r.Dry {
			cells = append(cells, f.Why)
		}
		t.row(cells...)
	}
	t.print(ui)
	if guessed {
		ui.println("(?) chosen by the folder's name, because the data file does not say what the folder is for")
	}
}

func verifyLine(v *report.Verify) string {
	parts := []string{number(v.Match) + " match"}
	for _, p := range []struct {
		n    int
		what string
	}{
		{v.Rewritten, "the same in other bytes"}, {v.Moved, "in another folder"}, {v.StateChanged, "with other flags"},
		{v.Different, "different"}, {v.Missing, "missing"},
	} {
		if p.n > 0 {
			parts = append(parts, number(p.n)+" "+p.what)
		}
	}
	line := fmt.Sprintf("%s read back and compared: %s", number(v.Checked), strings.Join(parts, ", "))
	if v.Duplicate > 0 {
		line += fmt.Sprintf("; %s copies too many", number(v.Duplicate))
	}
	if v.Extra > 0 {
		line += fmt.Sprintf("; %s other messages in these folders", number(v.Extra))
	}
	return line
}

func printItems(ui *ui, r *report.Report) {
	shown := 0
	for _, it := range r.Items {
		if it.State == report.Present || it.State == report.Moved || it.State == report.StateChanged || it.State == report.Rewritten {
			continue
		}
		if shown++; shown > shownItems {
			continue
		}
		ui.println(clean(fmt.Sprintf("%s: %s: %q: %s", it.State, it.Folder, shorten(clean(it.Subject), maxCell), it.Reason)))
	}
	if more := shown - shownItems; more > 0 {
		ui.println(fmt.Sprintf("… and %s more, all of them with --report-json FILE", number(more)))
	}
}

// writeReport writes the report whole or not at all.
func writeReport(path string, r *report.Report) error {
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	fail := func(err error) error {
		return &failure{code: exitCannotWrite, err: fmt.Errorf("the report could not be written: %w", err), hint: "the run itself is done; give another path with --report-json"}
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".pst2imap-report-*")
	if err != nil {
		return fail(err)
	}
	_, err = bytes.NewReader(append(b, '\n')).WriteTo(f)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the error that matters is the other one
		return fail(err)
	}
	return nil
}

// printExport ends the result of an export.
func printExport(ui *ui, r *report.Report) {
	if r.Complete {
		ui.println("complete: every item of the data file is there")
		return
	}
	ui.println("done; not everything is there:")
	for _, why := range r.NotSafeBecause {
		ui.println("  " + clean(why))
	}
}
