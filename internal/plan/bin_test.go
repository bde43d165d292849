package plan

import "testing"

// Whatever lies in the server's trash or junk, or below, is named as such.
func TestTargetsInBins(t *testing.T) {
	folders := []Folder{f("Inbox=inbox"), f("Deleted Items=trash"), f("Deleted Items>Old>Older"), f("Junk E-mail=junk"), f("Trashy"), f("Elsewhere")}
	for _, tt := range []struct {
		what    string
		server  Server
		options Options
		want    []Role
	}{
		{"new mailboxes", dovecot, Options{}, []Role{"", RoleTrash, RoleTrash, RoleJunk, "", ""}},
		{"the server's", courier, Options{}, []Role{"", RoleTrash, RoleTrash, RoleJunk, "", ""}},
		{"nothing below", gmail, Options{}, []Role{"", RoleTrash, "", RoleJunk, "", ""}},
		{"aside", courier, Options{TrashAside: true}, []Role{"", "", "", RoleJunk, "", ""}},
		{"asked for", courier, Options{Rename: map[string]string{"Elsewhere": "Trash/Mine"}, TrashAside: true}, []Role{"", "", "", RoleJunk, "", RoleTrash}},
		{"below a subfolder", dovecot, Options{Subfolder: "Old"}, []Role{"", "", "", "", "", ""}},
	} {
		for i, target := range Map(folders, tt.server, tt.options) {
			if target.Bin != tt.want[i] {
				t.Errorf("%s: %q in %q: bin %q, want %q", tt.what, folders[i].Path, target.Mailbox, target.Bin, tt.want[i])
			}
		}
	}
}
