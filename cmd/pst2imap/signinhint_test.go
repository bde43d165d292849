package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// What servers say when they refuse, and what helps.
func TestSignInHints(t *testing.T) {
	passwords, tokens := []string{"PLAIN", "LOGIN command"}, []string{"OAUTHBEARER", "XOAUTH2"}
	for _, c := range []struct {
		err  imapconn.AuthError
		want string
	}{
		{imapconn.AuthError{Mechanism: "PLAIN", Code: "AUTHENTICATIONFAILED", Text: "Authentication failed."}, "check user name and password"},
		{imapconn.AuthError{Mechanism: "SCRAM-SHA-256", Code: "AUTHENTICATIONFAILED"}, "try --auth plain"},
		{imapconn.AuthError{Mechanism: "PLAIN", Code: "PRIVACYREQUIRED"}, "--tls"},
		{imapconn.AuthError{Code: "PRIVACYREQUIRED", Offered: []string{}}, "--tls"},
		{imapconn.AuthError{Mechanism: "PLAIN", Code: "EXPIRED"}, "set a new one"},
		{imapconn.AuthError{Mechanism: "PLAIN", Code: "CONTACTADMIN"}, "ask the provider"},
		{imapconn.AuthError{Mechanism: "PLAIN", Code: "AUTHORIZATIONFAILED"}, "may not open"},
		{imapconn.AuthError{Mechanism: "PLAIN", Code: "INUSE"}, "later"},
		{imapconn.AuthError{Mechanism: "PLAIN", Code: "UNAVAILABLE", Text: "Temporary authentication failure"}, "later"},
		{imapconn.AuthError{Mechanism: "PLAIN", Text: "Request is throttled. Suggested Backoff Time: 1000 milliseconds", Host: "outlook.office365.com"}, "later"},
		{imapconn.AuthError{Mechanism: "PLAIN", Code: "ALERT", Text: "Please log in via your web browser: https://support.example.com"}, "with a web browser"},
		{imapconn.AuthError{Mechanism: "PLAIN", Code: "AUTHENTICATIONFAILED", Alert: "Web login required. https://example.com"}, "with a web browser"},
		{imapconn.AuthError{Mechanism: "PLAIN", Code: "WEBALERT", Text: "https://example.com"}, "with a web browser"},
		{imapconn.AuthError{Mechanism: "PLAIN", Code: "ALERT", Text: "Application-specific password required", Host: "imap.gmail.com"}, "make an app password"},
		{imapconn.AuthError{Mechanism: "PLAIN", Code: "ALERT", Text: "Your account is not enabled for IMAP use."}, "IMAP is switched off"},
		{imapconn.AuthError{Mechanism: "PLAIN", Code: "ALERT", Text: "IMAP access is disabled for your domain."}, "IMAP is switched off"},
		{imapconn.AuthError{Mechanism: "PLAIN", Text: "User is authenticated but not connected."}, "does not open the mailbox"},
		{imapconn.AuthError{Mechanism: "XOAUTH2", Text: "AUTHENTICATE failed.", Host: "outlook.office365.com"}, "get a new one"},
		{imapconn.AuthError{Mechanism: "PLAIN", Text: "AUTHENTICATE failed.", Host: "Outlook.Office365.com"}, "Microsoft 365 takes no passwords"},
		{imapconn.AuthError{Mechanism: "PLAIN", Code: "AUTHENTICATIONFAILED", Host: "imap.gmail.com"}, "https://myaccount.google.com/apppasswords"},
		{imapconn.AuthError{Mechanism: "LOGIN", Code: "AUTHENTICATIONFAILED", Host: "imap.mail.yahoo.com"}, "app password"},
		{imapconn.AuthError{Mechanism: "LOGIN", Host: "imap.web.de"}, "POP3/IMAP"},
		{imapconn.AuthError{Mechanism: "LOGIN", Host: "notgmail.com"}, "check user name"},
		{imapconn.AuthError{Text: "LOGINDISABLED", Offered: tokens}, "--oauthaccesstoken"},
		{imapconn.AuthError{Text: "not offered", Offered: passwords}, "leave --auth away"},
		{imapconn.AuthError{Text: "not offered", Offered: []string{"CRAM-MD5"}}, "--auth cram-md5"},
		{imapconn.AuthError{Text: "not offered", Offered: []string{"GSSAPI"}}, "no way to sign in"},
	} {
		c.err.User = "anna"
		f := explain(context.Background(), &c.err)
		if f.code != exitSignIn || !strings.Contains(f.hint, c.want) || strings.Contains(f.hint, "\n") {
			t.Errorf("%v: code %d, hint %q", f, f.code, f.hint)
		}
	}
}

// What is wrong with TLS, and what helps.
func TestTLSHints(t *testing.T) {
	for _, c := range []struct {
		err  imapconn.TLSError
		want string
	}{
		{imapconn.TLSError{Reason: imapconn.TLSUntrusted, Issuers: []string{"Let's Encrypt, R11"}}, "--ca-file"},
		{imapconn.TLSError{Reason: imapconn.TLSUntrusted, Issuers: []string{"Avast Web/Mail Shield, Avast Web/Mail Shield Root"}}, "Avast on this computer"},
		{imapconn.TLSError{Reason: imapconn.TLSUntrusted, Issuers: []string{"AVG Technologies, AVG Web/Mail Shield Root"}}, "AVG on this computer"},
		{imapconn.TLSError{Reason: imapconn.TLSUntrusted, Issuers: []string{"AO Kaspersky Lab, Kaspersky Anti-Virus Personal Root Certificate"}}, "Kaspersky on this computer"},
		{imapconn.TLSError{Reason: imapconn.TLSUntrusted, Issuers: []string{"ESET, spol. s r. o., ESET SSL Filter CA"}}, "ESET on this computer"},
		{imapconn.TLSError{Reason: imapconn.TLSOther, Issuers: []string{"Bitdefender, Bitdefender Personal CA.Net-Defender"}}, "Bitdefender on this computer"},
		{imapconn.TLSError{Reason: imapconn.TLSUntrusted, Issuers: []string{"Asset Management CA", "Gravgaard"}}, "--ca-file"},
		{imapconn.TLSError{Reason: imapconn.TLSExpired}, "clock"},
		{imapconn.TLSError{Reason: imapconn.TLSWrongName, Names: []string{"web12.hoster.test", "a\x1b[2Jb"}}, "is for web12.hoster.test, a"},
		{imapconn.TLSError{Reason: imapconn.TLSWrongName}, "the provider documents"},
		{imapconn.TLSError{Reason: imapconn.TLSNotSpoken}, "starttls"},
		{imapconn.TLSError{Reason: imapconn.TLSNoStartTLS}, "implicit"},
	} {
		c.err.Err = errors.New("handshake")
		f := explain(context.Background(), &c.err)
		if f.code != exitTLS || !strings.Contains(f.hint, c.want) || strings.ContainsAny(f.hint, "\n\x1b") {
			t.Errorf("%v: code %d, hint %q", c.err, f.code, f.hint)
		}
	}
}
