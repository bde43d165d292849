package main

import (
	"os"
	"time"

	"github.com/pst2imap/pst2imap/internal/report"
)

// outdate takes back what a report says of data files that were written to since. A
// file that is not there, as on another computer, says nothing.
func outdate(r *report.Report) {
	sources := r.Sources
	if len(sources) == 0 {
		sources = []report.Source{r.Source}
	}
	for _, s := range sources {
		was, err := time.Parse(time.RFC3339, s.Modified)
		if err != nil {
			continue
		}
		st, err := os.Stat(s.File)
		if err == nil && (st.Size() != s.Size || !st.ModTime().Equal(was)) {
			r.Outdate()
			return
		}
	}
}
