package imapconn_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/imaptest/selfsigned"
)

const (
	hello   = "S: * OK [CAPABILITY IMAP4rev1 "
	welcome = "S: $ OK [CAPABILITY IMAP4rev1 LIST-EXTENDED NAMESPACE] welcome"
	token   = "ya29.aVeryLongAccessToken_0123456789-abcdefgh"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// afterwards is the end of every script: what a connection asks once it is signed in.
func afterwards(steps ...string) []string {
	return append(slices.Clone(steps), "C: NAMESPACE", `S: * NAMESPACE (("" "/")) NIL NIL`, "S: $ OK", "eof")
}

// behindTLS is the configuration for a server of the test's own behind TLS.
func behindTLS(t *testing.T, serve func(net.Conn)) imapconn.Config {
	t.Helper()
	cert, err := selfsigned.New(time.Hour, "imap.test")
	if err != nil {
		t.Fatal(err)
	}
	return imapconn.Config{Host: "imap.test", RootCAs: cert.Pool, User: "anna", Password: "geheim99", Timeout: 10 * time.Second,
		Dialer: func(context.Context, string, string) (net.Conn, error) {
			server, client := net.Pipe()
			go serve(tls.Server(server, &tls.Config{Certificates: []tls.Certificate{cert.TLS}}))
			return client, nil
		}}
}

// withToken adds a token; the password is then for nothing.
func withToken(cfg imapconn.Config) imapconn.Config {
	cfg.Token, cfg.Password = func() (string, error) { return token + "\n", nil }, "not used"
	return cfg
}

func TestMechanisms(t *testing.T) {
	t.Parallel()
	xoauth2 := b64("user=anna\x01auth=Bearer " + token + "\x01\x01")
	for _, c := range []struct {
		name  string
		auth  imapconn.Auth
		token bool
		steps []string
	}{
		{"plain before login", "", false, []string{hello + "AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 SASL-IR] hi", "C: AUTHENTICATE PLAIN AGFubmEAZ2VoZWltOTk=", welcome}},
		{"the mechanism login as the last resort", "", false, []string{hello + "AUTH=LOGIN AUTH=CRAM-MD5 LOGINDISABLED SASL-IR] hi",
			"C: AUTHENTICATE LOGIN", "S: + VXNlciBOYW1lAA==", "C+ YW5uYQ==", "S: + UGFzc3dvcmQA", "C+ Z2VoZWltOTk=", welcome}},
		{"challenges in plain words", "", false, []string{hello + "AUTH=LOGIN LOGINDISABLED] hi",
			"C: AUTHENTICATE LOGIN", "S: + Username:", "C+ YW5uYQ==", "S: + Password:", "C+ Z2VoZWltOTk=", welcome}},
		{"login asked for", imapconn.AuthLogin, false, []string{hello + "AUTH=PLAIN AUTH=SCRAM-SHA-256] hi", `C: LOGIN "anna" "geheim99"`, welcome}},
		// The digest is that of `openssl dgst -md5 -hmac geheim99` over the challenge.
		{"cram-md5 asked for", imapconn.AuthCRAMMD5, false, []string{hello + "AUTH=PLAIN AUTH=CRAM-MD5 SASL-IR] hi", "C: AUTHENTICATE CRAM-MD5",
			"S: + " + b64("<1896.697170952@postoffice.example.net>"), "C+ " + b64("anna "+cramDigest), welcome}},
		{"oauthbearer first", "", true, []string{hello + "AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER SASL-IR] hi", "C: AUTHENTICATE OAUTHBEARER bixhPWFubmEs", welcome}},
		{"xoauth2 at once", "", true, []string{hello + "AUTH=PLAIN AUTH=XOAUTH2 SASL-IR] hi", "C: AUTHENTICATE XOAUTH2 " + xoauth2, welcome}},
		{"xoauth2 when asked", "", true, []string{hello + "AUTH=XOAUTH2] hi", "C: AUTHENTICATE XOAUTH2", "S: +", "C+ " + xoauth2, welcome}},
		{"xoauth2 by choice", imapconn.AuthXOAUTH2, true, []string{hello + "AUTH=XOAUTH2 AUTH=OAUTHBEARER SASL-IR] hi", "C: AUTHENTICATE XOAUTH2 ", welcome}},
		{"capabilities with the answer", "", false, []string{hello + "AUTH=PLAIN SASL-IR] hi", "C: AUTHENTICATE PLAIN",
			"S: * CAPABILITY IMAP4rev1 LIST-EXTENDED NAMESPACE", "S: $ OK done"}},
		{"capabilities late", "", false, []string{"S: * OK hi", "C: CAPABILITY", "S: * CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR", "S: $ OK", "C: AUTHENTICATE PLAIN",
			"S: $ OK done", "S: * CAPABILITY IMAP4rev1 LIST-EXTENDED NAMESPACE", "C: CAPABILITY", "S: * CAPABILITY IMAP4rev1 LIST-EXTENDED NAMESPACE", "S: $ OK"}},
		{"capabilities in the answer to CAPABILITY", "", false, []string{"S: * OK hi", "C: CAPABILITY", "S: $ OK [CAPABILITY IMAP4rev1] there", "C: LOGIN", welcome}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := plain(imaptest.Script(t, afterwards(c.steps...)...))
			cfg.Auth = c.auth
			if c.token {
				cfg = withToken(cfg)
			}
			if conn := dial(t, cfg); !conn.Caps().Has("LIST-EXTENDED") || conn.Caps().Has("AUTH=PLAIN") {
				t.Errorf("capabilities are %v", conn.Caps().List())
			}
		})
	}
}

const cramDigest = "170cca0114768fbdd064f9fac97bf8d7"

// A server that never tells what it can do gets LOGIN and the base protocol.
func TestNoCapabilities(t *testing.T) {
	t.Parallel()
	fake := imaptest.Script(t, "S: * OK hi", "C: CAPABILITY", "S: $ BAD what?", "C: LOGIN", "S: $ OK", "C: CAPABILITY", "S: $ OK",
		`C: LIST "" ""`, "S: $ OK", `C: LSUB "" "*"`, "S: $ OK", "eof")
	if caps := dial(t, plain(fake)).Caps().List(); len(caps) != 1 {
		t.Errorf("capabilities are %v", caps)
	}
}

func TestNamesAndPasswords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		user, password string
		ascii          bool
		login          []string
	}{
		{"anna", `ge"he\im `, true, []string{`C: LOGIN "anna" "ge\"he\\im "`}},
		{"änna@example.org", "pass wort", false, []string{"C: LOGIN {17}", "S: +", `C+ änna@example.org "pass wort"`}},
		{"anna", "geheim\r", false, []string{`C: LOGIN "anna" {7}`, "S: +", "C+ geheim"}},
		{"anna", "пароль", false, []string{`C: LOGIN "anna" {12}`, "S: +", "C+ пароль"}},
	} {
		fake := imaptest.Script(t, afterwards(append(append([]string{hello + "] hi"}, c.login...), welcome)...)...)
		cfg := plain(fake)
		cfg.User, cfg.Password = c.user, c.password
		dial(t, cfg)
		if c.ascii {
			continue
		}
		// SCRAM prepares such names in one way and some servers in another: PLAIN leaves it to the server.
		offered := hello + "AUTH=SCRAM-SHA-256 AUTH=PLAIN SASL-IR] hi"
		way := "C: AUTHENTICATE PLAIN " + b64("\x00"+c.user+"\x00"+c.password)
		cfg = plain(imaptest.Script(t, afterwards(offered, way, welcome)...))
		cfg.User, cfg.Password = c.user, c.password
		dial(t, cfg)
	}
}

// What a server says that it does not take is not tried, and nothing secret is sent.
func TestNoUsableWay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, caps string
		change     func(*imapconn.Config)
		code       string
	}{
		{"cram-md5 is not used by itself", "AUTH=CRAM-MD5 LOGINDISABLED", nil, ""},
		{"plain is not a substitute", "AUTH=PLAIN", func(c *imapconn.Config) { c.Auth = imapconn.AuthSCRAM }, ""},
		{"login disabled", "AUTH=PLAIN LOGINDISABLED", func(c *imapconn.Config) { c.Auth = imapconn.AuthLogin }, ""},
		{"TLS first", "LOGINDISABLED STARTTLS", nil, "PRIVACYREQUIRED"},
		{"a token is no password", "AUTH=PLAIN", func(c *imapconn.Config) { *c = withToken(*c) }, ""},
		{"no token", "AUTH=XOAUTH2", func(c *imapconn.Config) { c.Auth = imapconn.AuthXOAUTH2 }, ""},
		{"empty token", "AUTH=XOAUTH2", func(c *imapconn.Config) { c.Token = func() (string, error) { return "", nil } }, ""},
		{"binding without TLS", "AUTH=SCRAM-SHA-256-PLUS", func(c *imapconn.Config) { c.Auth = imapconn.AuthSCRAMPlus }, ""},
		{"token with a control character", "AUTH=XOAUTH2", func(c *imapconn.Config) { c.Token = func() (string, error) { return "a\x01b", nil } }, ""},
		{"name with a control character", "AUTH=OAUTHBEARER", func(c *imapconn.Config) { *c = withToken(*c); c.User = "a\x01auth=x" }, ""},
		{"NUL", "", func(c *imapconn.Config) { c.User = "an\x00na" }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := imaptest.Script(t, hello+c.caps+"] hi", "eof")
			cfg := plain(fake)
			if c.change != nil {
				c.change(&cfg)
			}
			err := dialFails[*imapconn.AuthError](t, cfg)
			if err.Mechanism != "" || err.Code != c.code || err.Temporary() || len(fake.Lines()) > 0 {
				t.Errorf("%v; client sent %q", err, fake.Lines())
			}
		})
	}
}

// The token is read again for each connection, and an error of reading it is the one that comes back.
func TestTokenIsReadEachTime(t *testing.T) {
	t.Parallel()
	gone := errors.New("file is gone")
	n := 0
	fake := imaptest.Script(t, afterwards(hello+"AUTH=XOAUTH2 SASL-IR] hi", "C: AUTHENTICATE XOAUTH2", welcome)...)
	cfg := plain(fake)
	cfg.Token = func() (string, error) {
		if n++; n == 3 {
			return "", gone
		}
		return strings.Repeat("t", n), nil
	}
	dial(t, cfg)
	dial(t, cfg)
	if _, err := imapconn.Dial(t.Context(), cfg); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
	var sent []string
	for _, line := range fake.Lines() {
		if _, answer, ok := strings.Cut(line, "XOAUTH2 "); ok {
			sent = append(sent, answer)
		}
	}
	if len(sent) != 2 || sent[0] == sent[1] {
		t.Errorf("sent %q", sent)
	}
}

// A refused token is told in a challenge, which has to be answered before the server goes on.
func TestTokenRefused(t *testing.T) {
	t.Parallel()
	challenge := "S: + " + b64(`{"status":"401","schemes":"bearer","scope":"https://mail.example.org/","error":"`+token+` is stale"}`)
	for name, steps := range map[string][]string{
		"XOAUTH2":     {challenge, "C+ ", "S: $ NO [AUTHENTICATIONFAILED] Invalid credentials", "eof"},
		"OAUTHBEARER": {challenge, "C+ AQ==", "S: $ NO [AUTHENTICATIONFAILED] Invalid credentials", "eof"},
	} {
		fake := imaptest.Script(t, append([]string{hello + "SASL-IR AUTH=" + name + "] hi", "C: AUTHENTICATE " + name}, steps...)...)
		err := dialFails[*imapconn.AuthError](t, withToken(plain(fake)))
		if !strings.Contains(err.Error(), "status 401") || !strings.Contains(err.Text, "https://mail.example.org/") || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", name, err)
		}
		if lines := fake.Lines(); name == "XOAUTH2" && lines[len(lines)-1] != "" {
			t.Errorf("the challenge was answered with %q", lines[len(lines)-1])
		}
	}
}

// A long token does not fit on a command line.
func TestLongTokenIsSentWhenAsked(t *testing.T) {
	t.Parallel()
	cfg := plain(imaptest.Script(t, afterwards(hello+"AUTH=XOAUTH2 SASL-IR] hi", "C: AUTHENTICATE XOAUTH2", "S: + ", "C+ dXNlcj", welcome)...))
	cfg.Token = func() (string, error) { return strings.Repeat("t", 5000), nil }
	dial(t, cfg)
}
