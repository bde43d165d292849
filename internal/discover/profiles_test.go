package discover

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pst2imap/pst2imap/internal/outlooktest"
)

const (
	documents = `C:\Users\Anna Müller\OneDrive\Dokumente\Outlook-Dateien\`
	local     = `C:\Users\Anna Müller\AppData\Local\Microsoft\Outlook\`
)

var recordKey = bytes.Repeat([]byte{0x5C}, 16) // backslashes, which are no path

// sampleProfiles are of three versions, with all kinds of accounts.
func sampleProfiles() outlooktest.Registry {
	r := outlooktest.Registry{}
	p := r.Profile("16.0", "Outlook")
	p.Store(documents+"anna@example.org.pst", true)
	p.Store(documents+"Archiv 2019.pst", false)
	p.POP(outlooktest.Internet{Name: "Anna", Email: "anna@example.org", Server: "pop.example.org", User: "anna", Port: 995,
		File: documents + "anna@example.org.pst", RecordKey: recordKey, Leave: uint32(0xE0003)})
	p.POP(outlooktest.Internet{Name: "info", Email: "info@example.org", Server: "pop.example.org", User: "info", RecordKey: recordKey})
	p.IMAP(outlooktest.Internet{Name: "i", Email: "anna@example.net", Server: "imap.example.net", User: "anna@example.net", Port: 993, File: local + "anna@example.net.ost"})
	p.Exchange("anna@example.com", local+"anna@example.com.ost")
	p = r.Profile("14.0", "Ünï")
	p.POP(outlooktest.Internet{Name: "old", Email: "anna@example.org", Server: "pop.example.org", User: "anna", File: `\\server\Anna\alt.pst`, Leave: uint32(0)})
	p = r.Profile("older", "Outlook")
	p.Store(local+"Outlook.pst", false)
	p.POP(outlooktest.Internet{Name: "Old", Email: "old@example.org", Server: "pop.example.org", User: "old", Leave: uint32(5)})
	return r
}

func TestProfiles(t *testing.T) {
	r := &reader{from: sampleProfiles()}
	got := readProfiles(r)
	want := []profile{
		{
			office: "16.0", name: "Outlook", main: documents + "anna@example.org.pst",
			files: []string{documents + "anna@example.org.pst", documents + "Archiv 2019.pst", local + "anna@example.com.ost", local + "anna@example.net.ost"},
			accounts: []Account{
				{Kind: AccountPOP, Name: "Anna", Email: "anna@example.org", Server: "pop.example.org", Port: 995, User: "anna",
					Leave: &Leave{Known: true, Keep: true, Days: 14}, File: documents + "anna@example.org.pst", store: recordKey},
				{Kind: AccountPOP, Name: "info", Email: "info@example.org", Server: "pop.example.org", User: "info",
					Leave: &Leave{}, File: documents + "anna@example.org.pst", store: recordKey},
				{Kind: AccountIMAP, Name: "i", Email: "anna@example.net", Server: "imap.example.net", Port: 993, User: "anna@example.net", File: local + "anna@example.net.ost"},
				{Kind: AccountExchange, Name: "anna@example.com", Email: "anna@example.com", File: local + "anna@example.com.ost"},
			},
		},
		{
			office: "14.0", name: "Ünï", files: []string{`\\server\Anna\alt.pst`},
			accounts: []Account{{Kind: AccountPOP, Name: "old", Email: "anna@example.org", Server: "pop.example.org", User: "anna",
				Leave: &Leave{Known: true}, File: `\\server\Anna\alt.pst`}},
		},
		{
			office: "older", name: "Outlook", main: local + "Outlook.pst", files: []string{local + "Outlook.pst"},
			accounts: []Account{{Kind: AccountPOP, Name: "Old", Email: "old@example.org", Server: "pop.example.org", User: "old",
				Leave: &Leave{Known: true, Keep: true, WhenDeleted: true}, File: local + "Outlook.pst"}},
		},
	}
	for i := range want {
		for k := range want[i].accounts {
			want[i].accounts[k].Office, want[i].accounts[k].Profile = want[i].office, want[i].name
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(profile{}, Account{}), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if len(r.problems) > 0 {
		t.Errorf("problems: %v", r.problems)
	}
}

// nosy is a registry that notes which values were asked for.
type nosy struct {
	outlooktest.Registry
	asked map[string]bool
}

func (n nosy) Value(path, name string) (any, error) {
	n.asked[name] = true
	return n.Registry.Value(path, name)
}

// Passwords are not even looked at.
func TestPasswordsStayWhereTheyAre(t *testing.T) {
	n := nosy{sampleProfiles(), map[string]bool{}}
	readProfiles(&reader{from: n})
	if !n.asked["POP3 Server"] {
		t.Error("nothing was read")
	}
	for name := range n.asked {
		if strings.Contains(strings.ToLower(name), "password") {
			t.Errorf("%s was read", name)
		}
	}
}

// One key that may not be read is named and hides nothing else.
func TestProtectedKey(t *testing.T) {
	from := sampleProfiles()
	protected := `Software\Microsoft\Office\15.0\Outlook\Profiles`
	from[protected] = nil
	r := &reader{from: from}
	if got := readProfiles(r); len(got) != 3 {
		t.Errorf("%d profiles", len(got))
	}
	if len(r.problems) != 1 || r.problems[0].Path != `HKEY_CURRENT_USER\`+protected || r.problems[0].What != fs.ErrPermission.Error() {
		t.Errorf("problems: %v", r.problems)
	}
}

func TestLeaveInWords(t *testing.T) {
	for value, want := range map[uint32]string{
		0:       "removes mail from the server as it fetches it",
		2:       "removes mail from the server as it fetches it",
		1:       "leaves mail on the server",
		0xE0001: "leaves mail on the server", // the days count only with the flag
		0x10003: "leaves mail on the server for a day",
		0xE0003: "leaves mail on the server for 14 days",
		5:       "leaves mail on the server until it is deleted in Outlook",
		0x50007: "leaves mail on the server for 5 days, or until it is deleted in Outlook",
	} {
		if got := leave(value, true).String(); got != want {
			t.Errorf("%#x: %q, want %q", value, got, want)
		}
	}
	if got := leave(0, false).String(); got != "may remove mail from the server as it fetches it" {
		t.Errorf("not told: %q", got)
	}
}

func TestStorePath(t *testing.T) {
	header := strings.Repeat("\x00", 22) + "mspst.dll\x00\x00\x00"
	for name, tt := range map[string]struct{ id, want string }{
		"wide":            {header + string(outlooktest.Wide(`C:\Übersicht\a b.pst`)), `C:\Übersicht\a b.pst`},
		"wide at odd":     {header + "x" + string(outlooktest.Wide(`d:\a.pst`)), `d:\a.pst`},
		"server":          {header + string(outlooktest.Wide(`\\nas\mail\a.pst`)), `\\nas\mail\a.pst`},
		"eight bits":      {header + "C:\\a.pst\x00rest", `C:\a.pst`},
		"without its end": {header + string(outlooktest.Wide(`C:\a.pst`)[:14]), `C:\a.ps`},
		"Exchange":        {header + "EXCHANGE01\x00/o=Org/ou=Group/cn=anna\x00", ""},
		"too short":       {"C:\\", ""},
		"nothing":         {"", ""},
	} {
		if got := storePath([]byte(tt.id)); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// Whatever the registry has gives a path that is one, or none.
func FuzzStorePath(f *testing.F) {
	f.Add(append(make([]byte, 54), outlooktest.Wide(`C:\Users\a.pst`)...))
	f.Add([]byte("0123456789012345678901C:\\a\x00\\\\b"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got := storePath(b); got != "" && !absolute(got) {
			t.Errorf("%q", got)
		}
	})
}

func TestConfiguredPlaces(t *testing.T) {
	r := outlooktest.Registry{}
	r.Set(`Software\Policies\Microsoft\Office\16.0\Outlook`, "ForcePSTPath", `D:\Mail`)
	r.Set(`Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders`, "Personal", `E:\Dokumente`)
	if got := configuredPlaces(r); len(got) != 2 || got[0] != `D:\Mail` || got[1] != `E:\Dokumente` {
		t.Errorf("%q", got)
	}
}
