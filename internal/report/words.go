package report

import (
	"fmt"
	"strconv"
)

// Verdict is the result in one sentence, the first that a person reads.
func (r *Report) Verdict() string {
	switch {
	case r.Complete && r.Command == "export":
		return "complete: every item of the data file is there"
	case r.Complete:
		return "complete: it is safe to switch this account from POP to IMAP"
	case r.MadeFrom == FromJournal:
		return fmt.Sprintf("not known to be safe: the last run was cut off; its journal says that %s uploaded so far", Count(r.Totals.Uploaded, "item was", "items were"))
	case r.Interrupted != "":
		return fmt.Sprintf("not finished, and not yet safe: %s of %s dealt with when the run ended", Number(r.accounted()), Count(max(r.Expected, r.accounted()), "item", "items"))
	case r.Dry:
		return "dry run: nothing was sent; " + r.summary()
	case r.Command == "export":
		return "done; not everything is there: " + r.summary()
	}
	return "done as asked; not yet safe: " + r.summary()
}

// summary is the weightiest reason against "complete".
func (r *Report) summary() string {
	switch n := r.wrong(); {
	case n > 0:
		return fmt.Sprintf("%s of %s need attention", Number(n), Count(max(r.Expected, r.Totals.Found), "item", "items"))
	case r.Dry:
		return fmt.Sprintf("%s would be uploaded", Count(r.Totals.Uploaded, "item", "items"))
	case len(r.NotSafeBecause) > 0:
		return r.NotSafeBecause[0]
	}
	return "no reason is known"
}

// wrong counts the items that are not where they should be.
func (r *Report) wrong() int {
	n := r.Totals.Failed
	if r.Verify != nil && r.Command != "verify" {
		n += r.Verify.Missing + r.Verify.Different
	}
	return n
}

func (r *Report) accounted() int {
	return r.Totals.Uploaded + r.Totals.Present + r.Totals.Skipped + r.Totals.Failed
}

// Next are the steps to take now, the most urgent first.
func (r *Report) Next() []string { return append(r.general(), r.nextByCategory()...) }

// general are the steps that do not depend on what became of single items.
func (r *Report) general() []string {
	switch {
	case r.Complete && r.Command == "export":
		return []string{"Look at a few of the files before you rely on them."}
	case r.Complete:
		return r.whenComplete()
	case r.MadeFrom == FromJournal || r.Interrupted != "":
		return []string{"Run the same command again: it goes on where it stopped and doubles nothing.", "Until it says “complete”, leave the accounts as they are and keep the data file."}
	case r.Dry:
		return []string{"Run the same command without --dry to do it."}
	case r.Command == "export":
		return []string{"Keep the data file."}
	}
	steps := []string{"Keep the data file, and do not remove the POP account from Outlook yet."}
	if r.Verify == nil {
		steps = append(steps, "Run verify: it reads everything back from the server and compares it.")
	}
	if r.Rescue != nil {
		steps = append(steps, fmt.Sprintf("When the cause is mended, “pst2imap upload --rescue” tries just the %s again that the server would not take: with the folder %s.", Count(r.Rescue.Items, "message", "messages"), r.Rescue.Folder))
	}
	if r.lost() > 0 && r.Source.Format != FormatRescue {
		steps = append(steps, "The data file is damaged: run the same command with --recover deep, which searches the whole file for what is lost.")
	}
	return steps
}

func (r *Report) whenComplete() []string {
	steps := append([]string{"Keep POP switched off in every program and on every device, also after this."}, r.importPIM()...)
	if r.binned() != "" {
		steps = append(steps, "Move out of trash and junk on the server what you want to keep.")
	}
	return append(steps, "Keep the data file as a backup; this program has only read it.", r.again())
}

// importPIM is what to do with what is no mail.
func (r *Report) importPIM() []string {
	if r.PIM == nil || len(r.PIM.Files) == 0 {
		return nil
	}
	return []string{"Contacts and calendars are not on the server: import the .vcf files in " + r.PIM.Folder + " into your address book, and the .ics files there into your calendar."}
}

// nextByCategory are the steps for what failed or was left out, each once.
func (r *Report) nextByCategory() []string {
	var steps []string
	seen := map[string]bool{}
	for i := range r.Items {
		it := &r.Items[i]
		if a := it.advice(); (it.Wrong() || it.State == Skipped && !harmless(it.Category)) && !seen[a.title] {
			seen[a.title] = true
			steps = append(steps, a.title+": "+a.next)
		}
	}
	return steps
}

// Count is a number of things for people, by their names in the singular and the
// plural: "1 copy", "48,213 copies".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Number groups digits: 48,213.
func Number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
