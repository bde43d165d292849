package safecopy

import (
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
)

// progress tells how far a run is: bytes of all its files, for each stage.
type progress struct {
	to          event.Listener
	index, of   int   // files
	done, total int64 // bytes of files before this one, of all
	last        time.Time
	stage       event.Stage
}

// begin turns to the next file.
func (p *progress) begin(to event.Listener, jobs []*job, index int) {
	*p = progress{to: to, index: index, of: len(jobs)}
	for i, j := range jobs {
		if i < index {
			p.done += j.state.Size
		}
		p.total += j.state.Size
	}
}

// at gives what a stage of this file calls with the bytes it has done.
func (p *progress) at(stage event.Stage, name string) func(int64) {
	return func(n int64) {
		now := time.Now()
		if p.stage == stage && now.Sub(p.last) < event.Interval && p.done+n < p.total {
			return
		}
		p.stage, p.last = stage, now
		p.to.Progress(event.Progress{
			Stage: stage, Folder: name, Done: p.index, Total: p.of, Bytes: p.done + n, TotalBytes: p.total,
		})
	}
}
