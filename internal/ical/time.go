package ical

import (
	"fmt"
	"time"
)

// Frame is how the times of an event are written (RFC 5545 3.3.5). The zero
// Frame is floating: the time on the wall, wherever that is.
type Frame struct {
	// AllDay makes dates of times (RFC 5545 3.3.4).
	AllDay bool
	// UTC says that wall clocks are those of UTC. Zone does not count then.
	UTC bool
	// Zone is where the wall clock is; nil for a floating time.
	Zone *Zone
}

// Time is a wall clock in its frame.
type Time struct {
	Frame
	Wall time.Time
}

// UTCTime is an instant, written as such.
func UTCTime(t time.Time) Time { return Time{Frame{UTC: true}, t.UTC()} }

// Local is an instant in the frame; without a zone, what a clock in UTC shows.
func (f Frame) Local(instant time.Time) Time {
	if f.UTC || f.Zone == nil {
		return Time{f, instant.UTC()}
	}
	return Time{f, f.Zone.Wall(instant)}
}

// IsZero tells whether there is no time, or none that four digits of a year can
// say. The zero time.Time, the year 1, is none.
func (t Time) IsZero() bool {
	return t.Wall.IsZero() || t.Wall.Year() < 1 || t.Wall.Year() > 9999
}

// Property is the time as the value of a property: a date with VALUE=DATE, a
// time with TZID or with Z, never with both.
func (t Time) Property(name string) Property {
	p := Property{Name: name, Value: t.value()}
	switch {
	case t.AllDay:
		p.Params = []Param{{"VALUE", []string{"DATE"}}}
	case !t.UTC && t.Zone != nil:
		p.Params = []Param{{"TZID", []string{t.Zone.Name}}}
	}
	return p
}

func (t Time) value() string {
	switch {
	case t.AllDay:
		return t.Wall.Format("20060102")
	case t.UTC:
		return utcValue(t.Wall)
	}
	return wallValue(t.Wall)
}

// until is the UNTIL of a rule whose last instance may start at t: in UTC if the
// instances have a zone, else in their own form (RFC 5545 3.3.10).
func (t Time) until() string {
	if t.AllDay || t.UTC || t.Zone == nil {
		return t.value()
	}
	return utcValue(t.Zone.Instant(t.Wall))
}

func utcValue(t time.Time) string  { return t.UTC().Format("20060102T150405Z") }
func wallValue(t time.Time) string { return t.Format("20060102T150405") }

// duration is a DURATION in minutes (RFC 5545 3.3.6).
func duration(minutes int) string {
	if minutes < 0 {
		return fmt.Sprintf("-PT%dM", -minutes)
	}
	return fmt.Sprintf("PT%dM", minutes)
}

// epoch is where counting minutes begins ([MS-OXOCAL] 2.2.1.44.1).
var epoch = time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)

// Minutes is a wall clock or date counted in minutes since 1601.
type Minutes uint32

// none tells whether the value stands for no date (P4).
func (m Minutes) none() bool { return m >= 0x5AE980DF && m <= 0x5AE980E1 }

// Wall is the wall clock that m counts. The largest is in the year 9767.
func (m Minutes) Wall() time.Time {
	return epoch.AddDate(0, 0, int(m/1440)).Add(time.Duration(m%1440) * time.Minute)
}

// date is midnight of the day that m falls on.
func (m Minutes) date() Minutes { return m - m%1440 }
