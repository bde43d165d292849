package oauth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// SignIn is how tokens for one person are got.
type SignIn struct {
	Server *Server
	Client Client
	User   string       // whom the browser should offer to sign in; may be ""
	HTTP   *http.Client // with a timeout; nil is one of its own
	// Visit asks the person to open a page and, if code is not "", to type it in there. It returns at once.
	Visit func(page, code string)
	// Keep, if not nil, is called with each new refresh token.
	Keep func(refresh string)
}

// requestTimeout bounds one request.
const requestTimeout = 30 * time.Second

// patience is how long a browser may take to come back.
const patience = 10 * time.Minute

func (s *SignIn) context(ctx context.Context) context.Context {
	client := s.HTTP
	if client == nil {
		client = &http.Client{Timeout: requestTimeout}
	}
	return context.WithValue(ctx, oauth2.HTTPClient, client)
}

// Run asks the person: by a code where the server can do that, or by a browser on this computer. The error is an [*Error], or ctx's.
func (s *SignIn) Run(ctx context.Context) (*Tokens, error) {
	ask := s.browser
	if s.Server.DeviceURL != "" {
		ask = s.device
	}
	tok, err := ask(s.context(ctx))
	if err == nil {
		err = s.granted(tok)
	}
	if err != nil {
		return nil, s.explain(err)
	}
	t := s.tokens(ctx, tok)
	t.keep("")
	return t, nil
}

// Resume goes on with a refresh token from an earlier [SignIn.Run]. It gets a first token, so that one that was revoked shows.
func (s *SignIn) Resume(ctx context.Context, refresh string) (*Tokens, error) {
	t := s.tokens(ctx, &oauth2.Token{RefreshToken: refresh})
	if _, err := t.Access(); err != nil {
		return nil, err
	}
	return t, nil
}

// granted refuses a token that is not for what was asked: people can untick it.
func (s *SignIn) granted(tok *oauth2.Token) error {
	scope, told := tok.Extra("scope").(string)
	if told && scope != "" && s.Server.MailScope != "" && !slices.Contains(strings.Fields(scope), s.Server.MailScope) {
		return &Error{Server: s.Server.Name, Reason: NotForMail, Text: "access to mail was not granted"}
	}
	return nil
}

// device is RFC 8628.
func (s *SignIn) device(ctx context.Context) (*oauth2.Token, error) {
	cfg := s.Server.config(s.Client, "")
	var opts []oauth2.AuthCodeOption
	if s.User != "" {
		opts = append(opts, oauth2.SetAuthURLParam("login_hint", s.User))
	}
	auth, err := cfg.DeviceAuth(ctx, opts...)
	if err != nil {
		return nil, err
	}
	if err := protected(auth.VerificationURI); err != nil || auth.UserCode == "" {
		return nil, &Error{Server: s.Server.Name, Text: "its answer names no page with a code"}
	}
	s.Visit(auth.VerificationURI, auth.UserCode)
	if auth.Expiry.IsZero() {
		auth.Expiry = time.Now().Add(patience)
	}
	tok, err := cfg.DeviceAccessToken(ctx, auth)
	return tok, s.explain(err, auth.DeviceCode)
}

// browser is RFC 8252 with a loopback address (7.3) and PKCE.
func (s *SignIn) browser(ctx context.Context) (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	cfg := s.Server.config(s.Client, "http://"+ln.Addr().String()+"/")
	state, verifier := rand.Text(), oauth2.GenerateVerifier()
	opts := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier)}
	for name, value := range s.Server.Params {
		opts = append(opts, oauth2.SetAuthURLParam(name, value))
	}
	if s.User != "" {
		opts = append(opts, oauth2.SetAuthURLParam("login_hint", s.User))
	}
	back := make(chan url.Values, 1)
	srv := &http.Server{Handler: comeBack(state, back), ReadHeaderTimeout: requestTimeout, MaxHeaderBytes: 64 << 10}
	var served sync.WaitGroup
	served.Go(func() { _ = srv.Serve(ln) }) // ends with Shutdown
	s.Visit(cfg.AuthCodeURL(state, opts...), "")
	var answer url.Values
	select {
	case answer = <-back:
	case <-ctx.Done():
		err = ctx.Err()
	}
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), time.Second) // for the page that says so
	_ = srv.Shutdown(last)
	stop()
	_ = srv.Close()
	served.Wait()
	switch {
	case err != nil:
		return nil, err
	case answer.Get("error") != "":
		return nil, s.refused(answer.Get("error"), answer.Get("error_description"))
	}
	tok, err := cfg.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(verifier))
	return tok, s.explain(err, answer.Get("code"), verifier)
}

// comeBack receives the browser. A request without the state is not the one that is waited for, whoever sent it.
func comeBack(state string, back chan<- url.Values) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Referrer-Policy", "no-referrer")
		if r.Method != http.MethodGet || r.URL.Path != "/" || subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(state)) != 1 ||
			q.Get("code") == "" && q.Get("error") == "" {
			http.Error(w, "This is not the answer that pst2imap waits for.", http.StatusBadRequest)
			return
		}
		text := "pst2imap has access now. You can close this window and go back to it."
		if q.Get("error") != "" {
			text = "pst2imap has no access. You can close this window and go back to it."
		}
		_, _ = fmt.Fprintln(w, text) // a browser that is gone does not matter
		select {
		case back <- q:
		default: // it came twice
		}
	})
}
