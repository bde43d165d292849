package upload

import (
	"testing"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// The code LIMIT alone does not say what there is too much of.
func TestLimits(t *testing.T) {
	for text, want := range map[string]reaction{
		"Mail size is larger than the maximum size allowed by server configuration": tooBig, // Dovecot 2.3
		"message too large":                    tooBig,
		"The Message is too big":               tooBig,
		"Message size too large (max. 10 MB)":  tooBig,
		"":                                     wait,
		"large":                                wait,
		"not so fast":                          wait,
		"Mailbox size too large":               wait,
		"The mailbox is too big":               wait,
		"Messages too large in number":         wait,
		"Message rate too big":                 wait,
		"Too many keywords":                    wait,
		"Message too large for now: throttled": wait,
	} {
		e := &imapconn.AppendError{Status: "NO", Code: "LIMIT", Text: text}
		if got := reactionTo(e, attempt{}); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
		e.Code = ""
		if got := reactionTo(e, attempt{}); got == tooBig {
			t.Errorf("%q without a code: too large", text)
		}
	}
}
