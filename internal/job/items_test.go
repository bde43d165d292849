package job

import (
	"slices"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/eml"
)

func TestParseItems(t *testing.T) {
	pim := []eml.Kind{eml.KindEvent, eml.KindContact, eml.KindGroup, eml.KindTask, eml.KindJournal, eml.KindSticky}
	for _, tc := range []struct {
		list            string
		forFiles        bool
		mail            bool
		messages, files []eml.Kind
	}{
		{"", false, true, nil, pim},
		{"", true, true, nil, pim},
		{"mail", false, true, nil, pim},
		{"mail", true, true, nil, nil},
		{" Mail , conflicts", false, true, []eml.Kind{eml.KindConflict}, pim},
		{"mail,conflicts", true, true, []eml.Kind{eml.KindConflict}, nil},
		{"contacts", true, false, nil, []eml.Kind{eml.KindContact, eml.KindGroup}},
		{"notes", false, false, []eml.Kind{eml.KindSticky}, []eml.Kind{eml.KindEvent, eml.KindContact, eml.KindGroup, eml.KindTask, eml.KindJournal}},
		{"mail,calendar,tasks,journal", true, true, nil, []eml.Kind{eml.KindEvent, eml.KindTask, eml.KindJournal}},
		{"mail,calendar,contacts,tasks,journal,notes,conflicts", false, true, append([]eml.Kind{eml.KindConflict}, pim...), nil},
	} {
		items, err := ParseItems(tc.list, tc.forFiles)
		if err != nil {
			t.Errorf("%q: %v", tc.list, err)
		}
		for k := eml.KindNote; k < eml.KindAssociated; k++ {
			want := formNone
			switch {
			case k.IsMail() && tc.mail, slices.Contains(tc.messages, k):
				want = formMessage
			case slices.Contains(tc.files, k):
				want = formFile
			}
			if got := items.form(k); got != want {
				t.Errorf("%q, for files %v: %s gets form %d, want %d", tc.list, tc.forFiles, k, got, want)
			}
			if got := items.WithoutFiles().form(k); got == formFile || want != formFile && got != want {
				t.Errorf("%q without files: %s gets form %d", tc.list, k, got)
			}
		}
	}
	for list, want := range map[string]string{"mails": `"mails" is not one of mail, conflicts, calendar, contacts`, "mail,": `"" is not one of`} {
		if _, err := ParseItems(list, true); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v", list, err)
		}
	}
}
