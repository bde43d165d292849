package contract_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

func TestSignIn(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		for _, security := range []imapconn.Security{imapconn.Implicit, imapconn.StartTLS, imapconn.None} {
			c := dial(t, s, security)
			if !c.Caps().Has("UIDPLUS") {
				t.Errorf("%v: no UIDPLUS in %v", security, c.Caps().List())
			}
			if prefix, delim := c.Personal(); prefix != s.Prefix || string(delim) != s.Delim {
				t.Errorf("%v: name space %q %q, want %q %q", security, prefix, delim, s.Prefix, s.Delim)
			}
			if err := c.Logout(t.Context()); err != nil {
				t.Errorf("%v: %v", security, err)
			}
		}
		cfg := imapconn.Config{Host: s.Host, Port: s.TLSPort, RootCAs: s.Pool, User: s.User, Password: "wrong"}
		_, err := imapconn.Dial(t.Context(), cfg)
		var refused *imapconn.AuthError
		if !errors.As(err, &refused) {
			t.Errorf("a wrong password: %v", err)
		}
	})
}

// Special mailboxes are found by their use where the server tells, and by their name where it does not.
func TestSpecialUse(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		list, err := dial(t, s, imapconn.Implicit).Mailboxes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		roles := map[string]string{}
		for _, m := range list {
			if m.Role != "" {
				roles[m.Role] = m.Name
			}
			if !m.Subscribed && s.Name != "cyrus" && m.Name != "INBOX" {
				t.Errorf("%q is not subscribed", m.Name)
			}
		}
		want := map[string]string{"inbox": "INBOX"}
		if s.Name != "courier" { // it has no SPECIAL-USE
			for _, name := range []string{"Sent", "Drafts", "Trash", "Junk"} {
				want[strings.ToLower(name)] = s.Mailbox(name)
			}
		}
		if fmt.Sprint(roles) != fmt.Sprint(want) {
			t.Errorf("roles are %v, want %v", roles, want)
		}
	})
}

func TestNestedMailboxes(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		c := dial(t, s, imapconn.Implicit)
		for _, levels := range [][]string{{"Größe & Maß"}, {"Größe & Maß", "日本語 受信箱"}, {"Ohne", "Eltern", "davor"}} {
			name := s.Mailbox(levels...)
			for range 2 { // creating again is no error
				if err := c.Create(t.Context(), name); err != nil {
					t.Fatal(err)
				}
			}
			list, err := c.Mailboxes(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(list, func(m imapconn.Mailbox) bool { return m.Name == name && m.Subscribed && !m.NoSelect }) {
				t.Errorf("%q is not listed as subscribed: %+v", name, list)
			}
			if st, err := c.Select(t.Context(), name); err != nil || st.UIDValidity == 0 || !st.KeywordsAllowed {
				t.Errorf("select %q: %+v, %v", name, st, err)
			}
		}
		_, err := c.Examine(t.Context(), s.Mailbox("nowhere"))
		var refused *imapconn.CommandError
		if !errors.As(err, &refused) || refused.Status != "NO" || !c.Alive() {
			t.Errorf("examine of a missing mailbox: %v", err)
		}
	})
}

// What is stored is what was sent, to the byte, with its flags and its date.
func TestStoredAsSent(t *testing.T) {
	date := time.Date(2003, 2, 1, 4, 5, 6, 0, time.FixedZone("", -5*3600))
	messages := map[string]string{
		"plain":        "Subject: a\r\n\r\nbody\r\n",
		"no line end":  "Subject: a\r\n\r\n.",
		"no body":      "Subject: a\r\n\r\n",
		"8-bit header": "Subject: Gr\xfc\xdfe \xc3\xa4\r\n\r\nbody\r\n",
		"8-bit body":   "Subject: a\r\n\r\n\xff\xfe\x80 äöü 日本\r\n",
		"looks like responses": "Subject: a\r\n\r\nx1 OK done\r\n* BYE {3}\r\n+ go\r\n.\r\n..\r\n" +
			"From the start of a line\r\n",
		"long line": "Subject: a\r\n\r\n" + strings.Repeat("x", 100_000) + "\r\n",
		"12 MB":     "Subject: large\r\n\r\n" + strings.Repeat(strings.Repeat("0123456789abcdef", 4)+"\r\n", 12<<20/66),
	}
	// Some servers store other bytes. Nothing that is converted is of this kind.
	changed := map[string]string{
		"courier/no line end": messages["no line end"] + "\r\n",
		"cyrus/8-bit header":  strings.Replace(messages["8-bit header"], "Gr\xfc\xdfe \xc3\xa4", "GrXXe XX", 1),
	}
	each(t, func(t *testing.T, s *imaptest.Server) {
		c, put := dial(t, s, imapconn.Implicit), appender(t, s)
		mailbox := s.Mailbox("Sent")
		sent, uids := map[uint32]string{}, []uint32{}
		for name, text := range messages {
			done, err := put(mailbox, imapconn.Message{
				Flags: []string{`\Seen`, `\Flagged`, "$Forwarded", "Red_Category"}, Date: date,
				Size: int64(len(text)), Body: strings.NewReader(text),
			})
			if err != nil || done.UID == 0 {
				t.Fatalf("%s: %+v, %v", name, done, err)
			}
			sent[done.UID] = name
			uids = append(uids, done.UID)
		}
		var body bytes.Buffer
		err := c.ReadBack(t.Context(), []imapconn.ReadBack{{Mailbox: mailbox, Whole: uids}}, imapconn.Reader{
			Begin:   func(*imapconn.ReadBack, imapconn.Status) error { return nil },
			Refused: func(_ *imapconn.ReadBack, _ []uint32, e *imapconn.CommandError) error { return e },
			Body: func(r io.Reader) error {
				body.Reset()
				_, err := io.Copy(&body, r)
				return err
			}, Done: func(_ *imapconn.ReadBack, m imapconn.Fetched) error {
				name := sent[m.UID]
				delete(sent, m.UID)
				want, ok := changed[s.Name+"/"+name]
				if !ok {
					want = messages[name]
				}
				if body.String() != want {
					t.Errorf("%s: want %d bytes, %d came back", name, len(want), body.Len())
				}
				return nil
			}})
		if err != nil || len(sent) > 0 {
			t.Errorf("fetch: %v; not there: %v", err, sent)
		}
		for _, m := range s.Client(t).Messages(mailbox) {
			flags := strings.Fields(strings.ToLower(m.Flags))
			slices.Sort(flags)
			if fmt.Sprint(flags) != `[$forwarded \flagged \seen red_category]` {
				t.Errorf("message %d has flags %v", m.UID, flags)
			}
			if at, err := time.Parse("_2-Jan-2006 15:04:05 -0700", m.Date); err != nil || !at.Equal(date) {
				t.Errorf("message %d has date %s, %v", m.UID, m.Date, err)
			}
		}
	})
}

func TestIndex(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		c, put := dial(t, s, imapconn.Implicit), appender(t, s)
		want := map[uint32]string{}
		for i := range 40 {
			id := fmt.Sprintf("1-%d", i)
			text := fmt.Sprintf("X-Pst2imap-Id: %s\r\nMessage-ID: <%d@x>\r\nFrom: a@example.org\r\n\r\n%s", id, i, strings.Repeat("x\r\n", i))
			done, err := put("INBOX", imapconn.Message{Size: int64(len(text)), Body: strings.NewReader(text)})
			if err != nil {
				t.Fatal(err)
			}
			want[done.UID] = fmt.Sprintf("%s<%d@x>a@example.org", id, i)
		}
		if _, err := c.Examine(t.Context(), "INBOX"); err != nil {
			t.Fatal(err)
		}
		got := map[uint32]string{}
		err := c.Index(t.Context(), func(e imapconn.Entry) error {
			h, err := mail.ReadMessage(bytes.NewReader(e.Header))
			if err != nil {
				return err
			}
			got[e.UID] = h.Header.Get("X-Pst2imap-Id") + h.Header.Get("Message-ID") + h.Header.Get("From")
			return nil
		})
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("index: %v, %v, want %v", err, got, want)
		}
	})
}

func TestMissingMailbox(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		_, err := appender(t, s)(s.Mailbox("nowhere"), imapconn.Message{Size: 8, Body: strings.NewReader("a: b\r\n\r\n")})
		var refused *imapconn.AppendError
		if !errors.As(err, &refused) || refused.Code != "TRYCREATE" || errors.Is(err, imapconn.ErrUnknownOutcome) {
			t.Errorf("append: %v", err)
		}
	})
}
