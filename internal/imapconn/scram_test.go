package imapconn_test

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/xdg-go/scram"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

// Every mechanism that Dovecot has, with names and passwords of all kinds.
func TestMechanismsOnDovecot(t *testing.T) {
	t.Parallel()
	s := imaptest.Dovecot(t, imaptest.Config("auth_mechanisms = plain login cram-md5 scram-sha-256", "auth_username_chars ="))
	accounts := []imaptest.Account{
		{User: imaptest.User, Scheme: "PLAIN", Password: imaptest.Password},
		{User: "anna", Scheme: "PLAIN", Password: "trailing blank "},
		{User: "änna@example.org", Scheme: "PLAIN", Password: "pässwörd пароль"},
		{User: "an,na=1", Scheme: "PLAIN", Password: "a=b,c"},
	}
	s.SetAccounts(t, accounts...)
	cfg := config(s)
	for _, a := range accounts {
		cfg.User, cfg.Password = a.User, a.Password
		for _, auth := range []imapconn.Auth{imapconn.AuthAuto, imapconn.AuthPlain, imapconn.AuthLogin, imapconn.AuthCRAMMD5, imapconn.AuthSCRAM} {
			cfg.Auth = auth
			conn, err := imapconn.Dial(t.Context(), cfg)
			if err != nil {
				t.Errorf("%s as %q: %v", auth, a.User, err)
				continue
			}
			_ = conn.Close()
		}
	}
	cfg.Auth, cfg.Password = imapconn.AuthSCRAM, "wrong-password"
	if err := dialFails[*imapconn.AuthError](t, cfg); err.Code != "AUTHENTICATIONFAILED" {
		t.Errorf("got %#v", err)
	}
}

// Dovecot offers SCRAM although all that it keeps of this password is another hash.
func TestDovecotWithoutKeys(t *testing.T) {
	t.Parallel()
	s := imaptest.Dovecot(t, imaptest.Config("auth_mechanisms = plain scram-sha-256"))
	hash := sha1.Sum([]byte("geheim99"))
	s.SetAccounts(t, imaptest.Account{User: s.User, Scheme: "SHA", Password: string(hash[:])})
	cfg := config(s)
	cfg.Password = "geheim99"
	dial(t, cfg)
	cfg.Auth = imapconn.AuthSCRAM // asked for, so no other way
	dialFails[*imapconn.AuthError](t, cfg)
	cfg.Auth, cfg.Password = imapconn.AuthAuto, "wrong-password"
	if err := dialFails[*imapconn.AuthError](t, cfg); err.Mechanism != "PLAIN" {
		t.Errorf("got %#v", err)
	}
}

// scramServer offers SCRAM-SHA-256 and PLAIN. Its parts can be broken.
type scramServer struct {
	caps       string
	noKeys     bool   // refuses SCRAM before the proof
	refusal    string // what it says then, else AUTHENTICATIONFAILED
	hangUp     bool   // after the first refusal
	iterations string // in place of those that belong to the keys
	noProof    bool   // says OK without its own proof

	mu    sync.Mutex
	tried []string // mechanisms
}

func (s *scramServer) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }() // the client may have closed it first
	br := bufio.NewReader(conn)
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(conn, format+"\r\n", args...) } // the client may be gone
	hear := func() string {
		line, _ := br.ReadString('\n')
		return strings.TrimRight(line, "\r\n")
	}
	say("* OK [CAPABILITY IMAP4rev1 %s] hi", s.caps)
	for line := hear(); line != ""; line = hear() {
		tag, command, _ := strings.Cut(line, " ")
		mech, ok := strings.CutPrefix(command, "AUTHENTICATE ")
		if !ok {
			say("%s OK done", tag)
			continue
		}
		s.mu.Lock()
		s.tried = append(s.tried, mech)
		s.mu.Unlock()
		say("+ ")
		answer := s.plain(hear())
		if mech != "PLAIN" {
			answer = s.scram(conn, mech, answer, say, hear)
		}
		say("%s %s", tag, answer)
		if s.hangUp && !strings.HasPrefix(answer, "OK") {
			_ = conn.(*tls.Conn).NetConn().Close() // no farewell, which would wait for the client
			return
		}
	}
}

const bad = "NO [AUTHENTICATIONFAILED] no"

// plain judges a response of PLAIN; anything else goes through as it is.
func (s *scramServer) plain(line string) string {
	data, err := base64.StdEncoding.DecodeString(line)
	switch {
	case err != nil:
		return bad
	case string(data) == "\x00anna\x00geheim99":
		return "OK [CAPABILITY IMAP4rev1 LIST-EXTENDED] welcome"
	case strings.HasPrefix(string(data), "\x00"):
		return bad
	}
	return string(data)
}

func (s *scramServer) scram(conn net.Conn, mech, first string, say func(string, ...any), hear func() string) string {
	if s.noKeys {
		return cmp.Or(s.refusal, bad)
	}
	conv := s.conversation(conn, mech)
	for _, last := range []bool{false, true} {
		out, err := conv.Step(first)
		if err != nil || last && s.noProof {
			break
		}
		if s.iterations != "" {
			out = strings.Replace(out, "i=4096", "i="+s.iterations, 1)
		}
		say("+ %s", b64(out))
		answer := hear()
		if answer == "*" {
			return "BAD cancelled"
		}
		data, _ := base64.StdEncoding.DecodeString(answer) // the conversation judges it
		first = string(data)
	}
	if !conv.Valid() {
		return bad
	}
	return "OK [CAPABILITY IMAP4rev1 LIST-EXTENDED] welcome"
}

func (s *scramServer) conversation(conn net.Conn, mech string) *scram.ServerConversation {
	client, err := scram.SHA256.NewClient("anna", "geheim99", "")
	if err != nil {
		panic(err)
	}
	server, err := scram.SHA256.NewServer(func(string) (scram.StoredCredentials, error) {
		return client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "salt", Iters: 4096})
	})
	if err != nil {
		panic(err)
	}
	if c, ok := conn.(*tls.Conn); ok && mech == string(imapconn.AuthSCRAMPlus) {
		state := c.ConnectionState()
		binding, err := scram.NewTLSExporterBinding(&state)
		if err != nil {
			panic(err)
		}
		return server.NewConversationWithChannelBindingRequired(binding)
	}
	return server.NewConversation()
}

// A wrong password costs one attempt. Only a server that has no keys is asked again, and only inside TLS.
func TestSCRAM(t *testing.T) {
	t.Parallel()
	const both = "AUTH=SCRAM-SHA-256 AUTH=PLAIN"
	for _, c := range []struct {
		name     string
		server   *scramServer
		auth     imapconn.Auth
		password string
		tried    []string
		mech     string // in the error; "" is success
	}{
		{"first choice", &scramServer{caps: both}, "", "geheim99", []string{"SCRAM-SHA-256"}, ""},
		{"wrong password", &scramServer{caps: both}, "", "wrong-one", []string{"SCRAM-SHA-256"}, "SCRAM-SHA-256"},
		{"no keys", &scramServer{caps: both, noKeys: true}, "", "geheim99", []string{"SCRAM-SHA-256", "PLAIN"}, ""},
		{"no keys, wrong password", &scramServer{caps: both, noKeys: true}, "", "wrong-one", []string{"SCRAM-SHA-256", "PLAIN"}, "PLAIN"},
		{"not really there", &scramServer{caps: both, noKeys: true, refusal: "BAD unknown mechanism"}, "", "geheim99", []string{"SCRAM-SHA-256", "PLAIN"}, ""},
		{"another reason", &scramServer{caps: both, noKeys: true, refusal: "NO [UNAVAILABLE] later"}, "", "geheim99", []string{"SCRAM-SHA-256"}, "SCRAM-SHA-256"},
		{"hangs up", &scramServer{caps: both, noKeys: true, hangUp: true}, "", "geheim99", []string{"SCRAM-SHA-256"}, "SCRAM-SHA-256"},
		{"asked for", &scramServer{caps: both, noKeys: true}, imapconn.AuthSCRAM, "geheim99", []string{"SCRAM-SHA-256"}, "SCRAM-SHA-256"},
		{"too much work", &scramServer{caps: "AUTH=SCRAM-SHA-256 LOGINDISABLED", iterations: "4000000000"}, "", "geheim99", []string{"SCRAM-SHA-256"}, "SCRAM-SHA-256"},
		{"too little work", &scramServer{caps: "AUTH=SCRAM-SHA-256 LOGINDISABLED", iterations: "1"}, "", "geheim99", []string{"SCRAM-SHA-256"}, "SCRAM-SHA-256"},
		{"server proves nothing", &scramServer{caps: both, noProof: true}, "", "geheim99", []string{"SCRAM-SHA-256"}, "SCRAM-SHA-256"},
		{"bound", &scramServer{caps: both + " AUTH=SCRAM-SHA-256-PLUS"}, imapconn.AuthSCRAMPlus, "geheim99", []string{"SCRAM-SHA-256-PLUS"}, ""},
		{"not bound unless asked for", &scramServer{caps: both + " AUTH=SCRAM-SHA-256-PLUS"}, "", "geheim99", []string{"SCRAM-SHA-256"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := behindTLS(t, c.server.serve)
			cfg.Auth, cfg.Password = c.auth, c.password
			if c.mech == "" {
				dial(t, cfg)
			} else if err := dialFails[*imapconn.AuthError](t, cfg); err.Mechanism != c.mech {
				t.Errorf("got %v", err)
			}
			if !slices.Equal(c.server.tried, c.tried) {
				t.Errorf("tried %q", c.server.tried)
			}
		})
	}
}

// Outside TLS a server that refuses SCRAM does not get the password instead.
func TestSCRAMDoesNotFallBackInPlainText(t *testing.T) {
	t.Parallel()
	fake := imaptest.Script(t, hello+"AUTH=SCRAM-SHA-256 AUTH=PLAIN] hi", "C: AUTHENTICATE SCRAM-SHA-256", "S: $ NO no", "eof")
	dialFails[*imapconn.AuthError](t, plain(fake))
}

// Connections that share a memory do not repeat what was refused.
func TestMemory(t *testing.T) {
	t.Parallel()
	s := &scramServer{caps: "AUTH=SCRAM-SHA-256 AUTH=PLAIN", noKeys: true}
	cfg := behindTLS(t, s.serve)
	cfg.Memory = new(imapconn.Memory)
	cfg.Password = "wrong-one"
	dialFails[*imapconn.AuthError](t, cfg) // teaches nothing
	cfg.Password = "geheim99"
	dial(t, cfg)
	dial(t, cfg)
	if want := []string{"SCRAM-SHA-256", "PLAIN", "SCRAM-SHA-256", "PLAIN", "PLAIN"}; !slices.Equal(s.tried, want) {
		t.Errorf("tried %q", s.tried)
	}
}

// The end of the context ends a sign-in that waits.
func TestSignInIsInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cfg := plain(imaptest.Script(t, hello+"AUTH=XOAUTH2 SASL-IR] hi", "C: AUTHENTICATE XOAUTH2", "eof"))
	cfg.Token = func() (string, error) { cancel(); return token, nil }
	if _, err := imapconn.Dial(ctx, cfg); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
