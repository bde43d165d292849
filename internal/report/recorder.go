package report

import (
	"maps"
	"slices"
)

// Recorder fills a report. It is for one goroutine.
type Recorder struct {
	r       Report
	folders map[int]int // caller's folder number -> index in r.Folders
}

// NewRecorder starts a report for a command ("upload", "verify", "migrate").
func NewRecorder(command string) *Recorder {
	return &Recorder{r: Report{
		Schema: Schema, Command: command,
		SkippedByReason: map[string]int{}, FailedByReason: map[string]int{}, Warnings: map[string]int{},
		Folders: []Folder{}, Damage: []Damage{}, NotSafeBecause: []string{}, Items: []Item{},
	}, folders: map[int]int{}}
}

// Restart forgets all items, folders and outcomes, for a run that begins anew.
func (c *Recorder) Restart() {
	old := c.r
	*c = *NewRecorder(old.Command)
	c.r.Source, c.r.Sources, c.r.Server, c.r.Dry = old.Source, old.Sources, old.Server, old.Dry
}

// Report is the report as it stands.
func (c *Recorder) Report() *Report { return &c.r }

// Folder declares folder number n of the data file.
func (c *Recorder) Folder(n int, f Folder) {
	c.folders[n] = len(c.r.Folders)
	c.r.Folders = append(c.r.Folders, f)
}

// Item counts an item of folder n. A reason is required for what is skipped,
// failed, different or missing; category is what it is counted under, detail
// what the person reads. Items other than plain successes are listed.
func (c *Recorder) Item(n int, it Item, category string) {
	c.r.Totals.Found++
	c.r.Totals.add(it.State)
	if i, ok := c.folders[n]; ok {
		f := &c.r.Folders[i]
		f.Found++
		f.add(it.State)
		it.Folder = f.Path
	}
	switch it.State {
	case Skipped:
		c.r.SkippedByReason[category]++
	case Failed, Different, Missing:
		c.r.FailedByReason[category]++
	}
	if it.Reason != "" {
		it.Category = category
		c.r.Items = append(c.r.Items, it)
	}
}

// Lost turns an item of folder n that was counted as uploaded into a failure.
func (c *Recorder) Lost(n int, it Item, category string) {
	c.r.Totals.Uploaded--
	c.r.Totals.Failed++
	if i, ok := c.folders[n]; ok {
		c.r.Folders[i].Uploaded--
		c.r.Folders[i].Failed++
	}
	c.r.FailedByReason[category]++
	it.Category = category
	c.Note(n, it)
}

// Note lists an item without counting it again, for the second look of
// verification after an upload.
func (c *Recorder) Note(n int, it Item) {
	if i, ok := c.folders[n]; ok {
		it.Folder = c.r.Folders[i].Path
	}
	c.r.Items = append(c.r.Items, it)
}

// Warn counts what a conversion could not carry over, by rule.
func (c *Recorder) Warn(rule string) { c.r.Warnings[rule]++ }

// SkipReasons are the reasons of skipped items in a fixed order.
func (r *Report) SkipReasons() []string { return slices.Sorted(maps.Keys(r.SkippedByReason)) }

// FailReasons are the reasons of failed items in a fixed order.
func (r *Report) FailReasons() []string { return slices.Sorted(maps.Keys(r.FailedByReason)) }
