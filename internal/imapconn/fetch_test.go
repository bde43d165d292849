package imapconn_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

// examined are the steps up to the first command after EXAMINE of a mailbox with n messages.
func examined(n int, steps ...string) []string {
	return signedIn(append([]string{"C: EXAMINE", fmt.Sprintf("S: * %d EXISTS", n), "S: $ OK"}, steps...)...)
}

func examine(t *testing.T, steps []string) *imapconn.Conn {
	t.Helper()
	conn := dial(t, plain(imaptest.Script(t, steps...)))
	if _, err := conn.Examine(t.Context(), "A"); err != nil {
		t.Fatal(err)
	}
	return conn
}

const header = `BODY[HEADER.FIELDS (MESSAGE-ID DATE FROM X-PST2IMAP-ID)] `

// A server's answer may be odd in many ways; an index is then complete or it fails.
func TestIndexIsCompleteOrFails(t *testing.T) {
	t.Parallel()
	one := "S: * 1 FETCH (UID 11 FLAGS () " + header + "{2}\r\n\r\n)"
	for _, c := range []struct {
		name  string
		want  string
		steps []string
	}{
		{"flags change meanwhile", "[11 12]", []string{`S: * 2 FETCH (UID 12 FLAGS (\Seen))`, one,
			"S: * 2 FETCH (UID 12 FLAGS () " + header + "{2}\r\n\r\n)", "S: $ OK",
			"C: UID FETCH 12 ", "S: * 2 FETCH (UID 12 FLAGS () " + header + "{2}\r\n\r\n)", "S: $ OK"}},
		{"flags behind the header", "[11 12]", []string{one, "S: * 2 FETCH (UID 12 " + header + "\"\" FLAGS ())", "S: $ OK"}},
		{"header is NIL", "[11 12]", []string{one, "S: * 2 FETCH (UID 12 FLAGS () " + header + "NIL)", "S: $ OK"}},
		{"removed meanwhile", "[11]", []string{one, "S: * 2 EXPUNGE", "S: $ OK"}},
		{"one is missing", "", []string{one, "S: $ OK"}},
		{"UID behind the header", "[11 12]", []string{one, "S: * 2 FETCH (FLAGS () " + header + "{2}\r\n\r\n UID 12)", "S: $ OK"}},
		{"header without UID", "", []string{one, "S: * 2 FETCH (FLAGS () " + header + "{2}\r\n\r\n)", "S: $ OK"}},
		{"more than was asked for", "[11 12]", []string{"S: * FLAGS (a)", one, "S: * LIST () {1}\r\n/ {3}\r\n1 F", "S: * 7 RECENT",
			"S: * OK text {7}", "S: * 2 FETCH (MODSEQ (7 (\"a)\" {2}\r\n)))) x ~{1}\r\n( UID 12 body[header.fields (\"]\\\"\")]<0> \"\" FLAGS (a))", "S: $ OK"}},
		{"new mail", "[11 12]", []string{one, "S: * 3 EXISTS", "S: * 2 FETCH (UID 12 FLAGS () " + header + "{2}\r\n\r\n)", "S: $ OK"}},
		{"number too large", "", []string{one, "S: * 2 FETCH (UID 4294967296 FLAGS () " + header + "NIL)", "S: $ OK"}},
		{"lists without end", "", []string{"S: * 1 FETCH (X " + strings.Repeat("(", 1000) + ")", "S: $ OK"}},
		{"refused", "", []string{one, "S: $ NO [EXPUNGEISSUED] some are gone"}},
		{"cut in the header", "", []string{one, "S: * 2 FETCH (UID 12 FLAGS () " + header + "{20}\r\nMessage"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := examine(t, examined(2, append([]string{"C: UID FETCH 1:* ("}, c.steps...)...))
			var uids []uint32
			err := conn.Index(t.Context(), func(e imapconn.Entry) error {
				uids = append(uids, e.UID)
				return nil
			})
			if c.want == "" && err == nil || c.want != "" && (err != nil || fmt.Sprint(uids) != c.want) {
				t.Errorf("got %v, %v", uids, err)
			}
		})
	}
}

func TestIndexCutsEndlessHeaders(t *testing.T) {
	t.Parallel()
	const size = 300_000
	conn := examine(t, examined(1, "C: UID FETCH", fmt.Sprintf("S: * 1 FETCH (UID 1 FLAGS () %s{%d}\r\n%s)", header, size,
		bytes.Repeat([]byte("x"), size)), "S: $ OK", "eof"))
	err := conn.Index(t.Context(), func(e imapconn.Entry) error {
		if !e.Truncated || len(e.Header) != 256<<10 {
			t.Errorf("kept %d bytes, truncated %v", len(e.Header), e.Truncated)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

const fetchDate = ` INTERNALDATE " 1-Feb-2003 04:05:06 +0000" `

// readBack reads messages of one mailbox; body may be nil.
func readBack(t *testing.T, c *imapconn.Conn, m imapconn.ReadBack, body func(io.Reader) error, done func(imapconn.Fetched) error) error {
	t.Helper()
	if body == nil {
		body = func(io.Reader) error { return nil }
	}
	return c.ReadBack(t.Context(), []imapconn.ReadBack{m}, imapconn.Reader{
		Begin:   func(*imapconn.ReadBack, imapconn.Status) error { return nil },
		Body:    body,
		Done:    func(_ *imapconn.ReadBack, f imapconn.Fetched) error { return done(f) },
		Refused: func(_ *imapconn.ReadBack, _ []uint32, e *imapconn.CommandError) error { return e },
	})
}

// A message must not be taken for a shorter one where the connection ends.
func TestReadBackNoticesTheCut(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(io.Reader) error{
		"read": func(r io.Reader) error {
			if b, err := io.ReadAll(r); !errors.Is(err, io.ErrUnexpectedEOF) {
				return fmt.Errorf("read %d bytes, %w", len(b), err)
			}
			return nil
		},
		"error ignored": func(r io.Reader) error { _, _ = io.Copy(io.Discard, r); return nil },
		"not read":      nil,
	} {
		t.Run(name, func(t *testing.T) {
			conn := dial(t, plain(imaptest.Script(t, examined(1, "C: UID FETCH 1 ", "S: * 1 FETCH (UID 1 FLAGS ()"+fetchDate+"BODY[] {100}\r\nFrom: a")...)))
			err := readBack(t, conn, imapconn.ReadBack{Mailbox: "A", Whole: []uint32{1}}, read, func(f imapconn.Fetched) error {
				t.Errorf("got %+v", f)
				return nil
			})
			var lost *imapconn.ConnectError
			if !errors.As(err, &lost) || conn.Alive() {
				t.Errorf("alive %v: %v", conn.Alive(), err)
			}
		})
	}
}

// What comes of messages is taken in whatever order and form, and what does not come
// whole is left out.
func TestReadBackForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, answer, want string }{
		{"usual", `UID 7 FLAGS (\Seen)` + fetchDate + "BODY[] {4}\r\nabc\n", `7 [\Seen] 4 true abc`},
		{"body first", "BODY[] {4}\r\nabc\n" + fetchDate + `FLAGS (\SEEN x) UID 7`, `7 [\Seen x] 4 true abc`},
		{"quoted", "UID 7" + fetchDate + `FLAGS () BODY[] "ab\"c"`, `7 [] 4 true ab"c`},
		{"binary literal", "UID 7" + fetchDate + "FLAGS () BODY[] ~{3}\r\na(b", `7 [] 3 true a(b`},
		{"no bytes", "UID 7" + fetchDate + `FLAGS () BODY[] NIL`, `7 [] 0 true `},
		{"more than was asked for", "MODSEQ (7) X (\"a)\" {2}\r\n))) UID 7 RFC822.SIZE 99" + fetchDate + "FLAGS () BODY[] {1}\r\nx", `7 [] 1 true x`},
		{"meta", "UID 7 RFC822.SIZE 99" + fetchDate + "FLAGS ()", `7 [] 99 false `},
		{"no date", "UID 7 FLAGS () BODY[] {1}\r\nx", ``},
		{"no UID", "FLAGS ()" + fetchDate + "BODY[] {1}\r\nx", ``},
		{"change of flags", `UID 7 FLAGS (\Deleted)`, ``},
		{"bad date", `UID 7 INTERNALDATE "yesterday" FLAGS () BODY[] {1}` + "\r\nx", `error`},
		{"number too large", "UID 4294967296 FLAGS ()" + fetchDate, `error`},
		{"lists without end", "X " + strings.Repeat("(", 1000), `error`},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := dial(t, plain(imaptest.Script(t, examined(1, "C: UID FETCH 7 ", "S: * 1 FETCH ("+c.answer+")", "S: $ OK")...)))
			var got, text string
			err := readBack(t, conn, imapconn.ReadBack{Mailbox: "A", Whole: []uint32{7}}, func(r io.Reader) error {
				b, err := io.ReadAll(r)
				text = strings.TrimSpace(string(b))
				return err
			}, func(f imapconn.Fetched) error {
				got += fmt.Sprint(f.UID, " ", f.Flags, " ", f.Size, " ", f.Whole, " ", text)
				if f.Date.Year() != 2003 {
					t.Errorf("date %v", f.Date)
				}
				return nil
			})
			if err != nil {
				got = "error"
			}
			if got != c.want {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
}

// Commands are on their way together. A mailbox that the server refuses has no
// messages, even if it gives out those of the mailbox before.
func TestReadBackManyMailboxes(t *testing.T) {
	t.Parallel()
	one := "S: * 1 FETCH (UID 1 FLAGS ()" + fetchDate + "BODY[] {1}\r\nx)"
	conn := dial(t, plain(imaptest.Script(t, signedIn(
		"C: EXAMINE \"A\"", "C: UID FETCH 1 ", "C: EXAMINE \"B\"", "C: UID FETCH 1:2 ", "C: EXAMINE \"C\"", "C: UID FETCH 3 ", "C: UID FETCH 1 ",
		"S: * 1 EXISTS", "S: * OK [UIDVALIDITY 77] x", "S: i1 OK", one, "S: i2 OK",
		"S: i3 NO [NONEXISTENT] gone", one, "S: i4 BAD no mailbox",
		"S: * OK [UIDVALIDITY 78] x", "S: i5 OK", "S: * 3 FETCH (UID 3 RFC822.SIZE 9 FLAGS ()"+fetchDate+")", "S: i6 OK", one, "S: i7 NO [SERVERBUG] broken", "eof")...)))
	var got []string
	note := func(format string, args ...any) error { got = append(got, fmt.Sprintf(format, args...)); return nil }
	err := conn.ReadBack(t.Context(), []imapconn.ReadBack{
		{Mailbox: "A", Whole: []uint32{1, 1, 0}}, {Mailbox: "B", Whole: []uint32{2, 1}}, {Mailbox: "C", Meta: []uint32{3}, Whole: []uint32{1}},
	}, imapconn.Reader{
		Begin: func(m *imapconn.ReadBack, st imapconn.Status) error { return note("%s %d", m.Mailbox, st.UIDValidity) },
		Body:  func(io.Reader) error { return nil },
		Done: func(m *imapconn.ReadBack, f imapconn.Fetched) error {
			return note("%s: %d %v", m.Mailbox, f.UID, f.Whole)
		},
		Refused: func(m *imapconn.ReadBack, uids []uint32, e *imapconn.CommandError) error {
			return note("%s: %v %s", m.Mailbox, uids, e.Code)
		},
	})
	want := `A 77, A: 1 true, B: [] NONEXISTENT, C 78, C: 3 false, C: 1 true, C: [1] SERVERBUG`
	if err != nil || strings.Join(got, ", ") != want {
		t.Errorf("got  %s, %v\nwant %s", strings.Join(got, ", "), err, want)
	}
}

// FuzzReadBack has as property that whatever a server says, no message is given out
// that did not come whole.
func FuzzReadBack(f *testing.F) {
	f.Add([]byte("* 1 FETCH (UID 7 FLAGS (\\Seen)" + fetchDate + "BODY[] {4}\r\nabc\n)\r\n* 2 EXPUNGE\r\ni1 OK\r\n"))
	f.Add([]byte("* 1 FETCH (BODY[] \"x\" UID 7 FLAGS ()" + fetchDate + ")\r\ni1 NO [X] y\r\n"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		size := int64(-1)
		_ = imapconn.ReadBackAnswer(bytes.NewReader(answer), func(r io.Reader) error {
			n, err := io.Copy(io.Discard, r)
			if err != nil {
				n = -1
			}
			size = n
			return nil
		}, func(m imapconn.Fetched) {
			if m.UID == 0 && !bytes.Contains(answer, []byte("0")) || m.Whole && m.Size != size || m.Date.IsZero() && !bytes.Contains(answer, []byte("0001")) {
				t.Errorf("%+v, %d bytes", m, size)
			}
			size = -1
		})
	})
}

func TestIndexAndFetch(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		c := dial(t, config(s))
		a := appender(t, config(s))
		const n = 700 // more than one batch
		for i := range n {
			mustAppend(t, a, home(c, "Sent"), message(fmt.Sprintf(
				"X-Pst2imap-Id: 1-%d\nSubject: * BYE now\nMessage-ID: <%d@x>\nFrom: a@x\n\n* BYE\n%s", i, i, strings.Repeat("x", i)), `\Seen`))
		}
		status, err := c.Examine(t.Context(), home(c, "Sent"))
		if err != nil || status.Messages != n || status.UIDNext != n+1 || status.UIDValidity == 0 {
			t.Fatalf("examine: %+v, %v", status, err)
		}
		var uids []uint32
		err = c.Index(t.Context(), func(e imapconn.Entry) error {
			want := fmt.Sprintf("<%d@x>", e.UID-1)
			if !bytes.Contains(e.Header, []byte(want)) || bytes.Contains(e.Header, []byte("Subject")) ||
				!slices.Contains(e.Flags, `\Seen`) {
				t.Errorf("entry %+v lacks %s", e, want)
			}
			uids = append(uids, e.UID)
			return nil
		})
		if err != nil || len(uids) != n {
			t.Fatalf("index: %d entries, %v", len(uids), err)
		}
		checkFetch(t, c, home(c, "Sent"), append(uids, 5000, 5001, 7, 7))
	})
}

// checkFetch reads messages back, each by another way of using its body.
func checkFetch(t *testing.T, c *imapconn.Conn, mailbox string, uids []uint32) {
	t.Helper()
	seen := map[uint32]bool{}
	var b []byte
	err := readBack(t, c, imapconn.ReadBack{Mailbox: mailbox, Whole: uids}, func(r io.Reader) (err error) {
		if len(seen)%3 == 0 {
			b = nil
			return nil // a body that is not read
		}
		b, err = io.ReadAll(r)
		return err
	}, func(f imapconn.Fetched) error {
		seen[f.UID] = true
		if b != nil && (int64(len(b)) != f.Size || !bytes.HasSuffix(b, bytes.Repeat([]byte("x"), int(f.UID-1)))) {
			t.Errorf("message %d has %d bytes of %d", f.UID, len(b), f.Size)
		}
		if f.Date.IsZero() || !slices.Contains(f.Flags, `\Seen`) {
			t.Errorf("message %d: flags %v, date %v", f.UID, f.Flags, f.Date)
		}
		return nil
	})
	if err != nil || len(seen) != 700 {
		t.Errorf("fetched %d messages, %v", len(seen), err)
	}
}
