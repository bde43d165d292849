package report

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// Remarks are sentences that belong to the verdict: of when the data files are,
// and what lies where providers empty.
func (r *Report) Remarks() []string {
	var out []string
	for _, s := range r.sources() {
		if s.Modified != "" {
			out = append(out, fmt.Sprintf("this is about %s as last written %s", baseName(s.File), stamp(s.Modified)))
		}
	}
	if text := r.binned(); text != "" {
		out = append(out, text+"; many providers empty "+r.bins()+" after some weeks")
	}
	return out
}

// sources are all data files.
func (r *Report) sources() []Source {
	if len(r.Sources) == 0 && r.Source.File != "" {
		return []Source{r.Source}
	}
	return r.Sources
}

// baseName is the last part of a path of any system: a report may be read on another one.
func baseName(path string) string {
	if i := strings.LastIndexAny(path, `/\`); i >= 0 {
		return path[i+1:]
	}
	return filepath.Base(path)
}

// Binned is how many items are in the server's trash and junk now.
func (r *Report) Binned() (trash, junk int) {
	for _, f := range r.Folders {
		switch f.Bin {
		case "trash":
			trash += f.Uploaded + f.Present
		case "junk":
			junk += f.Uploaded + f.Present
		}
	}
	return trash, junk
}

func (r *Report) binned() string {
	trash, junk := r.Binned()
	where := "in the server's trash"
	if trash == 0 {
		trash, junk, where = junk, 0, "in the server's junk folder"
	}
	switch {
	case trash == 0 || r.Dry:
		return ""
	case trash == 1:
		where = "1 item is " + where
	default:
		where = fmt.Sprintf("%s are %s", Count(trash, "item", "items"), where)
	}
	if junk > 0 {
		where += fmt.Sprintf(", %s in its junk folder", Number(junk))
	}
	return where
}

// bins names the mailboxes that Binned counts.
func (r *Report) bins() string {
	switch trash, junk := r.Binned(); {
	case trash > 0 && junk > 0:
		return "both"
	default:
		return "it"
	}
}

// verifyAgain is how long after a run a POP program that still runs somewhere has
// most likely shown itself.
const verifyAgain = 7 * 24 * time.Hour

// again is the step for then.
func (r *Report) again() string {
	when := "in a week"
	if done, err := time.Parse(time.RFC3339, r.Finished); err == nil {
		when = "on " + done.Add(verifyAgain).Format("Monday, 2 January 2006") + " or later"
	}
	return "Run verify again " + when + ": it shows whether something removes mail from the server."
}
