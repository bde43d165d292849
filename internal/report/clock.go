package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
)

// clock is the picture of time and speed.
type clock struct {
	Time   []segment // stages in their order
	Stages []stage   // each once, with all its time
	Curve  []curve
	Grid   []string
	Speed  string
	Peak   string
	Took   string
}

type stage struct{ Class, Name, Took string }

type curve struct{ Class, Path string }

const (
	curveHeight = 160.0
	// moves are the stages whose speed says something.
	moves = string(event.StageUpload + "\n" + event.StageVerify + "\n" + event.StageExport)
)

// stageClass gives a stage its colour.
func stageClass(name string) string {
	switch event.Stage(name) {
	case event.StageIndex:
		return "c-s2"
	case event.StageUpload, event.StageExport, event.StageConvert:
		return "c-s3"
	case event.StageVerify:
		return "c-s4"
	}
	return "c-s1"
}

// newClock draws the samples, nothing when they span no time.
func newClock(samples []Sample) clock {
	var c clock
	if len(samples) < 2 {
		return c
	}
	end := samples[len(samples)-1].At
	if end <= 0 {
		return c
	}
	c.Took = took(end)
	c.stages(samples, end)
	c.curves(samples, end)
	return c
}

// stages lays out when each stage was at work: until the next one began.
func (c *clock) stages(samples []Sample, end float64) {
	total := map[string]float64{}
	var names []string
	for i := 0; i < len(samples); {
		name, begin := samples[i].Stage, samples[i].At
		for i < len(samples) && samples[i].Stage == name {
			i++
		}
		until := end
		if i < len(samples) {
			until = samples[i].At
		}
		if i == 0 || total[name] == 0 {
			names = append(names, name)
		}
		total[name] += max(until-begin, 0.001)
		c.Time = append(c.Time, segment{Class: stageClass(name), X: round(begin / end * 1000), W: round((until - begin) / end * 1000)})
	}
	for _, n := range names {
		c.Stages = append(c.Stages, stage{stageClass(n), Plain(n), took(total[n])})
	}
}

// speed is that of a stage between two samples.
type speed struct {
	stage     string
	from, to  float64
	perSecond float64
	items     int
	bytes     int64
}

func speeds(samples []Sample) []speed {
	var out []speed
	for i := 1; i < len(samples); i++ {
		a, b := samples[i-1], samples[i]
		if a.Stage != b.Stage || b.At <= a.At || b.Items < a.Items || !strings.Contains(moves, a.Stage) {
			continue
		}
		out = append(out, speed{stage: a.Stage, from: a.At, to: b.At, items: b.Items - a.Items, bytes: max(0, b.Bytes-a.Bytes), perSecond: float64(b.Items-a.Items) / (b.At - a.At)})
	}
	return out
}

func (c *clock) curves(samples []Sample, end float64) {
	all := speeds(samples)
	peak := 0.0
	for _, s := range all {
		peak = max(peak, s.perSecond)
	}
	c.Speed = means(all, c.Took)
	if peak == 0 {
		return
	}
	c.Peak = fmt.Sprintf("%s items/s at most", Number(int(peak+0.5)))
	for _, y := range []float64{0.25, 0.5, 0.75} {
		c.Grid = append(c.Grid, fmt.Sprintf("M0 %gH1000", curveHeight*y))
	}
	for i := 0; i < len(all); {
		var d strings.Builder
		name := all[i].stage
		fmt.Fprintf(&d, "M%g %g", round(all[i].from/end*1000), curveHeight)
		last := 0.0
		for ; i < len(all) && all[i].stage == name; i++ {
			last = round(all[i].to / end * 1000)
			fmt.Fprintf(&d, "V%gH%g", round(curveHeight-all[i].perSecond/peak*(curveHeight-6)), last)
		}
		fmt.Fprintf(&d, "V%gZ", curveHeight)
		c.Curve = append(c.Curve, curve{stageClass(name), d.String()})
	}
}

// means are the mean speeds in words.
func means(all []speed, whole string) string {
	s := "The run took " + whole + "."
	var names []string
	sums := map[string]*speed{}
	for _, p := range all {
		sum, ok := sums[p.stage]
		if !ok {
			sum = new(speed)
			sums[p.stage] = sum
			names = append(names, p.stage)
		}
		sum.items, sum.bytes, sum.to = sum.items+p.items, sum.bytes+p.bytes, sum.to+p.to-p.from
	}
	for _, n := range names {
		sum := sums[n]
		s += fmt.Sprintf(" %s: %s items a second", capital(n), rate(float64(sum.items)/sum.to))
		if sum.bytes > 0 {
			s += fmt.Sprintf(", %s a second", ByteSize(int64(float64(sum.bytes)/sum.to)))
		}
		s += " on average."
	}
	return s
}

func rate(f float64) string {
	if f < 10 {
		return fmt.Sprintf("%.1f", f)
	}
	return Number(int(f + 0.5))
}

// took is a time for people.
func took(s float64) string {
	d := time.Duration(s * float64(time.Second))
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", s)
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(s+0.5))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()+0.5))
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// ByteSize is a size for people.
func ByteSize(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d bytes", n)
	}
	v, i := float64(n)/unit, 0
	for v >= unit && i < 3 {
		v, i = v/unit, i+1
	}
	return fmt.Sprintf("%.1f %ciB", v, "KMGT"[i])
}
