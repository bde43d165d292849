package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/rivo/uniseg"
	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/pst2imap/pst2imap/internal/event"
)

// Progress has three forms with the same contents: a bar on a terminal, a line every
// ten seconds elsewhere, and JSON lines for programs (docs/json.md).
const (
	plainInterval = 10 * time.Second
	jsonInterval  = time.Second
)

// jsonProgressFlag asks for the form that programs read.
func jsonProgressFlag() cli.Flag {
	return &cli.BoolFlag{DisableDefaultText: true, Name: "json-progress", Usage: "write progress, notes and errors to standard error as JSON, an object a line"}
}

// progress is how far a run is: its steps, if it has several, and the pace of the
// stage that is under way.
type progress struct {
	steps []string // of the run in their order; none: it has but one
	step  int      // the one under way

	stage event.Stage
	pace  pace

	bar   *progressbar.ProgressBar // on a terminal
	out   io.Writer                // which it is drawn on
	width int                      // of the terminal

	last time.Time // when a line was written elsewhere
}

// state is what is told of a moment.
type progressState struct {
	Type        string      `json:"type"`
	Step        string      `json:"step,omitempty"`
	Number      int         `json:"step_number,omitempty"`
	Steps       int         `json:"steps,omitempty"`
	Stage       event.Stage `json:"stage"`
	Folder      string      `json:"folder,omitempty"`
	Done        int         `json:"done"`
	Total       int         `json:"total,omitempty"`
	Unit        string      `json:"unit"`
	Bytes       int64       `json:"bytes"`
	TotalBytes  int64       `json:"bytes_total,omitempty"`
	PerSecond   float64     `json:"per_second"`
	BytesRate   float64     `json:"bytes_per_second"`
	SecondsLeft float64     `json:"seconds_left,omitempty"`
	AllLeft     float64     `json:"all_seconds_left,omitempty"`
	Waiting     string      `json:"waiting,omitempty"`
}

// unitOf is what a stage counts.
func unitOf(s event.Stage) string {
	switch s {
	case event.StageIndex:
		return "folders"
	case event.StageScan:
		return "MiB"
	case event.StageFind:
		return "folders"
	case event.StageLook, event.StageBackup, event.StageReadBack:
		return "files"
	case event.StageCheck:
		return "blocks"
	case event.StageVerify: // one for what the file has, one for what the server has
		return "checks"
	}
	return "items"
}

// update takes over what an event tells. first says that its stage begins with it.
func (g *progress) update(p event.Progress, now time.Time) (s progressState, first bool) {
	if first = p.Stage != g.stage; first {
		g.stage, g.pace = p.Stage, pace{}
	}
	g.pace.add(now, p.Done, p.Bytes)
	s = progressState{
		Type: "progress", Stage: p.Stage, Folder: clean(p.Folder), Done: p.Done, Total: p.Total, Unit: unitOf(p.Stage), Bytes: p.Bytes, TotalBytes: p.TotalBytes, Waiting: clean(p.Waiting),
	}
	if len(g.steps) > 1 {
		s.Step, s.Number, s.Steps = g.steps[g.step], g.step+1, len(g.steps)
	}
	s.PerSecond, s.BytesRate = g.pace.rates()
	switch {
	case p.Left > 0: // whoever does it knows better
		s.SecondsLeft = math.Ceil(p.Left.Seconds())
	case s.TotalBytes > s.Bytes && s.BytesRate > 0:
		s.SecondsLeft = math.Ceil(float64(s.TotalBytes-s.Bytes) / s.BytesRate)
	case s.TotalBytes == 0 && s.Total > s.Done && s.PerSecond > 0:
		s.SecondsLeft = math.Ceil(float64(s.Total-s.Done) / s.PerSecond)
		s.AllLeft = g.allLeft(s)
	}
	return s, first
}

// way is how far the stage is on its way, in items or in bytes; of is 0 when that is
// not known.
func (s *progressState) way() (at, of int64) {
	if s.TotalBytes > 0 {
		return s.Bytes, s.TotalBytes
	}
	return int64(s.Done), int64(s.Total)
}

func (s *progressState) complete() bool {
	at, of := s.way()
	return of > 0 && at >= of
}

// allLeft is how long the whole run goes on, in seconds, as far as that can be said:
// reading back is taken to be as fast as sending was so far.
func (g *progress) allLeft(s progressState) float64 {
	switch s.Stage {
	case event.StageVerify:
		return s.SecondsLeft
	case event.StageUpload:
		later := 0.0
		if g.step+1 < len(g.steps) && g.steps[g.step+1] == stepVerify {
			later = math.Ceil(float64(s.Total) / s.PerSecond)
		}
		return s.SecondsLeft + later
	}
	return 0
}

// name is the step, or where the run has but one, the stage.
func (s *progressState) name() string {
	if s.Steps > 1 {
		return fmt.Sprintf("%d of %d %s", s.Number, s.Steps, s.Step)
	}
	return string(s.Stage)
}

// describe is what is being done, and what it waits for.
func describe(p event.Progress) string {
	if p.Waiting != "" {
		return string(p.Stage) + " (" + p.Waiting + ")"
	}
	return string(p.Stage)
}

// parts are what is said besides the name, the most important first.
func (s *progressState) parts() []string {
	count, last := number(s.Done), s.Done
	if s.Total > 0 {
		count, last = count+" of "+number(s.Total), s.Total
	}
	unit := s.Unit
	if last == 1 {
		unit = strings.TrimSuffix(unit, "s")
	}
	parts := []string{count + " " + unit}
	if s.TotalBytes > 0 {
		parts = []string{byteSize(s.Bytes) + " of " + byteSize(s.TotalBytes)}
	}
	switch {
	case s.Waiting != "":
		return append(parts, s.Waiting)
	case s.AllLeft > 0:
		parts = append(parts, timeLeft(s.AllLeft)+" left")
	case s.SecondsLeft > 0:
		parts = append(parts, timeLeft(s.SecondsLeft)+" for this step")
	}
	if s.Bytes > 0 && s.BytesRate >= 1 {
		parts = append(parts, byteSize(int64(s.BytesRate))+"/s")
	}
	if s.Bytes > 0 && s.TotalBytes == 0 {
		parts = append(parts, byteSize(s.Bytes))
	}
	return parts
}

// timeLeft is no more exact than it can be.
func timeLeft(seconds float64) string {
	switch d := time.Duration(seconds) * time.Second; {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(max(seconds, 1)))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(math.Round(d.Minutes())))
	default:
		return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
	}
}

// show draws the bar. Its line is never longer than the terminal is wide.
func (g *progress) show(out io.Writer, s progressState, first bool) {
	if first || g.bar == nil {
		g.clear()
		_, total := s.way()
		if total == 0 {
			total = -1 // a spinner
		}
		g.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(out), progressbar.OptionShowDescriptionAtLineEnd(),
			progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false), progressbar.OptionSetWidth(barWidth),
			progressbar.OptionSetTheme(progressbar.Theme{Saucer: "=", SaucerHead: ">", SaucerPadding: " ", BarStart: "[", BarEnd: "]"}),
			progressbar.OptionThrottle(0), progressbar.OptionSetSpinnerChangeInterval(0)) // else it draws by itself
	}
	if s.complete() {
		g.clear()
		g.bar = nil
		return
	}
	width, ok := widthOf(out)
	if !ok {
		width = 80
	}
	g.out, g.width = out, width
	at, _ := s.way()
	_ = g.bar.Set64(at) // drawing is no reason to stop
	room := width - barWidth - len("  41% [] ") - 3
	line := fitLine(s, room)
	// QUIRK(progressbar): on Windows it does not clear what a longer line left behind.
	g.bar.Describe(line + strings.Repeat(" ", max(0, room-uniseg.StringWidth(line))))
}

const barWidth = 10

// fitLine says as much as there is room for, the folder in what is left.
func fitLine(s progressState, room int) string {
	line := s.name() + ":"
	for i, part := range s.parts() {
		sep := ", "
		if i == 0 {
			sep = " "
		}
		if uniseg.StringWidth(line+sep+part) > room {
			break
		}
		line += sep + part
	}
	const least = 12 // less of a folder's name says nothing
	if left := room - uniseg.StringWidth(line) - len(", "); s.Folder != "" && left >= least {
		line += ", " + shorten(s.Folder, left)
	}
	return shorten(line, max(room, 1))
}

// widthOf is how wide a terminal is; ok is false for what is none.
func widthOf(out io.Writer) (width int, ok bool) {
	f, ok := out.(*os.File)
	if !ok {
		return 0, false
	}
	w, _, err := term.GetSize(int(f.Fd()))
	return w, err == nil && w > 0
}

// line writes a line now and then.
func (g *progress) line(out io.Writer, s progressState, first bool, now time.Time) {
	if !first && now.Sub(g.last) < plainInterval {
		return
	}
	g.last = now
	parts := s.parts()
	if s.Folder != "" {
		parts = append(parts, s.Folder)
	}
	fmt.Fprintf(out, "%s: %s\n", s.name(), strings.Join(parts, ", "))
}

// object writes a JSON object now and then.
func (g *progress) object(out io.Writer, s progressState, first bool, now time.Time) {
	if first || s.complete() || now.Sub(g.last) >= jsonInterval {
		g.last = now
		writeObject(out, s)
	}
}

// writeObject writes a line of --json-progress.
func writeObject(out io.Writer, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // the types are our own: numbers and strings
	}
	_, _ = out.Write(append(b, '\n')) // telling is no reason to stop
}

// clear makes room for a line.
func (g *progress) clear() {
	if g.bar != nil && g.out != nil {
		fmt.Fprintf(g.out, "\r%s\r", strings.Repeat(" ", max(0, g.width-1)))
	}
}

// pace is how fast a stage was in its last half minute.
type pace struct {
	at    []time.Time
	done  []int
	bytes []int64
}

const (
	paceWindow = 30 * time.Second
	paceGap    = time.Second / 2
	paceLeast  = 2 * time.Second // less says nothing
)

func (p *pace) add(now time.Time, done int, bytes int64) {
	if n := len(p.at); n > 1 && now.Sub(p.at[n-2]) < paceGap {
		p.at, p.done, p.bytes = p.at[:n-1], p.done[:n-1], p.bytes[:n-1]
	}
	p.at, p.done, p.bytes = append(p.at, now), append(p.done, done), append(p.bytes, bytes)
	for len(p.at) > 2 && now.Sub(p.at[1]) > paceWindow {
		p.at, p.done, p.bytes = p.at[1:], p.done[1:], p.bytes[1:]
	}
}

// rates are per second; 0 when there is too little to tell by.
func (p *pace) rates() (items, bytes float64) {
	last := len(p.at) - 1
	if last < 1 {
		return 0, 0
	}
	took := p.at[last].Sub(p.at[0])
	if took < paceLeast {
		return 0, 0
	}
	return math.Round(10*float64(p.done[last]-p.done[0])/took.Seconds()) / 10, math.Round(float64(p.bytes[last]-p.bytes[0]) / took.Seconds())
}
