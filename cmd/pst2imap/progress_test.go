package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/rivo/uniseg"

	"github.com/pst2imap/pst2imap/internal/event"
)

// moving gives a run of three steps that uploads ten items and 1 MiB a second.
func moving(g *progress, seconds int) (progressState, bool) {
	var s progressState
	var first bool
	for i := range seconds + 1 {
		s, first = g.update(event.Progress{Stage: event.StageUpload, Folder: "Projekte/Küche & Bad", Done: 10 * i, Total: 1000, Bytes: int64(i) << 20}, time.Unix(int64(i), 0))
	}
	return s, first
}

func steps() *progress {
	return &progress{steps: []string{stepBackup, stepUpload, stepVerify}, step: 1}
}

func TestProgressTells(t *testing.T) {
	s, first := moving(steps(), 20)
	if first || s.PerSecond != 10 || s.BytesRate != 1<<20 || s.SecondsLeft != 80 || s.AllLeft != 180 {
		t.Errorf("first %v, %+v", first, s)
	}
	for room, want := range map[int]string{
		100: "2 of 3 upload: 200 of 1,000 items, 3 min left, 1.0 MiB/s, 20.0 MiB, Projekte/Küche & Bad",
		80:  "2 of 3 upload: 200 of 1,000 items, 3 min left, 1.0 MiB/s, 20.0 MiB, Proje… & Bad",
		75:  "2 of 3 upload: 200 of 1,000 items, 3 min left, 1.0 MiB/s, 20.0 MiB",
		55:  "2 of 3 upload: 200 of 1,000 items, 3 min left",
		20:  "2 of 3 upload:",
		5:   "2 …d:",
	} {
		if got := fitLine(s, room); uniseg.StringWidth(got) > room || got != want {
			t.Errorf("in %d columns: %q", room, got)
		}
	}
	s.Waiting = "the server asks for a pause"
	if got := fitLine(s, 100); !strings.Contains(got, "asks for a pause") || strings.Contains(got, "/s") {
		t.Errorf("while it waits: %q", got)
	}
}

// Elsewhere than on a terminal a line is written when a stage begins, then every ten
// seconds; for programs an object every second, and the last one of each stage.
func TestProgressLines(t *testing.T) {
	lines, objects := new(bytes.Buffer), new(bytes.Buffer)
	g, h := steps(), steps()
	for i := range 251 {
		now := time.Unix(0, 0).Add(time.Duration(i) * 100 * time.Millisecond)
		p := event.Progress{Stage: event.StageUpload, Done: i, Total: 250, Folder: "a\x1b[2J"}
		s, first := g.update(p, now)
		g.line(lines, s, first, now)
		s, first = h.update(p, now)
		h.object(objects, s, first, now)
	}
	if got := strings.Split(lines.String(), "\n"); len(got) != 4 || got[0] != "2 of 3 upload: 0 of 250 items, a [2J" {
		t.Errorf("lines: %q", got)
	}
	all := strings.Split(strings.TrimSpace(objects.String()), "\n")
	var last map[string]any
	if err := json.Unmarshal([]byte(all[len(all)-1]), &last); err != nil {
		t.Fatal(err)
	}
	if len(all) != 26 || last["type"] != "progress" || last["step"] != "upload" || last["done"] != 250.0 || last["stage"] != "uploading" {
		t.Errorf("%d objects, the last %v", len(all), last)
	}
}

// What is known of the pace is that of the last half minute.
func TestPace(t *testing.T) {
	var p pace
	p.add(time.Unix(0, 0), 0, 0)
	p.add(time.Unix(1, 0), 100, 100)
	if items, _ := p.rates(); items != 0 {
		t.Errorf("after a second: %v", items)
	}
	for i := range 100 {
		p.add(time.Unix(int64(10+i), 0), 1000+2*i, int64(20*i))
	}
	if items, bytes := p.rates(); items != 2 || bytes != 20 || len(p.at) > 33 {
		t.Errorf("%v items and %v bytes a second, from %d points", items, bytes, len(p.at))
	}
}

// The bar says all that there is room for, in a line, and leaves nothing behind.
func TestProgressBar(t *testing.T) {
	out := new(bytes.Buffer)
	g := steps()
	for i := range 21 {
		s, first := g.update(event.Progress{Stage: event.StageUpload, Folder: "Inbox", Done: 10 * i, Total: 1000, Bytes: int64(i) << 20}, time.Unix(int64(i), 0))
		g.show(out, s, first)
	}
	drawn := strings.Split(out.String(), "\r")
	last := drawn[len(drawn)-1]
	if !strings.Contains(last, "20% [=>") || !strings.Contains(last, "2 of 3 upload: 200 of 1,000 items, 3 min left, 1.0 MiB/s") {
		t.Errorf("drawn last: %q", last)
	}
	for _, line := range drawn {
		if uniseg.StringWidth(line) > 79 || strings.ContainsAny(line, "\n\x1b") {
			t.Errorf("%d columns: %q", uniseg.StringWidth(line), line)
		}
	}
	g.clear()
	if !strings.HasSuffix(out.String(), "\r"+strings.Repeat(" ", 79)+"\r") {
		t.Error("something is left behind")
	}
}
