package report

import (
	"fmt"
	"slices"
)

// Reasons for skipping that do not stand against the verdict "complete".
const (
	ReasonDuplicate = "exact duplicate"
	ReasonNoContent = "no user content"
)

// ReasonNotAsked is the reason of items of a kind that the user did not ask for
// and could have.
const ReasonNotAsked = "not asked for"

// ReasonSpoilt is the reason of messages whose copy in a rescue folder is gone or
// was changed.
const ReasonSpoilt = "rescued copy spoilt"

// levelFull is the level of verification that reads every byte back.
const levelFull = "full"

// Conclude sets the verdict. expected is how many items the data file itself
// says it has, counted independently of the items; changed tells that the file
// was written to since it was opened.
func (r *Report) Conclude(expected int, changed bool) {
	r.Expected = expected
	var why []string
	if r.Interrupted != "" {
		why = append(why, "the run ended before it was done: "+r.Interrupted)
	}
	why = append(why, r.sumFaults(expected)...)
	why = append(why, r.skipFaults()...)
	if n := r.Totals.Failed; n > 0 {
		why = append(why, fmt.Sprintf("%s failed", Count(n, "item", "items")))
	}
	why = append(why, r.verifyFaults()...)
	if n := r.lost(); n > 0 {
		why = append(why, fmt.Sprintf("the data file is damaged in %s that can hide items", Count(n, "place", "places")))
	}
	if changed {
		why = append(why, reasonChanged)
	}
	if r.Dry {
		why = append(why, "this was a dry run: nothing was sent")
	}
	r.Complete = len(why) == 0
	r.NotSafeBecause = append([]string{}, why...)
}

const reasonChanged = "the data file changed since it was read: close Outlook and run the same command again, it takes a minute"

// Outdate says that a data file was written to since the report was made.
func (r *Report) Outdate() {
	r.Complete = false
	if !slices.Contains(r.NotSafeBecause, reasonChanged) {
		r.NotSafeBecause = append([]string{reasonChanged}, r.NotSafeBecause...)
	}
}

func (r *Report) sumFaults(expected int) []string {
	if !r.Totals.Holds() || r.Totals.Found != expected {
		return []string{fmt.Sprintf("the data file has %s, but %s are accounted for", Count(expected, "item", "items"), Number(r.accounted()))}
	}
	return nil
}

func (r *Report) skipFaults() []string {
	var why []string
	for _, reason := range r.SkipReasons() {
		if !harmless(reason) {
			why = append(why, fmt.Sprintf("%s skipped: %s", Count(r.SkippedByReason[reason], "item", "items"), reason))
		}
	}
	return why
}

func (r *Report) verifyFaults() []string {
	v := r.Verify
	if r.Command == "export" {
		return nil // nothing went to a server
	}
	if v == nil {
		return []string{"nothing was read back from the server yet: run verify"}
	}
	var why []string
	if v.Level != "" && v.Level != levelFull {
		why = append(why, fmt.Sprintf("only level %q was verified: run verify --level full, which reads everything back", v.Level))
	}
	if v.Missing > 0 && r.Command != "verify" {
		why = append(why, fmt.Sprintf("%s missing on the server when read back", Count(v.Missing, "item", "items")))
	}
	if v.Different > 0 && r.Command != "verify" {
		why = append(why, fmt.Sprintf("%s different on the server when read back", Count(v.Different, "item", "items")))
	}
	if want := r.Totals.Found - r.Totals.Skipped; r.Command == "verify" && v.Checked+r.unconverted() != want ||
		r.Command != "verify" && v.Checked != r.Totals.Uploaded+r.Totals.Present {
		why = append(why, fmt.Sprintf("only %s read back", Count(v.Checked, "item", "items")))
	}
	return why
}

// unconverted are the items that failed before they could be compared.
func (r *Report) unconverted() int {
	return r.Totals.Failed - r.Verify.Missing - r.Verify.Different
}

func (r *Report) lost() int {
	n := 0
	for _, d := range r.Damage {
		if d.Lost {
			n++
		}
	}
	return n
}
