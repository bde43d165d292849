package imapconn_test

import (
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
