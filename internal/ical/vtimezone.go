package ical

import (
	"fmt"
)

// firstObserved is the year in which observances begin (M43).
const firstObserved = 1970

// Component is the zone as a VTIMEZONE (RFC 5545 3.6.5) with all its rules, each
// bounded by the next one's year (M43). Where the offset changes with a rule and not by one,
// there is an observance for that.
func (z *Zone) Component() Component {
	c := Component{Name: "VTIMEZONE", Properties: []Property{Text("TZID", z.Name)}}
	for _, s := range z.spans() {
		c.Components = append(c.Components, s.observances(z)...)
	}
	return c
}

// span is the years in which a rule holds. The last one ends in 9999.
type span struct {
	*ZoneRule
	first, last int
	initial     bool
}

// spans leaves out what ended before observances begin, and rules that say the
// same as those before them.
func (z *Zone) spans() []span {
	var out []span
	for i := range z.Rules {
		s := span{&z.Rules[i], firstObserved, 9999, len(out) == 0}
		if i > 0 {
			s.first = max(s.Year, firstObserved)
		}
		if i+1 < len(z.Rules) {
			s.last = z.Rules[i+1].Year - 1
		}
		switch {
		case s.last < s.first:
		case len(out) > 0 && out[len(out)-1].same(s.ZoneRule):
			out[len(out)-1].last = s.last
		default:
			out = append(out, s)
		}
	}
	return out
}

// same tells whether two rules differ in nothing but their years.
func (r *ZoneRule) same(other *ZoneRule) bool {
	a, b := *r, *other
	a.Year, b.Year = 0, 0
	return a == b
}

func (s *span) observances(z *Zone) []Component {
	var out []Component
	switch {
	case s.initial:
		if s.ToStandard.Month == 0 || s.ToStandard.Year != 0 {
			out = append(out, observance(&transition{wall: newYear(firstObserved), from: s.Standard, to: s.Standard}, ""))
		}
	default:
		if year := z.year(s.first); len(year) > 0 && year[0].wall.Equal(newYear(s.first)) {
			out = append(out, observance(&year[0], ""))
		}
	}
	if !s.Changes() {
		return out
	}
	out = append(out, s.recurring(&s.ToDaylight, transition{from: s.Standard, to: s.Daylight, daylight: true})...)
	return append(out, s.recurring(&s.ToStandard, transition{from: s.Daylight, to: s.Standard})...)
}

// recurring is the observance that begins with a change of the rule.
func (s *span) recurring(c *Change, t transition) []Component {
	first, last := s.first, s.last
	if c.Year != 0 {
		first, last = max(first, c.Year), min(last, c.Year)
	}
	wall, ok := c.in(first)
	if ok && !s.initial && first == s.first && !wall.After(newYear(first)) {
		first++ // the rule began after it
		wall, ok = c.in(first)
	}
	if !ok || first > last {
		return nil
	}
	t.wall = wall
	if first == last {
		return []Component{observance(&t, "")}
	}
	nth := c.Day
	if nth == 5 {
		nth = -1
	}
	rule := fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s", c.Month, nth, weekdayNames[c.Weekday])
	if last < 9999 {
		// QUIRK(dateutil, python3-icalendar): they take an UNTIL in UTC, which RFC 5545
		// 3.6.5 wants here, for a wall clock, or refuse it. A number needs no clock.
		rule += fmt.Sprintf(";COUNT=%d", last-first+1)
	}
	return []Component{observance(&t, rule)}
}

// observance is a STANDARD or DAYLIGHT component (RFC 5545 3.6.5).
func observance(t *transition, rule string) Component {
	c := Component{Name: "STANDARD"}
	if t.daylight {
		c.Name = "DAYLIGHT"
	}
	c.Properties = []Property{
		{Name: "DTSTART", Value: wallValue(t.wall)},
		{Name: "TZOFFSETFROM", Value: offsetValue(t.from)},
		{Name: "TZOFFSETTO", Value: offsetValue(t.to)},
	}
	if rule != "" {
		c.Properties = append(c.Properties, Property{Name: "RRULE", Value: rule})
	}
	return c
}

// offsetValue is a UTC-OFFSET (RFC 5545 3.3.14) of minutes.
func offsetValue(minutes int) string {
	sign := '+'
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	return fmt.Sprintf("%c%02d%02d", sign, minutes/60, minutes%60)
}
