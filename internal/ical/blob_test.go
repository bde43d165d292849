package ical

import (
	"encoding/binary"
	"time"
	"unicode/utf16"
)

// blob writes little-endian values.
type blob []byte

func (b *blob) u8(v ...int) {
	for _, v := range v {
		*b = append(*b, byte(v))
	}
}

func (b *blob) u16(v ...int) {
	for _, v := range v {
		*b = binary.LittleEndian.AppendUint16(*b, uint16(v))
	}
}

func (b *blob) u32(v ...int) {
	for _, v := range v {
		*b = binary.LittleEndian.AppendUint32(*b, uint32(v))
	}
}

func (b *blob) utf16(s string) {
	for _, u := range utf16.Encode([]rune(s)) {
		b.u16(int(u))
	}
}

// changed is an instance that was changed, in the words of a test.
type changed struct {
	original, start, end time.Time
	flags                int
	subject, location    string
	busy                 int
	allDay               bool
}

// series says what a blob is to mean. Its blob is written and its instances are
// counted by code that shares nothing with the package.
type series struct {
	freq, pattern int
	calendar      int
	every         int // days, weeks or months; years for 0x200D
	weekdays      int // bit 0 is Sunday
	day, nth      int
	start         time.Time // where the rule begins, not always an instance
	endType       int
	count         int
	until         time.Time
	firstDOW      int
	at, length    int // minutes
	deleted       []time.Time
	changed       []changed
	writer        int
	firstDateTime int // -1 for what the specification says
	sliding       int
	half          bool // of a day more in the period
}

var day0 = time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)

func minutes(t time.Time) int { return int(t.Unix()-day0.Unix()) / 60 }

// period is as stored.
func (s *series) period() int {
	switch {
	case s.half:
		return s.every*1440 + 720
	case s.pattern == 0:
		return s.every * 1440
	case s.freq == 0x200D:
		return s.every * 12
	}
	return s.every
}

// counted is FirstDateTime ([MS-OXOCAL] 2.2.1.44.1).
func (s *series) counted() int {
	if s.firstDateTime >= 0 {
		return s.firstDateTime
	}
	switch s.pattern {
	case 0:
		return minutes(s.start) % s.period()
	case 1:
		return minutes(s.weekOf(s.start)) % (s.every * 7 * 1440)
	case 7:
		return 0
	}
	first := s.monthsSince(s.start)
	return minutes(day0.AddDate(0, first%s.period(), 0))
}

func (s *series) weekOf(t time.Time) time.Time {
	return t.AddDate(0, 0, -((int(t.Weekday()) - s.firstDOW + 7) % 7))
}

func (s *series) monthsSince(t time.Time) int { return (t.Year()-1601)*12 + int(t.Month()) - 1 }

// recurrencePattern is a RecurrencePattern ([MS-OXOCAL] 2.2.1.44.1).
func (s *series) recurrencePattern() blob {
	var b blob
	b.u16(0x3004, 0x3004, s.freq, s.pattern, s.calendar)
	b.u32(s.counted(), s.period(), s.sliding)
	switch s.pattern {
	case 1:
		b.u32(s.weekdays)
	case 2, 4, 10, 12:
		b.u32(s.day)
	case 3, 11:
		b.u32(s.weekdays, s.nth)
	}
	b.u32(s.endType, s.count, s.firstDOW)
	b.u32(len(s.deleted) + len(s.changed))
	for _, d := range s.deleted {
		b.u32(minutes(d))
	}
	for _, c := range s.changed {
		b.u32(minutes(c.original.Truncate(24 * time.Hour)))
	}
	b.u32(len(s.changed))
	for _, c := range s.changed {
		b.u32(minutes(c.start.Truncate(24 * time.Hour)))
	}
	end := 0x5AE980DF
	if !s.until.IsZero() {
		end = minutes(s.until)
	}
	b.u32(minutes(s.start), end)
	return b
}

// blob is an AppointmentRecurrencePattern ([MS-OXOCAL] 2.2.1.44.5).
func (s *series) blob() []byte {
	b := s.recurrencePattern()
	b.u32(0x3006, s.writer, s.at, s.at+s.length)
	b.u16(len(s.changed))
	for _, c := range s.changed {
		b.u32(minutes(c.start), minutes(c.end), minutes(c.original))
		b.u16(c.flags)
		if c.flags&1 != 0 {
			b.u16(len(c.subject)+1, len(c.subject))
			b = append(b, c.subject...)
		}
		c.numbers(&b, 2, 4, 8)
		if c.flags&0x10 != 0 {
			b.u16(len(c.location)+1, len(c.location))
			b = append(b, c.location...)
		}
		c.numbers(&b, 0x20, 0x40, 0x80, 0x100)
	}
	b.u32(0)
	for _, c := range s.changed {
		if s.writer >= 0x3009 {
			b.u32(4, 0x1234)
		}
		b.u32(0)
		if c.flags&0x11 != 0 {
			b.u32(minutes(c.start), minutes(c.end), minutes(c.original))
			if c.flags&1 != 0 {
				b.u16(len(utf16.Encode([]rune(c.subject + wide))))
				b.utf16(c.subject + wide)
			}
			if c.flags&0x10 != 0 {
				b.u16(len(utf16.Encode([]rune(c.location + wide))))
				b.utf16(c.location + wide)
			}
			b.u32(0)
		}
	}
	b.u32(0)
	return b
}

// wide is what the Unicode texts have more than the 8-bit ones.
const wide = " \u0159\U0001F4C5"

func (c *changed) numbers(b *blob, flags ...int) {
	for _, f := range flags {
		if c.flags&f == 0 {
			continue
		}
		switch f {
		case 4:
			b.u32(30)
		case 0x20:
			b.u32(c.busy)
		case 0x80:
			b.u32(map[bool]int{true: 1}[c.allDay])
		default:
			b.u32(1)
		}
	}
}

// on tells whether the rule has an instance on a day.
func (s *series) on(d time.Time) bool {
	last := func() bool { return d.Add(24*time.Hour).Day() == 1 }
	inMonth := func() bool {
		if s.freq == 0x200D {
			return d.Month() == s.start.Month() && (d.Year()-s.start.Year())%s.every == 0
		}
		return (s.monthsSince(d)-s.monthsSince(s.start))%s.every == 0
	}
	wanted := func(d time.Time) bool { return s.weekdays>>int(d.Weekday())&1 == 1 }
	switch s.pattern {
	case 0:
		return int(d.Sub(s.start).Hours()/24)%s.every == 0
	case 1:
		return wanted(d) && int(s.weekOf(d).Sub(s.weekOf(s.start)).Hours()/24/7)%s.every == 0
	case 2:
		return inMonth() && (d.Day() == s.day || d.Day() < s.day && last())
	case 4:
		return inMonth() && last()
	}
	if !inMonth() || !wanted(d) {
		return false
	}
	before, after := 0, 0
	for x := d.AddDate(0, 0, -1); x.Month() == d.Month(); x = x.AddDate(0, 0, -1) {
		if wanted(x) {
			before++
		}
	}
	for x := d.AddDate(0, 0, 1); x.Month() == d.Month(); x = x.AddDate(0, 0, 1) {
		if wanted(x) {
			after++
		}
	}
	return s.nth < 5 && before == s.nth-1 || s.nth == 5 && after == 0
}

// days are the first n days of the rule, deleted ones too.
func (s *series) days(n int) (out []time.Time) {
	for d := s.start; d.Year() < 2250 && len(out) < n; d = d.Add(24 * time.Hour) {
		switch {
		case s.endType == 0x2022 && len(out) == s.count:
			return out
		case s.endType == 0x2021 && d.After(s.until):
			return out
		case s.on(d):
			out = append(out, d)
		}
	}
	return out
}
