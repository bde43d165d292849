package ical

import "errors"

// Frequency is how the user interface names a pattern ([MS-OXOCAL] 2.2.1.44.1).
// What repeats is said by [Pattern]; only yearly makes a difference.
type Frequency uint16

// Frequencies.
const (
	Daily   Frequency = 0x200A
	Weekly  Frequency = 0x200B
	Monthly Frequency = 0x200C
	Yearly  Frequency = 0x200D
)

// Pattern is what repeats ([MS-OXOCAL] 2.2.1.44.1).
type Pattern uint16

// Patterns.
const (
	PatternDay           Pattern = 0x0
	PatternWeek          Pattern = 0x1
	PatternMonth         Pattern = 0x2
	PatternMonthNth      Pattern = 0x3
	PatternMonthEnd      Pattern = 0x4
	PatternHijriMonth    Pattern = 0xA
	PatternHijriMonthNth Pattern = 0xB
	PatternHijriMonthEnd Pattern = 0xC
)

// EndType is how a series ends ([MS-OXOCAL] 2.2.1.44.1).
type EndType uint32

// Ends. Other values are read as one of these, with an error.
const (
	EndDate  EndType = 0x2021
	EndCount EndType = 0x2022
	EndNever EndType = 0x2023
)

// endNeverToo is what some writers say for [EndNever].
const endNeverToo EndType = 0xFFFFFFFF

// Recurrence is a series ([MS-OXOCAL] 2.2.1.44.5). All dates and times in it are
// wall clocks in the time zone of the series.
type Recurrence struct {
	Frequency Frequency
	Pattern   Pattern
	// Calendar is the CalendarType: 0 to 5, 7 and 9 to 12 count months as we do.
	Calendar uint16
	// FirstDateTime is where counting periods begins; the first instance is at [Recurrence.First].
	FirstDateTime Minutes
	// Period is in minutes for [PatternDay], weeks for [PatternWeek], else months. It is never 0.
	Period uint32
	// Sliding says that each instance follows the completion of the one before (tasks only).
	Sliding bool
	// Weekdays has bit 0 for Sunday to bit 6 for Saturday.
	Weekdays uint8
	// Day of the month, 1 to 31; a month that is shorter has it on its last day.
	Day int
	// Nth of the Weekdays in the month, 1 to 4, or 5 for the last.
	Nth int

	End      EndType
	Count    uint32
	FirstDOW int // 0 is Sunday
	// Deleted are the days without an instance at its regular time, deleted or moved.
	Deleted []Minutes
	// Modified are the days to which instances were moved.
	Modified  []Minutes
	StartDate Minutes
	EndDate   Minutes

	// StartOffset and EndOffset are in minutes since midnight of an instance's day;
	// a task has none.
	StartOffset, EndOffset int
	Exceptions             []Exception
}

// Bits of [Exception.Flags] ([MS-OXOCAL] 2.2.1.44.2).
const (
	OverridesSubject       = 0x1
	OverridesMeetingType   = 0x2
	OverridesReminderDelta = 0x4
	OverridesReminder      = 0x8
	OverridesLocation      = 0x10
	OverridesBusyStatus    = 0x20
	OverridesAttachment    = 0x40
	OverridesSubType       = 0x80
	OverridesColor         = 0x100
	OverridesBody          = 0x200
)

// Exception is an instance that was changed ([MS-OXOCAL] 2.2.1.44.2). Flags tells
// which of the fields after it say something; the others are as in the series.
type Exception struct {
	Start, End, Original Minutes
	Flags                uint16
	Subject, Location    string
	MeetingType          uint32 // PidLidAppointmentStateFlags
	ReminderDelta        uint32 // minutes
	Reminder             bool
	BusyStatus           uint32
	Attachment           bool
	AllDay               bool // SubType
	Color                uint32
	ChangeHighlight      uint32
}

// Overrides tells whether any of the flags is set.
func (e *Exception) Overrides(flags uint16) bool { return e.Flags&flags != 0 }

// DecodeString makes text of the 8-bit strings in a blob; the item they belong
// to knows their code page.
type DecodeString func([]byte) string

// ParseRecurrence reads PidLidAppointmentRecur. What could be read comes back
// together with an error that names every damage; the series is nil if its pattern
// cannot be read. A subject or location in Unicode is preferred to the 8-bit one.
func ParseRecurrence(b []byte, decode DecodeString) (*Recurrence, error) {
	rd := &reader{b: b}
	r, err := readPattern(rd)
	if r == nil {
		return nil, err
	}
	return r, errors.Join(err, r.readAppointment(rd, decode))
}

// ParseTaskRecurrence reads PidLidTaskRecurrence ([MS-OXOTASK] 2.2.2.2.15), as
// ParseRecurrence does. A task has a pattern, but no times and no exceptions.
func ParseTaskRecurrence(b []byte) (*Recurrence, error) {
	return readPattern(&reader{b: b})
}

// version is ReaderVersion and WriterVersion ([MS-OXOCAL] 2.2.1.44.1).
const version = 0x3004

func readPattern(rd *reader) (*Recurrence, error) {
	if v := rd.u16(); v != version {
		return nil, damage(0, "version 0x%04X of a recurrence", v)
	}
	rd.u16() // the writer's version says nothing else
	r := &Recurrence{Frequency: Frequency(rd.u16()), Pattern: Pattern(rd.u16()), Calendar: uint16(rd.u16())}
	r.FirstDateTime = Minutes(rd.u32())
	r.Period = rd.u32()
	r.Sliding = rd.u32() != 0
	r.readSpecific(rd)
	r.End, r.Count = EndType(rd.u32()), rd.u32()
	dow := rd.u32()
	var short error
	r.Deleted, short = readDates(rd, short)
	r.Modified, short = readDates(rd, short)
	if rd.short {
		return nil, errors.Join(short, damage(rd.off, "the pattern ends early"))
	}
	r.StartDate, r.EndDate = Minutes(rd.u32()).date(), Minutes(rd.u32())
	if rd.short {
		return nil, damage(rd.off, "the pattern ends early")
	}
	r.FirstDOW = int(min(dow, 7))
	if err := r.check(); err != nil {
		return nil, err
	}
	err := r.repair()
	return r, err
}

// readSpecific reads PatternTypeSpecific.
func (r *Recurrence) readSpecific(rd *reader) {
	switch r.Pattern {
	case PatternWeek:
		r.Weekdays = uint8(rd.u32() & 0x7F)
	case PatternMonth, PatternMonthEnd, PatternHijriMonth, PatternHijriMonthEnd:
		r.Day = int(min(rd.u32(), 255))
	case PatternMonthNth, PatternHijriMonthNth:
		r.Weekdays = uint8(rd.u32() & 0x7F)
		r.Nth = int(min(rd.u32(), 255))
	}
}

// readDates reads a count and as many dates.
func readDates(rd *reader, err error) ([]Minutes, error) {
	n := rd.u32()
	if err != nil || uint64(n)*4 > uint64(rd.left()) {
		rd.short = true
		return nil, errors.Join(err, damage(rd.off, "%d dates in %d bytes", n, rd.left()))
	}
	dates := make([]Minutes, n)
	for i := range dates {
		dates[i] = Minutes(rd.u32()).date()
	}
	return dates, nil
}

// check finds what leaves no meaning to a pattern.
func (r *Recurrence) check() error {
	switch {
	case r.Pattern > PatternMonthEnd && !r.hijri():
		return damage(6, "pattern 0x%X", uint16(r.Pattern))
	case r.Pattern == PatternDay && r.Period%1440 != 0:
		return damage(14, "a period of %d minutes", r.Period)
	case r.Pattern == PatternDay && r.Period/1440 > maxPeriod, r.Pattern != PatternDay && r.Period > maxPeriod:
		return damage(14, "a period of %d", r.Period)
	case r.StartDate.none() || r.StartDate > maxDate:
		return damage(22, "no start")
	case (r.Pattern == PatternMonth || r.Pattern == PatternHijriMonth) && (r.Day < 1 || r.Day > 31):
		return damage(22, "day %d of the month", r.Day)
	case (r.Pattern == PatternMonthNth || r.Pattern == PatternHijriMonthNth) && (r.Nth < 1 || r.Nth > 5 || r.Weekdays == 0):
		return damage(22, "weekdays 0x%X, number %d in the month", r.Weekdays, r.Nth)
	}
	return nil
}

// maxPeriod bounds the days, weeks or months of a period: the user interface
// takes three digits.
const maxPeriod = 12 * 9999

func (r *Recurrence) hijri() bool {
	return r.Pattern >= PatternHijriMonth && r.Pattern <= PatternHijriMonthEnd
}

// repair puts the nearest meaning in the place of what has none, and says so.
func (r *Recurrence) repair() error {
	var errs []error
	if r.Period == 0 {
		errs = append(errs, damage(14, "no period, 1 is taken"))
		r.Period = r.defaultPeriod()
	}
	if r.FirstDOW > 6 {
		errs = append(errs, damage(22, "no first day of the week, Sunday is taken"))
		r.FirstDOW = 0
	}
	if r.Pattern == PatternWeek && r.Weekdays == 0 {
		errs = append(errs, damage(22, "no day of the week, that of the start is taken"))
		r.Weekdays = 1 << weekday(int64(r.StartDate))
	}
	return errors.Join(append(errs, r.repairEnd())...)
}

func (r *Recurrence) defaultPeriod() uint32 {
	switch {
	case r.Pattern == PatternDay:
		return 1440
	case r.Frequency == Yearly && r.Pattern != PatternWeek:
		return 12
	}
	return 1
}

func (r *Recurrence) repairEnd() error {
	switch {
	case r.End == EndNever:
		return nil
	case r.End == endNeverToo:
		r.End = EndNever
		return nil
	case r.End == EndCount && r.Count > 0:
		return nil
	case r.EndDate.none() || r.EndDate < r.StartDate || r.EndDate > maxDate:
		err := damage(22, "end 0x%X, count %d, date %d: it is taken to have no end", uint32(r.End), r.Count, r.EndDate)
		r.End = EndNever
		return err
	case r.End == EndDate:
		return nil
	}
	err := damage(22, "end 0x%X, count %d: the end's date is taken", uint32(r.End), r.Count)
	r.End = EndDate
	return err
}

// weekday is the day of the week of a date in minutes since 1601, which began on
// a Monday; 0 is Sunday.
func weekday(minutes int64) int { return int((minutes/day + 1) % 7) }
