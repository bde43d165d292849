package claim_test

import (
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
)

var day = time.Date(2024, 3, 5, 8, 9, 10, 0, time.UTC)

func item(mailbox string) claim.Item {
	return claim.Item{ID: "1-a", Mailbox: mailbox, MessageID: "<m@x>", From: "a@x", Date: day}
}

// find asks as upload and verify do: here first, elsewhere afterwards.
func find(x *claim.Index, it claim.Item) claim.How {
	if _, how := x.Here(it); how != claim.None {
		return how
	}
	_, how := x.Elsewhere(it)
	return how
}

func TestClaim(t *testing.T) {
	foreign := claim.Copy{Mailbox: "Work", Fields: &claim.Fields{MessageID: "<m@x>", From: "a@x", Date: day}}
	in := func(mailbox string) claim.Copy { return claim.Copy{Mailbox: mailbox, Fields: foreign.Fields} }
	with := func(change func(*claim.Fields)) claim.Copy {
		f := *foreign.Fields
		change(&f)
		return claim.Copy{Mailbox: foreign.Mailbox, Fields: &f}
	}
	for name, tc := range map[string]struct {
		copies []claim.Copy
		want   claim.How
	}{
		"nothing there":                {nil, claim.None},
		"ours":                         {[]claim.Copy{{Mailbox: "Work", ID: "1-a"}}, claim.Same},
		"ours in another mailbox":      {[]claim.Copy{{Mailbox: "Old", ID: "1-a"}}, claim.Moved},
		"ours for another item":        {[]claim.Copy{{Mailbox: "Work", ID: "1-b", Fields: foreign.Fields}}, claim.None},
		"foreign":                      {[]claim.Copy{foreign}, claim.Foreign},
		"foreign in another zone":      {[]claim.Copy{with(func(f *claim.Fields) { f.Date = day.In(time.FixedZone("", 3600)) })}, claim.Foreign},
		"foreign, left in INBOX":       {[]claim.Copy{in("Inbox")}, claim.InInbox},
		"foreign in another mailbox":   {[]claim.Copy{in("Trash")}, claim.None},
		"foreign with another date":    {[]claim.Copy{with(func(f *claim.Fields) { f.Date = day.Add(time.Second) })}, claim.None},
		"foreign with another sender":  {[]claim.Copy{with(func(f *claim.Fields) { f.From = "b@x" })}, claim.None},
		"foreign without date, sender": {[]claim.Copy{with(func(f *claim.Fields) { f.From, f.Date = "", time.Time{} })}, claim.Foreign},
		"ours before foreign":          {[]claim.Copy{foreign, {Mailbox: "Work", ID: "1-a"}}, claim.Same},
	} {
		t.Run(name, func(t *testing.T) {
			x := claim.NewIndex()
			for _, c := range tc.copies {
				x.Add(c)
			}
			if got := find(x, item("Work")); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func TestClaimOneToOne(t *testing.T) {
	x := claim.NewIndex()
	x.Add(claim.Copy{Mailbox: "Work", ID: "1-a"})
	x.Add(claim.Copy{Mailbox: "Old", ID: "1-a"})
	got := []claim.How{find(x, item("Work")), find(x, item("Work")), find(x, item("Work"))}
	want := []claim.How{claim.Same, claim.Moved, claim.None}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("claim %d: got %v, want %v", i, got[i], want[i])
		}
	}
}

// A copy is claimed at its UID only where it is what would be claimed by name.
func TestClaimAt(t *testing.T) {
	work, inbox := claim.Item{ID: "1-a", Mailbox: "Work"}, claim.Item{ID: "1-b", Mailbox: "Inbox"}
	ascending := []claim.Copy{{Mailbox: "Work", UID: 2, ID: "1-x"}, {Mailbox: "Work", UID: 5, ID: "1-a"}, {Mailbox: "Work", UID: 9, ID: "1-a"}, {Mailbox: "INBOX", UID: 5, ID: "1-b"}}
	mixed := []claim.Copy{ascending[1], ascending[0]}
	type at struct {
		item claim.Item
		uid  uint32
		want bool
	}
	for name, tc := range map[string]struct {
		copies []claim.Copy
		asked  []at
	}{
		"one after the other": {ascending, []at{{work, 5, true}, {work, 9, true}, {inbox, 5, true}}},
		"backwards":           {ascending, []at{{inbox, 5, true}, {work, 9, true}, {work, 5, true}}},
		"claimed":             {ascending, []at{{work, 5, true}, {work, 5, false}}},
		"another message":     {ascending, []at{{work, 2, false}, {inbox, 5, true}}},
		"no message":          {ascending, []at{{work, 3, false}, {work, 10, false}, {work, 0, false}}},
		"another mailbox":     {ascending, []at{{claim.Item{ID: "1-a", Mailbox: "Old"}, 5, false}}},
		"UIDs in no order":    {mixed, []at{{work, 5, true}, {work, 2, false}}},
		"nothing":             {nil, []at{{work, 1, false}}},
	} {
		t.Run(name, func(t *testing.T) {
			x := claim.NewIndex()
			x.Add(slices.Clone(tc.copies)...)
			for _, a := range tc.asked {
				has := x.HasAt(a.item.ID, a.item.Mailbox, a.uid)
				c := x.OursAt(a.item, a.uid)
				if (c != nil) != a.want || a.want && (c.UID != a.uid || c.ID != a.item.ID || !c.Claimed() || !has || !x.Taken(a.item)) {
					t.Errorf("%+v: got %+v", a, c)
				}
			}
		})
	}
}

func TestTaken(t *testing.T) {
	x := claim.NewIndex()
	x.Add(claim.Copy{Mailbox: "Work", ID: "1-a"}, claim.Copy{Mailbox: "Old", ID: "1-a"})
	if x.Taken(item("Work")) || x.OursHere(item("Old")) == nil || x.Taken(item("Work")) || x.OursHere(item("Work")) == nil || !x.Taken(item("Work")) {
		t.Error("what is claimed in one mailbox is not in another")
	}
	x.Add(claim.Copy{Mailbox: "New", ID: "1-a"})
	if x.OursHere(item("New")) == nil {
		t.Error("a copy that is added later is not found")
	}
}

func TestNoMessageIDClaimsNothingForeign(t *testing.T) {
	x := claim.NewIndex()
	x.Add(claim.Copy{Mailbox: "Work", Fields: &claim.Fields{From: "a@x", Date: day}})
	it := item("Work")
	it.MessageID = ""
	if got := find(x, it); got != claim.None {
		t.Errorf("got %v", got)
	}
}

func TestParseFields(t *testing.T) {
	got := claim.ParseFields([]byte("Message-ID:\r\n <m@x>\r\nDate: Tue, 5 Mar 2024 09:09:10 +0100\r\n" +
		"From: =?utf-8?q?J=C3=BCrgen?= <J@X.org>\r\nX-Pst2imap-Id: 1-0123; c=1-00\r\n\r\n"))
	want := claim.Fields{MessageID: "<m@x>", From: "j@x.org", Date: day, IDLine: "1-0123; c=1-00"}
	if got != want {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if got := claim.ParseFields([]byte("From: broken <b@x.org\r\nno colon here\r\n")); got.MessageID != "" {
		t.Errorf("got %+v", got)
	}
	if got := claim.Address(`"Doe, \"J" Jane" <j@x>`); got != "j@x" {
		t.Errorf("address of a malformed From: %q", got)
	}
}

// Both ways of reading the field say the same.
func TestIDLine(t *testing.T) {
	for header, want := range map[string]string{
		"X-Pst2imap-Id: 1-ab; sha256=cd\r\nFrom: a@x\r\n\r\n":                 "1-ab; sha256=cd",
		"From: a@x\r\nx-pst2imap-ID:1-ab;\r\n\tsha256=cd \r\nDate: x\r\n\r\n": "1-ab; sha256=cd",
		"X-Pst2imap-Id: 1-ab\r\nX-Pst2imap-Id: 1-cd\r\n\r\n":                  "1-ab",
		"X-Pst2imap-Id: 1-ab":                        "1-ab",
		"Subject: a\r\n X-Pst2imap-Id: 1-ab\r\n\r\n": "",
		"X-Pst2imap-Ids: 1-ab\r\n\r\n":               "",
		"":                                           "",
	} {
		got, ok := claim.IDLine([]byte(header))
		if string(got) != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v", header, got, ok)
		}
		if slow := claim.ParseFields([]byte(header)).IDLine; slow != want {
			t.Errorf("%q: ParseFields says %q", header, slow)
		}
	}
}

// The date is what the library makes of it.
func TestParseFieldsDate(t *testing.T) {
	for _, date := range []string{
		"Tue, 5 Mar 2024 09:09:10 +0100", "Tue, 05 Mar 2024 09:09:10 -0000", "Mon, 05 Mar 2024 09:09:10 +0100", "tue, 5 mar 2024 09:09:10 +0100",
		"Tue, 5 Mar 2024 09:09:10 +0100 (CET)", "Tue, 5 Mar 2024 09:09:10 +0100 (CET", "Tue, 5 Mar 2024 09:09:10 +0100 x", "5 Mar 2024 09:09:10 +0100",
		"Tue, 5 Mar 2024 09:09 +0100", "Tue, 5 Mar 24 09:09:10 GMT", "Tue,  5  Mar  2024  09:09:10  +0100", "Tue, 5 Mar 2024 09:09:10.25 +0100",
		"Tue, 32 Mar 2024 09:09:10 +0100", "Tue, 29 Feb 2023 09:09:10 +0100", "Tue, 5 Mar 2024 24:09:10 +0100", "Tue, 5 Mar 2024 09:09:10 +9900",
		"Tue, 5 Mar\r\n 2024 09:09:10 +0100", "Di, 5 Mar 2024 09:09:10 +0100", "Tue, 5 Mar 2024 09:09:10 MST", "x", "",
	} {
		header := "Date: " + date + "\r\n\r\n"
		m, err := mail.ReadMessage(strings.NewReader(header))
		if err != nil {
			t.Fatal(err)
		}
		want, err := mail.ParseDate(m.Header.Get("Date"))
		if err != nil {
			want = time.Time{}
		}
		if got := claim.ParseFields([]byte(header)).Date; !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%q: %v, want %v", date, got, want)
		}
	}
}
