package imaptest

import (
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"
)

// Account is a user of a Dovecot, of any name and password.
type Account struct {
	User string
	// Scheme says how the server keeps the password: "PLAIN", from which it makes the keys of every mechanism, or one of its
	// others ("SHA", "SSHA256", …), as servers do that have grown old.
	Scheme   string
	Password string // or its hash, in bytes
}

// SetAccounts gives a Dovecot other accounts than the one that it has. They share one store of mail. It has to come before the
// first sign-in: Dovecot looks at its list again only after a while.
func (s *Server) SetAccounts(t testing.TB, accounts ...Account) {
	t.Helper()
	if s.doveadm == nil {
		t.Fatal("this server is no Dovecot")
	}
	var b strings.Builder
	for _, a := range accounts {
		b.WriteString(a.User + ":{" + a.Scheme + ".b64}" + base64.StdEncoding.EncodeToString([]byte(a.Password)) + "\n")
	}
	writeFile(t, filepath.Join(filepath.Dir(s.CAFile), "users"), b.String())
}
