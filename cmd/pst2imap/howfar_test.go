package main

import (
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
)

func TestHowFar(t *testing.T) {
	for _, tt := range []struct {
		p    event.Progress
		want string
	}{
		{event.Progress{Done: 3}, "3"},
		{event.Progress{Done: 3, Total: 7, Bytes: 99}, "3 of 7"},
		{event.Progress{Done: 0, Total: 1, Bytes: 1 << 30, TotalBytes: 30 << 30, Left: 255*time.Second + 300*time.Millisecond}, "1.0 GiB of 30.0 GiB, about 4m15s left"},
	} {
		if got := howFar(tt.p) + timeLeft(tt.p.Left); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.p, got, tt.want)
		}
	}
}
