package imapconn_test

import (
	"errors"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

// A command counts as understood only where the server has said so.
func TestConsent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ask, want bool
		steps     []string
	}{
		"consent":   {true, true, []string{"S: + go", "L:", "S: $ OK done", "eof"}},
		"refusal":   {true, false, []string{"S: $ NO no", "eof"}},
		"not asked": {false, false, []string{"L:", "S: $ OK done", "eof"}},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := imapconn.DialAppender(t.Context(), plain(imaptest.Script(t, signedIn(append([]string{"C: APPEND"}, c.steps...)...)...)))
			if err != nil {
				t.Fatal(err)
			}
			defer a.Abandon()
			b := &imapconn.Batch{Mailbox: "A", Messages: []imapconn.Message{message("a: b\n\nc\n")}, Ask: c.ask}
			if err := a.Send(b, func(imapconn.Outcome) {}); err != nil {
				t.Fatal(err)
			}
			if b.Consented != c.want {
				t.Errorf("got %v, want %v", b.Consented, c.want)
			}
		})
	}
}

// The messages behind the first go without asking, once the server has consented to that; then a BAD ends the connection.
func TestConsentForSeveral(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		steps     []string
		consented bool
		status    string // of the refusal
		closed    bool
	}{
		"stored":           {[]string{"S: + go", "L:", "L:", "S: $ OK [APPENDUID 1 7:8] done", "eof"}, true, "", false},
		"refused before":   {[]string{"S: $ BAD flags", "eof"}, false, "BAD", false},
		"refused after it": {[]string{"S: + go", "L:", "L:", "S: $ BAD what", "eof"}, true, "BAD", true},
		"NO after it":      {[]string{"S: + go", "L:", "L:", "S: $ NO what", "eof"}, true, "NO", false},
	} {
		t.Run(name, func(t *testing.T) {
			steps := offering("LITERAL+ MULTIAPPEND UIDPLUS", append([]string{"C: APPEND"}, c.steps...)...)
			a, err := imapconn.DialAppender(t.Context(), plain(imaptest.Script(t, steps...)))
			if err != nil {
				t.Fatal(err)
			}
			defer a.Abandon()
			b := &imapconn.Batch{Mailbox: "A", Messages: []imapconn.Message{message("a: b\n\nc\n"), message("a: b\n\nx CREATE pwned\n")}, Ask: true}
			o := submit(a, b)()
			var refused *imapconn.AppendError
			if errors.As(o.Err, &refused) != (c.status != "") || refused != nil && (refused.Status != c.status || refused.Closed != c.closed) {
				t.Errorf("got %v", o.Err)
			}
			if b.Consented != c.consented || a.Alive() == c.closed {
				t.Errorf("consented %v, alive %v", b.Consented, a.Alive())
			}
			if o.Err == nil && len(o.Appended) != 2 {
				t.Errorf("appended %v", o.Appended)
			}
			if sent, _ := a.Traffic(); sent > 60 != c.consented { // sign-in and the command's first line have less
				t.Errorf("%d bytes were sent", sent)
			}
		})
	}
}
