package main

import (
	"fmt"
	"strings"

	"github.com/pst2imap/pst2imap/internal/report"
)

// shownItems is how many items that went wrong fit a screen; the JSON report
// has them all.
const shownItems = 20

// printReport gives the result for people: first the verdict in one sentence, last
// what to do now.
func printReport(ui *ui, r *report.Report) {
	verdict := r.Verdict()
	if ui.brief {
		ui.println("")
	}
	first := wrapped(ui.out, clean(verdict))
	if _, terminal := widthOf(ui.out); terminal {
		first = ui.bold(first)
	}
	fmt.Fprintln(ui.out, first)
	for _, why := range r.NotSafeBecause {
		if !strings.HasSuffix(verdict, why) {
			ui.println("  " + clean(why))
		}
	}
	for _, text := range r.Remarks() {
		ui.println("  " + clean(text))
	}
	if !ui.brief {
		printDetails(ui, r)
	}
	if next := r.Next(); len(next) > 0 {
		ui.println("")
		ui.println("what to do now:")
		for i, step := range next {
			if ui.guided {
				step = strings.ReplaceAll(step, "Run verify again", "Start pst2imap again and let it check")
				step = strings.ReplaceAll(step, "Run the same command again", "Start pst2imap again and answer as before")
			}
			ui.println(fmt.Sprintf("  %d. %s", i+1, clean(step)))
		}
	}
}

// printDetails gives what is in the report besides.
func printDetails(ui *ui, r *report.Report) {
	ui.println("")
	printFolders(ui, r)
	ui.println("")
	t := r.Totals
	if r.Command != "verify" {
		done := "uploaded"
		if r.Command == "export" {
			done = "written"
		}
		ui.println(fmt.Sprintf("%s found = %s %s + %s present + %s skipped + %s failed",
			number(t.Found), number(t.Uploaded), done, number(t.Present), number(t.Skipped), number(t.Failed)))
	}
	if v := r.Verify; v != nil {
		ui.println(v.Sentence())
	}
	if p := r.PIM; p != nil && p.Sentence() != "" {
		ui.println(clean(p.Sentence()))
	}
	printItems(ui, r)
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

func printItems(ui *ui, r *report.Report) {
	shown := 0
	for _, it := range r.Items {
		if !it.Wrong() && it.State != report.Skipped || it.Category == report.ReasonWritten {
			continue
		}
		if shown++; shown > shownItems {
			continue
		}
		ui.println(clean(fmt.Sprintf("%s: %s: %q: %s", it.State, it.Folder, shorten(clean(it.Subject), maxCell), it.Reason)))
	}
	if more := shown - shownItems; more > 0 {
		ui.println(fmt.Sprintf("… and %s more, all of them with --report-html FILE", number(more)))
	}
}
