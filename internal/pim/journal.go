package pim

import (
	"slices"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/ical"
	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Named properties of journal entries ([MS-OXOJRNL] 2.2.1) and notes ([MS-OXONOTE]
// 2.2.1).
const (
	lidLogType     = 0x8700
	lidLogStart    = 0x8706
	lidLogDuration = 0x8707 // minutes
	lidLogEnd      = 0x8708
	lidLogTypeDesc = 0x8712
	lidNoteColor   = 0x8B00
)

func (i *Item) log() named { return named{i.Properties, mapi.PSetLog} }

// Journal is a journal entry (M48). VJOURNAL has a start and no end, which is told
// in the text therefore.
func (i *Item) Journal() ical.Journal {
	j := ical.Journal{Common: i.base(), Start: ical.UTCTime(i.log().instant(lidLogStart))}
	j.UID = i.madeUID()
	for _, lid := range []uint32{lidLogType, lidLogTypeDesc} {
		if s := strings.TrimSpace(i.log().text(lid)); s != "" && !slices.Contains(j.Categories, s) {
			j.Categories = append(slices.Clone(j.Categories), s)
		}
	}
	var trailer []string
	end := i.log().instant(lidLogEnd)
	if n, ok := i.log().number(lidLogDuration); ok && n > 0 {
		trailer = append(trailer, "Duration: "+(time.Duration(n)*time.Minute).String())
	}
	if at := ical.UTCTime(end); !at.IsZero() {
		trailer = append(trailer, "End: "+end.UTC().Format("2006-01-02 15:04 UTC"))
		j.Extra = append(j.Extra, at.Property("X-MICROSOFT-LOG-END"))
	}
	j.Extra = append(j.Extra, i.enclosed()...)
	if len(trailer) > 0 {
		j.Description = strings.TrimLeft(j.Description+"\n\n"+strings.Join(trailer, "\n"), "\n")
	}
	return j
}

// noteColors are the values of PidLidNoteColor ([MS-OXONOTE] 2.2.1.1).
var noteColors = [...]string{"blue", "green", "pink", "yellow", "white"}

// NoteColor is the colour of a sticky note, "" when it has none.
func (i *Item) NoteColor() string {
	n, ok := named{i.Properties, mapi.PSetNote}.number(lidNoteColor)
	if !ok || n < 0 || n >= len(noteColors) {
		return ""
	}
	return noteColors[n]
}

// Note is a sticky note (M48) as an entry without a date, which is how programs
// that have notes keep them in a calendar.
func (i *Item) Note() ical.Journal {
	j := ical.Journal{Common: i.base()}
	j.UID = i.madeUID()
	if color := i.NoteColor(); color != "" {
		j.Extra = append(j.Extra, ical.Text("X-MS-NOTE-COLOR", color))
	}
	j.Extra = append(j.Extra, i.enclosed()...)
	return j
}
