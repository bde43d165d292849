package main

import (
	"testing"

	"github.com/pst2imap/pst2imap/internal/discover"
)

// A POP account is named with what it does to the mail.
func TestByPOP(t *testing.T) {
	a := discover.Account{Kind: discover.AccountPOP, Email: "anna@example.org", Leave: &discover.Leave{Known: true}}
	if got, want := byPOP(a), "Outlook on this computer has anna@example.org by POP, which removes mail from the server as it fetches it"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
