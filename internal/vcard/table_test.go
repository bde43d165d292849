package vcard

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

const jpeg = "\xFF\xD8\xFF\xE0pic"

// everything is a contact with every property of the table.
func everything() *psttest.Message {
	der := append([]byte("\x30\x82\x00\x03"), "abc"...)
	tagged := append([]byte("\x01\x00\x08\x00\x02\x00\x00\x00\x03\x00\x0b\x00"), der...)
	m := item("IPM.Contact",
		psttest.Str(mapi.DisplayName, "Dr. Ann Q. Lee Jr."), psttest.Str(mapi.Surname, "Lee"), psttest.Str(mapi.GivenName, "Ann"),
		psttest.Str(mapi.MiddleName, "Q."), psttest.Str(mapi.DisplayNamePrefix, "Dr."), psttest.Str(mapi.Generation, "Jr."),
		psttest.Str(mapi.Nickname, "Annie"), psttest.Str(mapi.CompanyName, "Lee; Sons, Ltd"), psttest.Str(mapi.DepartmentName, `R\D`),
		psttest.Str(mapi.JobTitle, "Head"), psttest.Str(mapi.Profession, "Engineer"),
		adr(0x8082, "SMTP"), adr(0x8083, "ann@example.org"),
		adr(0x8092, "EX"), adr(0x8093, "/o=ACME/cn=ann"), adr(0x8094, "Ann Lee"),
		adr(0x80A2, "FAX"), adr(0x80A3, "Ann@+1 555"),
		adr(0x8045, "1 Main St\r\nFloor 2"), adr(0x8046, "Springfield"), adr(0x8047, "IL"), adr(0x8048, "62701"), adr(0x8049, "USA"),
		adr(0x804A, "PO 7"), adr(0x801B, "1 Main St\r\nSpringfield"), adr(0x801A, `at "home"`), adr(0x801C, "other label"), adr(0x8022, 1),
		psttest.Str(mapi.HomePostOfficeBox, "hb"), psttest.Str(mapi.HomeStreet, "hs"), psttest.Str(mapi.HomeCity, "hc"),
		psttest.Str(mapi.HomeState, "hr"), psttest.Str(mapi.HomePostalCode, "hp"), psttest.Str(mapi.HomeCountry, "hl"),
		psttest.Str(mapi.OtherPostOfficeBox, "ob"), psttest.Str(mapi.OtherStreet, "os"), psttest.Str(mapi.OtherCity, "oc"),
		psttest.Str(mapi.OtherState, "or"), psttest.Str(mapi.OtherPostalCode, "op"), psttest.Str(mapi.OtherCountry, "ol"),
		adr(0x80DE, time.Date(1980, 5, 1, 0, 0, 0, 0, time.UTC)), psttest.Time(mapi.Birthday, time.Date(1980, 4, 30, 22, 0, 0, 0, time.UTC)),
		psttest.Time(mapi.WeddingAnniversary, time.Date(2001, 6, 2, 22, 0, 0, 0, time.UTC)),
		psttest.Str(mapi.BusinessHomePage, "http://work.example/a,b"), adr(0x802B, "http://page.example/"), psttest.Str(mapi.PersonalHomePage, "home.example"),
		adr(0x8062, "ann@im.example"), psttest.Str(mapi.Body, "one\r\ntwo\\; three\r\n"), psttest.Keywords("Friends", "a,b"),
		psttest.Str(mapi.SpouseName, "Bob"), psttest.Str(mapi.ManagerName, "Max"), psttest.Str(mapi.Assistant, "Ada"),
		psttest.Prop{ID: mapi.ChildrensNames, Type: mapi.TypeString | mapi.MultiValue, Value: []string{"Kim", "Tom"}},
		adr(0x802C, "アン"), adr(0x802D, "リー"), adr(0x802E, "カ"),
		adr(0x804F, "u1"), adr(0x8050, "u2"), adr(0x8052, "u4"),
		psttest.Str(mapi.Hobbies, "chess"), psttest.Prop{ID: mapi.Gender, Type: mapi.TypeInt16, Value: 1},
		psttest.Str(mapi.GovernmentIDNumber, "g1"), psttest.Str(mapi.Account, "acc"), psttest.Str(mapi.OfficeLocation, "R1"),
		psttest.Prop{ID: mapi.UserX509Certificate, Type: mapi.TypeBinary | mapi.MultiValue, Value: [][]byte{tagged, []byte("other")}})
	for i, p := range phoneTypes {
		m.Props = append(m.Props, psttest.Str(p.id, "+"+strings.Repeat("1", i+1)))
	}
	m.Attachments = []psttest.Attachment{{Props: []psttest.Prop{psttest.Str(mapi.AttachLongFilename, "ContactPicture.jpg"),
		psttest.Bool(mapi.AttachmentContactPhoto, true)}, Data: []byte(jpeg)}}
	return m
}

// resolver knows one person in Exchange.
func resolver(dn string) (string, bool) { return "ann.ex@example.org", dn == "/o=ACME/cn=ann" }

// Each line of the table, in both versions.
func TestTable(t *testing.T) {
	m := open(t, everything())[0]
	for _, tc := range []struct {
		version Version
		want    string
	}{{V3, `FN:Dr. Ann Q. Lee Jr.
N:Lee;Ann;Q.;Dr.;Jr.
NICKNAME:Annie
ORG:Lee\; Sons\, Ltd;R\\D
TITLE:Head
ROLE:Engineer
EMAIL;TYPE=INTERNET,PREF:ann@example.org
EMAIL;TYPE=INTERNET:ann.ex@example.org
X-PST2IMAP-EMAIL;TYPE=FAX:Ann@+1 555
TEL;TYPE=PREF:+1
TEL;TYPE=WORK,VOICE:+11
TEL;TYPE=WORK,VOICE:+111
TEL;TYPE=HOME,VOICE:+1111
TEL;TYPE=HOME,VOICE:+11111
TEL;TYPE=CELL:+111111
TEL;TYPE=PAGER:+1111111
TEL;TYPE=CAR:+11111111
TEL;TYPE=WORK,FAX:+111111111
TEL;TYPE=HOME,FAX:+1111111111
TEL;TYPE=FAX:+11111111111
TEL;TYPE=VOICE:+111111111111
TEL;TYPE=ISDN:+1111111111111
TEL;TYPE=X-RADIO:+11111111111111
TEL;TYPE=X-TTY:+111111111111111
TEL;TYPE=X-COMPANY:+1111111111111111
TEL;TYPE=X-ASSISTANT:+11111111111111111
TEL;TYPE=X-CALLBACK:+111111111111111111
TEL;TYPE=X-TELEX:+1111111111111111111
ADR;TYPE=WORK:PO 7;;1 Main St\nFloor 2;Springfield;IL;62701;USA
LABEL;TYPE=WORK:1 Main St\nSpringfield
ADR;TYPE=HOME,PREF:hb;;hs;hc;hr;hp;hl
LABEL;TYPE=HOME,PREF:at "home"
ADR:ob;;os;oc;or;op;ol
LABEL:other label
BDAY:1980-05-01
X-ANNIVERSARY:2001-06-03
URL;TYPE=WORK:http://work.example/a%2Cb
URL:http://page.example/
URL;TYPE=HOME:home.example
IMPP:im:ann@im.example
NOTE:one\ntwo\\\; three
CATEGORIES:Friends,a\,b
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4HBpYw==
KEY;ENCODING=b;TYPE=X509:MIIAA2FiYw==
KEY;ENCODING=b:b3RoZXI=
X-MS-SPOUSE:Bob
X-MS-MANAGER:Max
X-MS-ASSISTANT:Ada
X-MS-CHILD:Kim
X-MS-CHILD:Tom
X-PHONETIC-FIRST-NAME:アン
X-PHONETIC-LAST-NAME:リー
X-MS-ORG-YOMI:カ
X-MS-TEXT:u1
X-MS-TEXT:u2
X-MS-TEXT:u4
X-MS-INTERESTS:chess
X-MS-GOVERNMENT-ID:g1
X-MS-ACCOUNT:acc
X-MS-OFFICE:R1
X-MS-GENDER:Female
UID:AB01
REV:2024-03-05T08:09:10Z`}, {V4, `FN:Dr. Ann Q. Lee Jr.
N:Lee;Ann;Q.;Dr.;Jr.
NICKNAME:Annie
ORG:Lee\; Sons\, Ltd;R\\D
TITLE:Head
ROLE:Engineer
EMAIL;PREF=1:ann@example.org
EMAIL:ann.ex@example.org
X-PST2IMAP-EMAIL;TYPE=FAX:Ann@+1 555
TEL;PREF=1:+1
TEL;TYPE=work,voice:+11
TEL;TYPE=work,voice:+111
TEL;TYPE=home,voice:+1111
TEL;TYPE=home,voice:+11111
TEL;TYPE=cell:+111111
TEL;TYPE=pager:+1111111
TEL;TYPE=x-car:+11111111
TEL;TYPE=work,fax:+111111111
TEL;TYPE=home,fax:+1111111111
TEL;TYPE=fax:+11111111111
TEL;TYPE=voice:+111111111111
TEL;TYPE=x-isdn:+1111111111111
TEL;TYPE=x-radio:+11111111111111
TEL;TYPE=textphone:+111111111111111
TEL;TYPE=x-company:+1111111111111111
TEL;TYPE=x-assistant:+11111111111111111
TEL;TYPE=x-callback:+111111111111111111
TEL;TYPE=x-telex:+1111111111111111111
ADR;TYPE=work;LABEL="1 Main St^nSpringfield":PO 7;;1 Main St\nFloor 2;Springfield;IL;62701;USA
ADR;TYPE=home;PREF=1;LABEL="at ^'home^'":hb;;hs;hc;hr;hp;hl
ADR;LABEL="other label":ob;;os;oc;or;op;ol
BDAY:19800501
ANNIVERSARY:20010603
URL;TYPE=work:http://work.example/a%2Cb
URL:http://page.example/
URL;TYPE=home:home.example
IMPP:im:ann@im.example
NOTE:one\ntwo\\\; three
CATEGORIES:Friends,a\,b
PHOTO:data:image/jpeg;base64,/9j/4HBpYw==
KEY:data:application/pkix-cert;base64,MIIAA2FiYw==
KEY:data:application/octet-stream;base64,b3RoZXI=
X-MS-SPOUSE:Bob
X-MS-MANAGER:Max
X-MS-ASSISTANT:Ada
X-MS-CHILD:Kim
X-MS-CHILD:Tom
X-PHONETIC-FIRST-NAME:アン
X-PHONETIC-LAST-NAME:リー
X-MS-ORG-YOMI:カ
X-MS-TEXT:u1
X-MS-TEXT:u2
X-MS-TEXT:u4
X-MS-INTERESTS:chess
X-MS-GOVERNMENT-ID:g1
X-MS-ACCOUNT:acc
X-MS-OFFICE:R1
GENDER:F
UID;VALUE=text:AB01
REV:20240305T080910Z`}} {
		t.Run(tc.version.String(), func(t *testing.T) {
			s, warnings := convert(t, m, &Options{Version: tc.version, Resolver: resolver})
			got, want := unfold(s), strings.Split(tc.want, "\n")
			for i := range max(len(got), len(want)) {
				switch {
				case i >= len(got):
					t.Errorf("missing %q", want[i])
				case i >= len(want) || got[i] != want[i]:
					t.Fatalf("line %d: %q, want %q", i, got[i], slices.Concat(want, make([]string, len(got)))[i])
				}
			}
			if len(warnings) != 1 || warnings[0].Rule != "H9" {
				t.Errorf("warnings %v", warnings)
			}
		})
	}
}

// want checks that cards of an item have lines, or lack those after a "!".
func want(t *testing.T, m *psttest.Message, o *Options, lines ...string) []Warning {
	t.Helper()
	s, warnings := convert(t, open(t, m)[0], o)
	got := unfold(s)
	for _, line := range lines {
		no, absent := strings.CutPrefix(line, "!")
		if absent && slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, no) }) || !absent && !slices.Contains(got, line) {
			t.Errorf("%q in %q", line, got)
		}
	}
	return warnings
}

func TestNames(t *testing.T) {
	for name, tc := range map[string]struct {
		props []psttest.Prop
		lines []string
	}{
		"nothing":        {nil, []string{"FN:(unnamed)", "N:;;;;", "!EMAIL", "!TEL", "!ADR", "!ORG", "!NOTE", "!BDAY", "!URL", "!X-", "!CATEGORIES"}},
		"given, surname": {[]psttest.Prop{psttest.Str(mapi.GivenName, "Ann"), psttest.Str(mapi.Surname, "Lee")}, []string{"FN:Ann Lee", "N:Lee;Ann;;;"}},
		"surname":        {[]psttest.Prop{psttest.Str(mapi.Surname, "Lee")}, []string{"FN:Lee"}},
		"company":        {[]psttest.Prop{psttest.Str(mapi.CompanyName, "ACME")}, []string{"FN:ACME", "ORG:ACME"}},
		"department":     {[]psttest.Prop{psttest.Str(mapi.DepartmentName, "R&D")}, []string{"FN:(unnamed)", "ORG:;R&D"}},
		"e-mail":         {[]psttest.Prop{adr(0x8083, "a@x.org"), adr(0x8082, "SMTP")}, []string{"FN:a@x.org"}},
		"subject":        {[]psttest.Prop{psttest.Str(mapi.Subject, "Lee, Ann")}, []string{`FN:Lee\, Ann`}},
		"blanks":         {[]psttest.Prop{psttest.Str(mapi.DisplayName, " \r\n\t"), psttest.Str(mapi.JobTitle, "\x00x")}, []string{"FN:(unnamed)", "!TITLE"}},
	} {
		t.Run(name, func(t *testing.T) { want(t, item("IPM.Contact.Own", tc.props...), nil, tc.lines...) })
	}
}

// An address in Exchange is found where it is, and no wrong one is made up.
func TestEmails(t *testing.T) {
	ex := func(props ...psttest.Prop) *psttest.Message {
		return item("IPM.Contact", append(props, adr(0x8082, "EX"), adr(0x8083, "/o=ACME/cn=ann"))...)
	}
	const found = "EMAIL;TYPE=INTERNET,PREF:ann.ex@example.org"
	for name, tc := range map[string]struct {
		m    *psttest.Message
		o    *Options
		line string
	}{
		"original name":       {ex(adr(0x8084, "ann.ex@example.org")), nil, found},
		"one-off entry id":    {ex(adr(0x8085, oneOff("Ann", "SMTP", "ann.ex@example.org"))), nil, found},
		"entry id in EX":      {item("IPM.Contact", adr(0x8085, exEntry("/o=ACME/cn=ann"))), &Options{Resolver: resolver}, found},
		"map":                 {ex(), &Options{Resolver: resolver}, found},
		"not known":           {ex(), nil, "X-PST2IMAP-EMAIL;TYPE=EX:/o=ACME/cn=ann"},
		"no type":             {item("IPM.Contact", adr(0x8093, "ann.ex@example.org")), nil, found},
		"a type for no token": {item("IPM.Contact", adr(0x8092, "x:y"), adr(0x8093, "z")), nil, "X-PST2IMAP-EMAIL:z"},
	} {
		t.Run(name, func(t *testing.T) { want(t, tc.m, tc.o, tc.line) })
	}
	want(t, item("IPM.Contact", adr(0x8083, "a@x.org"), adr(0x8093, "A@X.ORG"), adr(0x80A3, "b@x.org")), nil,
		"EMAIL;TYPE=INTERNET,PREF:a@x.org", "!EMAIL;TYPE=INTERNET,PREF:A", "EMAIL;TYPE=INTERNET:b@x.org")
}

func TestNoDates(t *testing.T) {
	none := psttest.Prop{ID: mapi.Birthday, Type: mapi.TypeTime, Value: uint64(0x0CB34557A3DD4000)}
	want(t, item("IPM.Contact", none), nil, "!BDAY")
	want(t, item("IPM.Contact", psttest.Time(mapi.Birthday, time.Date(1980, 4, 30, 22, 0, 0, 0, time.UTC))), nil, "BDAY:1980-05-01")
	want(t, item("IPM.Contact", psttest.Time(mapi.Birthday, time.Date(1980, 5, 1, 8, 0, 0, 0, time.UTC))), nil, "BDAY:1980-05-01")
}

// A picture by its name, without a known form; other files are told.
func TestA17Photo(t *testing.T) {
	m := item("IPM.Contact")
	m.Attachments = []psttest.Attachment{
		{Props: []psttest.Prop{psttest.Str(mapi.AttachLongFilename, "cv.pdf")}, Data: []byte("%PDF")},
		{Props: []psttest.Prop{psttest.Str(mapi.AttachFilename, "contactpicture.JPG")}, Data: []byte("??")},
	}
	if w := want(t, m, nil, "PHOTO;ENCODING=b:Pz8="); len(w) != 1 || w[0].Rule != "A17" {
		t.Errorf("warnings %v", w)
	}
	m.Attachments = m.Attachments[1:]
	m.Attachments[0].Data = []byte{}
	if w := want(t, m, nil, "!PHOTO"); len(w) != 1 {
		t.Errorf("warnings %v", w)
	}
}

func TestOptionalForms(t *testing.T) {
	want(t, item("IPM.Contact", adr(0x8062, "xmpp:ann@im.example")), nil, "IMPP:xmpp:ann@im.example")
	want(t, item("IPM.Contact", adr(0x802B, "http://a b/\u00fc")), nil, "URL;TYPE=WORK:http://a%20b/%C3%BC")
	want(t, item("IPM.Contact", adr(0x801B, "label only")), &Options{Version: V4}, `ADR;TYPE=work;LABEL="label only":;;;;;;`)
	want(t, item("IPM.Contact", psttest.Named(mapi.NameCategories, mapi.TypeString|mapi.MultiValue, []string{"x"})), nil, "CATEGORIES:x")
	want(t, item("IPM.Contact", psttest.Prop{ID: mapi.Gender, Type: mapi.TypeInt16, Value: 2}), &Options{Version: V4}, "GENDER:M")
	for class, yes := range map[string]bool{"IPM.Contact": true, "ipm.distlist.x": true, "IPM.AbchPerson": true, "IPM.ContactX": false, "IPM.Note": false} {
		if Converts(class) != yes {
			t.Errorf("%s: %v", class, !yes)
		}
	}
}

// The birthday is the day that was stored as such, whatever midnight says in another
// time zone; all three addresses, the picture, and signs that mean something else.
func TestC72Contact(t *testing.T) {
	m := item("IPM.Contact", psttest.Str(mapi.DisplayName, "Lee; Ann, B"), psttest.Str(mapi.Surname, "Lee, B"), psttest.Str(mapi.GivenName, "Ann;"),
		adr(0x80DE, time.Date(1980, 5, 1, 0, 0, 0, 0, time.UTC)), psttest.Time(mapi.Birthday, time.Date(1980, 4, 30, 22, 0, 0, 0, time.UTC)),
		adr(0x8082, "SMTP"), adr(0x8083, "a@x.org"), adr(0x8092, "SMTP"), adr(0x8093, "b@x.org"), adr(0x80A2, "SMTP"), adr(0x80A3, "c@x.org"))
	m.Attachments = []psttest.Attachment{{Props: []psttest.Prop{psttest.Bool(mapi.AttachmentContactPhoto, true)}, Data: []byte(jpeg)}}
	w := want(t, m, nil, `FN:Lee\; Ann\, B`, `N:Lee\, B;Ann\;;;;`, "BDAY:1980-05-01",
		"EMAIL;TYPE=INTERNET,PREF:a@x.org", "EMAIL;TYPE=INTERNET:b@x.org", "EMAIL;TYPE=INTERNET:c@x.org",
		"PHOTO;ENCODING=b;TYPE=JPEG:"+base64.StdEncoding.EncodeToString([]byte(jpeg)))
	if len(w) != 0 {
		t.Errorf("warnings %v", w)
	}
}
