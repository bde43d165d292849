package ical

import (
	"errors"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// writerHighlights is the first WriterVersion2 with ChangeHighlight in extended
// exceptions ([MS-OXOCAL] 2.2.1.44.4).
const writerHighlights = 0x3009

// maxOffset bounds StartOffset and the length of an instance in minutes: a year,
// as in the user interface a day is the most for the former.
const maxOffset = 366 * 1440

// readAppointment reads what follows the pattern of an event
// ([MS-OXOCAL] 2.2.1.44.5).
func (r *Recurrence) readAppointment(rd *reader, decode DecodeString) error {
	rd.u32() // ReaderVersion2
	writer := rd.u32()
	start, end := rd.u32(), rd.u32()
	n := rd.u16()
	if rd.short {
		return damage(rd.off, "the times of the instances are missing")
	}
	err := r.setOffsets(start, end, rd.off)
	for range n {
		e := readException(rd, decode)
		if rd.short {
			return errors.Join(err, damage(rd.off, "%d of %d exceptions", len(r.Exceptions), n))
		}
		r.Exceptions = append(r.Exceptions, e)
	}
	return errors.Join(err, r.readExtended(rd, writer))
}

func (r *Recurrence) setOffsets(start, end uint32, off int) error {
	if start >= 1440 || end < start || end-start > maxOffset {
		r.StartOffset = int(start % 1440)
		r.EndOffset = r.StartOffset
		return damage(off, "instances from minute %d to %d", start, end)
	}
	r.StartOffset, r.EndOffset = int(start), int(end)
	return nil
}

func readException(rd *reader, decode DecodeString) Exception {
	e := Exception{Start: Minutes(rd.u32()), End: Minutes(rd.u32()), Original: Minutes(rd.u32()), Flags: uint16(rd.u16())}
	if e.Overrides(OverridesSubject) {
		e.Subject = readString8(rd, decode)
	}
	u32 := func(flag uint16) (v uint32) {
		if e.Overrides(flag) {
			v = rd.u32()
		}
		return v
	}
	e.MeetingType = u32(OverridesMeetingType)
	e.ReminderDelta = u32(OverridesReminderDelta)
	e.Reminder = u32(OverridesReminder) != 0
	if e.Overrides(OverridesLocation) {
		e.Location = readString8(rd, decode)
	}
	e.BusyStatus = u32(OverridesBusyStatus)
	e.Attachment = u32(OverridesAttachment) != 0
	e.AllDay = u32(OverridesSubType) != 0
	e.Color = u32(OverridesColor)
	return e
}

// readString8 reads the length with a NUL that is not there, the length without,
// and as many bytes.
func readString8(rd *reader, decode DecodeString) string {
	rd.u16()
	b := rd.bytes(rd.u16())
	if decode == nil {
		return ""
	}
	return decode(b)
}

// readExtended reads the part that has the texts in Unicode. Where it ends early
// or belongs to other exceptions the 8-bit texts stay.
func (r *Recurrence) readExtended(rd *reader, writer uint32) error {
	if rd.left() == 0 || len(r.Exceptions) == 0 {
		return nil
	}
	rd.block()
	for i := range r.Exceptions {
		x := r.Exceptions[i]
		original := readExtension(rd, &x, writer)
		if rd.short || original != x.Original {
			return damage(rd.off, "extension %d of %d", i, len(r.Exceptions))
		}
		r.Exceptions[i] = x
	}
	return nil
}

// readExtension completes an exception ([MS-OXOCAL] 2.2.1.44.4). It returns
// which one the extension is for.
func readExtension(rd *reader, e *Exception, writer uint32) (original Minutes) {
	if writer >= writerHighlights {
		if b := rd.sized(rd.u32()); len(b) >= 4 {
			e.ChangeHighlight = (&reader{b: b}).u32()
		}
	}
	rd.block()
	if !e.Overrides(OverridesSubject | OverridesLocation) {
		return e.Original
	}
	rd.u32()
	rd.u32()
	original = Minutes(rd.u32())
	if e.Overrides(OverridesSubject) {
		e.Subject = mapi.UTF16(rd.bytes(2 * rd.u16()))
	}
	if e.Overrides(OverridesLocation) {
		e.Location = mapi.UTF16(rd.bytes(2 * rd.u16()))
	}
	rd.block()
	return original
}
