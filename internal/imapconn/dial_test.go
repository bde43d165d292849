package imapconn_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

// plain is the configuration for a scripted server.
func plain(f *imaptest.Fake) imapconn.Config {
	return imapconn.Config{Host: f.Host, Port: f.Port, Security: imapconn.None, User: "anna", Password: "geheim99", Timeout: 10 * time.Second}
}

// dialFails dials and returns the error as type E. No error may contain the password.
func dialFails[E error](t *testing.T, cfg imapconn.Config) E {
	t.Helper()
	c, err := imapconn.Dial(t.Context(), cfg)
	var typed E
	if err == nil {
		_ = c.Close()
		t.Fatal("dial succeeded")
	}
	if !errors.As(err, &typed) {
		t.Fatalf("got %T: %v", err, err)
	}
	if strings.Contains(err.Error(), cfg.Password) {
		t.Errorf("the password is in %q", err)
	}
	return typed
}

func TestTLSFailures(t *testing.T) {
	t.Parallel()
	good, expired := imaptest.Memory(t), imaptest.Dovecot(t, imaptest.Certificate(-time.Minute, "127.0.0.1"))
	other := imaptest.Dovecot(t, imaptest.Certificate(time.Hour, "mail.example.org"))
	for _, c := range []struct {
		name   string
		server *imaptest.Server
		change func(*imapconn.Config)
		want   imapconn.TLSReason
	}{
		{"untrusted", good, func(c *imapconn.Config) { c.RootCAs = x509.NewCertPool() }, imapconn.TLSUntrusted},
		{"expired", expired, nil, imapconn.TLSExpired},
		{"wrong name", other, nil, imapconn.TLSWrongName},
		{"no TLS on the port", good, func(c *imapconn.Config) { c.Port = good.Port }, imapconn.TLSNotSpoken},
		{"untrusted after STARTTLS", good, func(c *imapconn.Config) {
			c.Security, c.Port, c.RootCAs = imapconn.StartTLS, good.Port, x509.NewCertPool()
		}, imapconn.TLSUntrusted},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := config(c.server)
			if c.change != nil {
				c.change(&cfg)
			}
			if err := dialFails[*imapconn.TLSError](t, cfg); err.Reason != c.want {
				t.Errorf("reason %d: %v", err.Reason, err)
			}
		})
	}
}

// What an attacker on the line can do about STARTTLS must end the connection before anything secret is sent.
func TestStartTLSCannotBeStripped(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]string{
		"not offered":         {"S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi", "eof"},
		"not offered, asked":  {"S: * OK hi", "C: CAPABILITY", "S: * CAPABILITY IMAP4rev1 AUTH=PLAIN", "S: $ OK done", "eof"},
		"signed in by itself": {"S: * PREAUTH [CAPABILITY IMAP4rev1] hi", "eof"},
		"refused":             {"S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi", "C: STARTTLS", "S: $ NO not today", "eof"},
		"answers injected": {"S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi", "C: STARTTLS",
			"S: $ OK go\r\n* PREAUTH injected", "eof"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := imaptest.Script(t, steps...)
			cfg := plain(fake)
			cfg.Security = imapconn.StartTLS
			err := dialFails[*imapconn.TLSError](t, cfg)
			if err.Reason != imapconn.TLSNoStartTLS && name != "answers injected" {
				t.Errorf("reason %d: %v", err.Reason, err)
			}
			for _, line := range fake.Lines() {
				if strings.Contains(line, "LOGIN") || strings.Contains(line, "AUTHENTICATE") {
					t.Errorf("client went on in plain text: %q", line)
				}
			}
		})
	}
}

func TestConnectFailures(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := imapconn.Config{Host: "127.0.0.1", Port: ln.Addr().(*net.TCPAddr).Port, User: "anna", Password: "geheim99"}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	noHost := closed
	noHost.Dialer = func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "imap.invalid", IsNotFound: true}}
	}
	for _, c := range []struct {
		name string
		cfg  imapconn.Config
		want imapconn.ConnectReason
		bye  string
	}{
		{"closed port", closed, imapconn.Refused, ""},
		{"no such host", noHost, imapconn.NoSuchHost, ""},
		{"bye", plain(imaptest.Script(t, "S: * BYE [UNAVAILABLE] Too many connections")), imapconn.Bye, "[UNAVAILABLE] Too many connections"},
		{"bye at sign-in", plain(imaptest.Script(t, "S: * OK [CAPABILITY IMAP4rev1] hi", "C: LOGIN", "S: * BYE slow down")), imapconn.Bye, "slow down"},
		{"closed at once", plain(imaptest.Script(t)), imapconn.Lost, ""},
		{"not IMAP", plain(imaptest.Script(t, "S: 220 mail ESMTP ready", "eof")), imapconn.Protocol, ""},
		{"endless line", plain(imaptest.Script(t, "S: * OK "+strings.Repeat("x", 1<<20), "eof")), imapconn.Protocol, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := dialFails[*imapconn.ConnectError](t, c.cfg)
			if err.Reason != c.want || err.Bye != c.bye {
				t.Errorf("reason %d, bye %q: %v", err.Reason, err.Bye, err)
			}
		})
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	const caps, done = "S: * OK [CAPABILITY IMAP4rev1 ", "S: $ OK [CAPABILITY IMAP4rev1 LIST-EXTENDED NAMESPACE] welcome"
	namespace := []string{"C: NAMESPACE", `S: * NAMESPACE (("" "/")) NIL NIL`, "S: $ OK", "eof"}
	for name, steps := range map[string][]string{
		"plain at once":         {caps + "AUTH=PLAIN SASL-IR] hi", "C: AUTHENTICATE PLAIN AGFubmEAZ2VoZWltOTk=", done},
		"plain when asked":      {caps + "AUTH=PLAIN] hi", "C: AUTHENTICATE PLAIN", "S: + ", "C+ AGFubmEAZ2VoZWltOTk=", done},
		"plain, login disabled": {caps + "AUTH=PLAIN LOGINDISABLED] hi", "C: AUTHENTICATE PLAIN", "S: +", "C+ AGFubmEAZ2VoZWltOTk=", done},
		"login":                 {caps + "AUTH=CRAM-MD5] hi", `C: LOGIN "anna" "geheim99"`, done},
		"odd code (Exchange)": {caps + "AUTH=PLAIN SASL-IR] hi", "C: AUTHENTICATE PLAIN",
			`S: $ OK [Error="Failed to set item [x]" Session=1] AUTHENTICATE completed.`, "C: CAPABILITY",
			"S: * CAPABILITY IMAP4rev1 LIST-EXTENDED NAMESPACE", "S: $ OK"},
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, plain(imaptest.Script(t, append(steps, namespace...)...)))
			if _, delim := c.Personal(); delim != '/' || !c.Caps().Has("list-extended") || c.Caps().Has("AUTH=PLAIN") {
				t.Errorf("delimiter %q, caps %v", delim, c.Caps().List())
			}
		})
	}
}

func TestSignInWithLiterals(t *testing.T) {
	t.Parallel()
	fake := imaptest.Script(t, "S: * OK [CAPABILITY IMAP4rev1] hi", "C: LOGIN {5}", "S: +", `C+ änna {6}`, "S: +", "C+ gehöm",
		"S: $ OK [CAPABILITY IMAP4rev1 LIST-EXTENDED] hi", `C: LIST "" ""`, `S: * LIST (\Noselect) "." ""`, "S: $ OK", "eof")
	cfg := plain(fake)
	cfg.User, cfg.Password = "änna", "gehöm"
	if _, delim := dial(t, cfg).Personal(); delim != '.' {
		t.Errorf("delimiter is %q", delim)
	}
}

func TestSignInRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, code string
		temporary  bool
		steps      []string
	}{
		{"wrong password", "AUTHENTICATIONFAILED", false, []string{"S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi", "C: AUTHENTICATE",
			"S: $ NO [AuthenticationFailed] no, geheim99 is wrong", "eof"}},
		{"refused before the answer", "", false, []string{"S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi", "C: AUTHENTICATE", "S: $ BAD what?", "eof"}},
		{"asked again", "", false, []string{"S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi", "C: AUTHENTICATE", "S: +", "C+ AGFu",
			"S: + ", "C+ *", "S: $ BAD cancelled", "eof"}},
		{"later", "UNAVAILABLE", true, []string{"S: * OK [CAPABILITY IMAP4rev1] hi", "C: LOGIN", "S: $ NO [UNAVAILABLE] later", "eof"}},
		{"no way", "", false, []string{"S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2] hi", "eof"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := dialFails[*imapconn.AuthError](t, plain(imaptest.Script(t, c.steps...)))
			if err.Code != c.code || err.Temporary() != c.temporary {
				t.Errorf("code %q, temporary %v: %v", err.Code, err.Temporary(), err)
			}
		})
	}
}

func TestWrongPasswordOnRealServers(t *testing.T) {
	each(t, func(t *testing.T, s *imaptest.Server) {
		cfg := config(s)
		cfg.Password = "wrong-password"
		if err := dialFails[*imapconn.AuthError](t, cfg); err.Code != "AUTHENTICATIONFAILED" || err.User != s.User {
			t.Errorf("got %#v", err)
		}
	})
}

func TestSubscriptionsOfAnOldServer(t *testing.T) {
	t.Parallel()
	fake := imaptest.Script(t, "S: * PREAUTH [CAPABILITY IMAP4rev1 ID] hi", `C: LIST "" ""`, `S: * LIST (\Noselect) "." ""`, "S: $ OK",
		`C: ID ("name"`, `S: * ID ("name" "Old" "version" NIL)`, "S: $ OK",
		`C: LSUB "" "*"`, `S: * LSUB () "." "Gel&APY-scht"`, "S: * LSUB () \".\" {5}\r\ninbox", "S: $ OK",
		`C: LIST "" "*"`, `S: * LIST () "." INBOX`, `S: * LIST () "." "Gel&APY-scht"`, `S: * LIST (\NonExistent) "." other`, "S: $ OK", "eof")
	c := dial(t, plain(fake))
	if id := c.ServerID(); id["name"] != "Old" || len(id) != 1 {
		t.Errorf("server is %v", id)
	}
	list, err := c.Mailboxes(t.Context())
	if err != nil || len(list) != 3 {
		t.Fatalf("list: %+v, %v", list, err)
	}
	if !list[0].Subscribed || !list[1].Subscribed || list[1].Name != "Gelöscht" || list[2].Subscribed || !list[2].NoSelect {
		t.Errorf("list is %+v", list)
	}
}

// Nothing but None may mean plain text.
func TestDialNeedsToBeTold(t *testing.T) {
	t.Parallel()
	fake := imaptest.Script(t, "eof")
	unknown, nameless := plain(fake), plain(fake)
	unknown.Security, nameless.User = 7, ""
	for _, cfg := range []imapconn.Config{unknown, nameless} {
		if _, err := imapconn.Dial(t.Context(), cfg); err == nil {
			t.Errorf("%v was accepted", cfg.Security)
		}
	}
	if lines := fake.Lines(); len(lines) > 0 {
		t.Errorf("client sent %q", lines)
	}
}

// signedIn are the steps of a scripted server up to the first command.
func signedIn(steps ...string) []string {
	return append([]string{"S: * PREAUTH [CAPABILITY IMAP4rev1 LIST-EXTENDED LITERAL+] hi", `C: LIST "" ""`, `S: * LIST () "/" ""`, "S: $ OK"}, steps...)
}

func TestCreateWithoutCodes(t *testing.T) {
	t.Parallel()
	there := imaptest.Script(t, signedIn("C: CREATE", "S: $ NO exists", `C: LIST "" "A"`, `S: * LIST () "/" A`, "S: $ OK",
		"C: SUBSCRIBE", "S: $ NO no", "eof")...)
	if err := dial(t, plain(there)).Create(t.Context(), "A"); !errors.Is(err, imapconn.ErrNotSubscribed) {
		t.Errorf("existing mailbox: %v", err)
	}
	missing := imaptest.Script(t, signedIn("C: CREATE", "S: $ NO [Cannot] bad name", `C: LIST "" "A"`, "S: $ OK", "eof")...)
	var refused *imapconn.CommandError
	if err := dial(t, plain(missing)).Create(t.Context(), "A"); !errors.As(err, &refused) || refused.Code != "CANNOT" {
		t.Errorf("impossible mailbox: %v", err)
	}
}

// pipe makes a Dialer that connects to a scripted server without a network.
func pipe(f *imaptest.Fake, wrap func(net.Conn) net.Conn) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() { _ = f.Play(server) }() // its complaints show as a broken connection
		return wrap(client), nil
	}
}
