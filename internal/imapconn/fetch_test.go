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

// The library takes the end of the connection for the end of a message; a message must not be taken for a shorter one.
func TestFetchNoticesTheCut(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(io.Reader) error{
		"read": func(r io.Reader) error {
			if b, err := io.ReadAll(r); !errors.Is(err, io.ErrUnexpectedEOF) {
				return fmt.Errorf("read %d bytes, %w", len(b), err)
			}
			return nil
		},
		"error ignored": func(r io.Reader) error { _, _ = io.Copy(io.Discard, r); return nil },
		"not read":      func(io.Reader) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			conn := examine(t, examined(1, "C: UID FETCH 1 ", `S: * 1 FETCH (UID 1 FLAGS () INTERNALDATE " 1-Feb-2003 04:05:06 +0000")`,
				"S: $ OK", "C: UID FETCH 1 ", "S: * 1 FETCH (UID 1 BODY[] {100}\r\nFrom: a"))
			err := conn.Fetch(t.Context(), []uint32{1}, func(f imapconn.Fetched) error { return read(f.Body) })
			var lost *imapconn.ConnectError
			if !errors.As(err, &lost) || conn.Alive() {
				t.Errorf("alive %v: %v", conn.Alive(), err)
			}
		})
	}
}

func TestFetchLeavesOutWhatIsGone(t *testing.T) {
	t.Parallel()
	date := `INTERNALDATE " 1-Feb-2003 04:05:06 +0000"`
	conn := examine(t, examined(3, "C: UID FETCH 1:3,9 ", "S: * 1 FETCH (UID 1 FLAGS () "+date+")", `S: * 3 FETCH (UID 3 FLAGS (\Seen) `+date+")",
		"S: $ OK", "C: UID FETCH 1:3,9 ", "S: * 1 FETCH (UID 1 BODY[] NIL)", "S: * 3 FETCH (UID 3 BODY[] {1}\r\nx)", "S: $ OK",
		"C: UID FETCH 1 ", "S: $ OK", "eof"))
	var got []string
	err := conn.Fetch(t.Context(), []uint32{9, 3, 2, 1, 3, 0}, func(f imapconn.Fetched) error {
		got = append(got, fmt.Sprint(f.UID, f.Flags, f.Size))
		return nil
	})
	if err != nil || fmt.Sprint(got) != `[3 [\Seen] 1]` {
		t.Errorf("got %v, %v", got, err)
	}
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
		checkFetch(t, c, append(uids, 5000, 5001, 7, 7))
	})
}

// checkFetch reads messages back, each by another way of using its body.
func checkFetch(t *testing.T, c *imapconn.Conn, uids []uint32) {
	t.Helper()
	seen := map[uint32]bool{}
	err := c.Fetch(t.Context(), uids, func(f imapconn.Fetched) error {
		seen[f.UID] = true
		if f.UID%3 == 0 {
			return nil // a body that is not read
		}
		b, err := io.ReadAll(f.Body)
		if int64(len(b)) != f.Size || !bytes.HasSuffix(b, bytes.Repeat([]byte("x"), int(f.UID-1))) {
			t.Errorf("message %d has %d bytes of %d", f.UID, len(b), f.Size)
		}
		if f.Date.IsZero() || !slices.Contains(f.Flags, `\Seen`) {
			t.Errorf("message %d: flags %v, date %v", f.UID, f.Flags, f.Date)
		}
		return err
	})
	if err != nil || len(seen) != 700 {
		t.Errorf("fetched %d messages, %v", len(seen), err)
	}
}
