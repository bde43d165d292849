package safecopy

import (
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
)

// Bytes are those of the stage, the time that is left is that of the whole run.
func TestProgress(t *testing.T) {
	jobs := []*job{{state: State{Size: 100}}, {state: State{Size: 50}, present: true}, {state: State{Size: 10}}}
	for _, tt := range []struct {
		index       int
		stage       event.Stage
		n           int64
		bytes, work int64
	}{
		{0, event.StageBackup, 40, 40, 40},
		{0, event.StageReadBack, 40, 40, 140},
		{1, event.StageReadBack, 20, 120, 220},
		{2, event.StageBackup, 5, 155, 255},
		{2, event.StageReadBack, 10, 160, 270},
	} {
		p := newProgress(event.Discard{}, jobs)
		p.index = tt.index
		if done, total := p.bytes(tt.n); done != tt.bytes || total != 160 {
			t.Errorf("file %d, %s: %d of %d bytes", tt.index, tt.stage, done, total)
		}
		if done, all := p.work(tt.stage, tt.n); done != tt.work || all != 270 {
			t.Errorf("file %d, %s: %d of %d gone through", tt.index, tt.stage, done, all)
		}
	}
	for _, tt := range []struct {
		done, all int64
		took      time.Duration
		want      time.Duration
	}{
		{25, 100, time.Minute, 3 * time.Minute},
		{100, 100, time.Minute, 0},
		{0, 100, time.Minute, 0},
		{25, 100, time.Second, 0},
	} {
		if got := left(tt.done, tt.all, tt.took); got != tt.want {
			t.Errorf("%d of %d after %v: %v left, want %v", tt.done, tt.all, tt.took, got, tt.want)
		}
	}
}
