package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pst2imap/pst2imap/internal/account"
	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// authHint says what helps against a refused sign-in: the server's code first (RFC 5530), then its words, then what is known of
// the provider.
func authHint(e *imapconn.AuthError) string {
	if e.Code == "PRIVACYREQUIRED" {
		return "the server takes passwords over TLS only: use --tls starttls or --tls implicit"
	}
	if hint := hintOfWords(strings.ToLower(e.Text + " " + e.Alert)); hint != "" {
		return hint
	}
	if e.Temporary() {
		return "the server asks to try again later: wait some minutes and run the same command again"
	}
	if hint, ok := codeHints[e.Code]; ok {
		return hint
	}
	switch imapconn.Auth(e.Mechanism) {
	case "":
		return noWayHint(e.Offered)
	case imapconn.AuthOAuthBearer, imapconn.AuthXOAUTH2:
		return "an access token lives for an hour or so and is for one user: get a new one that is meant for IMAP, and check --user"
	}
	if hint := hintOfProvider(e.Host); hint != "" {
		return hint
	}
	const check = "check user name and password; some providers want the whole address as user name, some the name alone, some an app password"
	if strings.HasPrefix(e.Mechanism, string(imapconn.AuthSCRAM)) {
		return check + "; if all is right try --auth plain"
	}
	return check
}

var codeHints = map[string]string{
	"EXPIRED":             "the password has expired: set a new one on the provider's web site",
	"CONTACTADMIN":        "ask the provider or administrator of this server: no password helps before",
	"AUTHORIZATIONFAILED": "the password is right, but this user may not open the mailbox: check --user",
	"NOPERM":              "the password is right, but this user may not open the mailbox: check --user",
	"WEBALERT":            browserHint,
}

const browserHint = "sign in once with a web browser, do what the provider asks for there, then run the same command again"

// wordHints are known by the servers' words, in lower case; all of a line have to be there.
var wordHints = []struct {
	words []string
	hint  string
}{
	{[]string{"web browser"}, browserHint},
	{[]string{"web login"}, browserHint},
	{[]string{"application-specific"}, appPasswordHint},
	{[]string{"app password"}, appPasswordHint},
	{[]string{"app-specific"}, appPasswordHint},
	{[]string{"imap", "disabled"}, imapOffHint},
	{[]string{"imap", "not enabled"}, imapOffHint},
	{[]string{"imap", "not allowed"}, imapOffHint},
	{[]string{"authenticated but not connected"}, "the password is right, but the server does not open the mailbox: " +
		"has this user one, with IMAP enabled? if so try again later"},
	{[]string{"basic authentication", "disabled"}, "the server takes no passwords any more: " + tokenHint},
	{[]string{"basicauthblocked"}, "the server takes no passwords any more: " + tokenHint},
}

const (
	appPasswordHint = "make an app password in the security settings of the account, and use it in place of the usual one" //nolint:gosec // a hint, not a password
	imapOffHint     = "IMAP is switched off for this account: switch it on in the provider's settings, or ask the administrator"
)

func hintOfWords(text string) string {
	for _, h := range wordHints {
		if !slices.ContainsFunc(h.words, func(w string) bool { return !strings.Contains(text, w) }) {
			return h.hint
		}
	}
	return ""
}

// noWayHint is for a server that offers nothing that could be used.
func noWayHint(offered []string) string {
	has := func(a imapconn.Auth) bool { return slices.Contains(offered, string(a)) }
	switch {
	case has(imapconn.AuthPlain) || has(imapconn.AuthLogin) || slices.Contains(offered, "LOGIN command"):
		return "leave --auth away, or choose one of those that the server offers; without an access token give a password"
	case has(imapconn.AuthXOAUTH2) || has(imapconn.AuthOAuthBearer):
		return "the server takes access tokens only: " + tokenHint
	case has(imapconn.AuthCRAMMD5):
		return "the server offers nothing better than CRAM-MD5: --auth cram-md5 uses it"
	}
	return "the server offers no way to sign in that this program knows"
}

// hintOfProvider is for providers that do not say what they want.
func hintOfProvider(host string) string {
	p := account.ProviderOfHost(host)
	switch {
	case p == nil:
		return ""
	case !p.TakesPasswords():
		return p.Name + " takes no passwords for IMAP: " + tokenHint
	case !p.Takes(account.ByPassword):
		return appPasswordOf(p)
	case p.Takes(account.ByAppPassword) || wants(p) != "":
		return "check user name and password; " + p.Name + ": " + wants(p)
	}
	return ""
}

// appPasswordOf says what to use in place of the usual password, and where to get it.
func appPasswordOf(p *account.Provider) string {
	text := fmt.Sprintf("%s takes no usual password for IMAP: make an app password at %s and use that", p.Name, p.AppPasswordURL)
	if p.Takes(account.ByOAuth) {
		text += "; or " + tokenHint
	}
	return text
}

// tokenHint is how to sign in with an access token.
const tokenHint = "use --oauth with a client id (docs/signin.md), or --oauthaccesstoken FILE" //nolint:gosec // a hint, not a token
