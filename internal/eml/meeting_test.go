package eml

import (
	"mime"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// meeting is mail about a meeting on 5 March 2024 from 10 to 11 in Berlin.
func meeting(kind string, extra ...psttest.Prop) *psttest.Message {
	start := time.Date(2024, 3, 5, 9, 0, 0, 0, time.UTC)
	return note(class("IPM.Schedule.Meeting."+kind), psttest.Str(mapi.Subject, "Jour fixe"),
		appt(0x820D, mapi.TypeTime, start), appt(0x820E, mapi.TypeTime, start.Add(time.Hour)),
		appt(0x825E, mapi.TypeBinary, []byte(europe())), appt(0x8208, mapi.TypeString, "Room 1; left"),
		appt(0x8201, mapi.TypeInt32, 3), mtg(0x0003, mapi.TypeBinary, []byte(goid(noDate, "abcd")))).With(extra...)
}

// calendarOf is the calendar of a message: its lines without folding, and the
// parameters of its part.
func calendarOf(t testing.TB, leaves []leaf) (lines []string, params map[string]string) {
	t.Helper()
	for _, l := range leaves {
		kind, params, err := mime.ParseMediaType(l.header.Get("Content-Type"))
		if err != nil || kind != "text/calendar" {
			continue
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(l.body, "\r\n"), "\r\n") {
			if len(line) > 75 {
				t.Errorf("a line of %d octets", len(line))
			}
		}
		return strings.Split(strings.ReplaceAll(l.body, "\r\n ", ""), "\r\n"), params
	}
	t.Fatal("no calendar")
	return nil, nil
}

// meetingLines converts mail about a meeting; its calendar is the last of its forms.
func meetingLines(t testing.TB, m *psttest.Message) (lines []string, method string) {
	t.Helper()
	s, res := convert(t, m, nil)
	if len(res.Warnings) > 0 {
		t.Errorf("warnings: %v", res.Warnings)
	}
	lines, params := calendarOf(t, wantTree(t, s, "alternative{text/plain text/calendar}"))
	if !strings.EqualFold(params["charset"], "utf-8") {
		t.Errorf("parameters %v", params)
	}
	return lines, params["method"]
}

// wantLines checks that the lines are there, in any order, and those that begin
// with what follows "!" are not.
func wantLines(t testing.TB, lines []string, want ...string) {
	t.Helper()
	all := "\n" + strings.Join(lines, "\n") + "\n"
	for _, w := range want {
		if no, ok := strings.CutPrefix(w, "!"); ok {
			if strings.Contains(all, "\n"+no) {
				t.Errorf("there is %s", no)
			}
		} else if !strings.Contains(all, "\n"+w+"\n") {
			t.Errorf("no %s", w)
		}
	}
	if t.Failed() {
		t.Log(all)
	}
}

// between are the lines of the n-th component of a name, without those inside it.
func between(lines []string, name string, n int) []string {
	var out []string
	inside, deep := false, 0
	for _, line := range lines {
		switch {
		case line == "BEGIN:"+name && !inside:
			inside = n == 0
			n--
		case line == "END:"+name && inside:
			return out
		case inside && strings.HasPrefix(line, "BEGIN:"):
			deep++
		case inside && strings.HasPrefix(line, "END:"):
			deep--
		case inside && deep == 0:
			out = append(out, line)
		}
	}
	return nil
}

// M41, M42, M43: a request as other calendars read it.
func TestC65MeetingRequest(t *testing.T) {
	m := meeting("Request", appt(0x8224, mapi.TypeInt32, 3), appt(0x8205, mapi.TypeInt32, 1), common(0x8503, mapi.TypeBool, true),
		mtg(0x001A, mapi.TypeTime, time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)), psttest.Int32(mapi.Importance, 2),
		psttest.Int32(mapi.OwnerAppointmentID, 77), psttest.Keywords("Team", "a,b"), common(0x8506, mapi.TypeBool, true))
	m.Recipients = append(m.Recipients, psttest.Cc("Cy", "cy@example.org"), psttest.Bcc("Room", "room@example.org"))
	lines, method := meetingLines(t, m)
	if method != "REQUEST" {
		t.Errorf("method %q", method)
	}
	wantLines(t, lines, "METHOD:REQUEST", "VERSION:2.0", "PRODID:-//pst2imap//EN", "UID:"+cleanUID, "DTSTAMP:20240201T000000Z", "SEQUENCE:3",
		"DTSTART;TZID=W. Europe Standard Time:20240305T100000", "DTEND;TZID=W. Europe Standard Time:20240305T110000",
		"SUMMARY:Jour fixe", `LOCATION:Room 1\; left`, "DESCRIPTION:Hi Bob", "STATUS:CONFIRMED", "TRANSP:OPAQUE", "CLASS:PRIVATE",
		"X-MICROSOFT-CDO-BUSYSTATUS:OOF", "PRIORITY:1", `CATEGORIES:Team,a\,b`, "TRIGGER:-PT15M", "ORGANIZER;CN=Ann:mailto:ann@example.org",
		"ATTENDEE;CN=Bob;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.org",
		"ATTENDEE;CN=Cy;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:cy@example.org",
		"ATTENDEE;CN=Room;CUTYPE=RESOURCE;ROLE=NON-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:room@example.org",
		"X-MICROSOFT-CDO-ALLDAYEVENT:FALSE", "X-MICROSOFT-CDO-INSTTYPE:0", "X-MICROSOFT-CDO-OWNERAPPTID:77", "!RECURRENCE-ID", "!CREATED")
	wantLines(t, between(lines, "STANDARD", 0), "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU")
	wantLines(t, between(lines, "DAYLIGHT", 0), "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU")
}

// M42: whose meeting it is does not depend on the instance, nor on who wrote it.
func TestC66ForeignUID(t *testing.T) {
	for _, tc := range []struct {
		test string
		id   blob
		want string
	}{
		{"of another program", goid(noDate, "vCal-Uid\x01\x00\x00\x00abc-123@example.org\x00"), "abc-123@example.org"},
		{"without its end", goid(noDate, "vCal-Uid\x01\x00\x00\x00abc-123@example.org"), "abc-123@example.org"},
		{"of an instance", goid("\x07\xE8\x03\x05", "abcd"), cleanUID},
		{"empty inside", goid(noDate, "vCal-Uid\x01\x00\x00\x00\x00"), "040000008200E00074C5B7101A82E0080000000001020304050607080000000000000000" +
			"0D0000007643616C2D5569640100000000"},
		{"of no known form", blob("xyz"), "78797A"},
	} {
		lines, _ := meetingLines(t, meeting("Canceled", mtg(0x0003, mapi.TypeBinary, []byte(tc.id)),
			mtg(0x000A, mapi.TypeBool, false)))
		wantLines(t, lines, "UID:"+tc.want)
	}
	lines, _ := meetingLines(t, meeting("Canceled", mtg(0x0003, mapi.TypeBinary, []byte("other")),
		mtg(0x0023, mapi.TypeBinary, []byte(goid(noDate, "abcd")))))
	wantLines(t, lines, "UID:"+cleanUID)
	m := meeting("Canceled")
	m.Props = withoutNamed(m.Props, mapi.Name{Set: mapi.PSetMeeting, LID: 0x0003})
	lines, _ = meetingLines(t, m)
	wantLines(t, lines, "UID:9a83dff592110c801471960479d9e7b0@pst2imap.invalid")
}

func withoutNamed(list []psttest.Prop, n mapi.Name) []psttest.Prop {
	var out []psttest.Prop
	for _, p := range list {
		if p.Name != n {
			out = append(out, p)
		}
	}
	return out
}

// M45, M46: patterns as rules.
func TestC67Patterns(t *testing.T) {
	day := minutes(2024, 3, 5, 0, 0)
	s := series{frequency: 0x200C, pattern: 2, period: 1, start: day, end: minutes(2030, 1, 1, 0, 0), from: 600, to: 660}
	for _, tc := range []struct {
		test     string
		pattern  int
		specific []int
		want     string
	}{
		{"the 31st", 2, []int{31}, "FREQ=MONTHLY;BYMONTHDAY=-1"},
		{"the 30th", 2, []int{30}, "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"},
		{"the last weekday", 3, []int{62, 5}, "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"},
	} {
		s.pattern, s.specific = tc.pattern, tc.specific
		lines, _ := meetingLines(t, meeting("Request", appt(0x8216, mapi.TypeBinary, []byte(s.blob()))))
		wantLines(t, between(lines, "VEVENT", 0), "RRULE:"+tc.want, "X-MICROSOFT-CDO-INSTTYPE:1")
	}
}

// weekly is every Tuesday, ten times: the second is left out, the third is moved.
func weekly() series {
	return series{frequency: 0x200B, pattern: 1, period: 1, specific: []int{4}, count: 10,
		deleted: []int{minutes(2024, 3, 12, 0, 0), minutes(2024, 3, 19, 0, 0)}, modified: []int{minutes(2024, 3, 20, 0, 0)},
		start: minutes(2024, 3, 5, 0, 0), end: minutes(2024, 5, 7, 0, 0), from: 600, to: 660,
		exceptions: []exception{{minutes(2024, 3, 20, 14, 0), minutes(2024, 3, 20, 15, 0), minutes(2024, 3, 19, 10, 0), 0x201, "Moved"}}}
}

// M47, A19: deleted and changed instances, with the attachment that says more of
// one and without it.
func TestC68Exceptions(t *testing.T) {
	whole := func() *psttest.Message {
		return meeting("Request", appt(0x8216, mapi.TypeBinary, []byte(weekly().blob())), appt(0x8260, mapi.TypeBinary, []byte(europe())))
	}
	inner := note(class("IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}"), psttest.Str(mapi.Body, "Another text\r\n"),
		appt(0x8228, mapi.TypeTime, time.Date(2024, 3, 19, 9, 0, 0, 0, time.UTC)))
	inner.Recipients = [][]psttest.Prop{psttest.To("Dan", "dan@example.org")}
	a := psttest.Embed(inner)
	a.Props = append(a.Props, psttest.Int32(mapi.AttachmentCalendarFlags, 2), psttest.Bool(mapi.AttachmentHidden, true))
	for _, tc := range []struct {
		test string
		m    *psttest.Message
		want []string
	}{
		{"alone", whole(), []string{"DESCRIPTION:Hi Bob", "ATTENDEE;CN=Bob;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.org"}},
		{"with its attachment", whole().Attach(a), []string{"DESCRIPTION:Another text",
			"ATTENDEE;CN=Dan;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:dan@example.org"}},
	} {
		lines, _ := meetingLines(t, tc.m)
		wantLines(t, between(lines, "VEVENT", 0), "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=10;WKST=MO", "SUMMARY:Jour fixe",
			"EXDATE;TZID=W. Europe Standard Time:20240312T100000", "!EXDATE;TZID=W. Europe Standard Time:20240319", "X-MICROSOFT-CDO-INSTTYPE:1")
		wantLines(t, between(lines, "VEVENT", 1), append(tc.want, "UID:"+cleanUID, "SUMMARY:Moved", "X-MICROSOFT-CDO-INSTTYPE:3",
			"RECURRENCE-ID;TZID=W. Europe Standard Time:20240319T100000", "DTSTART;TZID=W. Europe Standard Time:20240320T140000",
			"DTEND;TZID=W. Europe Standard Time:20240320T150000", "!RRULE")...)
		if between(lines, "VEVENT", 2) != nil {
			t.Errorf("%s: more than one exception", tc.test)
		}
	}
}

// M42: a whole day is the day in the zone that it was made in.
func TestC69AllDay(t *testing.T) {
	at := func(day, hour int) time.Time { return time.Date(2024, 7, day, hour, 0, 0, 0, time.UTC) }
	for _, tc := range []struct {
		test string
		zone psttest.Prop
		hour int
	}{
		{"zone", appt(0x825E, mapi.TypeBinary, []byte(europe())), 22},
		{"older form", appt(0x8233, mapi.TypeBinary, []byte(europeStruct())), 22},
		{"no zone, east", appt(0x8234, mapi.TypeString, ""), 22},
		{"not midnight in the zone", appt(0x825E, mapi.TypeBinary, []byte(europe())), 15},
	} {
		m := meeting("Request", appt(0x8215, mapi.TypeBool, true), appt(0x820D, mapi.TypeTime, at(1, tc.hour)), appt(0x820E, mapi.TypeTime, at(2, tc.hour)))
		m.Props = append(withoutNamed(m.Props, mapi.Name{Set: mapi.PSetAppointment, LID: 0x825E}), tc.zone)
		lines, _ := meetingLines(t, m)
		wantLines(t, lines, "DTSTART;VALUE=DATE:20240702", "DTEND;VALUE=DATE:20240703", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "!BEGIN:VTIMEZONE")
	}
}

// M40: a calendar that came by mail and was kept is what is sent on.
func TestC70InboundCalendar(t *testing.T) {
	stream := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:CANCEL\r\nBEGIN:VEVENT\r\nUID:x\r\nMETHOD:NONE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	lines, method := meetingLines(t, meeting("Request", appt(0x827A, mapi.TypeBinary, []byte(stream))))
	if got := strings.Join(lines, "\r\n"); got != stream || method != "CANCEL" {
		t.Errorf("method %q: %q", method, got)
	}
	lines, method = meetingLines(t, meeting("Request", appt(0x827A, mapi.TypeBinary, []byte("something else"))))
	if method != "REQUEST" {
		t.Errorf("method %q: %q", method, lines)
	}
}

// M44: answers and proposals are of one attendee and go to the organizer.
func TestC71Responses(t *testing.T) {
	proposed := time.Date(2024, 3, 6, 13, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		kind, method, status string
		extra                []psttest.Prop
		start                string
	}{
		{"Resp.Pos", "REPLY", "ACCEPTED", nil, "20240305T100000"},
		{"Resp.Neg", "REPLY", "DECLINED", nil, "20240305T100000"},
		{"Resp.Tent", "REPLY", "TENTATIVE", []psttest.Prop{appt(0x8257, mapi.TypeBool, true)}, "20240305T100000"},
		{"Resp.Tent", "COUNTER", "TENTATIVE", []psttest.Prop{appt(0x8257, mapi.TypeBool, true), appt(0x8250, mapi.TypeTime, proposed),
			appt(0x8251, mapi.TypeTime, proposed.Add(time.Hour))}, "20240306T140000"},
	} {
		lines, method := meetingLines(t, meeting(tc.kind, append(tc.extra, common(0x8503, mapi.TypeBool, true),
			mtg(0x0001, mapi.TypeTime, time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)), appt(0x8216, mapi.TypeBinary, []byte(weekly().blob())))...))
		if method != tc.method {
			t.Errorf("%s: method %q", tc.kind, method)
		}
		wantLines(t, lines, "METHOD:"+tc.method, "ATTENDEE;CN=Ann;PARTSTAT="+tc.status+":mailto:ann@example.org", "ORGANIZER;CN=Bob:mailto:bob@example.org",
			"DTSTART;TZID=W. Europe Standard Time:"+tc.start, "COMMENT:Hi Bob", "DTSTAMP:20240301T000000Z", "UID:"+cleanUID, "SEQUENCE:3",
			"!DESCRIPTION", "!BEGIN:VALARM", "!ATTENDEE;CN=Bob")
		wantLines(t, between(lines, "VEVENT", 0), "!RRULE")
	}
}

// A cancellation, of the whole and of one instance, and mail that only tells.
func TestOtherMeetingMail(t *testing.T) {
	lines, method := meetingLines(t, meeting("Canceled"))
	if method != "CANCEL" {
		t.Errorf("method %q", method)
	}
	wantLines(t, lines, "STATUS:CANCELLED", "METHOD:CANCEL", "!RECURRENCE-ID",
		"ATTENDEE;CN=Bob;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION:mailto:bob@example.org")

	instance := []psttest.Prop{mtg(0x0003, mapi.TypeBinary, []byte(goid("\x07\xE8\x03\x0C", "abcd"))), mtg(0x000E, mapi.TypeInt32, 10<<12|30<<6)}
	lines, _ = meetingLines(t, meeting("Canceled", append(instance, mtg(0x000A, mapi.TypeBool, true))...))
	wantLines(t, lines, "RECURRENCE-ID;TZID=W. Europe Standard Time:20240312T103000", "UID:"+cleanUID, "X-MICROSOFT-CDO-INSTTYPE:3")
	lines, _ = meetingLines(t, meeting("Request", append(instance, appt(0x8228, mapi.TypeTime, time.Date(2024, 3, 12, 9, 0, 0, 0, time.UTC)))...))
	wantLines(t, lines, "RECURRENCE-ID;TZID=W. Europe Standard Time:20240312T100000")

	lines, method = meetingLines(t, meeting("Notification.Forward"))
	if method != "" {
		t.Errorf("method %q", method)
	}
	wantLines(t, lines, "UID:"+cleanUID, "!METHOD", "!ATTENDEE", "!ORGANIZER")

	s, res := convert(t, note(class("IPM.Schedule.Meeting.Request")), nil)
	wantTree(t, s, "text/plain")
	wantRule(t, res, "M42", 1)
	s, _ = convert(t, note(class("IPM.Schedule.Inquiry")), nil)
	wantTree(t, s, "text/plain")
	wantField(t, s, "X-MAPI-Message-Class", "IPM.Schedule.Inquiry") // K4
}

// Damage takes what is damaged and no more, and is told.
func TestDamagedMeeting(t *testing.T) {
	for _, tc := range []struct {
		test string
		p    psttest.Prop
		rule string
		want string
	}{
		{"zone", appt(0x825E, mapi.TypeBinary, []byte("nonsense")), "M43", "DTSTART:20240305T090000Z"},
		{"zone, but the older one", appt(0x825E, mapi.TypeBinary, []byte("nonsense")), "M43", "DTSTART:20240305T090000Z"},
		{"series", appt(0x8216, mapi.TypeBinary, []byte("nonsense")), "M45", "DTSTART;TZID=W. Europe Standard Time:20240305T100000"},
		{"no pattern", mtg(0x0005, mapi.TypeBool, true), "M45", "DTSTART;TZID=W. Europe Standard Time:20240305T100000"},
	} {
		s, res := convert(t, meeting("Request", tc.p), nil)
		wantRule(t, res, tc.rule, 1)
		lines, _ := calendarOf(t, wantTree(t, s, "alternative{text/plain text/calendar}"))
		wantLines(t, lines, tc.want)
	}
	s, res := convert(t, meeting("Request", appt(0x825E, mapi.TypeBinary, []byte("nonsense")), appt(0x8233, mapi.TypeBinary, []byte(europeStruct())),
		appt(0x8234, mapi.TypeString, "(UTC+01:00) Berlin, Rom")), nil)
	wantRule(t, res, "M43", 1)
	lines, _ := calendarOf(t, wantTree(t, s, "alternative{text/plain text/calendar}"))
	wantLines(t, lines, `DTSTART;TZID="(UTC+01:00) Berlin, Rom":20240305T100000`)
}
