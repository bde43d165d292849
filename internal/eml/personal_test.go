package eml

import (
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// appointment is what a calendar holds: 5 March 2024, 10 to 11 in Berlin.
func appointment(extra ...psttest.Prop) *psttest.Message {
	start := time.Date(2024, 3, 5, 9, 0, 0, 0, time.UTC)
	m := drop(note(class("IPM.Appointment"), psttest.Str(mapi.Subject, "Dentist: now"), psttest.Time(mapi.CreationTime, sent), appt(0x820D, mapi.TypeTime, start),
		appt(0x820E, mapi.TypeTime, start.Add(time.Hour)), appt(0x825E, mapi.TypeBinary, []byte(europe()))).With(extra...), mapi.ClientSubmitTime)
	m.Recipients = nil
	return m
}

// A10: what is attached and no message is a file that other programs take.
func TestAttachedPersonalItems(t *testing.T) {
	asFile := func(m *psttest.Message) (leaf, *Result) {
		s, res := convert(t, note().Attach(psttest.Embed(note().Attach(psttest.Embed(m)))), nil)
		_, leaves := parse(t, s)
		return leaves[len(leaves)-1], res
	}
	for _, tc := range []struct {
		class, kind, name, want string
		props                   []psttest.Prop
	}{
		{"IPM.Appointment", "text/calendar", "Hello.ics", "BEGIN:VEVENT", []psttest.Prop{appt(0x820D, mapi.TypeTime, sent)}},
		{"IPM.Task.Mine", "text/calendar", "Hello.ics", "BEGIN:VTODO", nil},
		{"IPM.Activity", "text/calendar", "Hello.ics", "BEGIN:VJOURNAL", nil},
		{"IPM.Contact", "text/vcard", "Hello.vcf", "FN:Zoë", []psttest.Prop{psttest.Str(mapi.DisplayName, "Zoë")}},
		{"IPM.DistList", "text/vcard", "Hello.vcf", "X-ADDRESSBOOKSERVER-KIND:group", nil},
		{"IPM.StickyNote", "text/plain", "Hello.txt", "Hi Bob\r\n", nil},
	} {
		l, res := asFile(note(class(tc.class)).With(tc.props...))
		if !strings.HasPrefix(l.header.Get("Content-Type"), tc.kind) || !strings.Contains(l.body, tc.want) || strings.Contains(l.body, "METHOD") ||
			!strings.Contains(l.header.Get("Content-Disposition"), `attachment; filename="`+tc.name+`"`) && !strings.Contains(l.header.Get("Content-Disposition"), "filename="+tc.name) {
			t.Errorf("%s: %v: %s", tc.class, l.header.Get("Content-Disposition"), l.body)
		}
		if len(res.Warnings) > 0 {
			t.Errorf("%s: %v", tc.class, res.Warnings)
		}
	}
	l, _ := asFile(drop(note(class("IPM.Contact"), psttest.Str(mapi.DisplayName, "Zoe")), mapi.Subject))
	if got := l.header.Get("Content-Disposition"); !strings.Contains(got, "Zoe.vcf") {
		t.Errorf("named by its person: %s", got)
	}
	l, _ = asFile(note(class("IPM.Microsoft.Hidden")))
	if l.body == "" || !strings.HasPrefix(l.header.Get("Content-Type"), "text/plain") {
		t.Errorf("an attached item of a program is lost: %v", l.header)
	}
}

// A task request brings the task that it is about (M48).
func TestTaskRequest(t *testing.T) {
	task := note(class("IPM.Task"), psttest.Str(mapi.Subject, "Paint"), psttest.Named(mapi.Name{Set: mapi.PSetTask, LID: 0x8101}, mapi.TypeInt32, 1))
	for _, c := range []string{"IPM.TaskRequest", "IPM.TaskRequest.Accept", "IPM.TaskRequest.Decline", "IPM.TaskRequest.Update"} {
		s, _ := convert(t, note(class(c)).Attach(psttest.Embed(task)), nil)
		lines, params := calendarOf(t, wantTree(t, s, "mixed{text/plain text/calendar}"))
		wantLines(t, between(lines, "VTODO", 0), "SUMMARY:Paint", "STATUS:IN-PROCESS")
		wantField(t, s, "X-MAPI-Message-Class", "-")
		if params["method"] != "" {
			t.Errorf("%s: method %q", c, params["method"])
		}
	}
}

// K3: what is no mail becomes a message when it is asked for.
func TestPersonalItemsAsMessages(t *testing.T) {
	asked := &Options{Items: []Kind{KindEvent, KindContact, KindTask}}
	exception := psttest.Embed(note(class("IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}"),
		appt(0x8228, mapi.TypeTime, time.Date(2024, 3, 19, 9, 0, 0, 0, time.UTC))))
	exception.Props = append(exception.Props, psttest.Int32(mapi.AttachmentCalendarFlags, 2))
	s, res := convert(t, appointment(appt(0x8216, mapi.TypeBinary, []byte(weekly().blob())), appt(0x8208, mapi.TypeString, "Town"),
		appt(0x8260, mapi.TypeBinary, []byte(europe()))).Attach(exception, psttest.ByValue("a.txt", "text/plain", []byte("x"))), asked)
	leaves := wantTree(t, s, "mixed{text/plain text/calendar text/plain}") // A19: the exception is in the calendar
	if want := "Dentist: now\r\nStart: 2024-03-05 10:00 (W. Europe Standard Time)\r\nEnd: 2024-03-05 11:00 (W. Europe Standard Time)\r\n" +
		"Location: Town\r\n\r\nHi Bob\r\n"; leaves[0].body != want {
		t.Errorf("summary %q", leaves[0].body)
	}
	if got := leaves[1].header.Get("Content-Disposition"); !strings.Contains(got, `filename="Dentist_ now.ics"`) {
		t.Errorf("disposition %s", got)
	}
	lines, _ := calendarOf(t, leaves)
	wantLines(t, lines, "SUMMARY:Moved", "!ATTACH", "!METHOD")
	wantField(t, s, "Subject", "Dentist: now")
	if len(res.Warnings) > 0 || len(res.Flags) != 1 {
		t.Errorf("%v, %v", res.Warnings, res.Flags)
	}

	photo := psttest.ByValue("ContactPicture.jpg", "image/jpeg", []byte("\xFF\xD8\xFFphoto"))
	contact := drop(note(class("IPM.Contact"), psttest.Str(mapi.DisplayName, "Zoe")), mapi.Subject)
	s, _ = convert(t, contact.Attach(photo, psttest.ByValue("cv.pdf", "", []byte("%PDF-1"))), asked)
	leaves = wantTree(t, s, "mixed{text/plain text/vcard application/pdf}") // A17: the photo is in the card
	if !strings.Contains(leaves[1].body, "PHOTO") {
		t.Errorf("card %s", leaves[1].body)
	}
	wantField(t, s, "Subject", "Zoe")
}

// A19: what an exception of a series is attached to decides what it is.
func TestExceptionAttachedToMail(t *testing.T) {
	a := psttest.Embed(appointment(class("IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}")))
	a.Props = append(a.Props, psttest.Int32(mapi.AttachmentCalendarFlags, 2))
	s, _ := convert(t, note().Attach(a), nil)
	wantTree(t, s, "mixed{text/plain text/calendar}") // not lost
	s, res := convert(t, meeting("Request", appt(0x8216, mapi.TypeBinary, []byte("nonsense"))).Attach(a), nil)
	lines, _ := calendarOf(t, wantTree(t, s, "alternative{text/plain text/calendar}"))
	wantLines(t, between(lines, "VEVENT", 1), "SUMMARY:Dentist: now", "UID:"+cleanUID) // nothing else says what it was
	wantRule(t, res, "M45", 1)
	s, res = convert(t, meeting("Request", appt(0x8216, mapi.TypeBinary, []byte(weekly().blob()))).Attach(a), nil)
	wantTree(t, s, "alternative{text/plain text/calendar}")
	wantRule(t, res, "A19", 1)
}

// M44: people of a stored event, and files that are a part of it.
func TestStoredEvent(t *testing.T) {
	row := func(name string, kind, flags, status int) []psttest.Prop {
		return append(psttest.To(name, strings.ToLower(name)+"@example.org"), psttest.Int32(mapi.RecipientFlags, flags),
			psttest.Int32(mapi.RecipientTrackStatus, status), psttest.Int32(mapi.RecipientType, kind))
	}
	m := appointment(appt(0x8217, mapi.TypeInt32, 1), appt(0x8205, mapi.TypeInt32, 1), psttest.Int32(mapi.Sensitivity, 3))
	m.Recipients = [][]psttest.Prop{row("Olga", 1, 3, 0), row("Yes", 1, 1, 3), row("No", 2, 1, 4), row("Maybe", 1, 1, 2), row("Gone", 1, 0x21, 0),
		{psttest.Str(mapi.DisplayName, "Somebody"), psttest.Int32(mapi.RecipientType, 1)}}
	for i := range m.Recipients[:5] {
		m.Recipients[i] = lastOfEach(m.Recipients[i])
	}
	s, res := convert(t, note().Attach(psttest.Embed(m.Attach(psttest.ByValue("plan.txt", "text/plain", []byte("plan"))))), nil)
	lines, _ := calendarOf(t, wantTree(t, s, "mixed{text/plain text/calendar}"))
	wantLines(t, lines, "ORGANIZER;CN=Olga:mailto:olga@example.org", "ATTENDEE;CN=Yes;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:yes@example.org",
		"ATTENDEE;CN=No;ROLE=OPT-PARTICIPANT;PARTSTAT=DECLINED:mailto:no@example.org", "ATTENDEE;CN=Maybe;ROLE=REQ-PARTICIPANT;PARTSTAT=TENTATIVE:mailto:maybe@example.org",
		"X-PST2IMAP-ATTENDEE:Somebody", "!ATTENDEE;CN=Gone", "!ATTENDEE;CN=Olga", "CLASS:CONFIDENTIAL", "STATUS:TENTATIVE",
		"ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=plan.txt:cGxhbg==")
	if len(res.Warnings) > 0 {
		t.Error(res.Warnings)
	}
	lines, _ = calendarOf(t, wantTree(t, first(convert(t, note().Attach(psttest.Embed(appointment())), nil)), "mixed{text/plain text/calendar}"))
	wantLines(t, lines, "!ORGANIZER", "!METHOD", "STATUS:CONFIRMED", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY")
}

// lastOfEach are properties without those that are given again.
func lastOfEach(list []psttest.Prop) []psttest.Prop {
	return (&psttest.Message{}).With(list...).Props
}

// M43: a series without a time zone is where its start says.
func TestSeriesWithoutZone(t *testing.T) {
	m := appointment(appt(0x8216, mapi.TypeBinary, []byte(weekly().blob())))
	m.Props = withoutNamed(m.Props, mapi.Name{Set: mapi.PSetAppointment, LID: 0x825E})
	s, res := convert(t, note().Attach(psttest.Embed(m)), nil)
	lines, _ := calendarOf(t, wantTree(t, s, "mixed{text/plain text/calendar}"))
	wantLines(t, lines, "DTSTART;TZID=UTC+0100:20240305T100000", "TZOFFSETTO:+0100")
	wantRule(t, res, "M43", 1)
	m.Props = withoutNamed(m.Props, mapi.Name{Set: mapi.PSetAppointment, LID: 0x820D})
	s, res = convert(t, note().Attach(psttest.Embed(m)), nil)
	lines, _ = calendarOf(t, wantTree(t, s, "mixed{text/plain text/calendar}"))
	wantLines(t, lines, "DTSTART:20240305T100000")
	wantRule(t, res, "M43", 1)
}
