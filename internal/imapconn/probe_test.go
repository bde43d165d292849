package imapconn_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

func probe(t *testing.T, cfg imapconn.Config) (*imapconn.Conn, *imapconn.Facts) {
	t.Helper()
	c, f, err := imapconn.Probe(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, f
}

// Asking changes nothing: what is new and unread stays so, and the connection goes
// on as one of Dial does.
func TestProbeChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		other := s.Client(t)
		body := "Subject: a\r\n\r\n" + strings.Repeat("text\r\n", 10_000)
		for range 4 {
			other.Do(fmt.Sprintf("APPEND INBOX {%d+}\r\n%s", len(body), body))
		}
		look := func() string {
			return fmt.Sprint(s.Client(t).Do("STATUS INBOX (MESSAGES RECENT UNSEEN UIDNEXT UIDVALIDITY)"), s.Client(t).Mailboxes())
		}
		before := look()
		cfg := config(s)
		c, f := probe(t, cfg)
		if f.TLS == nil || !strings.HasPrefix(f.TLS.Version, "TLS 1.") || f.TLS.NotAfter.IsZero() || !slices.Contains(f.TLS.Names, "localhost") {
			t.Errorf("TLS is %+v", f.TLS)
		}
		if len(f.RoundTrips) == 0 || !slices.IsSorted(f.RoundTrips) || f.RoundTrips[0] <= 0 {
			t.Errorf("round trips are %v", f.RoundTrips)
		}
		if f.Download <= 0 {
			t.Errorf("the rate is %v", f.Download)
		}
		if f.FlagsOf == "" || !slices.Contains(f.Storable, `\*`) {
			t.Errorf("flags of %q are %q", f.FlagsOf, f.Storable)
		}
		if after := look(); after != before {
			t.Errorf("the server changed:\n%s\n%s", before, after)
		}
		if list, err := c.Mailboxes(t.Context()); err != nil || len(list) < 5 {
			t.Errorf("afterwards: %v, %v", list, err)
		}
		if err := c.Logout(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestProbeQuota(t *testing.T) {
	t.Parallel()
	s := imaptest.Dovecot(t, imaptest.Quota("40k", "1M"))
	cfg := config(s)
	cfg.Security, cfg.Port = imapconn.None, s.Port
	_, f := probe(t, cfg)
	if want := []imapconn.Quota{{Root: "User quota", Resource: "STORAGE", Limit: 40 << 10}}; !slices.Equal(f.Quota, want) {
		t.Errorf("quota is %+v, want %+v", f.Quota, want)
	}
	if f.TLS != nil || f.AppendLimit != 0 || f.Download != 0 {
		t.Errorf("%+v", f)
	}
}

// scripted is what a server answers after sign-in up to the first NOOP.
func scripted(t *testing.T, caps string, steps ...string) *imapconn.Facts {
	t.Helper()
	all := append([]string{"S: * PREAUTH [CAPABILITY IMAP4rev1 LIST-EXTENDED " + caps + "] hello", `C: LIST "" ""`, `S: * LIST () "/" ""`, "S: $ OK"}, steps...)
	for range 5 {
		all = append(all, "C: NOOP", "S: $ OK")
	}
	all = append(all, "C: EXAMINE INBOX", "S: * 0 EXISTS", "S: $ OK", "eof")
	fake := imaptest.Script(t, all...)
	_, f := probe(t, imapconn.Config{Host: fake.Host, Port: fake.Port, Security: imapconn.None, User: "u", Password: "p"})
	return f
}

// What servers answer that does not follow the standard is no harm.
func TestProbeOddAnswers(t *testing.T) {
	t.Parallel()
	list := []string{`C: LIST "" "*"`, `S: * LIST () "/" INBOX`, `S: * LIST (\Noselect) "/" Box`, `S: * LIST () "/" "Entw&APw-rfe"`, `S: * LIST () "/" Sent`, "S: $ OK"}
	none := slices.Concat(list, []string{`C: STATUS "INBOX" (RECENT)`, "S: $ BAD no", `C: STATUS "Sent" (RECENT)`, `S: * STATUS Sent (RECENT 3)`, "S: $ OK"})
	for _, tt := range []struct {
		what, caps string
		steps      []string
		check      func(*imapconn.Facts) bool
	}{
		{"quota without list", "QUOTA", slices.Concat([]string{"C: GETQUOTAROOT INBOX", `S: * QUOTAROOT INBOX ""`, `S: * QUOTA ""`, "S: $ OK"}, none),
			func(f *imapconn.Facts) bool { return len(f.Quota) == 0 && f.FlagsOf == "" }},
		{"quota refused", "QUOTA", slices.Concat([]string{"C: GETQUOTAROOT INBOX", "S: $ NO"}, none),
			func(f *imapconn.Facts) bool { return len(f.Quota) == 0 }},
		{"several resources and nonsense", "QUOTA=RES-STORAGE QUOTA", slices.Concat([]string{"C: GETQUOTAROOT INBOX", `S: * QUOTA "" (storage 10 512 MESSAGE 1 9 X -1 2 Y a b STORAGE 9223372036854775807 1)`, "S: $ OK"}, none),
			func(f *imapconn.Facts) bool {
				return len(f.Quota) == 3 && f.Quota[0] == imapconn.Quota{Resource: "STORAGE", Usage: 10240, Limit: 524288} &&
					f.Quota[1] == imapconn.Quota{Resource: "MESSAGE", Usage: 1, Limit: 9} && f.Quota[2].Usage > 0
			}},
		{"limit by mailbox", "APPENDLIMIT", slices.Concat([]string{`C: STATUS "INBOX" (APPENDLIMIT)`, "S: * STATUS INBOX (APPENDLIMIT 257890)", "S: $ OK"}, none),
			func(f *imapconn.Facts) bool { return f.AppendLimit == 257890 }},
		{"limit unknown", "APPENDLIMIT", slices.Concat([]string{`C: STATUS "INBOX" (APPENDLIMIT)`, "S: * STATUS INBOX (APPENDLIMIT NIL)", "S: $ OK"}, none),
			func(f *imapconn.Facts) bool { return f.AppendLimit == 0 }},
		{"limit for all", "APPENDLIMIT=1000", none, func(f *imapconn.Facts) bool { return f.AppendLimit == 1000 }},
		{"new mail in the inbox: another mailbox is asked", "UNSELECT", slices.Concat(list, []string{`C: STATUS "INBOX" (RECENT)`, "S: * STATUS INBOX (RECENT 1)", "S: $ OK",
			`C: STATUS "Sent" (RECENT)`, `S: * STATUS Sent (RECENT 0)`, "S: $ OK", `C: SELECT "Sent"`, `S: * OK [PERMANENTFLAGS (\Seen junk)] x`, "S: $ OK", "C: UNSELECT", "S: $ OK"}),
			func(f *imapconn.Facts) bool { return f.FlagsOf == "Sent" && fmt.Sprint(f.Storable) == `[\Seen junk]` }},
	} {
		t.Run(tt.what, func(t *testing.T) {
			t.Parallel()
			if f := scripted(t, tt.caps, tt.steps...); !tt.check(f) {
				t.Errorf("%+v", f)
			}
		})
	}
}
