package plan

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestRoleByName(t *testing.T) {
	tests := []struct {
		name string
		want Role
	}{
		{"Inbox", RoleInbox},
		{"INBOX", RoleInbox},
		{" inbox ", RoleInbox},
		{"Posteingang", RoleInbox},
		{"Gesendete Objekte", RoleSent},
		{"Entwürfe", RoleDrafts},
		{norm.NFD.String("ENTWÜRFE"), RoleDrafts},
		{"Boîte d'envoi", RoleOutbox},
		{"Boîte d’envoi", RoleOutbox},
		{"Éléments\u00a0supprimés", RoleTrash},
		{"送信済みアイテム", RoleSent},
		{"下書き", RoleDrafts},
		{"Удалённые", RoleTrash},
		{"Junk-E-Mail", RoleJunk},
		{"Junk\u2011E\u2011Mail", RoleJunk},
		{"Synchronisierungsprobleme", RoleSync},
		{"RSS フィード", RoleRSS},
		{"Trash", RoleTrash},
		{"Projects", ""},
		{"", ""},
		{"Inbox 2", ""},
	}
	for _, tt := range tests {
		got, ok := RoleByName(tt.name)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("RoleByName(%q) = %q, %v; want %q", tt.name, got, ok, tt.want)
		}
	}
}

func TestNamesTable(t *testing.T) {
	roles := make(map[string]Role)
	langs := make(map[string]map[Role]bool)
	for _, n := range Names() {
		key := nameKey(n.Name)
		if r := roles[key]; r != "" && r != n.Role {
			t.Errorf("%q is both %s and %s (%s)", n.Name, r, n.Role, n.Lang)
		}
		roles[key] = n.Role
		if !norm.NFC.IsNormalString(n.Name) || strings.TrimSpace(n.Name) != n.Name {
			t.Errorf("%q is not in normal form", n.Name)
		}
		if langs[n.Lang] == nil {
			langs[n.Lang] = make(map[Role]bool)
		}
		langs[n.Lang][n.Role] = true
	}
	if len(langs) < 31 {
		t.Errorf("%d languages, want at least 30 and the usual names", len(langs))
	}
	for lang, has := range langs {
		for _, r := range append(mailRoles, RoleOutbox) {
			if lang != "imap" && !has[r] {
				t.Errorf("%s has no name for %s", lang, r)
			}
		}
	}
}

// A line that is no row would be left out without notice.
func TestNamesTableHasNoOtherLines(t *testing.T) {
	known := map[Role]bool{RoleOutbox: true, RoleSync: true, RoleRSS: true}
	for _, r := range mailRoles {
		known[r] = true
	}
	rows := 0
	for line := range strings.Lines(namesTSV) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		rows++
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 3 || f[0] == "" || !known[f[1]] || f[2] == "" {
			t.Errorf("not a row: %q", line)
		}
	}
	if rows != len(Names()) {
		t.Errorf("%d rows became %d names", rows, len(Names()))
	}
}
