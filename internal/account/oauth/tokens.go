package oauth

import (
	"context"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// early is how long before its end a token is renewed: a sign-in must not begin with one that is about to end.
const early = 2 * time.Minute

// Tokens gives access tokens, and renews them. It may be used by several goroutines.
type Tokens struct {
	signIn *SignIn
	ctx    context.Context // the run's: tokens are renewed as long as it goes on

	mu  sync.Mutex
	tok *oauth2.Token
}

func (s *SignIn) tokens(ctx context.Context, tok *oauth2.Token) *Tokens {
	return &Tokens{signIn: s, ctx: s.context(ctx), tok: tok}
}

// Access returns a token that is good for some minutes at least. The error is an [*Error].
func (t *Tokens) Access() (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.tok.AccessToken != "" && (t.tok.Expiry.IsZero() || time.Until(t.tok.Expiry) > early) {
		return t.tok.AccessToken, nil
	}
	server := t.signIn.Server
	if t.tok.RefreshToken == "" {
		return "", &Error{Server: server.Name, Reason: Revoked, Text: "the token has expired and cannot be renewed"}
	}
	old := t.tok.RefreshToken
	tok, err := server.config(t.signIn.Client, "").TokenSource(t.ctx, &oauth2.Token{RefreshToken: old}).Token()
	if err != nil {
		return "", t.signIn.explain(err, old)
	}
	t.tok = tok
	t.keep(old)
	return tok.AccessToken, nil
}

// Refreshable tells whether there is a refresh token.
func (t *Tokens) Refreshable() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.tok.RefreshToken != ""
}

// keep hands on a refresh token that is another one than before; the old one may be gone by now.
func (t *Tokens) keep(old string) {
	if now := t.tok.RefreshToken; t.signIn.Keep != nil && now != "" && now != old {
		t.signIn.Keep(now)
	}
}
