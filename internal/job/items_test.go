package job

import (
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/eml"
)

func TestParseItems(t *testing.T) {
	for _, tc := range []struct {
		list, err string
		skipped   []eml.Kind
	}{
		{"", "", []eml.Kind{eml.KindConflict, eml.KindSticky}},
		{"mail", "", []eml.Kind{eml.KindConflict, eml.KindSticky}},
		{" Mail , conflicts", "", []eml.Kind{eml.KindSticky}},
		{"notes", "", []eml.Kind{eml.KindNote, eml.KindClearSigned, eml.KindOther, eml.KindConflict}},
		{"mail,notes,conflicts", "", nil},
		{"mail,contacts", "contacts are not converted yet", nil},
		{"calendar", "calendar are not", nil},
		{"mails", `"mails" is not one of mail, conflicts, notes`, nil},
		{"mail,", `"" is not one of`, nil},
	} {
		items, err := ParseItems(tc.list)
		if tc.err != "" {
			if err == nil || !strings.HasPrefix(err.Error(), tc.err) {
				t.Errorf("%q: %v", tc.list, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", tc.list, err)
		}
		want := map[eml.Kind]bool{}
		for _, k := range tc.skipped {
			want[k] = true
		}
		for k := eml.KindNote; k < eml.KindAssociated; k++ {
			counts := k.Converted() && (k.IsMail() && len(tc.skipped) < 4 || !k.IsMail())
			if (counts || want[k]) && items.skips(k) != want[k] {
				t.Errorf("%q: %s skipped: %v", tc.list, k, items.skips(k))
			}
			if !k.Converted() && !k.IsMail() && items.skips(k) {
				t.Errorf("%q: %s counts as not asked for and is not converted", tc.list, k)
			}
		}
	}
}
