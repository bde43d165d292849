package imapconn_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/spool"
)

// appender signs in; the connection ends with the test.
func appender(t *testing.T, cfg imapconn.Config) *imapconn.Appender {
	t.Helper()
	a, err := imapconn.DialAppender(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Abandon)
	return a
}

// submit sends a batch and gives a function that waits for its outcome.
func submit(a *imapconn.Appender, b *imapconn.Batch) func() imapconn.Outcome {
	done := make(chan imapconn.Outcome, 1)
	if err := a.Send(b, func(o imapconn.Outcome) { done <- o }); err != nil {
		done <- imapconn.Outcome{Err: err}
	}
	return func() imapconn.Outcome { return <-done }
}

// put appends one message with the server's consent.
func put(a *imapconn.Appender, mailbox string, m imapconn.Message) (imapconn.Appended, error) {
	return one(submit(a, &imapconn.Batch{Mailbox: mailbox, Messages: []imapconn.Message{m}, Ask: true})())
}

func one(o imapconn.Outcome) (imapconn.Appended, error) {
	if len(o.Appended) == 0 {
		return imapconn.Appended{}, o.Err
	}
	return o.Appended[0], o.Err
}

func mustAppend(t *testing.T, a *imapconn.Appender, mailbox string, m imapconn.Message) imapconn.Appended {
	t.Helper()
	done, err := put(a, mailbox, m)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// offering are the steps of a scripted server that offers more than signedIn's.
func offering(caps string, steps ...string) []string {
	list := signedIn(steps...)
	list[0] = "S: * PREAUTH [CAPABILITY IMAP4rev1 LIST-EXTENDED " + caps + "] hi"
	return list
}

func TestAppendRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, status, code string
		asked, closed      bool
		steps              []string
	}{
		{"before the literal", "NO", "TOOBIG", true, false, []string{"S: $ NO [toobig] no"}},
		{"throttled before the literal", "BAD", "", true, false, []string{"S: $ BAD Request is throttled."}},
		{"after the literal", "NO", "OVERQUOTA", true, false, []string{"S: + go", "L:", "S: $ NO [OverQuota 7] full"}},
		{"unasked", "NO", "", false, false, []string{"L:", "S: $ NO full"}},
		{"unasked, not understood", "BAD", "", false, true, []string{"L:", "S: $ BAD what?"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := appender(t, plain(imaptest.Script(t, signedIn(append(append([]string{`C: APPEND "A" (\Seen) {`}, c.steps...), "eof")...)...)))
			o := submit(a, &imapconn.Batch{Mailbox: "A", Messages: []imapconn.Message{message("a: b\n\nc\n", `\Seen`)}, Ask: c.asked})()
			var refused *imapconn.AppendError
			if !errors.As(o.Err, &refused) || refused.Status != c.status || refused.Code != c.code || refused.Mailbox != "A" {
				t.Fatalf("got %#v", o.Err)
			}
			if refused.Closed != c.closed || a.Alive() == c.closed || errors.Is(o.Err, imapconn.ErrUnknownOutcome) {
				t.Errorf("closed %v, alive %v: %v", refused.Closed, a.Alive(), o.Err)
			}
		})
	}
}

func TestAppendUnknownOutcome(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		unknown bool
		steps   []string
	}{
		{"cut before the literal", false, nil},
		{"cut after the literal", true, []string{"S: + go", "L:"}},
		{"bye before the literal", false, []string{"S: * BYE going down"}},
		{"bye after the literal", true, []string{"S: + go", "L:", "S: * BYE going down"}},
		{"nonsense after the literal", true, []string{"S: + go", "L:", "S: * ??? {", "eof"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := plain(imaptest.Script(t, signedIn(append([]string{"C: APPEND"}, c.steps...)...)...))
			cfg.Timeout = time.Second
			a := appender(t, cfg)
			_, err := put(a, "A", message("a: b\n\nc\n"))
			var lost *imapconn.ConnectError
			if !errors.As(err, &lost) || errors.Is(err, imapconn.ErrUnknownOutcome) != c.unknown || a.Alive() {
				t.Errorf("alive %v: %v", a.Alive(), err)
			}
			if lost != nil && strings.HasPrefix(c.name, "bye") && lost.Bye != "going down" {
				t.Errorf("bye is %q", lost.Bye)
			}
			if _, err := put(a, "A", message("a: b\n\n")); !errors.As(err, &lost) || errors.Is(err, imapconn.ErrUnknownOutcome) {
				t.Errorf("a second append: %v", err)
			}
		})
	}
}

// A message over 4096 bytes is sent on without an answer to the one before.
func TestD1LargeMessagesDoNotWait(t *testing.T) {
	t.Parallel()
	a := appender(t, plain(imaptest.Script(t, signedIn("C: APPEND", "L:", "C: APPEND", "L:", "S: a1 OK [APPENDUID 9 4] done", "S: a2 OK done", "eof")...)))
	large := func() *imapconn.Batch {
		return &imapconn.Batch{Mailbox: "A", Messages: []imapconn.Message{message("a: b\n\n" + strings.Repeat("x", 100_000))}}
	}
	first, second := submit(a, large()), submit(a, large())
	if done, err := one(first()); err != nil || done != (imapconn.Appended{UIDValidity: 9, UID: 4}) {
		t.Errorf("first: %+v, %v", done, err)
	}
	if o := second(); o.Err != nil || o.Appended != nil {
		t.Errorf("second: %+v", o)
	}
}

// A refusal before the message ends nothing, and the ones before it keep their answers.
func TestD2RefusalKeepsTheOthers(t *testing.T) {
	t.Parallel()
	a := appender(t, plain(imaptest.Script(t, signedIn("C: APPEND", "L:", "C: APPEND", "S: a1 OK", "S: a2 NO [TOOBIG] no", "C: APPEND", "L:", "S: a3 OK", "eof")...)))
	first := submit(a, &imapconn.Batch{Mailbox: "A", Messages: []imapconn.Message{message("a: b\n\n")}})
	_, err := put(a, "A", message("a: b\n\n"))
	var refused *imapconn.AppendError
	if o := first(); o.Err != nil || !errors.As(err, &refused) || refused.Code != "TOOBIG" || !a.Alive() {
		t.Errorf("first %v, second %v", o.Err, err)
	}
	if o := submit(a, &imapconn.Batch{Mailbox: "A", Messages: []imapconn.Message{message("a: b\n\n")}})(); o.Err != nil {
		t.Errorf("third: %v", o.Err)
	}
}

// D3, no limit for a message as a whole, is TestSlowUploadIsNotCut; D7, silence has a limit, TestSilentServer.

// What the library cannot parse comes at the worst moment and does no harm.
func TestD4D5OddResponses(t *testing.T) {
	t.Parallel()
	a := appender(t, plain(imaptest.Script(t, offering("LITERAL+ MULTIAPPEND", "C: APPEND", "L:",
		`S: * OK [Error="Failed to set item [x]" Session=1] still here`, "S: * VANISHED 1:3", "S: * QUOTA \"\"",
		`S: * 1 FETCH (UID 1 EMAILID (M1) X-GM-MSGID 1278455344230334865)`, "S: * LIST () \"/\" Gr\xfc\xdfe", "S: * 17 EXISTS",
		"S: $ OK [APPENDUID 3 5:7] done", "eof")...)))
	o := submit(a, &imapconn.Batch{Mailbox: "A", Messages: []imapconn.Message{message("a: b\n\n")}})()
	if o.Err != nil || !a.Alive() {
		t.Errorf("got %+v", o)
	}
	if o.Appended != nil {
		t.Errorf("three UIDs for one message were believed: %+v", o.Appended)
	}
}

// D6: without SASL-IR, sign-in with AUTHENTICATE LOGIN is never tried: LOGIN serves.
func TestD6SignInWithoutInitialResponse(t *testing.T) {
	t.Parallel()
	cfg := plain(imaptest.Script(t, "S: * OK [CAPABILITY IMAP4rev1 LIST-EXTENDED AUTH=LOGIN] hi", `C: LOGIN "anna" "geheim99"`,
		"S: $ OK [CAPABILITY IMAP4rev1 LIST-EXTENDED] in", `C: LIST "" ""`, `S: * LIST () "/" ""`, "S: $ OK", "eof"))
	appender(t, cfg)
}

// D8: the words of the server's farewell are kept, and codes have no case.
func TestD8ByeAndCodes(t *testing.T) {
	t.Parallel()
	a := appender(t, plain(imaptest.Script(t, signedIn("C: APPEND", "S: $ NO [overQuota] full", "C: APPEND", "S: * BYE [unavailable] back at noon")...)))
	_, err := put(a, "A", message("a: b\n\n"))
	var refused *imapconn.AppendError
	if !errors.As(err, &refused) || refused.Code != "OVERQUOTA" {
		t.Errorf("got %v", err)
	}
	_, err = put(a, "A", message("a: b\n\n"))
	var lost *imapconn.ConnectError
	if !errors.As(err, &lost) || lost.Reason != imapconn.Bye || lost.Bye != "[UNAVAILABLE] back at noon" {
		t.Errorf("got %v", err)
	}
}

// D9: a message that ends early, or cannot be read to its end, hangs nobody and is never stored.
func TestD9MessageThatEndsEarly(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]error{"early": io.EOF, "with an error": iotest.ErrTimeout} {
		a := appender(t, plain(imaptest.Script(t, signedIn("C: APPEND", "S: +", "eof")...)))
		body := &swapReader{ReadSeeker: strings.NewReader("a: b\r\n\r\nc\r\n"), err: ends}
		_, err := put(a, "A", imapconn.Message{Size: 11, Body: body})
		if !errors.Is(err, ends) || errors.Is(err, imapconn.ErrUnknownOutcome) || a.Alive() {
			t.Errorf("%s: alive %v, %v", name, a.Alive(), err)
		}
	}
}

// swapReader can be read once; then it fails, as a disk does.
type swapReader struct {
	io.ReadSeeker
	rewinds int
	err     error
}

func (r *swapReader) Seek(offset int64, whence int) (int64, error) {
	r.rewinds++
	return r.ReadSeeker.Seek(offset, whence)
}

func (r *swapReader) Read(p []byte) (int, error) {
	if r.rewinds > 1 {
		return 0, r.err
	}
	return r.ReadSeeker.Read(p)
}

func TestAppendCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	a, err := imapconn.DialAppender(ctx, plain(imaptest.Script(t, signedIn("C: APPEND", "S: +", "eof")...)))
	if err != nil {
		t.Fatal(err)
	}
	body := &hookReader{ReadSeeker: strings.NewReader("a: b\r\n\r\nc\r\n"), at: 2, hook: cancel}
	_, err = put(a, "A", imapconn.Message{Size: 11, Body: body})
	if !errors.Is(err, context.Canceled) || !errors.Is(err, imapconn.ErrUnknownOutcome) || a.Alive() {
		t.Errorf("alive %v: %v", a.Alive(), err)
	}
	if _, err := put(a, "A", message("a: b\n\n")); !errors.Is(err, context.Canceled) || errors.Is(err, imapconn.ErrUnknownOutcome) {
		t.Errorf("a second append: %v", err)
	}
}

// hookReader calls hook when it is read for the second time: the first is the check before sending.
type hookReader struct {
	io.ReadSeeker
	rewinds, at int
	hook        func()
}

func (r *hookReader) Seek(offset int64, whence int) (int64, error) {
	r.rewinds++
	return r.ReadSeeker.Seek(offset, whence)
}

func (r *hookReader) Read(p []byte) (int, error) {
	if r.rewinds == r.at {
		r.hook()
	}
	return r.ReadSeeker.Read(p)
}

// Nothing of these may reach the server: the script has no step for it, and the connection stays as it was.
func TestAppendRefusesInvalidMessages(t *testing.T) {
	t.Parallel()
	a := appender(t, plain(imaptest.Script(t, signedIn("C: LOGOUT", "S: * BYE bye", "S: $ OK", "eof")...)))
	body := func(s string) imapconn.Message {
		return imapconn.Message{Size: int64(len(s)), Body: strings.NewReader(s)}
	}
	short := body("a: b\r\n\r\n")
	short.Size++
	shortSpool := spooled(t, "a: b\r\n\r\n")
	shortSpool.Size++
	late := body("a: b\r\n\r\n")
	late.Date = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, m := range map[string]imapconn.Message{
		"bare LF":         body("a: b\r\n\nc"),
		"LF in a spool":   spooled(t, "a: b\r\n\nc"),
		"CR in a spool":   spooled(t, "a: b\r\n\r\nc\r"),
		"NUL in a spool":  spooled(t, "a: b\r\n\r\n\x00"),
		"spool too short": shortSpool,
		"bare CR":         body("a: b\r\n\r\nc\rd"),
		"CR at the end":   body("a: b\r\n\r\nc\r"),
		"NUL":             body("a: b\r\n\r\n\x00"),
		"empty":           body(""),
		"wrong size":      short,
		"year 10000":      late,
		`\Recent`:         message("a: b\n\n", `\Recent`),
		`\Deleted`:        message("a: b\n\n", `\Deleted`),
		`unknown system`:  message("a: b\n\n", `\Bogus`),
		"injected":        message("a: b\n\n", "x) {3+}\r\nabc\r\nx1 CREATE pwned"),
		"blank":           message("a: b\n\n", "a b"),
		"empty flag":      message("a: b\n\n", ""),
		"not ASCII":       message("a: b\n\n", "Prüfung"),
		"after good ones": message("a: b\n\n", `\Seen`, "$MDNSent", `"`),
	} {
		for _, ask := range []bool{true, false} {
			o := submit(a, &imapconn.Batch{Mailbox: "A", Messages: []imapconn.Message{m}, Ask: ask})()
			if !errors.Is(o.Err, imapconn.ErrInvalidMessage) || !a.Alive() {
				t.Errorf("%s: alive %v, %v", name, a.Alive(), o.Err)
			}
		}
	}
	for _, name := range []string{"A\r\nx1 CREATE pwned", "", "\xff", "A\x00"} {
		if _, err := put(a, name, message("a: b\n\n")); err == nil {
			t.Errorf("mailbox name %q was taken", name)
		}
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

// spooled is a message in a spool that checks it.
func spooled(t *testing.T, text string) imapconn.Message {
	t.Helper()
	s := &spool.Spool{CheckLines: true, Memory: 1 << 20}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := io.WriteString(s, text); err != nil {
		t.Fatal(err)
	}
	return imapconn.Message{Size: s.Size(), Body: s.Reader()}
}

// What is sent of a message is what is in it, wherever that is and however large.
func TestMessagesArriveAsTheyAre(t *testing.T) {
	t.Parallel()
	s := imaptest.Dovecot(t)
	a := appender(t, config(s))
	var want []string
	batch := &imapconn.Batch{Mailbox: "INBOX"}
	for _, lines := range []int{1, 500, 1000, 2000, 9000, 20_000} {
		text := "a: b\r\n\r\n" + strings.Repeat("0123456789 0123456789 0123456789 0123456789 0123456789\r\n", lines)
		filed := &spool.Spool{CheckLines: true, Memory: 1}
		t.Cleanup(func() { _ = filed.Close() })
		if _, err := io.WriteString(filed, text); err != nil {
			t.Fatal(err)
		}
		batch.Messages = append(batch.Messages, spooled(t, text), imapconn.Message{Size: filed.Size(), Body: filed.Reader()},
			imapconn.Message{Size: int64(len(text)), Body: strings.NewReader(text)})
		want = append(want, text, text, text)
	}
	if o := submit(a, batch)(); o.Err != nil {
		t.Fatal(o.Err)
	}
	got := s.Client(t).Messages("INBOX")
	if len(got) != len(want) {
		t.Fatalf("%d messages have arrived, not %d", len(got), len(want))
	}
	for i := range got {
		if got[i].Body != want[i] {
			t.Errorf("message %d has %d bytes, not the %d that were sent, or others", i, len(got[i].Body), len(want[i]))
		}
	}
}

func TestQuotaAndSizeLimit(t *testing.T) {
	t.Parallel()
	s := imaptest.Dovecot(t, imaptest.Quota("2M", "1M"))
	for _, c := range []struct {
		name, code string
		sizes      []int
	}{
		{"too large", "LIMIT", []int{1_200_000}},
		{"over quota", "OVERQUOTA", []int{900_000, 900_000, 900_000}},
	} {
		for _, ask := range []bool{true, false} {
			a := appender(t, config(s))
			var err error
			for _, size := range c.sizes {
				m := message("a: b\n\n" + strings.Repeat("x", size))
				if err = submit(a, &imapconn.Batch{Mailbox: "INBOX", Messages: []imapconn.Message{m}, Ask: ask})().Err; err != nil {
					break
				}
			}
			var refused *imapconn.AppendError
			if !errors.As(err, &refused) || refused.Code != c.code || refused.Closed || !a.Alive() {
				t.Errorf("%s, asked %v: %#v", c.name, ask, err)
			}
		}
	}
	if n := s.Count(t, "INBOX"); n != 2 {
		t.Errorf("%d messages are stored", n)
	}
}

// Several messages in one command are stored all or none, and each learns its UID.
func TestMultiAppend(t *testing.T) {
	t.Parallel()
	s := imaptest.Dovecot(t, imaptest.Quota("", "100k"))
	a := appender(t, config(s))
	if !a.Multi() {
		t.Fatal("no MULTIAPPEND")
	}
	batch := func(sizes ...int) *imapconn.Batch {
		b := &imapconn.Batch{Mailbox: "INBOX"}
		for _, n := range sizes {
			b.Messages = append(b.Messages, message("a: b\n\n"+strings.Repeat("x", n)))
		}
		return b
	}
	good, bad, again := submit(a, batch(1, 2, 3)), submit(a, batch(4, 200_000, 5)), submit(a, batch(6, 7))
	uids := func(o imapconn.Outcome) string {
		var all []uint32
		for _, d := range o.Appended {
			all = append(all, d.UID)
		}
		return fmt.Sprint(all, o.Err)
	}
	if got := uids(good()); got != "[1 2 3] <nil>" {
		t.Errorf("first: %s", got)
	}
	var refused *imapconn.AppendError
	if o := bad(); !errors.As(o.Err, &refused) || refused.Code != "LIMIT" || o.Appended != nil {
		t.Errorf("second: %+v", o)
	}
	if got := uids(again()); got != "[4 5] <nil>" {
		t.Errorf("third: %s", got)
	}
	if n := s.Count(t, "INBOX"); n != 5 {
		t.Errorf("%d messages are stored", n)
	}
}

// A server that does not understand an unasked message is left at once, before it reads the message as commands. What was
// pipelined with it is not refused: it is lost.
func TestNotUnderstood(t *testing.T) {
	t.Parallel()
	a := appender(t, plain(imaptest.Script(t, signedIn("C: APPEND", "L:", "C: APPEND", "L:", "C: APPEND", "S: a1 BAD what?", "eof")...)))
	batch := func(ask bool) *imapconn.Batch {
		return &imapconn.Batch{Mailbox: "A", Messages: []imapconn.Message{message("a: b\n\nx1 CREATE pwned\n")}, Ask: ask}
	}
	first, sent, waiting := submit(a, batch(false)), submit(a, batch(false)), submit(a, batch(true))
	var refused *imapconn.AppendError
	var lost *imapconn.ConnectError
	if err := first().Err; !errors.As(err, &refused) || errors.As(err, &lost) || !refused.Closed {
		t.Errorf("first: %v", err)
	}
	if err := sent().Err; !errors.As(err, &lost) || !errors.Is(err, imapconn.ErrUnknownOutcome) {
		t.Errorf("second: %v", err)
	}
	if err := waiting().Err; !errors.As(err, &lost) || errors.Is(err, imapconn.ErrUnknownOutcome) {
		t.Errorf("third: %v", err)
	}
	if a.Alive() {
		t.Error("the connection is kept")
	}
}
