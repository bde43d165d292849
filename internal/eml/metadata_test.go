package eml

import (
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

func TestC30ToC33Flags(t *testing.T) {
	verb := func(n int) psttest.Prop { return psttest.Int32(mapi.LastVerbExecuted, n) }
	icon := func(n int) psttest.Prop { return psttest.Int32(mapi.IconIndex, n) }
	status := func(n int) psttest.Prop { return psttest.Int32(mapi.FlagStatus, n) }
	flags := func(n int) psttest.Prop { return psttest.Int32(mapi.MessageFlags, n) }
	for _, tc := range []struct {
		test  string
		props []psttest.Prop
		want  string
	}{
		{"C30 read", []psttest.Prop{flags(1)}, `\Seen`},
		{"C30 unread", []psttest.Prop{flags(0)}, ``},
		{"C31 replied", []psttest.Prop{flags(0), verb(102)}, `\Answered`},
		{"C31 forwarded, icon replied", []psttest.Prop{flags(0), verb(104), icon(0x105)}, `\Answered $Forwarded`},
		{"C31 printed", []psttest.Prop{flags(0), verb(105)}, ``},
		{"saved", []psttest.Prop{flags(0), verb(106)}, ``},
		{"icon forwarded", []psttest.Prop{flags(0), icon(0x106)}, `$Forwarded`},
		{"C32 flagged", []psttest.Prop{flags(0), status(2)}, `\Flagged`},
		{"C32 complete", []psttest.Prop{flags(0), status(1), psttest.Int32(mapi.FollowupIcon, 6)}, ``},
		{"flag icon", []psttest.Prop{flags(0), psttest.Int32(mapi.FollowupIcon, 6)}, `\Flagged`},
		{"flag icon, done", []psttest.Prop{flags(0), psttest.Int32(mapi.FollowupIcon, 6),
			psttest.Time(mapi.FlagCompleteTime, sent)}, ``},
		{"draft", []psttest.Prop{flags(8)}, `\Draft`},
		{"C33 unsent post", []psttest.Prop{flags(8), psttest.Str(mapi.MessageClass, "IPM.Post")}, ``},
	} {
		_, res := convert(t, note(tc.props...), nil)
		if got := strings.Join(res.Flags, " "); got != tc.want {
			t.Errorf("%s: flags %q, want %q", tc.test, got, tc.want)
		}
	}
	if isMessageKind(Classify("IPM.Appointment", 8)) {
		t.Error("C33: an unsent appointment is taken for a draft")
	}
}

func TestKeyword(t *testing.T) {
	for in, want := range map[string]string{
		"Red Category": "Red_Category", "Prüfung": "Pr_fung_ffdca2", "Pru\u0308fung": "Pru_fung_ffdca2", `\Seen`: "_Seen",
		"$Forwarded": "_Forwarded", "": "", strings.Repeat("x", 80): strings.Repeat("x", 64), "(a){b}%*]": "_a__b____",
	} {
		if got := keyword(in); got != want {
			t.Errorf("keyword(%q) = %q, want %q", in, got, want)
		}
	}
	if got := keywords([]string{"a b", "A_B", "c"}); strings.Join(got, " ") != "a_b c" {
		t.Errorf("duplicates: %v", got)
	}
}

func TestC34C35InternalDate(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2024, 3, 5, h, 0, 0, 0, time.UTC) }
	delivery := func(h int) psttest.Prop { return psttest.Time(mapi.MessageDeliveryTime, at(h)) }
	received := headers("Received: from a by b; Tue, 5 Mar 2024 13:00:00 +0100 (CET)", "Received: from c by a; Tue, 5 Mar 2024 10:00:00 +0000",
		"Date: Tue, 5 Mar 2024 09:00:00 +0000")
	none := psttest.Prop{ID: mapi.MessageDeliveryTime, Type: mapi.TypeTime, Value: uint64(0x0CB34557A3DD4000)}
	early := psttest.Time(mapi.MessageDeliveryTime, time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC))
	changed := psttest.Time(mapi.LastModificationTime, at(20))
	for _, tc := range []struct {
		test  string
		props []psttest.Prop
		want  time.Time
	}{
		{"C34 delivery time", []psttest.Prop{received, delivery(7)}, at(7)},
		{"C34 topmost Received", []psttest.Prop{received}, at(12)},
		{"C34 draft", []psttest.Prop{received, delivery(7), changed, psttest.Int32(mapi.MessageFlags, 8)}, at(20)},
		{"C35 no delivery time", []psttest.Prop{received, none}, at(12)},
		{"before 1970", []psttest.Prop{received, early}, at(12)},
		{"submit time", nil, sent.Truncate(time.Second)},
	} {
		_, res := convert(t, note(tc.props...), nil)
		if !res.InternalDate.Equal(tc.want) {
			t.Errorf("%s: %v, want %v", tc.test, res.InternalDate, tc.want)
		}
	}
	m := drop(note(headers("Received: from a by b; no date", "Date: Tue, 5 Mar 2024 09:00:00 +0000")), mapi.ClientSubmitTime)
	if _, res := convert(t, m, nil); !res.InternalDate.Equal(at(9)) {
		t.Errorf("Date field: %v", res.InternalDate)
	}
}

func TestParseDate(t *testing.T) {
	want := time.Date(2024, 3, 5, 8, 9, 10, 0, time.UTC)
	for _, s := range []string{
		"Tue, 05 Mar 2024 08:09:10 +0000", "5 Mar 2024 09:09:10 +0100", "Tue, 5 Mar 2024 03:09:10 EST",
		"Tue, 5 Mar 2024 08:09:10 GMT (x (y))", "Tue, 5 Mar 24 08:09:10 Z", "Tue Mar  5 08:09:10 2024",
		"Tue, 5 Mar 2024 08:09:10.123 -0000", "Tuesday, 5 March 2024 08:09:10 UT", "Mar 5, 2024 08:09:10",
	} {
		if got, ok := parseDate(s); !ok || !got.Equal(want) {
			t.Errorf("parseDate(%q) = %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "yesterday", "31 Feb 2024 08:09:10 +0000", "5 Mar 2024", "Thu, 1 Jan 1960 00:00:00 +0000",
		"5 Mar 2024 25:00:00 +0000", "5 5 5 5", "5 Mar 2024 08:09:10 +0099"} {
		if got, ok := parseDate(s); ok {
			t.Errorf("parseDate(%q) = %v", s, got)
		}
	}
}

func TestClassify(t *testing.T) {
	for class, want := range map[string]Kind{
		"": KindNote, "IPM.Note": KindNote, "ipm.note": KindNote, "IPM.Note.Foo.Bar": KindNote, "IPM.NoteX": KindOther,
		"IPM.Note.SMIME": KindOpaque, "IPM.Note.SMIME.MultipartSigned": KindClearSigned, "IPM.Foo.SMIME": KindOpaque,
		"IPM.InfoPathForm.x.SMIME.MultipartSigned": KindClearSigned, "IPM.Note.Secure.Sign": KindOpaque,
		"IPM.Note.Microsoft.Voicemail.UM.CA": KindVoice, "IPM.Note.Mobile.SMS": KindVoice,
		"REPORT.IPM.Note.NDR": KindDSN, "REPORT.IPM.Note.Delayed.DR": KindDSN, "REPORT.IPM.Note.IPNRN": KindMDN,
		"REPORT.IPM.Note.IPNNRN": KindMDN, "REPORT.IPM.Note.Other": KindNote,
		"IPM.Schedule.Meeting.Request": KindMeeting, "IPM.Schedule.Meeting.Resp.Tent": KindMeeting, "IPM.Schedule.Other": KindMeeting,
		"IPM.TaskRequest.Accept": KindTaskRequest, "IPM.Task": KindTask, "IPM.Task.Mine": KindTask,
		"IPM.Post.Rss": KindPost, "IPM.Document.Word.Document.8": KindDocument,
		"IPM.Appointment": KindEvent, "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}": KindEvent,
		"IPM.Contact": KindContact, "IPM.AbchPerson": KindContact, "IPM.DistList": KindGroup, "IPM.Activity": KindJournal,
		"IPM.StickyNote": KindSticky, "IPM.Conflict.Resolution.Message": KindConflict,
		"IPM.Microsoft.FolderDesign.NamedView": KindAssociated, "IPM.RuleOrganizer": KindAssociated, "IPM.Rule.Message": KindAssociated,
		"IPC.Foo": KindAssociated, "IPM.Configuration.Autocomplete": KindAssociated, "IPM.Unheard.Of": KindOther, "Foo": KindOther,
	} {
		if got := Classify(class, 0); got != want {
			t.Errorf("Classify(%q) = %v, want %v", class, got, want)
		}
	}
	if got := Classify("IPM.Note", mapi.FlagAssociated); got != KindAssociated {
		t.Errorf("an associated item is %v", got)
	}
	if !KindOther.IsMail() || KindEvent.IsMail() || !KindMDN.IsMail() {
		t.Error("wrong kinds go to the server")
	}
}

func TestC75Class(t *testing.T) {
	for class, want := range map[string]string{"IPM.Note": "-", "ipm.note": "-", "IPM.Note.Foo": "IPM.Note.Foo", "IPM.NoteX": "IPM.NoteX",
		"IPM.Prüfung": "IPM.Prüfung", "IPM.Post": "-"} {
		s, _ := convert(t, note(psttest.Str(mapi.MessageClass, class)), nil)
		got, ok := field(t, s, "X-MAPI-Message-Class")
		if !ok {
			got = "-"
		}
		if decodeWords(got) != want {
			t.Errorf("class %q: %q, want %q", class, got, want)
		}
	}
}

func TestVoiceFields(t *testing.T) {
	s, _ := convert(t, note(psttest.Str(mapi.MessageClass, "IPM.Note.Microsoft.Voicemail.UM.CA"),
		psttest.Str(mapi.SenderTelephoneNumber, "+49 1"), psttest.Int32(mapi.VoiceMessageDuration, 12)), nil)
	wantField(t, s, "Content-Class", "voice-ca")
	wantField(t, s, "X-CallingTelephoneNumber", "+49 1")
	wantField(t, s, "X-VoiceMessageDuration", "12")
	wantField(t, s, "X-MAPI-Message-Class", "-")
}

func TestHeaderOnly(t *testing.T) {
	if HeaderOnly(open(t, note())) {
		t.Error("a whole mail counts as a header only")
	}
	if !HeaderOnly(open(t, note(psttest.Named(mapi.NameHeaderItem, mapi.TypeInt32, 1)))) {
		t.Error("a header counts as a whole mail")
	}
}

func TestVotingOptions(t *testing.T) {
	option := func(verb byte, name string) string {
		s := string([]byte{verb, 0, 0, 0, byte(len(name))}) + name
		return s + "\x08IPM.Note" + "\x00" + string(rune(len(name))) + name + strings.Repeat("\x00", 29)
	}
	stream := "\x02\x01\x03\x00\x00\x00" + option(2, "Reply") + option(4, "Yes") + option(4, "No")
	decode := func(b []byte) string { return string(b) }
	if got := votingOptions([]byte(stream), decode); strings.Join(got, ";") != "Yes;No" {
		t.Errorf("options %v", got)
	}
	for _, bad := range []string{"", "\x02\x01\xff\xff\xff\xff", stream[:40], "\x02\x01\x01\x00\x00\x00\x04\x00\x00\x00\xff"} {
		if got := votingOptions([]byte(bad), decode); got != nil {
			t.Errorf("%q gives %v", bad, got)
		}
	}
}

func TestOverview(t *testing.T) {
	m := open(t, note(psttest.Str(mapi.Subject, "\x01\x05RE: Hello"), psttest.Str(mapi.MessageClass, "IPM.Contact.Mine")))
	class, kind := ClassOf(m)
	if class != "IPM.Contact.Mine" || kind != KindContact || kind.String() != "contact" || Subject(m) != "RE: Hello" {
		t.Errorf("class %q, kind %v, subject %q", class, kind, Subject(m))
	}
}
