package imapconn

import (
	"strings"
	"time"
)

// date reads an INTERNALDATE (RFC 9051 section 9, date-time). It is in UTC.
func (d *dialogue) date() (time.Time, error) {
	if t, ok := usualDate(d.line); ok {
		d.line = d.line[usualDateLen:]
		return t, nil
	}
	return d.anyDate()
}

// anyDate is date for whatever time.Parse takes.
func (d *dialogue) anyDate() (time.Time, error) {
	text, _, err := d.text(nil, 64)
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.Parse("2-Jan-2006 15:04:05 -0700", strings.TrimLeft(string(text), " "))
	if err != nil {
		return time.Time{}, d.protocolError("no date")
	}
	return t.UTC(), nil
}

// usualDateLen is the length of a date as the RFC has it, with its quotes: `"02-Jan-2006 15:04:05 -0700"`.
const usualDateLen = 28

// usualDate reads the date at the start of a line, if it is written as the RFC has it. time.Parse, which takes more than that,
// would be a quarter of the time for an index.
func usualDate(line []byte) (t time.Time, ok bool) {
	if len(line) < usualDateLen {
		return t, false
	}
	s := line[:usualDateLen]
	if s[0] != '"' || s[3] != '-' || s[7] != '-' || s[12] != ' ' || s[15] != ':' || s[18] != ':' || s[21] != ' ' || s[27] != '"' {
		return t, false
	}
	day := twoDigits(s[1], s[2])
	if s[1] == ' ' {
		day = twoDigits('0', s[2])
	}
	month := monthNamed(s[4:7])
	century, year := twoDigits(s[8], s[9]), twoDigits(s[10], s[11])
	hour, minute, second := twoDigits(s[13], s[14]), twoDigits(s[16], s[17]), twoDigits(s[19], s[20])
	zoneHour, zoneMinute := twoDigits(s[23], s[24]), twoDigits(s[25], s[26])
	if max(day, century, year, hour, minute, second, zoneHour, zoneMinute) >= noDigits || month == 0 ||
		hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59 {
		return t, false
	}
	zone := time.Duration(zoneHour)*time.Hour + time.Duration(zoneMinute)*time.Minute
	switch s[22] {
	case '+':
	case '-':
		zone = -zone
	default:
		return t, false
	}
	t = time.Date(century*100+year, month, day, hour, minute, second, 0, time.UTC)
	if t.Day() != day { // there is no such day
		return t, false
	}
	return t.Add(-zone), true
}

// noDigits is more than two digits can be.
const noDigits = 100

// twoDigits is the number that two digits are, or noDigits.
func twoDigits(tens, ones byte) int {
	tens, ones = tens-'0', ones-'0'
	if tens > 9 || ones > 9 {
		return noDigits
	}
	return int(tens)*10 + int(ones)
}

const monthNames = "JanFebMarAprMayJunJulAugSepOctNovDec"

// monthNamed is the month of that name, or 0.
func monthNamed(name []byte) time.Month {
	for i := 0; i < len(monthNames); i += 3 {
		if string(name) == monthNames[i:i+3] {
			return time.Month(i/3 + 1)
		}
	}
	return 0
}
