package pim

import (
	"bytes"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"
)

// Numbers of named properties that identify a meeting ([MS-OXOCAL] 2.2.1.27,
// 2.2.1.28).
const (
	lidGlobalObjectID = 0x0003
	lidCleanObjectID  = 0x0023
)

// globalObjectHeader begins every PidLidGlobalObjectId ([MS-OXOCAL] 2.2.1.27).
const globalObjectHeader = "\x04\x00\x00\x00\x82\x00\xE0\x00\x74\xC5\xB7\x10\x1A\x82\xE0\x08"

// globalObjectFixed is how many bytes stand before the data: header, date of the
// instance, time of creation, reserved bytes and the size.
const globalObjectFixed = 40

// foreignUID begins the data that holds a UID of another program.
const foreignUID = "vCal-Uid\x01\x00\x00\x00"

// uid is the UID of an event: all mail about a meeting and everybody's copies have
// the same, whatever instance they are about (M42).
func (m *eventMapper) uid() string {
	id := m.meeting().bytes(lidCleanObjectID)
	if len(id) == 0 {
		id = m.meeting().bytes(lidGlobalObjectID)
	}
	if len(id) == 0 {
		return m.madeUID()
	}
	if !strings.HasPrefix(string(id), globalObjectHeader) || len(id) < globalObjectFixed {
		return strings.ToUpper(hex.EncodeToString(id))
	}
	if rest, ok := bytes.CutPrefix(id[globalObjectFixed:], []byte(foreignUID)); ok {
		rest, _, _ = bytes.Cut(rest, []byte{0})
		if uid := strings.TrimSpace(m.utf8(rest)); uid != "" {
			return uid
		}
	}
	id = bytes.Clone(id)
	copy(id[16:20], []byte{0, 0, 0, 0})
	return strings.ToUpper(hex.EncodeToString(id))
}

// utf8 is text that should be UTF-8.
func (m *eventMapper) utf8(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return m.Decode8(b)
}

// instanceDate is the day of the instance of a series that the item is about.
func (m *eventMapper) instanceDate() (day time.Time, ok bool) {
	id := m.meeting().bytes(lidGlobalObjectID)
	if !strings.HasPrefix(string(id), globalObjectHeader) || len(id) < globalObjectFixed {
		return time.Time{}, false
	}
	year, month, date := int(id[16])<<8|int(id[17]), time.Month(id[18]), int(id[19])
	day = time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
	return day, year >= 1601 && day.Year() == year && day.Month() == month && day.Day() == date
}
