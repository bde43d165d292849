package ical

import (
	"math/rand/v2"
	"time"
)

// generator makes series out of chance with a seed, so that all runs make the same.
type generator struct{ *rand.Rand }

func (g *generator) pick(list ...int) int { return list[g.IntN(len(list))] }

// shapes are all patterns; yearly ones are monthly ones of another frequency.
var shapes = []struct{ freq, pattern int }{
	{0x200A, 0}, {0x200A, 1}, {0x200B, 1}, {0x200C, 2}, {0x200C, 3}, {0x200C, 4}, {0x200D, 2}, {0x200D, 3}, {0x200D, 4},
}

func (g *generator) series(shape int) *series {
	s := &series{
		freq: shapes[shape].freq, pattern: shapes[shape].pattern, calendar: g.pick(0, 0, 1), endType: 0x2023,
		every: g.pick(1, 1, 2, 3, 4, 5, 7), firstDOW: g.IntN(7), firstDateTime: -1, writer: g.pick(0x3008, 0x3009),
		start: time.Date(1996+g.IntN(40), time.Month(1+g.IntN(12)), 1+g.IntN(31), 0, 0, 0, 0, time.UTC),
		at:    g.pick(0, 60, 120, 150, 540, 615, 1080, 1425), length: g.pick(0, 30, 60, 90, 1440, 2000),
	}
	switch s.pattern {
	case 1:
		s.weekdays = 1 + g.IntN(127)
		if s.freq == 0x200A {
			s.weekdays, s.every = 62, 1
		}
	case 2:
		s.day = g.pick(1+g.IntN(31), 28, 29, 30, 31)
	case 3:
		s.weekdays, s.nth = g.pick(1<<g.IntN(7), 62, 65, 127, 1+g.IntN(127)), 1+g.IntN(5)
	case 4:
		s.day = 31
	}
	if s.freq == 0x200D {
		s.every = g.pick(1, 1, 2, 4)
	}
	if g.IntN(4) != 0 { // StartDate is the first instance, as Outlook has it
		s.start = s.days(1)[0]
	}
	days := s.days(20)
	s.end(g, days, g.pick(0x2021, 0x2022, 0x2023, 0xFFFFFFFF))
	g.except(s, days)
	return s
}

func (s *series) end(g *generator, days []time.Time, endType int) {
	n := 1 + g.IntN(len(days))
	days = days[:n]
	switch s.endType = endType; endType {
	case 0x2021:
		// The day of the last instance, or a few days after it.
		s.until = days[len(days)-1].AddDate(0, 0, g.pick(0, 0, 3))
	case 0x2022:
		s.count = n
		s.until = days[len(days)-1]
	}
}

// except deletes and changes instances.
func (g *generator) except(s *series, days []time.Time) {
	flags := []int{0, 1, 0x10, 0x11, 0x20, 0x2, 0x4, 0xC, 0x40, 0x80, 0x100, 0x200, 0x3FF, 0x37F}
	for i, d := range days[:12] {
		if s.endType == 0x2021 && d.After(s.until) || s.endType == 0x2022 && i >= s.count {
			break
		}
		switch g.IntN(8) {
		case 0:
			if i > 0 || g.IntN(2) == 0 { // the first one too, sometimes
				s.deleted = append(s.deleted, d)
			}
		case 1:
			original := d.Add(time.Duration(s.at) * time.Minute)
			start := original.Add(time.Duration(g.pick(0, 0, 30, -45, 300, 1440)) * time.Minute)
			s.changed = append(s.changed, changed{
				original: original, start: start, end: start.Add(time.Duration(g.pick(0, 45, 1440)) * time.Minute),
				flags: flags[g.IntN(len(flags))], subject: "moved", location: "elsewhere; far", busy: g.IntN(5),
			})
		}
	}
	g.Shuffle(len(s.deleted), func(i, j int) { s.deleted[i], s.deleted[j] = s.deleted[j], s.deleted[i] })
}
