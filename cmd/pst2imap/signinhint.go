package main

import (
	"slices"
	"strings"

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
	if hint := hintOfHost(strings.ToLower(e.Host)); hint != "" {
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
	{[]string{"basic authentication", "disabled"}, "the server takes no passwords any more: use --oauthaccesstoken FILE"},
	{[]string{"basicauthblocked"}, "the server takes no passwords any more: use --oauthaccesstoken FILE"},
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
		return "the server takes access tokens only: use --oauthaccesstoken FILE"
	case has(imapconn.AuthCRAMMD5):
		return "the server offers nothing better than CRAM-MD5: --auth cram-md5 uses it"
	}
	return "the server offers no way to sign in that this program knows"
}

// hintOfHost is for providers that do not say what they want.
func hintOfHost(host string) string {
	in := func(domains ...string) bool {
		return slices.ContainsFunc(domains, func(d string) bool { return host == d || strings.HasSuffix(host, "."+d) })
	}
	switch {
	case in("office365.com", "outlook.com", "hotmail.com", "live.com"):
		return "Microsoft takes no passwords for IMAP: use --oauthaccesstoken FILE; IMAP has to be enabled for the mailbox"
	case in("gmail.com", "googlemail.com"):
		return "Gmail takes no usual password for IMAP: use an app password, or --oauthaccesstoken FILE"
	case in("yahoo.com", "aol.com", "mail.me.com", "icloud.com"):
		return "this provider takes no usual password for IMAP: " + appPasswordHint
	}
	return ""
}
