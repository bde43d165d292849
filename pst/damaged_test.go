package pst_test

import (
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/pst"
)

// TestDamagedByName reads every damaged file that psttest can write: what must
// still be found is found, nothing hangs, and a scan of the whole file finds
// what the B-trees lost.
func TestDamagedByName(t *testing.T) {
	for _, c := range psttest.DamagedCases() {
		t.Run(c.Name, func(t *testing.T) {
			b, err := psttest.Damaged(c.Name)
			if err != nil {
				t.Fatal(err)
			}
			inTime := bound(t)
			s := open(t, b)
			inv, err := s.Inventory()
			if err != nil || c.Refused {
				if !c.Refused {
					t.Fatal(err)
				}
				if err := s.DeepScan(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
				inv = inventory(t, s)
			}
			readable := 0
			for _, f := range inv.Folders {
				for _, id := range f.Items {
					if m, err := s.Message(id); err == nil {
						readMessage(t, m, 0)
						if _, ok := m.Text(pst.PropSubject); ok {
							readable++
						}
					}
				}
			}
			if inv.Messages < c.Messages || readable < c.Readable {
				t.Errorf("%s: %d items found, %d readable; want %d and %d", c.What, inv.Messages, readable, c.Messages, c.Readable)
			}
			inTime()
		})
	}
}

// TestLostFoldersKeepTheirPlace has no table of the top folders: they are still
// where they were, and the inbox is the inbox.
func TestLostFoldersKeepTheirPlace(t *testing.T) {
	b, err := psttest.Damaged("hierarchy-unreadable")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]pst.Role{}
	for _, f := range inventory(t, open(t, b)).Folders {
		if f.Depth != len(f.Path) {
			continue
		}
		got[strings.Join(f.Path, "/")] = f.Role
	}
	for path, role := range map[string]pst.Role{"Inbox": pst.RoleInbox, "Sent Items": pst.RoleSent, "Work": "", "Work/Sub": ""} {
		if r, ok := got[path]; !ok || r != role {
			t.Errorf("%s: there %v, role %q; all: %v", path, ok, r, got)
		}
	}
}
