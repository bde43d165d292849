package contract_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/plan"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// flagged are mails with flags and categories.
func flagged() []*psttest.Message {
	mail := func(name string) *psttest.Message { return psttest.Mail(name, "a@example.org", "", "x") }
	return []*psttest.Message{
		mail("plain"),
		mail("one").With(psttest.Keywords("Red")),
		mail("more").With(psttest.Keywords("Red", "RED", "Work", "Überfällig"), psttest.Int32(mapi.FlagStatus, 2)),
		mail("read").With(psttest.Int32(mapi.MessageFlags, 1)),
	}
}

// withoutCase are flags in order.
func withoutCase(flags []string) string {
	lower := strings.Fields(strings.ToLower(strings.Join(flags, " ")))
	slices.Sort(lower)
	return fmt.Sprint(slices.Compact(lower))
}

// Every server stores exactly those flags that it says it stores, keywords in its own spelling where it has them already, and
// what it does not store is counted.
func TestFlagsOnTheServer(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		c := dial(t, s, imapconn.Implicit)
		name := s.Mailbox("Flags")
		if err := c.Create(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		body := "Subject: here before\r\n\r\nx\r\n"
		before := imapconn.Message{Flags: []string{"red"}, Size: int64(len(body)), Body: strings.NewReader(body)}
		if _, err := appender(t, s)(name, before); err != nil {
			t.Fatal(err)
		}
		st, err := c.Select(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		path := jobtest.File(t, psttest.Folder{Name: "Flags", Messages: flagged()})
		var want []string
		dropped := 0
		for it := range jobtest.Open(t, s, path).Stream(context.Background(), nil) {
			if it.Err != nil {
				t.Fatal(it.Err)
			}
			stored, left := plan.Flags(it.Result.Flags, st.PermanentFlags)
			want, dropped = append(want, withoutCase(stored)), dropped+len(left)
		}
		r := uploadAll(t, s, path)
		if r.Totals.Uploaded != len(want) || r.Warnings["F7"] != dropped {
			t.Errorf("%+v, %d flags are said to be lost, want %d; %+v", r.Totals, r.Warnings["F7"], dropped, r.Items)
		}
		var got []string
		for _, m := range s.Client(t).Messages(name)[1:] {
			got = append(got, withoutCase(strings.Fields(m.Flags)))
		}
		if !slices.Equal(got, want) || !strings.Contains(strings.Join(want, ""), "work") {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}
