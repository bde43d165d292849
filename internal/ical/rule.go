package ical

import (
	"errors"
	"fmt"
	"strings"
)

// Losses that are no damage.
var (
	// ErrForeignCalendar says that a series counts months of a calendar for which
	// RFC 5545 has no rule (M46).
	ErrForeignCalendar = errors.New("the series follows a calendar that iCalendar has no rule for")
	// ErrSliding says that a task is to be done again some time after it was done,
	// which became a rule of fixed dates.
	ErrSliding = errors.New("the task recurs after its completion: its rule has fixed dates")
)

// Properties are the rule of the series and an EXDATE for each instance without
// a substitute (M46, M47). They come with DTSTART at [Recurrence.First].
func (r *Recurrence) Properties(f Frame) ([]Property, error) {
	p := Property{Name: "RRULE", Value: r.rule(f)}
	var errs []error
	if r.Sliding {
		errs = append(errs, ErrSliding)
	}
	if r.Foreign() {
		// Nobody computes this one; it keeps what was stored.
		p.Name = "X-MICROSOFT-RRULE"
		return []Property{p}, errors.Join(append(errs, fmt.Errorf("%w: calendar %d, pattern 0x%X", ErrForeignCalendar, r.Calendar, uint16(r.Pattern)))...)
	}
	return append([]Property{p}, r.excluded(f)...), errors.Join(errs...)
}

// excluded are the EXDATEs, in the order of the blob.
func (r *Recurrence) excluded(f Frame) []Property {
	done := make(map[Minutes]bool, len(r.Exceptions)+len(r.Deleted))
	for i := range r.Exceptions {
		done[r.Exceptions[i].Original.date()] = true
	}
	var out []Property
	for _, d := range r.Deleted {
		if !done[d] {
			done[d] = true
			out = append(out, r.instance(f, d).Property("EXDATE"))
		}
	}
	return out
}

// instance is when the instance of a day starts.
func (r *Recurrence) instance(f Frame, day Minutes) Time {
	return Time{f, r.at(day)}
}

// rule is the RECUR value (RFC 5545 3.3.10).
func (r *Recurrence) rule(f Frame) string {
	var b strings.Builder
	freq, interval := r.frequency()
	b.WriteString("FREQ=" + freq)
	if interval != 1 {
		fmt.Fprintf(&b, ";INTERVAL=%d", interval)
	}
	if freq == "YEARLY" && !r.Foreign() {
		fmt.Fprintf(&b, ";BYMONTH=%d", r.firstDate().Wall().Month())
	}
	b.WriteString(r.days())
	switch r.End {
	case EndCount:
		fmt.Fprintf(&b, ";COUNT=%d", r.Count)
	case EndDate:
		b.WriteString(";UNTIL=" + r.instance(f, r.EndDate).until())
	}
	if r.Pattern == PatternWeek {
		b.WriteString(";WKST=" + weekdayNames[r.FirstDOW])
	}
	return b.String()
}

func (r *Recurrence) frequency() (freq string, interval uint32) {
	switch {
	case r.Pattern == PatternDay:
		return "DAILY", r.Period / 1440
	case r.Pattern == PatternWeek:
		return "WEEKLY", r.Period
	case r.Frequency == Yearly && r.Period%12 == 0:
		return "YEARLY", r.Period / 12
	}
	return "MONTHLY", r.Period
}

var weekdayNames = [...]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

// days is the part of a rule that says on which days of a week or month.
func (r *Recurrence) days() string {
	switch r.Pattern {
	case PatternWeek:
		return ";BYDAY=" + strings.Join(weekdayList(r.Weekdays), ",")
	case PatternMonth, PatternHijriMonth:
		return monthday(r.Day)
	case PatternMonthEnd, PatternHijriMonthEnd:
		return monthday(31)
	case PatternMonthNth, PatternHijriMonthNth:
		n, list := r.Nth, weekdayList(r.Weekdays)
		if n == 5 {
			n = -1
		}
		if len(list) == 1 {
			return fmt.Sprintf(";BYDAY=%d%s", n, list[0])
		}
		return fmt.Sprintf(";BYDAY=%s;BYSETPOS=%d", strings.Join(list, ","), n)
	}
	return ""
}

// monthday makes the last day of a month that is too short of a day that it does
// not have, where a plain BYMONTHDAY would leave the month out.
func monthday(day int) string {
	switch {
	case day <= 28:
		return fmt.Sprintf(";BYMONTHDAY=%d", day)
	case day == 29:
		return ";BYMONTHDAY=28,29;BYSETPOS=-1"
	case day == 30:
		return ";BYMONTHDAY=28,29,30;BYSETPOS=-1"
	}
	return ";BYMONTHDAY=-1"
}

// weekdayList begins with Monday where it can, as people write it.
func weekdayList(mask uint8) []string {
	var out []string
	for _, d := range [...]int{1, 2, 3, 4, 5, 6, 0} {
		if mask&(1<<d) != 0 {
			out = append(out, weekdayNames[d])
		}
	}
	return out
}
