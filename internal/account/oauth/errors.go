package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

// Reason says why there is no token.
type Reason int

// The reasons of an [Error].
const (
	Failed     Reason = iota // the server said no for another reason
	Denied                   // the person, or an administrator, said no
	Expired                  // nobody said yes in time
	Revoked                  // the refresh token is no longer valid: somebody has to say yes again
	BadClient                // the server does not know this client, or not for this
	NotForMail               // the token is not for mail
	Network                  // the server cannot be reached
)

// Error means that there is no token. Its text has no secret in it.
type Error struct {
	Server string
	Reason Reason
	Text   string // the server's words, or ours
	err    error  // the cause, where it is ours
}

// Error implements error.
func (e *Error) Error() string { return "access token from " + e.Server + ": " + e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.err }

// maxText bounds what is shown of a server's words, in bytes.
const maxText = 300

// reasons are the error codes of RFC 6749 4.1.2.1 and 5.2 and RFC 8628 3.5.
var reasons = map[string]Reason{
	"access_denied": Denied, "authorization_declined": Denied, "expired_token": Expired, "code_expired": Expired, "invalid_grant": Revoked,
	"invalid_client": BadClient, "unauthorized_client": BadClient, "invalid_scope": BadClient, "org_internal": BadClient, "admin_policy_enforced": Denied,
}

// minSecret is the shortest secret that is looked for in a text, in bytes.
const minSecret = 4

// refused makes an Error of a code and a description, without the secrets that the server may repeat in it.
func (s *SignIn) refused(code, description string, secrets ...string) *Error {
	text := strings.TrimSpace(code + " " + strings.Join(strings.Fields(description), " "))
	for _, secret := range append(secrets, s.Client.Secret) {
		if len(secret) >= minSecret {
			text = strings.NewReplacer(secret, "***", url.QueryEscape(secret), "***").Replace(text)
		}
	}
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + "…"
	}
	return &Error{Server: s.Server.Name, Reason: reasons[code], Text: text}
}

// explain makes an Error of what the library says. What it quotes of an answer may have tokens in it and is left out.
func (s *SignIn) explain(err error, secrets ...string) error {
	var said *oauth2.RetrieveError
	name := s.Server.Name
	switch {
	case err == nil:
		return nil
	case errors.As(err, &said) && said.ErrorCode != "":
		return s.refused(said.ErrorCode, said.ErrorDescription, secrets...)
	case errors.As(err, &said):
		return &Error{Server: name, Text: fmt.Sprintf("the answer is %s", said.Response.Status)}
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Server: name, Reason: Expired, Text: "nobody said yes in time", err: err}
	case errors.As(err, new(*Error)):
		return err
	}
	return &Error{Server: name, Reason: Network, Text: cause(err), err: err}
}

// cause is an error in few words, without query parameters, which can be secrets.
func cause(err error) string {
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}
