package ical

import "time"

// ours are the calendars whose months are those of RFC 5545 (M46).
var ours = [...]bool{0: true, 1: true, 2: true, 3: true, 4: true, 5: true, 7: true, 9: true, 10: true, 11: true, 12: true}

// Foreign tells whether the series counts months of a calendar that an RRULE
// cannot count. Days and weeks are the same in all of them.
func (r *Recurrence) Foreign() bool {
	if r.Pattern == PatternDay || r.Pattern == PatternWeek {
		return false
	}
	return r.hijri() || int(r.Calendar) >= len(ours) || !ours[r.Calendar]
}

// First is the wall clock at which the first instance starts, deleted or not.
// Of a series in a foreign calendar it is StartDate, which then has to do.
func (r *Recurrence) First() time.Time { return r.at(r.firstDate()) }

// Length is how long an instance takes.
func (r *Recurrence) Length() time.Duration {
	return time.Duration(r.EndOffset-r.StartOffset) * time.Minute
}

// at is the wall clock at which the instance of a day starts.
func (r *Recurrence) at(day Minutes) time.Time {
	return day.date().Wall().Add(time.Duration(r.StartOffset) * time.Minute)
}

// maxDate bounds where a series may begin and end: the year 9000.
const maxDate Minutes = 3_890_000_000

// firstDate is the first day of the pattern from StartDate on. They are the same
// in what Outlook writes; others have written the day on which the user began.
func (r *Recurrence) firstDate() Minutes {
	switch {
	case r.Foreign() || r.onStart():
		return r.StartDate
	case r.Pattern == PatternWeek:
		return r.firstWeekday()
	}
	return r.firstMonthday()
}

// onStart tells whether the pattern has a day on StartDate: if so, that is where
// to count from, because a writer that leaves FirstDateTime 0 is more likely than
// one whose first instance is none.
func (r *Recurrence) onStart() bool { return r.On(r.StartDate.Wall()) }

// On tells whether the pattern has the day of a wall clock, apart from the
// counting of periods. A series in a foreign calendar may have any day.
func (r *Recurrence) On(wall time.Time) bool {
	switch {
	case r.Pattern == PatternDay, r.Foreign():
		return true
	case r.Pattern == PatternWeek:
		return r.Weekdays&(1<<wall.Weekday()) != 0
	}
	return r.dayOf(wall.Year(), int(wall.Month())) == wall.Day()
}

const (
	day  = 1440
	week = 7 * day
)

func (r *Recurrence) onWeekday(minutes int64) bool {
	return r.Weekdays&(1<<weekday(minutes)) != 0
}

// weekOf is the first minute of a week.
func (r *Recurrence) weekOf(minutes int64) int64 {
	return minutes - int64((weekday(minutes)-r.FirstDOW+7)%7)*day
}

// firstWeekday counts from the week of FirstDateTime. The week of StartDate may
// count without having a day left; the next one that counts has one.
func (r *Recurrence) firstWeekday() Minutes {
	period := int64(r.Period)
	d := int64(r.StartDate)
	begin := r.weekOf(d)
	since := (begin - r.weekOf(int64(r.FirstDateTime.date()))) / week
	if behind := (since%period + period) % period; behind != 0 {
		begin += (period - behind) * week
		d = begin
	}
	for ; d < begin+(period+1)*week && d < int64(maxDate); d += day {
		if d == begin+week {
			d = begin + period*week
		}
		if r.onWeekday(d) {
			return Minutes(d)
		}
	}
	return r.StartDate
}

// firstMonthday counts from the month of FirstDateTime.
func (r *Recurrence) firstMonthday() Minutes {
	first, start := r.FirstDateTime.Wall(), r.StartDate.Wall()
	period := int(r.Period)
	month := monthNumber(start)
	month += ((monthNumber(first)-month)%period + period) % period
	for ; month < 9000*12; month += period {
		y, m := month/12, month%12+1
		d := time.Date(y, time.Month(m), r.dayOf(y, m), 0, 0, 0, 0, time.UTC)
		if !d.Before(start) {
			return Minutes((d.Unix() - epoch.Unix()) / 60)
		}
	}
	return r.StartDate
}

func monthNumber(t time.Time) int { return t.Year()*12 + int(t.Month()) - 1 }

// dayOf is the day of the pattern in a month.
func (r *Recurrence) dayOf(year, month int) int {
	last := daysIn(year, month)
	switch r.Pattern {
	case PatternMonth:
		return min(r.Day, last)
	case PatternMonthEnd:
		return last
	}
	seen, found := 0, 0
	for day := 1; day <= last && seen < r.Nth; day++ {
		if r.Weekdays&(1<<time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Weekday()) == 0 {
			continue
		}
		found = day
		if r.Nth < 5 {
			seen++
		}
	}
	return found
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
