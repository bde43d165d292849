package ical

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Zone is a time zone with all its rules, ordered by year; there is at least one.
type Zone struct {
	// Name is the TZID: the name of the zone in Windows, or what the item calls it.
	Name  string
	Rules []ZoneRule
}

// ZoneRule is what holds from a year on until the year of the next rule
// ([MS-OXOCAL] 2.2.1.41.1). The first rule of a zone also holds before its year.
type ZoneRule struct {
	Year int
	// Standard and Daylight are minutes east of UTC.
	Standard, Daylight int
	// ToStandard and ToDaylight are when the clock changes, on the clock that is
	// changed; without [ZoneRule.Changes] there is only Standard.
	ToStandard, ToDaylight Change
}

// Change is a SYSTEMTIME that says when a clock changes: on a day of one year, or
// if Year is 0 on the Day-th Weekday of a month in each, 5 being the last.
type Change struct {
	Year, Month, Weekday, Day, Hour, Minute, Second int
}

// Changes tells whether the zone changes its clock.
func (r *ZoneRule) Changes() bool { return r.ToStandard.Month != 0 && r.ToDaylight.Month != 0 }

// Sizes of the parts of time-zone blobs.
const (
	zoneRuleSize   = 66 // [MS-OXOCAL] 2.2.1.41.1
	zoneStructSize = 48 // [MS-OXOCAL] 2.2.1.39
)

// ParseZoneDefinition reads PidLidAppointmentTimeZoneDefinitionRecur and its like
// ([MS-OXOCAL] 2.2.1.41). The zone is nil if no rule can be read; else an error
// names the damage of the others.
func ParseZoneDefinition(b []byte) (*Zone, error) {
	rd := &reader{b: b}
	major, _ := rd.u8(), rd.u8()
	if major != 2 {
		return nil, damage(0, "version %d of a time zone", major)
	}
	header := &reader{b: rd.bytes(rd.u16())}
	if header.u16()&2 == 0 { // TZDEFINITION_FLAG_VALID_KEYNAME
		return nil, damage(4, "a time zone without a name")
	}
	z := &Zone{Name: zoneName(mapi.UTF16(header.bytes(2 * header.u16())))}
	n := header.u16()
	if rd.short || header.short {
		return nil, damage(rd.off, "the header ends early")
	}
	var errs []error
	for i := range n {
		at := rd.off
		rule, err := parseZoneRule(rd.bytes(zoneRuleSize))
		if err != nil {
			errs = append(errs, damage(at, "rule %d of %d: %w", i, n, err))
		}
		if rd.short {
			break
		}
		if err == nil {
			z.Rules = append(z.Rules, rule)
		}
	}
	if len(z.Rules) == 0 {
		return nil, errors.Join(append(errs, damage(rd.off, "no rule"))...)
	}
	return z, errors.Join(append(errs, z.order())...)
}

// zoneName is never empty: a TZID has to be something. It is what a parameter can
// hold, because times refer to it by one.
func zoneName(s string) string {
	if s = strings.ReplaceAll(printable(s), `"`, "'"); s == "" {
		return "Unnamed"
	}
	return s
}

// order sorts the rules; of several for one year the last one counts.
func (z *Zone) order() error {
	slices.SortStableFunc(z.Rules, func(a, b ZoneRule) int { return a.Year - b.Year })
	n := len(z.Rules)
	slices.Reverse(z.Rules)
	z.Rules = slices.CompactFunc(z.Rules, func(a, b ZoneRule) bool { return a.Year == b.Year })
	slices.Reverse(z.Rules)
	if len(z.Rules) < n {
		return damage(0, "%d rules for years that have another", n-len(z.Rules))
	}
	return nil
}

func parseZoneRule(b []byte) (ZoneRule, error) {
	rd := &reader{b: b}
	major, _, size := rd.u8(), rd.u8(), rd.u16()
	rd.u16() // which of the rules Outlook last used
	year := rd.u16()
	rd.bytes(14)
	bias, std, dlt := rd.i32(), rd.i32(), rd.i32()
	r := ZoneRule{Year: year, ToStandard: rd.change(), ToDaylight: rd.change()}
	switch {
	case rd.short:
		return r, damage(rd.off, "it ends early")
	case major != 2 || size != 0x3E:
		return r, damage(0, "version %d, size %d", major, size)
	case year > 9999:
		return r, damage(6, "year %d", year)
	}
	err := r.set(bias, std, dlt)
	return r, err
}

// ParseZoneStruct reads PidLidTimeZoneStruct ([MS-OXOCAL] 2.2.1.39), which has one
// rule and no name; that is PidLidTimeZoneDescription. The zone is nil on an error.
func ParseZoneStruct(b []byte, name string) (*Zone, error) {
	rd := &reader{b: b}
	bias, std, dlt := rd.i32(), rd.i32(), rd.i32()
	rd.u16()
	r := ZoneRule{Year: firstYear, ToStandard: rd.change()}
	rd.u16()
	r.ToDaylight = rd.change()
	if rd.short {
		return nil, damage(rd.off, "%d bytes of a time zone, want %d", len(b), zoneStructSize)
	}
	if err := r.set(bias, std, dlt); err != nil {
		return nil, err
	}
	return &Zone{Name: zoneName(name), Rules: []ZoneRule{r}}, nil
}

// firstYear is what Windows writes for a rule that always held.
const firstYear = 1601

// maxBias bounds an offset from UTC: RFC 5545 writes less than a day.
const maxBias = 24*60 - 1

// set puts offsets in the place of biases, which count to the west.
func (r *ZoneRule) set(bias, std, dlt int) error {
	r.Standard, r.Daylight = -(bias + std), -(bias + dlt)
	for _, v := range [...]int{r.Standard, r.Daylight} {
		if v < -maxBias || v > maxBias {
			return damage(0, "%d minutes from UTC", v)
		}
	}
	if !r.Changes() {
		r.ToStandard, r.ToDaylight = Change{}, Change{}
		return nil
	}
	if !r.ToStandard.valid() || !r.ToDaylight.valid() {
		return damage(0, "no date of a change: %v, %v", r.ToStandard, r.ToDaylight)
	}
	if r.Standard == r.Daylight { // how Windows says that a year has no change
		r.ToStandard, r.ToDaylight = Change{}, Change{}
	}
	return nil
}

// change reads a SYSTEMTIME ([MS-DTYP] 2.3.13). Changes at the end of a day are
// stored a millisecond earlier and happen in its last second here.
func (r *reader) change() Change {
	c := Change{Year: r.u16(), Month: r.u16(), Weekday: r.u16(), Day: r.u16(), Hour: r.u16(), Minute: r.u16(), Second: r.u16()}
	r.u16()
	return c
}

func (c *Change) valid() bool {
	if c.Month < 1 || c.Month > 12 || c.Hour > 23 || c.Minute > 59 || c.Second > 59 || c.Day < 1 {
		return false
	}
	if c.Year != 0 {
		return c.Year >= firstYear && c.Year < 9999 && c.Day <= daysIn(c.Year, c.Month)
	}
	return c.Day <= 5 && c.Weekday <= 6
}

// in is the wall clock of the change in a year; ok is false if there is none.
func (c *Change) in(year int) (wall time.Time, ok bool) {
	day := c.Day
	switch {
	case c.Month == 0 || c.Year != 0 && c.Year != year:
		return time.Time{}, false
	case c.Year == 0:
		first := int(time.Date(year, time.Month(c.Month), 1, 0, 0, 0, 0, time.UTC).Weekday())
		day = 1 + (c.Weekday-first+7)%7 + 7*(c.Day-1)
		for day > daysIn(year, c.Month) {
			day -= 7
		}
	}
	return time.Date(year, time.Month(c.Month), day, c.Hour, c.Minute, c.Second, 0, time.UTC), true
}

func (r *reader) u8() int {
	if b := r.bytes(1); b != nil {
		return int(b[0])
	}
	return 0
}
