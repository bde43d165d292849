package ical

import (
	"slices"
	"time"
)

// rule is the one for a year.
func (z *Zone) rule(year int) *ZoneRule {
	next, _ := slices.BinarySearchFunc(z.Rules, year+1, func(r ZoneRule, year int) int { return r.Year - year })
	return &z.Rules[max(next-1, 0)]
}

// transition is a change of the offset: at a wall clock that shows the time From
// minutes east of UTC. Offset minutes count from then on.
type transition struct {
	wall     time.Time
	from, to int
	daylight bool
}

func (t *transition) instant() time.Time {
	return t.wall.Add(-time.Duration(t.from) * time.Minute)
}

// changes are the transitions of a year in their order.
func (r *ZoneRule) changes(year int) []transition {
	var out []transition
	if wall, ok := r.ToDaylight.in(year); ok {
		out = append(out, transition{wall, r.Standard, r.Daylight, true})
	}
	if wall, ok := r.ToStandard.in(year); ok {
		out = append(out, transition{wall, r.Daylight, r.Standard, false})
	}
	if len(out) == 2 && out[1].wall.Before(out[0].wall) {
		out[0], out[1] = out[1], out[0]
	}
	return out
}

func newYear(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }

// atNewYear is what the rule says for the first moment of a year. A change in that
// moment has happened: this is how Windows says that a year has only one.
func (r *ZoneRule) atNewYear(year int) (offset int, daylight bool) {
	changes := r.changes(year)
	for i := range changes {
		if c := &changes[i]; c.wall.After(newYear(year)) {
			return c.from, !c.daylight
		}
	}
	if n := len(changes); n > 0 {
		return changes[n-1].to, changes[n-1].daylight
	}
	return r.Standard, false
}

// atYearEnd is the offset with which a year ends.
func (r *ZoneRule) atYearEnd(year int) int {
	if changes := r.changes(year); len(changes) > 0 {
		return changes[len(changes)-1].to
	}
	return r.Standard
}

// year are the transitions of a year: first, if the rule changes with it, that
// from the old rule to the new one.
func (z *Zone) year(year int) []transition {
	r := z.rule(year)
	from := z.rule(year - 1).atYearEnd(year - 1)
	to, daylight := r.atNewYear(year)
	var out []transition
	if from != to {
		out = append(out, transition{newYear(year), from, to, daylight})
	}
	for _, c := range r.changes(year) {
		if c.wall.After(newYear(year)) {
			out = append(out, c)
		}
	}
	return out
}

// Offset is how many minutes east of UTC a clock in the zone is at an instant.
func (z *Zone) Offset(instant time.Time) int {
	year := instant.UTC().Year()
	offset := z.rule(year - 2).atYearEnd(year - 2)
	for y := year - 1; y <= year+1; y++ {
		for _, c := range z.year(y) {
			if c.instant().After(instant) {
				return offset
			}
			offset = c.to
		}
	}
	return offset
}

// Wall is what a clock in the zone shows at an instant.
func (z *Zone) Wall(instant time.Time) time.Time {
	return instant.UTC().Add(time.Duration(z.Offset(instant)) * time.Minute)
}

// Instant is when a clock in the zone shows a wall clock: the first time, if it
// does so twice. A wall clock that is left out counts as if the clock had not been
// changed yet (RFC 5545 3.3.5).
func (z *Zone) Instant(wall time.Time) time.Time {
	year := wall.Year()
	offset := z.rule(year - 2).atYearEnd(year - 2)
	for y := year - 1; y <= year+1; y++ {
		for _, c := range z.year(y) {
			if wall.Before(c.wall.Add(time.Duration(max(0, c.to-c.from)) * time.Minute)) {
				return wall.Add(-time.Duration(offset) * time.Minute)
			}
			offset = c.to
		}
	}
	return wall.Add(-time.Duration(offset) * time.Minute)
}
