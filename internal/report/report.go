// Package report is the result of a run: what became of every item found. One
// [Report] has several forms: [Report.JSON], [Report.CSV], [Report.HTML], and the
// lines of the terminal that the command makes. [Recorder] fills it while the run
// goes on and keeps the sum: every item found ends in exactly one state. Texts
// come from data files and servers and are hostile in every form.
package report

import (
	"strings"
	"time"
)

// PathString joins the names of a folder path for people.
func PathString(path []string) string { return strings.Join(path, "/") }

// Schema is the version of the JSON form. Fields are only ever added to it.
const Schema = 1

// State is what became of an item.
type State string

// States of items. The first four are those of the sum; the rest are outcomes
// of verification.
const (
	Uploaded State = "uploaded"
	Present  State = "present"
	Skipped  State = "skipped"
	Failed   State = "failed"

	Match        State = "match"
	Rewritten    State = "rewritten"
	Moved        State = "moved"
	StateChanged State = "state_changed"
	Different    State = "different"
	Missing      State = "missing"
)

// Report is the JSON form.
type Report struct {
	Schema          int            `json:"schema"`
	Command         string         `json:"command"`
	Version         string         `json:"version,omitempty"`  // of this program
	Started         string         `json:"started,omitempty"`  // RFC 3339, UTC
	Finished        string         `json:"finished,omitempty"` // RFC 3339, UTC
	Job             string         `json:"job,omitempty"`      // job folder
	MadeFrom        string         `json:"made_from,omitempty"`
	Redacted        bool           `json:"redacted,omitempty"`    // see Redact
	Interrupted     string         `json:"interrupted,omitempty"` // why the run ended before it was done
	Exit            int            `json:"exit_code"`             // of the command; ExitCode is what the report alone says
	Dry             bool           `json:"dry,omitempty"`
	Source          Source         `json:"source"`            // the first
	Sources         []Source       `json:"sources,omitempty"` // all, where there are several
	Server          Server         `json:"server"`
	Expected        int            `json:"expected"` // items by the data file's own index
	Totals          Counts         `json:"totals"`
	SkippedByReason map[string]int `json:"skipped_by_reason"`
	FailedByReason  map[string]int `json:"failed_by_reason"`
	Folders         []Folder       `json:"folders"`
	PIM             *PIM           `json:"pim,omitempty"`
	Verify          *Verify        `json:"verify,omitempty"`
	Repaired        *Repaired      `json:"repaired,omitempty"`
	Rescue          *Rescue        `json:"rescue,omitempty"`
	Damage          []Damage       `json:"damage"`
	Warnings        map[string]int `json:"warnings_by_rule"`
	Complete        bool           `json:"complete"`
	NotSafeBecause  []string       `json:"not_safe_because"`
	Items           []Item         `json:"items"`
	Throughput      []Sample       `json:"throughput,omitempty"`
}

// FromJournal is Report.MadeFrom where the run could not write a report itself.
const FromJournal = "journal"

// Source is the data file.
type Source struct {
	File   string `json:"file"`
	Size   int64  `json:"size"`
	Format string `json:"format"`

	Copy     string `json:"copy,omitempty"`     // the verified copy that was read in its place
	Modified string `json:"modified,omitempty"` // when it was last written, as it was read; RFC 3339, UTC
}

// FormatRescue is the format of a rescue folder.
const FormatRescue = "rescue"

// Server is where the mail went.
type Server struct {
	Host     string `json:"host"`
	Port     int    `json:"port"`
	User     string `json:"user"`
	Software string `json:"software,omitempty"`

	Capabilities []string `json:"capabilities,omitempty"`
}

// Counts are items by state; Found is the sum of the others.
type Counts struct {
	Found    int `json:"found"`
	Uploaded int `json:"uploaded"`
	Present  int `json:"present"`
	Skipped  int `json:"skipped"`
	Failed   int `json:"failed"`
}

// Holds tells whether the sum is right.
func (c Counts) Holds() bool { return c.Found == c.Uploaded+c.Present+c.Skipped+c.Failed }

func (c *Counts) add(s State) {
	switch s {
	case Uploaded:
		c.Uploaded++
	case Present, Match, Rewritten, Moved, StateChanged:
		c.Present++
	case Skipped:
		c.Skipped++
	case Failed, Different, Missing:
		c.Failed++
	}
}

// Folder is one folder of the data file and its mailbox.
type Folder struct {
	Path    string `json:"path"`
	Mailbox string `json:"mailbox"`
	Guessed bool   `json:"guessed,omitempty"` // the mailbox was chosen by the folder's name
	Counts

	Bin     string   `json:"bin,omitempty"`     // "trash" or "junk" where the mailbox is that or lies below it
	Create  bool     `json:"create,omitempty"`  // the mailbox was not there when the run began
	Reasons []string `json:"reasons,omitempty"` // why it is this mailbox: values of plan.Reason
	Why     string   `json:"why,omitempty"`     // the same for people
}

// Verify counts the outcomes of reading back.
type Verify struct {
	Level        string `json:"level"`
	Checked      int    `json:"checked"`
	Match        int    `json:"match"`
	Rewritten    int    `json:"rewritten"`
	Moved        int    `json:"moved"`
	StateChanged int    `json:"state_changed"`
	Different    int    `json:"different"`
	Missing      int    `json:"missing"`
	Duplicate    int    `json:"duplicate"`
	Extra        int    `json:"extra"`

	Sampled    int       `json:"sampled,omitempty"`    // messages read whole at level sample
	Confidence string    `json:"confidence,omitempty"` // what that proves, in a sentence
	Mailboxes  []Besides `json:"mailboxes,omitempty"`  // where there is more than the items
	Resumed    *Resumed  `json:"resumed,omitempty"`
}

// Resumed says that a verification has gone on where one that was cut off had stopped.
type Resumed struct {
	Messages int    `json:"messages"` // that were read before, and not again
	Since    string `json:"since"`    // when the verification began, RFC 3339 in UTC
}

// Resume counts a message that was read before, by a verification that began then.
func (v *Verify) Resume(since time.Time) {
	if v.Resumed == nil {
		v.Resumed = &Resumed{Since: since.UTC().Format(time.RFC3339)}
	}
	v.Resumed.Messages++
}

// Repaired is what was mended before the verification that the report is of.
type Repaired struct {
	Uploaded int `json:"uploaded"` // items that were missing
	Removed  int `json:"removed"`  // second copies
}

// Rescue is where messages lie that the server would not take.
type Rescue struct {
	Folder string `json:"folder"`
	Items  int    `json:"items"`
	Bytes  int64  `json:"bytes"`
}

// Besides is what a mailbox has besides the items.
type Besides struct {
	Mailbox   string `json:"mailbox"`
	Duplicate int    `json:"duplicate"`
	Extra     int    `json:"extra"`
}

// Add counts one outcome.
func (v *Verify) Add(s State) {
	v.Checked++
	switch s {
	case Match:
		v.Match++
	case Rewritten:
		v.Rewritten++
	case Moved:
		v.Moved++
	case StateChanged:
		v.StateChanged++
	case Different:
		v.Different++
	case Missing:
		v.Missing++
	}
}

// Damage is a fault of the data file that did not stop reading.
type Damage struct {
	Where string `json:"where"`
	What  string `json:"what"`
	Lost  bool   `json:"lost"` // something could not be read because of it
}

// Item is an item that is no plain success.
type Item struct {
	Folder    string `json:"folder"`
	Subject   string `json:"subject"`
	Date      string `json:"date"` // RFC 3339, empty when unknown
	MessageID string `json:"message_id"`
	State     State  `json:"state"`
	Reason    string `json:"reason"`
	Category  string `json:"category,omitempty"` // what it is counted under
}
