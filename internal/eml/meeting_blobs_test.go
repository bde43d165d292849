package eml

import (
	"encoding/binary"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// blob writes little-endian values.
type blob []byte

func (b blob) u16(list ...int) blob {
	for _, n := range list {
		b = binary.LittleEndian.AppendUint16(b, uint16(n))
	}
	return b
}

func (b blob) u32(list ...int) blob {
	for _, n := range list {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
	}
	return b
}

// change is a SYSTEMTIME for a weekday of a month; 5 is the last.
func (b blob) change(month, weekday, nth, hour int) blob {
	return b.u16(0, month, weekday, nth, hour, 0, 0, 0)
}

// europe is the zone of central Europe ([MS-OXOCAL] 2.2.1.41).
func europe() blob {
	b := blob("\x02\x01")
	name := utf16le("W. Europe Standard Time")
	b = b.u16(6+len(name)).u16(2, len(name)/2)
	b = append(b, name...).u16(1)
	b = append(b, "\x02\x01"...).u16(0x3E, 2, 1601)
	b = append(b, make([]byte, 14)...).u32(-60, 0, -60)
	return b.change(10, 0, 5, 3).change(3, 0, 5, 2)
}

// europeStruct is the same zone in the older form ([MS-OXOCAL] 2.2.1.39).
func europeStruct() blob {
	b := blob{}.u32(-60, 0, -60).u16(0).change(10, 0, 5, 3).u16(0)
	return b.change(3, 0, 5, 2)
}

func utf16le(s string) (b blob) {
	for _, r := range s {
		b = b.u16(int(r))
	}
	return b
}

// minutes are those since 1601 of a wall clock.
func minutes(year, month, day, hour, minute int) int {
	t := time.Date(year, time.Month(month), day, hour, minute, 0, 0, time.UTC)
	return int(t.Sub(time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)).Minutes()) + 194074560
}

// series is a recurrence to write ([MS-OXOCAL] 2.2.1.44).
type series struct {
	frequency, pattern, period int
	specific                   []int
	count                      int
	deleted, modified          []int
	start, end                 int // days
	from, to                   int // minutes of the day
	exceptions                 []exception
}

// exception is a changed instance: flags and what they stand for.
type exception struct {
	start, end, original, flags int
	subject                     string
}

func (s series) pattern1() blob {
	b := blob{}.u16(0x3004, 0x3004, s.frequency, s.pattern, 0).u32(0, s.period, 0).u32(s.specific...)
	if s.count > 0 {
		b = b.u32(0x2022, s.count, 1)
	} else {
		b = b.u32(0x2023, 10, 1)
	}
	b = b.u32(len(s.deleted)).u32(s.deleted...).u32(len(s.modified)).u32(s.modified...)
	return b.u32(s.start, s.end)
}

func (s series) blob() blob {
	b := s.pattern1().u32(0x3006, 0x3009, s.from, s.to).u16(len(s.exceptions))
	for _, e := range s.exceptions {
		b = b.u32(e.start, e.end, e.original).u16(e.flags)
		if e.flags&1 != 0 {
			b = append(b.u16(len(e.subject)+1, len(e.subject)), e.subject...)
		}
	}
	b = b.u32(0)
	for _, e := range s.exceptions {
		b = b.u32(4, 0, 0)
		if e.flags&1 != 0 {
			b = append(b.u32(e.start, e.end, e.original).u16(len(e.subject)), utf16le(e.subject)...).u32(0)
		}
	}
	return b.u32(0)
}

// Properties of events by their numbers.
func appt(lid uint32, t mapi.PropType, v any) psttest.Prop {
	return psttest.Named(mapi.Name{Set: mapi.PSetAppointment, LID: lid}, t, v)
}

func mtg(lid uint32, t mapi.PropType, v any) psttest.Prop {
	return psttest.Named(mapi.Name{Set: mapi.PSetMeeting, LID: lid}, t, v)
}

func common(lid uint32, t mapi.PropType, v any) psttest.Prop {
	return psttest.Named(mapi.Name{Set: mapi.PSetCommon, LID: lid}, t, v)
}

// goid is a PidLidGlobalObjectId with a date, all zero for none, and data.
func goid(date, data string) blob {
	b := append(blob("\x04\x00\x00\x00\x82\x00\xE0\x00\x74\xC5\xB7\x10\x1A\x82\xE0\x08"), date...)
	b = append(b, "\x01\x02\x03\x04\x05\x06\x07\x08"+"\x00\x00\x00\x00\x00\x00\x00\x00"...).u32(len(data))
	return append(b, data...)
}

const (
	noDate   = "\x00\x00\x00\x00"
	cleanUID = "040000008200E00074C5B7101A82E00800000000010203040506070800000000000000000400000061626364"
)
