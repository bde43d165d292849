package ical

import "time"

// clock is a change of clocks in a test: SYSTEMTIME without its last fields.
type clock struct{ year, month, weekday, nth, hour, minute int }

// zoneRule is a rule of a test. Biases count to the west, as stored.
type zoneRule struct {
	year           int
	bias, std, dlt int
	toStd, toDlt   clock
}

func (c clock) write(b *blob) { b.u16(c.year, c.month, c.weekday, c.nth, c.hour, c.minute, 0, 0) }

// definition is a TZDEFINITION ([MS-OXOCAL] 2.2.1.41).
func definition(name string, rules ...zoneRule) []byte {
	var b blob
	b.u8(2, 1)
	b.u16(6+2*len(name), 2, len(name))
	b.utf16(name)
	b.u16(len(rules))
	for _, r := range rules {
		b.u8(2, 1)
		b.u16(0x3E, 2, r.year)
		b = append(b, make([]byte, 14)...)
		b.u32(r.bias, r.std, r.dlt)
		r.toStd.write(&b)
		r.toDlt.write(&b)
	}
	return b
}

// zoneStruct is a TIMEZONE ([MS-OXOCAL] 2.2.1.39).
func zoneStruct(r zoneRule) []byte {
	var b blob
	b.u32(r.bias, r.std, r.dlt)
	b.u16(0)
	r.toStd.write(&b)
	b.u16(0)
	r.toDlt.write(&b)
	return b
}

func europe(bias int) zoneRule {
	return zoneRule{bias: bias, dlt: -60, toStd: clock{month: 10, nth: 5, hour: 3}, toDlt: clock{month: 3, nth: 5, hour: 2}}
}

var (
	america = []zoneRule{
		{year: 1987, bias: 300, dlt: -60, toStd: clock{month: 10, nth: 5, hour: 2}, toDlt: clock{month: 4, nth: 1, hour: 2}},
		{year: 2007, bias: 300, dlt: -60, toStd: clock{month: 11, nth: 1, hour: 2}, toDlt: clock{month: 3, nth: 2, hour: 2}},
	}
	sydney = []zoneRule{
		{year: 1601, bias: -600, dlt: -60, toStd: clock{month: 3, nth: 5, hour: 3}, toDlt: clock{month: 10, nth: 5, hour: 2}},
		{year: 2008, bias: -600, dlt: -60, toStd: clock{month: 4, nth: 1, hour: 3}, toDlt: clock{month: 10, nth: 1, hour: 2}},
	}
	india = []zoneRule{{year: 1601, bias: -330}}
)

// wall is a wall clock.
func wall(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return t
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
