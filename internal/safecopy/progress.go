package safecopy

import (
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
)

// progress tells how far a run is.
type progress struct {
	to      event.Listener
	sizes   []int64 // of the files
	again   []bool  // files that are only read back
	index   int     // file that is worked on
	started time.Time

	last  time.Time
	stage event.Stage
}

func newProgress(to event.Listener, jobs []*job) *progress {
	p := &progress{to: to, started: time.Now()}
	for _, j := range jobs {
		p.sizes, p.again = append(p.sizes, j.state.Size), append(p.again, j.present)
	}
	return p
}

// at gives what a stage of the current file calls with the bytes it has done.
func (p *progress) at(stage event.Stage, name string) func(int64) {
	return func(n int64) {
		done, total := p.bytes(n)
		now := time.Now()
		if p.stage == stage && now.Sub(p.last) < event.Interval && done < total {
			return
		}
		p.stage, p.last = stage, now
		worked, all := p.work(stage, n)
		p.to.Progress(event.Progress{
			Stage: stage, Folder: name, Done: p.index, Total: len(p.sizes), Bytes: done, TotalBytes: total,
			Left: left(worked, all, now.Sub(p.started)),
		})
	}
}

// bytes are those of all files, done and in total.
func (p *progress) bytes(n int64) (done, total int64) {
	for i, size := range p.sizes {
		if i < p.index {
			done += size
		}
		total += size
	}
	return done + n, total
}

// work counts bytes as often as they are gone through: once when they are copied and
// once when they are read back.
func (p *progress) work(stage event.Stage, n int64) (done, all int64) {
	for i, size := range p.sizes {
		own := size
		if !p.again[i] {
			own += size
		}
		switch {
		case i < p.index:
			done += own
		case i == p.index && stage == event.StageReadBack && !p.again[i]:
			done += size + n
		case i == p.index:
			done += n
		}
		all += own
	}
	return done, all
}

// certain is how long a run has to go on before its rate means something.
const certain = 2 * time.Second

// left is how long the rest takes at the rate so far, 0 when that is not known.
func left(done, all int64, took time.Duration) time.Duration {
	if done <= 0 || took < certain {
		return 0
	}
	return time.Duration(float64(took) * float64(max(0, all-done)) / float64(done))
}
