package imapconn

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/emersion/go-sasl"
)

// Auth is a way of signing in, by the name of its SASL mechanism where it is one.
type Auth string

// The ways of signing in. With AuthAuto (or "") the server's offer decides: SCRAM-SHA-256, PLAIN, the LOGIN command,
// AUTHENTICATE LOGIN in this order; with an access token OAUTHBEARER, XOAUTH2. CRAM-MD5 and channel binding have to be asked for.
const (
	AuthAuto        Auth = "auto"
	AuthPlain       Auth = "PLAIN"              // RFC 4616
	AuthLogin       Auth = "LOGIN"              // the command (RFC 9051 6.2.3), or the mechanism where the command is disabled
	AuthCRAMMD5     Auth = "CRAM-MD5"           // RFC 2195
	AuthSCRAM       Auth = "SCRAM-SHA-256"      // RFC 7677
	AuthSCRAMPlus   Auth = "SCRAM-SHA-256-PLUS" // the same, bound to the TLS connection (RFC 9266)
	AuthOAuthBearer Auth = "OAUTHBEARER"        // RFC 7628
	AuthXOAUTH2     Auth = "XOAUTH2"            // Google's and Microsoft's own form of it

	authSASLLogin Auth = "AUTHENTICATE LOGIN"
)

// Auths are the ways that can be asked for.
var Auths = []Auth{AuthAuto, AuthPlain, AuthLogin, AuthCRAMMD5, AuthSCRAM, AuthSCRAMPlus, AuthOAuthBearer, AuthXOAUTH2}

// NeedsToken tells whether a is a way that takes an access token instead of a password.
func (a Auth) NeedsToken() bool { return a == AuthOAuthBearer || a == AuthXOAUTH2 }

// order are the ways to consider, the best one first.
func (c Config) order() []Auth {
	switch {
	case c.Auth == AuthLogin:
		return []Auth{AuthLogin, authSASLLogin}
	case c.Auth != AuthAuto && c.Auth != "":
		return []Auth{c.Auth}
	case c.Token != nil:
		return []Auth{AuthOAuthBearer, AuthXOAUTH2}
	case c.Memory.noKeys() || !ascii(c.User) || !ascii(c.Password):
		// Servers differ in whether they prepare other characters (RFC 4013) before they store keys; PLAIN leaves that to them.
		return []Auth{AuthPlain, AuthLogin, authSASLLogin, AuthSCRAM}
	}
	return []Auth{AuthSCRAM, AuthPlain, AuthLogin, authSASLLogin}
}

// Memory is what earlier sign-ins to an account taught. Connections that share it spare the server refused attempts, which some
// count and answer with a lock. The zero value is ready; a nil Memory learns nothing.
type Memory struct{ scramHasNoKeys atomic.Bool }

func (m *Memory) noKeys() bool { return m != nil && m.scramHasNoKeys.Load() }

func (m *Memory) setNoKeys() {
	if m != nil {
		m.scramHasNoKeys.Store(true)
	}
}

// offers tells whether the server takes a.
func (c Caps) offers(a Auth) bool {
	switch a {
	case AuthLogin:
		return !c["LOGINDISABLED"]
	case authSASLLogin:
		return c["AUTH=LOGIN"]
	}
	return c["AUTH="+string(a)]
}

// authenticate signs in by the way that was asked for, or the best that the server offers.
//
// Many servers offer SCRAM-SHA-256 although they have its keys for some accounts only. They refuse it for the others before we
// have sent anything derived from the password; then, inside TLS, the next way follows on the same connection. Once the proof is
// sent a refusal is final: a wrong password must not count as two attempts where the server locks accounts.
func (s *signIn) authenticate() error {
	if err := s.needCaps(); err != nil {
		return err
	}
	ways := slices.DeleteFunc(s.cfg.order(), func(a Auth) bool { return !s.caps.offers(a) })
	if len(ways) == 0 {
		return s.noWay()
	}
	if err := s.takeSecret(ways[0]); err != nil {
		return err
	}
	err := s.try(ways[0])
	if len(ways) == 1 || !s.mayFallBack(err) {
		return err
	}
	next := s.try(ways[1])
	if next == nil {
		s.cfg.Memory.setNoKeys()
	}
	if errors.As(next, new(*ConnectError)) {
		return err // the server had enough: the refusal says more than the lost connection
	}
	return next
}

// mayFallBack tells whether err refuses SCRAM for lack of keys, and the next way would be protected by TLS.
func (s *signIn) mayFallBack(err error) bool {
	var auth *AuthError
	return s.cfg.Security != None && errors.As(err, &auth) && auth.unproved &&
		(auth.Code == "" || auth.Code == "AUTHENTICATIONFAILED")
}

// takeSecret reads the access token where one is needed, and notes what must not be shown.
func (s *signIn) takeSecret(way Auth) error {
	if !way.NeedsToken() {
		s.secrets.add(s.cfg.Password)
		return nil
	}
	if s.cfg.Token == nil {
		return s.unusable(string(way) + " needs an access token")
	}
	token, err := s.cfg.Token()
	if err != nil {
		return fmt.Errorf("access token: %w", err)
	}
	s.token = strings.TrimSpace(token)
	s.secrets.add(s.token)
	switch {
	case s.token == "":
		return s.unusable("the access token is empty")
	case strings.ContainsFunc(s.token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return s.unusable("the access token has characters that no token has")
	}
	return nil
}

// try signs in by one way.
func (s *signIn) try(way Auth) error {
	s.way = way
	user, password := s.cfg.User, s.cfg.Password
	if strings.ContainsRune(user+password, 0) {
		return s.unusable("user name or password contains a NUL")
	}
	switch way {
	case AuthLogin:
		return s.login()
	case AuthPlain:
		return s.exchange(sasl.NewPlainClient("", user, password))
	case authSASLLogin:
		return s.exchange(&loginClient{answers: []string{user, password}})
	case AuthCRAMMD5:
		return s.exchange(&cramClient{user: user, password: password})
	case AuthSCRAM, AuthSCRAMPlus:
		return s.scram(way == AuthSCRAMPlus)
	case AuthOAuthBearer:
		return s.exchange(newBearerClient(s.cfg, s.token))
	case AuthXOAUTH2:
		return s.exchange(&xoauth2Client{user: user, token: s.token})
	}
	return s.unusable(fmt.Sprintf("there is no sign-in %q", way))
}

// login is the LOGIN command (RFC 9051 6.2.3).
func (s *signIn) login() error {
	line, parts := "LOGIN", []string(nil)
	for _, arg := range []string{s.cfg.User, s.cfg.Password} {
		if text, ok := quote(arg); ok {
			line += " " + text
			continue
		}
		line += fmt.Sprintf(" {%d}", len(arg))
		parts = append(parts, line)
		line = arg
	}
	parts = append(parts, line)
	before := s.forgetCaps()
	r, err := s.command(parts[0], parts[1:]...)
	return s.signedIn("LOGIN", before, r, err)
}

// quote writes s as a quoted string, which holds ASCII only.
func quote(s string) (string, bool) {
	if !ascii(s) {
		return "", false
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`, true
}

// ascii tells whether s has nothing but printable ASCII.
func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// forgetCaps returns the capabilities and forgets them: those from before sign-in do not count after it, while those that come
// with its answer do.
func (s *signIn) forgetCaps() Caps {
	before := s.caps
	s.caps = nil
	return before
}

// finalCodes are those of a farewell that is a refusal (RFC 5530): another connection would end the same way.
var finalCodes = []string{"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "PRIVACYREQUIRED", "CONTACTADMIN", "WEBALERT"}

// signedIn judges the answer to a sign-in.
func (s *signIn) signedIn(mech string, before Caps, r response, err error) error {
	switch {
	case err != nil && slices.Contains(finalCodes, s.byeCode):
		e := s.refused(mech, response{text: s.bye})
		e.Code, e.Text = s.byeCode, strings.TrimPrefix(e.Text, "["+s.byeCode+"] ")
		return e
	case err != nil:
		return err
	case r.kind != "OK":
		s.caps = before
		return s.refused(mech, r)
	}
	if caps, ok := r.capabilities(); ok {
		s.caps = caps
	}
	return s.needCaps()
}

// refused makes an AuthError, without the password or token should the server repeat it.
func (s *signIn) refused(mech string, r response) *AuthError {
	text := r.text
	if strings.Contains(r.args, "://") { // [WEBALERT https://…] of Gmail: the link is the message
		text = strings.TrimSpace(text + " " + r.args)
	}
	return &AuthError{Host: s.cfg.Host, User: s.cfg.User, Mechanism: mech, Code: r.code, Text: s.secrets.mask(text),
		Alert: strings.Join(s.alerts, "; "), Offered: s.caps.auth()}
}

// unusable is an AuthError of our own making; nothing was sent.
func (s *signIn) unusable(why string) *AuthError {
	return s.refused("", response{text: why})
}

// noWay says why there is no way to sign in.
func (s *signIn) noWay() error {
	e := s.unusable("none of those asked for is offered")
	if s.cfg.Auth == AuthAuto || s.cfg.Auth == "" {
		e.Text = "none of those that this program uses by itself is offered"
	}
	if s.caps["LOGINDISABLED"] {
		e.Text += ", LOGIN is disabled"
		if s.cfg.Security == None && s.caps["STARTTLS"] {
			e.Code = "PRIVACYREQUIRED" // RFC 5530: what the server would say if it were asked
		}
	}
	return e
}
