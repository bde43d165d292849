package accounttest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// OAuth is a server that gives access tokens, as the web server of a test: RFC 6749 with PKCE (RFC 7636), RFC 8628 and the discovery
// of OpenID Connect. Set its fields before it is used.
type OAuth struct {
	Issuer           string // https://login.example.test
	ClientID, Secret string // the only client; the secret may be ""
	Lifetime         time.Duration
	Deny             bool     // the person says no in the browser
	Device           []string // errors to answer the polls with, before tokens are given; nil: no codes to type in
	Scope            string   // what is granted, if not what was asked for
	User             string   // whose tokens they are

	mu      sync.Mutex
	n       int
	codes   map[string]string // authorization or device code -> challenge
	refresh map[string]bool   // refresh tokens that are good
	given   []string
	ends    map[string]time.Time // when access tokens end
	polls   []time.Time
}

// Given are the access tokens that were given so far.
func (o *OAuth) Given() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.given...)
}

// Polls are the times at which was asked whether the code has been typed in.
func (o *OAuth) Polls() []time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]time.Time(nil), o.polls...)
}

// Revoke makes all refresh tokens worthless.
func (o *OAuth) Revoke() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refresh = nil
}

// ServeHTTP implements http.Handler.
func (o *OAuth) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		about := map[string]any{"issuer": o.Issuer, "authorization_endpoint": o.Issuer + "/authorize", "token_endpoint": o.Issuer + "/token",
			"scopes_supported": []string{"openid", "mail", "offline_access"}}
		if o.Device != nil {
			about["device_authorization_endpoint"] = o.Issuer + "/device"
		}
		answer(w, http.StatusOK, about)
	case "/authorize":
		o.authorize(w, r)
	case "/device":
		if r.PostForm.Get("client_id") != o.ClientID {
			refuse(w, r, "invalid_client")
			return
		}
		code := o.next("device-code")
		o.keep(code, "")
		answer(w, http.StatusOK, map[string]any{"device_code": code, "user_code": "WDJB-MJHT", "verification_uri": o.Issuer + "/activate",
			"expires_in": 900, "interval": 1})
	case "/token":
		o.token(w, r)
	case "/introspect": // RFC 7662
		active := time.Now().Before(o.ends[r.Form.Get("token")])
		answer(w, http.StatusOK, map[string]any{"active": active, "username": o.User})
	default:
		http.NotFound(w, r)
	}
}

// next makes a secret that no other is like.
func (o *OAuth) next(kind string) string {
	o.n++
	return fmt.Sprintf("planted-%s-%d", kind, o.n)
}

func (o *OAuth) keep(code, challenge string) {
	if o.codes == nil {
		o.codes = map[string]string{}
	}
	o.codes[code] = challenge
}

// authorize is the person in the browser, who says yes or no at once.
func (o *OAuth) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.Form
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || back.Scheme != "http" || back.Hostname() != "127.0.0.1" || q.Get("client_id") != o.ClientID || q.Get("response_type") != "code" ||
		q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" || q.Get("state") == "" {
		http.Error(w, "a bad request: "+q.Encode(), http.StatusBadRequest)
		return
	}
	answer := url.Values{"state": {q.Get("state")}}
	if o.Deny {
		answer.Set("error", "access_denied")
	} else {
		code := o.next("code")
		o.keep(code, q.Get("code_challenge"))
		answer.Set("code", code)
	}
	back.RawQuery = answer.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

func (o *OAuth) token(w http.ResponseWriter, r *http.Request) {
	f := r.PostForm
	switch {
	case f.Get("client_id") != o.ClientID || f.Get("client_secret") != o.Secret:
		refuse(w, r, "invalid_client")
	case f.Get("grant_type") == "authorization_code":
		challenge, ok := o.codes[f.Get("code")]
		delete(o.codes, f.Get("code"))
		sum := sha256.Sum256([]byte(f.Get("code_verifier")))
		if !ok || base64.RawURLEncoding.EncodeToString(sum[:]) != challenge {
			refuse(w, r, "invalid_grant")
			return
		}
		o.give(w, "mail")
	case strings.HasSuffix(f.Get("grant_type"), ":device_code"):
		o.polls = append(o.polls, time.Now())
		if _, ok := o.codes[f.Get("device_code")]; !ok {
			refuse(w, r, "invalid_grant")
			return
		}
		if len(o.Device) > 0 {
			code := o.Device[0]
			o.Device = o.Device[1:]
			refuse(w, r, code)
			return
		}
		o.give(w, "mail")
	case f.Get("grant_type") == "refresh_token":
		if !o.refresh[f.Get("refresh_token")] {
			refuse(w, r, "invalid_grant")
			return
		}
		delete(o.refresh, f.Get("refresh_token")) // each is for one time
		o.give(w, "mail")
	default:
		refuse(w, r, "unsupported_grant_type")
	}
}

func (o *OAuth) give(w http.ResponseWriter, scope string) {
	access, refresh := o.next("access-token"), o.next("refresh-token")
	o.given = append(o.given, access)
	if o.refresh == nil {
		o.refresh = map[string]bool{}
	}
	if o.ends == nil {
		o.ends = map[string]time.Time{}
	}
	o.ends[access] = time.Now().Add(o.Lifetime)
	o.refresh[refresh] = true
	if o.Scope != "" {
		scope = o.Scope
	}
	answer(w, http.StatusOK, map[string]any{"access_token": access, "refresh_token": refresh, "token_type": "Bearer",
		"expires_in": int(o.Lifetime.Seconds()), "scope": scope})
}

// refuse repeats all that it was sent, as servers do.
func refuse(w http.ResponseWriter, r *http.Request, code string) {
	answer(w, http.StatusBadRequest, map[string]any{"error": code, "error_description": "AADSTS70000: " + code + " for " + r.PostForm.Encode()})
}

func answer(w http.ResponseWriter, status int, v map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that is gone does not matter
}
