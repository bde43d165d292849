package upload

import (
	"fmt"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// A mailbox that takes no more keywords keeps those that it has; a message that is refused all the same goes without.
func TestKeywordsOfAMailbox(t *testing.T) {
	wanted := []string{`\Seen`, "Red", "Blue"}
	b := newBox("A", imapconn.Status{PermanentFlags: []string{`\Seen`, "green", `\*`}})
	check := func(when string, keywords int, want string) {
		t.Helper()
		flags, dropped := b.flags(wanted, keywords)
		if got := fmt.Sprint(flags, dropped); got != want {
			t.Errorf("%s: got %s, want %s", when, got, want)
		}
	}
	check("at first", allKeywords, `[\Seen Red Blue] 0`)
	check("at first, old ones", oldKeywords, `[\Seen] 2`)
	b.took([]string{`\Seen`, "Red"})
	check("one is there", oldKeywords, `[\Seen Red] 1`)
	check("none", noKeywords, `[\Seen] 2`)
	b.full = true
	check("full", allKeywords, `[\Seen Red] 1`)
	b.permanent = []string{`\Seen`, "blue"}
	b.full = false
	check("no new ones, and its own spelling", allKeywords, `[\Seen blue] 1`)
}
