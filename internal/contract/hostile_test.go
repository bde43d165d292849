package contract_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// A server that does not like an APPEND may go on to read the message as commands. Whatever a data file holds, it must not come
// to that: everything arrives, and nothing that the messages say is done.
func TestHostileFile(t *testing.T) {
	body := strings.Repeat("x1 CREATE pwned\r\nx2 CREATE INBOX.pwned\r\nx3 CREATE INBOX/pwned\r\n", 3) + "x4 DELETE Sent\r\nx5 LOGOUT\r\n"
	n := 0
	hostile := func(props ...psttest.Prop) *psttest.Message {
		n++
		return psttest.Mail(fmt.Sprintf("x6 CREATE pwned %d", n), "a@example.org", "b@example.org", fmt.Sprintf("%sx7 NOOP %d\r\n", body, n), props...)
	}
	plain := func() []*psttest.Message {
		return []*psttest.Message{hostile(), hostile(), hostile(), hostile()}
	}
	year := func(y int) time.Time { return time.Date(y, 1, 2, 3, 4, 5, 0, time.UTC) }
	list := plain()
	for _, y := range []int{1601, 1899, 1969, 1970, 2037, 2038, 2106, 4500, 9999} {
		list = append(list, hostile(psttest.Time(mapi.MessageDeliveryTime, year(y)), psttest.Time(mapi.ClientSubmitTime, year(y))))
	}
	for _, y := range []int{1, 1899, 1969, 9999} {
		headers := "Received: from a by b; " + year(y).Format("02 Jan 2006 15:04:05 -0700") + "\r\nFrom: a@example.org\r\nDate: " + year(y).Format(time.RFC1123Z) + "\r\n\r\n"
		list = append(list, hostile(psttest.Str(mapi.TransportMessageHeaders, headers)))
	}
	for _, keyword := range []string{"x) {3+}", "a\r\nx1 CREATE pwned", `\Bogus`, `\Recent`, `\Deleted`, "(", ")", `"`, "%*", "{9}", "]", "", " ", "\x00", "Prüfung", strings.Repeat("long ", 60), "$Forwarded", "NIL"} {
		list = append(list, hostile(psttest.Keywords(keyword)), hostile(psttest.Keywords(keyword, "Red")))
	}
	for _, bits := range []int{0, mapi.FlagRead, mapi.FlagUnsent, 0x7FFFFFFF} {
		list = append(list, hostile(psttest.Int32(mapi.MessageFlags, bits&^mapi.FlagAssociated), psttest.Int32(mapi.FlagStatus, 2)))
	}
	folders := []psttest.Folder{{Name: "Inbox", Role: psttest.RoleInbox, Messages: list}}
	for _, name := range []string{"a\r\nx1 CREATE pwned", `a" {3+}`, "b {3+}", "c\x00d", "(e)", "&AOQ", `f\`} {
		folders = append(folders, psttest.Folder{Name: name, Messages: plain()})
	}
	each(t, func(t *testing.T, s *imaptest.Server) {
		path := jobtest.File(t, folders...)
		if r := uploadAll(t, s, path); r.Totals.Uploaded != n {
			t.Errorf("%+v, %+v", r.Totals, r.Items)
		}
		if r := uploadAll(t, s, path); r.Totals.Present != n {
			t.Errorf("again: %+v, %+v", r.Totals, r.Items)
		}
		ids := s.Client(t).Everywhere("X-Pst2imap-Id")
		for id, count := range ids {
			if id == "" || count != 1 {
				t.Errorf("id %q is there %d times", id, count)
			}
		}
		if len(ids) != n {
			t.Errorf("%d messages are there, want %d", len(ids), n)
		}
		for _, name := range s.Client(t).Mailboxes() {
			if strings.HasSuffix(name, "pwned") && !strings.Contains(name, "CREATE") {
				t.Errorf("a message was executed: there is %q", name)
			}
		}
	})
}
