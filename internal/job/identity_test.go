package job_test

import (
	"context"
	"slices"
	"testing"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// What a journal says of an item counts as long as the item is as it was, and only where
// no other item of the mailbox has the same identity.
func TestAppended(t *testing.T) {
	mail := func(subject string) *psttest.Message {
		return psttest.Mail(subject, "a@example.org", "b@example.org", "text")
	}
	path := jobtest.File(t, psttest.Folder{Name: "Work", Messages: []*psttest.Message{mail("a"), mail("b"), mail("a")}},
		psttest.Folder{Name: "Old", Messages: []*psttest.Message{mail("a"), mail("c")}})
	type change func(e []journal.Entry) []journal.Known
	none := func([]journal.Entry) []journal.Known { return nil }
	for name, tc := range map[string]struct {
		mailboxes []string // of the two folders; nil before there is a plan
		change    change
		want      []bool
	}{
		"no plan":             {nil, none, []bool{false, true, false, false, true}},
		"two mailboxes":       {[]string{"Work", "Old"}, none, []bool{false, true, false, true, true}},
		"one mailbox":         {[]string{"inbox", "INBOX"}, none, []bool{false, true, false, false, true}},
		"changed since":       {[]string{"Work", "Old"}, func(e []journal.Entry) []journal.Known { e[0].Stamp++; return nil }, []bool{false, true, true, true, true}},
		"no stamp":            {[]string{"Work", "Old"}, func(e []journal.Entry) []journal.Known { e[1].Stamp = 0; return nil }, []bool{false, false, false, true, true}},
		"of another file":     {[]string{"Work", "Old"}, func(e []journal.Entry) []journal.Known { e[4].Store = "00"; return nil }, []bool{false, true, false, true, false}},
		"no such node":        {[]string{"Work", "Old"}, func(e []journal.Entry) []journal.Known { e[4].Node += 1 << 20; return nil }, []bool{false, true, false, true, false}},
		"another id in known": {[]string{"Work", "Old"}, known(4, "1-other"), []bool{false, true, false, true, false}},
		"same id in known":    {[]string{"Work", "Old"}, known(4, ""), []bool{false, true, false, true, true}},
	} {
		t.Run(name, func(t *testing.T) {
			j, err := job.Open(context.Background(), []string{path}, job.SourceOptions{}, event.Discard{})
			if err != nil {
				t.Fatal(err)
			}
			defer j.Close()
			j.Folders = slices.DeleteFunc(j.Folders, func(f job.Folder) bool { return len(f.Items) == 0 })
			for _, name := range tc.mailboxes {
				j.Targets = append(j.Targets, plan.Target{Mailbox: name})
			}
			past := &journal.Past{}
			for ref := range j.Items() {
				it, err := j.Open(ref)
				if err != nil {
					t.Fatal(err)
				}
				node := j.Node(ref)
				past.Entries = append(past.Entries, journal.Entry{Item: it.ItemID, Store: node.Store, Node: node.Node, Stamp: j.Stamp(it), UID: 7})
			}
			past.Known = tc.change(past.Entries)
			slices.Reverse(past.Entries) // their order is that of the upload
			j.Remember(past)
			var got []bool
			for _, e := range j.Appended() {
				got = append(got, e != nil)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

// known has a later line say which identity an item has, "" for that of its entry.
func known(n int, item string) func([]journal.Entry) []journal.Known {
	return func(e []journal.Entry) []journal.Known {
		k := journal.Known{Store: e[n].Store, Node: e[n].Node, Stamp: e[n].Stamp, Item: item}
		if item == "" {
			k.Item = e[n].Item
		}
		return []journal.Known{k}
	}
}
