package imapconn_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

// index is the whole index of a mailbox as text.
func index(t *testing.T, c *imapconn.Conn, mailbox string) (out []string) {
	t.Helper()
	if _, err := c.Examine(t.Context(), mailbox); err != nil {
		t.Fatal(err)
	}
	err := c.Index(t.Context(), func(e imapconn.Entry) error {
		out = append(out, entryText(e))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// entryText has flags without case: the library writes those it knows in its own way.
func entryText(e imapconn.Entry) string {
	flags := strings.Fields(strings.ToLower(strings.Join(e.Flags, " ")))
	slices.Sort(flags)
	return fmt.Sprintf("%d %q %q", e.UID, flags, e.Header)
}

// indexByLibrary is the same by go-imap.
func indexByLibrary(t *testing.T, s *imaptest.Server, mailbox string) (out []string) {
	t.Helper()
	conn, err := tls.Dial("tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.TLSPort)), &tls.Config{RootCAs: s.Pool, ServerName: s.Host})
	if err != nil {
		t.Fatal(err)
	}
	c := imapclient.New(conn, nil)
	defer c.Close()
	if err := c.Login(s.User, s.Password).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Select(mailbox, &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		t.Fatal(err)
	}
	all := imap.UIDSet{}
	all.AddRange(1, 0)
	section := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, Peek: true,
		HeaderFields: []string{"MESSAGE-ID", "DATE", "FROM", "X-PST2IMAP-ID"}}
	list, err := c.Fetch(all, &imap.FetchOptions{UID: true, Flags: true, BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		e := imapconn.Entry{UID: uint32(m.UID), Header: m.FindBodySection(section)}
		for _, f := range m.Flags {
			e.Flags = append(e.Flags, string(f))
		}
		out = append(out, entryText(e))
	}
	return out
}

// oddHeaders are as mail has them.
var oddHeaders = []string{
	"Message-ID: <1@x>\nFrom: a@x\nDate: Sat, 1 Feb 2003 04:05:06 +0000\n\nbody\n",
	"Subject: none of them\n\nbody\n",
	"From: =?utf-8?q?=C3=A4?=\n <folded@x>\nX-Pst2imap-Id: 1-0; c=1-0\n\nbody {3}\n",
	"From: Jörg \"( {5}\" <j@x>\nMessage-ID: ) {12}\nDate: \\\n\n* 1 FETCH (UID 1)\n",
	"From: " + strings.Repeat("long, ", 20_000) + "\n\nbody\n",
}

// What the index is made of is what the library finds, and it makes no difference whether the mailboxes are asked for one by
// one or together.
func TestIndexAgainstTheLibrary(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		c := dial(t, config(s))
		a := appender(t, config(s))
		sent, drafts, junk := home(c, "Sent"), home(c, "Drafts"), home(c, "Junk")
		for i, text := range oddHeaders {
			mustAppend(t, a, sent, message(text, `\Seen`, "$Forwarded"))
			if i%2 == 0 {
				mustAppend(t, a, drafts, message(text, `\Draft`))
			}
		}
		names := []string{sent, "INBOX", junk, home(c, "nowhere"), drafts}
		together := map[string]string{}
		for _, meta := range []bool{false, true} { // the connection is as good as before
			all := make([]imapconn.IndexedMailbox, len(names))
			for i, name := range names {
				var got []string
				all[i] = imapconn.IndexedMailbox{Name: name, Meta: meta,
					Begin: func(st imapconn.Status) { got = append(got, fmt.Sprint(st.Messages, st.UIDNext, st.UIDValidity > 0)) },
					Each: func(e imapconn.Entry) error {
						if got = append(got, entryText(e)); (e.Size > 0) != meta || e.Date.IsZero() == meta {
							t.Errorf("%s: asked for size and date is %v, got %d, %v", name, meta, e.Size, e.Date)
						}
						return nil
					},
					End: func(err error) {
						var no *imapconn.CommandError
						together[name] = strings.Join(got, "\n")
						if errors.As(err, &no) {
							together[name] += no.Status
						} else if err != nil {
							t.Errorf("%s: %v", name, err)
						}
					}}
			}
			if err := c.IndexAll(t.Context(), all); err != nil {
				t.Fatal(err)
			}
		}
		for name, n := range map[string]int{sent: len(oddHeaders), "INBOX": 0, junk: 0, drafts: (len(oddHeaders) + 1) / 2} {
			want := indexByLibrary(t, s, name)
			if got := index(t, c, name); len(got) != n || !slices.Equal(got, want) {
				t.Errorf("%s by itself:\n%q\nthe library:\n%q", name, got, want)
			}
			head := fmt.Sprintf("%d %d true", n, n+1)
			if got := strings.Join(append([]string{head}, want...), "\n"); together[name] != got {
				t.Errorf("%s with others:\n%s\nby itself:\n%s", name, together[name], got)
			}
		}
		if got := together[names[3]]; got != "NO" {
			t.Errorf("a mailbox that is not there: %q", got)
		}
	})
}

// The library had begun to read when the connection was lent, and gets back what is not of the index.
func TestIndexGivesTheConnectionBack(t *testing.T) {
	t.Parallel()
	conn := examine(t, examined(1, "S: * 2 EXISTS", "C: UID FETCH", "S: * 1 FETCH (UID 1 FLAGS () "+header+"NIL)",
		"S: * 2 FETCH (UID 2 FLAGS () "+header+"NIL)", "S: $ OK\r\n* 3 EXISTS\r\n* OK {9}", "C: EXAMINE", "S: * 5 EXISTS", "S: $ OK", "eof"))
	n := 0
	if err := conn.Index(t.Context(), func(imapconn.Entry) error { n++; return nil }); err != nil || n != 2 {
		t.Fatalf("%d messages, %v", n, err)
	}
	st, err := conn.Examine(t.Context(), "B")
	if err != nil || st.Messages != 5 {
		t.Errorf("%+v, %v", st, err)
	}
}

// Flags may come in any order, with more than was asked for and more than once; without a UID they are of no use.
func TestFlags(t *testing.T) {
	t.Parallel()
	conn := dial(t, plain(imaptest.Script(t, signedIn(
		"C: EXAMINE", "C: UID FETCH 7:* (UID FLAGS)", "S: * 1 FETCH (UID 8 FLAGS ())", "S: * 4 EXISTS", "S: * OK [UIDVALIDITY 5] is", "S: * OK [UIDNEXT 10] next",
		"S: i1 OK", "S: * 1 FETCH (UID 6 FLAGS (\\Seen))",
		"S: * 2 FETCH (FLAGS (\\Deleted) X-OTHER (a \"b\") UID 7)", "S: * 3 FETCH (FLAGS ())", "S: * 3 FETCH (UID 9)", "S: * 3 FETCH (UID 9 FLAGS ())",
		"S: * 5 EXISTS", "S: * OK [UIDNEXT 11] next", "S: * 2 FETCH (UID 7 FLAGS ())", "S: i2 OK",
		"C: EXAMINE", "C: UID FETCH 1:*", "S: * 1 EXISTS", "S: i1 OK", "S: i2 NO not now",
		"C: EXAMINE", "C: UID FETCH 1:*", "S: i1 NO no such mailbox", "S: i2 BAD nothing is selected",
		"C: EXAMINE", "C: UID FETCH 1:*", "S: * 0 EXISTS", "S: i1 OK", "S: i2 BAD no messages",
		"C: EXAMINE", "C: UID FETCH 4:*", "S: * 4 EXISTS", "S: i1 OK", "S: * 4 FETCH (UID 11 FLAGS ())", "S: i2 OK", "eof")...)))
	var got []string
	each := func(uid uint32, flags []string) { got = append(got, fmt.Sprintf("%d%q", uid, flags)) }
	st, err := conn.Flags(t.Context(), "Work", 7, each)
	if err != nil || st.UIDValidity != 5 || st.UIDNext != 10 || st.Messages != 4 {
		t.Errorf("%+v, %v", st, err)
	}
	if want := `7["\\Deleted"] 9[] 7[]`; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %s", got, want)
	}
	for _, want := range []string{"not now", "no such mailbox"} {
		var no *imapconn.CommandError
		if _, err := conn.Flags(t.Context(), "Work", 0, each); !errors.As(err, &no) || no.Text != want || no.Op != `read flags in "Work"` {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if st, err := conn.Flags(t.Context(), "Work", 0, each); err != nil || st.Messages != 0 {
		t.Errorf("an empty mailbox: %+v, %v", st, err)
	}
	if _, err := conn.Flags(t.Context(), "Work", 4, each); err != nil || got[len(got)-1] != "11[]" {
		t.Errorf("after refusals: %q, %v", got, err)
	}
	for _, name := range []string{"", "a\nb"} {
		if _, err := conn.Flags(t.Context(), name, 4, each); err == nil || !conn.Alive() {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// A server that breaks off keeps those mailboxes that were read.
func TestIndexAllIsCut(t *testing.T) {
	t.Parallel()
	conn := dial(t, plain(imaptest.Script(t, signedIn("C: EXAMINE", "S: * 1 EXISTS", "S: i1 OK",
		"S: * 1 FETCH (UID 1 FLAGS () "+header+"NIL)", "S: i2 OK", "S: * 0 EXISTS", "S: i3 OK", "S: i4 BAD no messages",
		"S: * 1 EXISTS", "S: i5 OK", "S: * 1 FETCH (UID 1 FLAGS ())", "S: i6 OK", // its header never comes
		"S: * 1 EXISTS", "S: i7 OK", "S: * BYE enough")...)))
	ended := map[string]bool{}
	var all []imapconn.IndexedMailbox
	for _, name := range []string{"A", "B", "C", "D"} {
		all = append(all, imapconn.IndexedMailbox{Name: name, Begin: func(imapconn.Status) {}, Each: func(imapconn.Entry) error { return nil },
			End: func(err error) { ended[name] = err == nil }})
	}
	err := conn.IndexAll(t.Context(), all)
	var lost *imapconn.ConnectError
	if !errors.As(err, &lost) || lost.Bye != "enough" {
		t.Errorf("got %v", err)
	}
	if fmt.Sprint(ended) != "map[A:true B:true C:false]" {
		t.Errorf("ended: %v", ended)
	}
}

// However the answer is cut into pieces, it says the same; and nothing that a server says takes more than it is worth.
func FuzzIndexAnswer(f *testing.F) {
	f.Add([]byte("* 1 FETCH (UID 11 FLAGS (\\Seen a) " + header + "{2}\r\n\r\n)\r\ni1 OK done\r\n"))
	f.Add([]byte("* OK [UIDNEXT 7] {3}\r\n* 2 EXPUNGE\r\n* 3 FETCH (BODY[HEADER] \"\\\"\" UID 1 X (1 {1}\r\n) \"\\)\") FLAGS ())\r\ni1 NO\r\n"))
	f.Add([]byte("* LIST () {1}\r\n/ {4}\r\nname\r\n* 1 FETCH (MODSEQ (1) UID 4294967295 FLAGS () BODY[] NIL)\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		read := func(r io.Reader) (out []string, failed bool) {
			total := 0
			err := imapconn.ReadAnswer(r, func(e imapconn.Entry) {
				total += len(e.Header)
				out = append(out, entryText(e))
			})
			if total > len(in) {
				t.Errorf("%d bytes of header out of %d", total, len(in))
			}
			return out, err != nil
		}
		whole, failed := read(bytes.NewReader(in))
		pieces, failedToo := read(iotest.OneByteReader(bytes.NewReader(in)))
		if failed != failedToo || !slices.Equal(whole, pieces) {
			t.Errorf("whole %q, %v; in pieces %q, %v", whole, failed, pieces, failedToo)
		}
	})
}

// Nothing need go before an index, and much may come after it.
func TestIndexFirst(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		for range 5 {
			c := dial(t, config(s))
			err := c.IndexAll(t.Context(), []imapconn.IndexedMailbox{{Name: "INBOX", Begin: func(imapconn.Status) {},
				Each: func(imapconn.Entry) error { return nil }, End: func(err error) {
					if err != nil {
						t.Error(err)
					}
				}}})
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Logout(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	})
}
